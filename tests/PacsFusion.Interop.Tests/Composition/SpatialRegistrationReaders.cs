using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests;

/// <summary>Our Spatial Registration objects as other makers' programs read them.</summary>
public sealed class SpatialRegistrationReaders
{
    private static readonly Affine Turn = Affine.Rigid(0.1, -0.07, 0.2, new(10, 20, 300), new(4, -6, 730));

    // Three ways that public readers go: by image (each item names its own), by frame of reference, and the product of all matrices in the
    // order of the items, as the registration import of 3D Slicer's radiotherapy extension does. Prints one JSON object.
    private const string Reader =
        """
        import json, sys, numpy as np, pydicom
        ds = pydicom.dcmread(sys.argv[1])
        assert ds.SOPClassUID == "1.2.840.10008.5.1.4.1.1.66.1" and ds.Modality == "REG"
        def matrix(item):
            sequence = item.MatrixRegistrationSequence
            assert len(sequence) == 1 and len(sequence[0].RegistrationTypeCodeSequence) == 1
            product = np.eye(4)
            for step in sequence[0].MatrixSequence:
                assert step.FrameOfReferenceTransformationMatrixType in ("RIGID", "RIGID_SCALE", "AFFINE")
                product = product @ np.array([float(v) for v in step.FrameOfReferenceTransformationMatrix]).reshape(4, 4)
            return product
        by_image = {r.ReferencedSOPInstanceUID: matrix(i).ravel().tolist() for i in ds.RegistrationSequence for r in i.ReferencedImageSequence}
        by_frame = {}
        for item in ds.RegistrationSequence:
            if "FrameOfReferenceUID" in item:
                assert item.FrameOfReferenceUID not in by_frame
                by_frame[item.FrameOfReferenceUID] = matrix(item).ravel().tolist()
        product = np.eye(4)
        for item in ds.RegistrationSequence: product = product @ matrix(item)
        turn = matrix(ds.RegistrationSequence[1])[:3, :3]
        print(json.dumps({"registered": str(ds.FrameOfReferenceUID), "byImage": by_image, "byFrame": by_frame, "product": product.ravel().tolist(),
                          "orthonormal": float(np.abs(turn @ turn.T - np.eye(3)).max()), "series": [str(s.SeriesInstanceUID) for s in ds.ReferencedSeriesSequence],
                          "codes": [str(i.MatrixRegistrationSequence[0].RegistrationTypeCodeSequence[0].CodeMeaning) for i in ds.RegistrationSequence]}))
        """;

    [Theory]
    [InlineData("1.2.3.90")]
    [InlineData("1.2.3.9")]
    public async Task PydicomReadsTheMatrixThatBringsMovingImagesToFixedOnes(string movingFrame)
    {
        var python = Python.Require("pydicom", "numpy");
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "registration.dcm");
        new DicomFile(Build(movingFrame), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);

        var (exit, output, error) = await ChildProcess.RunAsync(python, ["-c", Reader, path]);

        Assert.True(exit == 0, error);
        using var read = System.Text.Json.JsonDocument.Parse(output);
        var root = read.RootElement;
        foreach (var matrix in (System.Text.Json.JsonElement[])[root.GetProperty("byImage").GetProperty("1.2.3.5.1"), root.GetProperty("product")])
            Assert.InRange((Map(matrix).Transform(Turn.Transform(new(-83, 41, 512))) - new Vector3d(-83, 41, 512)).Length, 0, 1e-8);
        Assert.Equal(Affine.Identity, Map(root.GetProperty("byImage").GetProperty("1.2.3.4.1")));
        Assert.InRange(root.GetProperty("orthonormal").GetDouble(), 0, 1e-12);
        Assert.Equal("1.2.3.9", root.GetProperty("registered").GetString());
        // A reader that goes by frames never moves the fixed images, whatever the moving ones claim.
        Assert.Equal(Affine.Identity, Map(root.GetProperty("byFrame").GetProperty("1.2.3.9")));
        Assert.Equal(movingFrame == "1.2.3.9" ? 1 : 2, root.GetProperty("byFrame").EnumerateObject().Count());
        Assert.Equal(["1.2.3.4", "1.2.3.5"], root.GetProperty("series").EnumerateArray().Select(s => s.GetString()));
        Assert.Equal(["Frame of Reference Identity", "Image Content-based Alignment"], root.GetProperty("codes").EnumerateArray().Select(s => s.GetString()));
    }

    [Theory]
    [InlineData("dciodvfy", "-new")]
    [InlineData("dcmdump", "-q")]
    public async Task ValidatorsAndDumpersFindNoError(string tool, string option)
    {
        var program = ChildProcess.Require(tool);
        using var folder = new TemporaryFolder();
        var path = Path.Combine(folder.Path, "registration.dcm");
        new DicomFile(Build("1.2.3.90"), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);

        var (exit, output, error) = await ChildProcess.RunAsync(program, [option, path]);

        Assert.True(exit == 0, error);
        Assert.DoesNotContain((output + error).Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal) || line.StartsWith("E:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task TheRegistrationOfAPairReadAsVolumesNamesEveryImageAndIsValid()
    {
        var program = ChildProcess.Require("dciodvfy");
        using var folder = new TemporaryFolder();
        PetCtPhantom.Write(folder.Path, new PhantomOptions { CtMatrix = 64, CtSlices = 12, PetMatrix = 48 });
        using var ct = Read("CT");
        using var pet = Read("PT");
        var (fixedSide, movingSide) = (RegisteredSeries.Of(ct), RegisteredSeries.Of(pet));

        var made = SpatialRegistrationBuilder.Build(Pair(ct.Slices[0].Header, fixedSide, movingSide)).Value;

        var path = Path.Combine(folder.Path, "registration.dcm");
        new DicomFile(made, DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
        var (exit, output, error) = await ChildProcess.RunAsync(program, ["-new", path]);
        Assert.True(exit == 0, error);
        Assert.DoesNotContain((output + error).Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Equal([ct.Slices.Count, pet.Slices.Count], made.GetSequence(DicomTag.RegistrationSequence).Select(i => i.GetSequence(DicomTag.ReferencedImageSequence).Count));
        Assert.Equal(("CT", "PT"), (fixedSide.Modality, movingSide.Modality));
        Assert.Equal(ct.Slices[^1].SopInstanceUid, fixedSide.Instances[^1].SopInstanceUid);

        SeriesVolume Read(string modality) => new SeriesReader().Read(
            [.. Directory.GetFiles(folder.Path, "*", SearchOption.AllDirectories).Where(f => DicomFile.Read(f).Dataset.GetString(DicomTag.Modality) == modality)]).Value;
    }

    private static Affine Map(System.Text.Json.JsonElement matrix) => Affine.FromRowMajor16([.. matrix.EnumerateArray().Select(v => v.GetDouble())]);

    private static DicomDataset Build(string movingFrame)
    {
        var header = new DicomDataset()
            .Set(DicomTag.StudyInstanceUID, "1.2.3").Set(DicomTag.PatientName, "Doe^J").Set(DicomTag.PatientID, "P-1").Set(DicomTag.StudyDate, "20260304");
        return SpatialRegistrationBuilder.Build(Pair(header,
            new("CT", "1.2.3.9", Images("1.2.3.4", DicomUid.CTImageStorage)),
            new("PT", movingFrame, Images("1.2.3.5", DicomUid.PositronEmissionTomographyImageStorage)))).Value;
    }

    private static SpatialRegistration Pair(DicomDataset header, RegisteredSeries fixedSide, RegisteredSeries movingSide) => new()
    {
        Identity = new FusionIdentity(["aa", "bb"], "pet-ct/4", "cc", "cpu", "look"),
        FixedHeader = header,
        Fixed = fixedSide,
        Moving = movingSide,
        FixedToMoving = Turn,
        SeriesNumber = 9002,
        CreatedAt = new DateTimeOffset(2026, 3, 4, 23, 30, 15, TimeSpan.Zero),
        SoftwareVersion = "0.1.0",
    };

    private static SourceReference[] Images(string series, string sopClass) =>
        [.. Enumerable.Range(1, 3).Select(n => new SourceReference("1.2.3", series, sopClass, series + "." + n.ToString(CultureInfo.InvariantCulture)))];

    private sealed class TemporaryFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("registration-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
