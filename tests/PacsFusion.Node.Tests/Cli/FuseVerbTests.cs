using System.Text.Json;
using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Node.Cli;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Cli;

public sealed class FuseVerbTests(SmallPhantom phantom) : IClassFixture<SmallPhantom>, IDisposable
{
    private readonly PhantomFiles _phantom = phantom.Files;
    private readonly string _out = Directory.CreateTempSubdirectory("pacsfusion-fuse-").FullName;

    public void Dispose() => Directory.Delete(_out, recursive: true);

    [Fact]
    public async Task TheAnswerHasEveryFieldOfTheContract()
    {
        var run = await FuseAsync("--json", "--model", "maximum");
        Assert.Equal(ExitCode.Done, run.Code);
        var answer = run.Json;
        Assert.Equal("fused", (string?)answer["outcome"]);
        Assert.True(answer.ContainsKey("reason") && answer["reason"] is null);
        Assert.Equal("pet-ct", (string?)answer["rule"]);
        var model = answer["model"]!;
        Assert.Equal(("maximum", "managed"), ((string?)model["name"], (string?)model["provider"]));
        Assert.Matches("^[0-9a-f]{64}$", (string?)model["sha256"]);
        Assert.NotEmpty((string)model["version"]!);

        var truth = PetCtPhantom.Describe(_phantom.Options);
        foreach (var (side, contents, units) in new[] { ("fixed", PhantomContents.Ct, "HU"), ("moving", PhantomContents.Pet, "SUVbw") })
        {
            var series = truth.Series.Single(series => series.Contents == contents);
            Assert.Equal((series.SeriesInstanceUid, series.Modality, units), ((string?)answer[side]!["seriesInstanceUid"], (string?)answer[side]!["modality"], (string?)answer[side]!["units"]));
            Assert.Equal(series.Instances, (int)answer[side]!["size"]![2]!);
            Assert.All(answer[side]!["spacing"]!.AsArray(), value => Assert.True((double)value! > 0));
            Assert.Equal((3, 3), (answer[side]!["size"]!.AsArray().Count, answer[side]!["spacing"]!.AsArray().Count));
            Assert.Equal(3, answer[side]!["maxAt"]!.AsArray().Count);
            Assert.Equal(JsonValueKind.Number, answer[side]!["max"]!.GetValueKind());
        }
        Assert.Equal(truth.SuvFactor, (double)answer["moving"]!["suvFactor"]!, 1e-9);

        var alignment = answer["alignment"]!;
        Assert.Equal(("geometry", 16), ((string?)alignment["method"], alignment["matrix"]!.AsArray().Count));
        foreach (var figure in new[] { "uptakeInBody", "nmi", "overlap" }) Assert.Equal(JsonValueKind.Number, alignment[figure]!.GetValueKind());
        foreach (var metric in new[] { "EN", "MI", "SSIM", "PSNR", "CP", "VIF", "Qabf" })
        {
            Assert.Equal(JsonValueKind.Number, answer["metrics"]![metric]!.GetValueKind());
            Assert.Equal(JsonValueKind.String, answer["metricDefinitions"]![metric]!.GetValueKind());
        }
        Assert.Empty(answer["metricsUndefined"]!.AsObject());
        Assert.InRange((int)answer["measuredSlices"]!, 1, 12);

        var output = answer["output"]!;
        Assert.Equal((12, _out), ((int)output["instances"]!, (string?)output["directory"]));
        var made = Directory.GetFiles(_out, "*.dcm");
        Assert.Equal(12, made.Length);
        Assert.All(made, path => Assert.Equal((string?)output["seriesInstanceUid"], DicomFile.Read(path).Dataset.GetString(DicomTag.SeriesInstanceUID)));
        Assert.Equal("accept", (string?)alignment["verdict"]);
        Assert.Empty(answer["warnings"]!.AsArray());
        Assert.Equal(["receive", "match", "align", "fuse"], answer["stages"]!.AsArray().Select(stage => (string)stage!["stage"]!));
        Assert.All(answer["stages"]!.AsArray(), stage => Assert.Equal(JsonValueKind.Number, stage!["seconds"]!.GetValueKind()));
        Assert.All(answer["previews"]!.AsArray(), path => Assert.True(File.Exists((string)path!)));
        // 12 slices, three previews and the folder of the key image.
        Assert.Equal(16, Directory.GetFileSystemEntries(_out).Length);
        Assert.Equal(Path.Combine(_out, "key-image", "0001.dcm"), Path.GetFullPath((string)output["keyImage"]!));
        Assert.True(File.Exists((string?)output["keyImage"]));
        Assert.Null(output["registration"]);
    }

    [Fact]
    public async Task SharesOfTheSourcesAreToldAndDrawnWhereAskedFor()
    {
        var answer = (await FuseAsync("--json", "--model", "average", "--explain")).Json;
        var shares = answer["explanation"]!;
        foreach (var name in new[] { "fixedShareInBody", "fixedShareInHottest", "fixedShareOfSignal" }) Assert.InRange((double)shares[name]!, 0, 1);
        Assert.True((double)shares["fixedShareInHottest"]! < (double)shares["fixedShareInBody"]!);
        Assert.Equal("model", (string?)shares["weights"]);
        var folder = (string)answer["output"]!["explanation"]!;
        Assert.Equal(Path.Combine(_out, "explanation"), folder);
        Assert.All(Directory.GetFiles(folder), path => Assert.Equal((string?)shares["seriesInstanceUid"], DicomFile.Read(path).Dataset.GetString(DicomTag.SeriesInstanceUID)));
        Assert.Equal(12, Directory.GetFiles(folder).Length);
    }

    [Fact]
    public async Task TheSameFilesGiveTheSameBytes_Invariant4()
    {
        await FuseAsync("--model", "average");
        var first = Directory.GetFiles(_out, "*.dcm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes).ToList();
        await FuseAsync("--model", "average");
        Assert.Equal(first, Directory.GetFiles(_out, "*.dcm").Order(StringComparer.Ordinal).Select(File.ReadAllBytes));
    }

    [Fact]
    public async Task AlignedVolumesAreWrittenOnOneGrid()
    {
        Assert.Equal(ExitCode.Done, (await FuseAsync("--save-aligned", "--model", "maximum")).Code);
        foreach (var name in new[] { "fixed.nii", "moving.nii" })
        {
            var bytes = await File.ReadAllBytesAsync(Path.Combine(_out, name), default);
            Assert.Equal(352 + (4 * 96 * 96 * 12), bytes.Length);
            Assert.Equal((348, 3, 96, 96, 12), (BitConverter.ToInt32(bytes), BitConverter.ToInt16(bytes, 40), BitConverter.ToInt16(bytes, 42), BitConverter.ToInt16(bytes, 44), BitConverter.ToInt16(bytes, 46)));
            Assert.Equal("n+1\0"u8.ToArray(), bytes[344..348]);
        }
        Assert.Equal(352 + (96 * 96 * 12), new FileInfo(Path.Combine(_out, "moving-coverage.nii")).Length);
    }

    [Fact]
    public async Task CheckPicturesShowThreePlanes()
    {
        var run = await FuseAsync("--check-pictures", "--model", "maximum", "--json");
        var pictures = run.Json["checkPictures"]!.AsArray().Select(path => (string)path!).ToList();
        Assert.Equal(["check-axial.png", "check-coronal.png", "check-sagittal.png"], pictures.Select(path => Path.GetFileName(path)));
        Assert.All(pictures, path => Assert.True(File.Exists(path)));
    }

    [Fact]
    public async Task ARegisteredPairLeavesItsRegistrationBesideTheImages()
    {
        using var moved = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(9, -6, 0) });
        var run = await CommandRun.RunAsync("fuse", moved.CtFolder, moved.PetFolder, "--out", _out, "--model", "maximum", "--json");
        Assert.Equal("rigid", (string?)run.Json["alignment"]!["method"]);
        var path = (string)run.Json["output"]!["registration"]!;
        var registration = DicomFile.Read(path).Dataset;
        Assert.Equal(DicomUid.SpatialRegistrationStorage, registration.GetString(DicomTag.SOPClassUID));
        // From moving to fixed: what was moved by (9, -6, 0) goes back.
        var matrix = registration.GetSequence(DicomTag.RegistrationSequence)[1].GetItem(DicomTag.MatrixRegistrationSequence)!.GetItem(DicomTag.MatrixSequence)!.GetDoubles(DicomTag.FrameOfReferenceTransformationMatrix);
        Assert.Equal(run.Json["alignment"]!["matrix"]!.AsArray().Select(value => Math.Round((double)value!, 6)), Affine.FromRowMajor16(matrix).Invert().ToRowMajor16().Select(value => Math.Round(value, 6)));
    }

    [Fact]
    public async Task ForPeopleTheResultIsToldInLines()
    {
        var run = await FuseAsync("--model", "maximum");
        Assert.StartsWith("Fused by rule pet-ct with maximum 1: 12 images in ", run.Lines[0], StringComparison.Ordinal);
        Assert.Contains(run.Lines, line => line.StartsWith("  captureSpread ", StringComparison.Ordinal) && line.EndsWith(" mm", StringComparison.Ordinal));
    }

    private Task<CommandRun> FuseAsync(params string[] args) => CommandRun.RunAsync(["fuse", _phantom.CtFolder, _phantom.PetFolder, "--out", _out, .. args]);
}
