using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Fuse;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Fuse;

/// <summary>The phantom's CT as one Enhanced CT object in shuffled frame order.</summary>
public sealed class EnhancedFixedSeriesTests(SmallPhantom small) : IClassFixture<SmallPhantom>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-enhanced-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task AFusedSliceLiesWhereItsFrameLiesAndNamesIt_Invariant6()
    {
        var path = Path.Combine(_folder, "enhanced.dcm");
        var singles = small.Files.Ct.Select(file => DicomFile.Read(file).Dataset).OrderBy(dataset => dataset.GetInt(DicomTag.InstanceNumber) * 7 % 12).ToList();
        new DicomFile(Enhanced(singles), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);

        using var pair = new SeriesAligner(new AlignOptions { Threads = 2 }, new VolumePool()).Align([path], small.Files.Pet, PhantomFiles.Rule(), default).Value;
        using var model = PixelModels.Create("maximum")!;
        var composed = (await new SeriesComposer(new FuseOptions()).ComposeAsync(pair, PhantomFiles.Rule(), model, [new('a', 64)], new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero), Path.Combine(_folder, "out"), null, default)).Value;

        Assert.Equal(12, composed.Slices);
        for (var k = 0; k < 12; k++)
        {
            var image = DicomFile.Read(Path.Combine(_folder, "out", composed.Objects[k].Path)).Dataset;
            var source = image.GetSequence(DicomTag.SourceImageSequence)[0];
            var single = singles[source.GetInt(DicomTag.ReferencedFrameNumber)!.Value - 1];
            foreach (var tag in new[] { DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing })
                Assert.All(single.GetDoubles(tag).Zip(image.GetDoubles(tag)), both => Assert.Equal(both.First, both.Second, 1e-6));
            Assert.Equal("2.25.4711", source.GetString(DicomTag.ReferencedSOPInstanceUID));
            Assert.False(image.Contains(DicomTag.PerFrameFunctionalGroupsSequence));
        }
    }

    private static DicomDataset Enhanced(IReadOnlyList<DicomDataset> singles)
    {
        var first = singles[0];
        var enhanced = new DicomDataset().CopyFrom(first,
            DicomTag.PatientName, DicomTag.PatientID, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.StudyInstanceUID, DicomTag.StudyDate, DicomTag.StudyTime, DicomTag.SeriesInstanceUID,
            DicomTag.SeriesNumber, DicomTag.FrameOfReferenceUID, DicomTag.Rows, DicomTag.Columns, DicomTag.BitsAllocated, DicomTag.BitsStored, DicomTag.HighBit, DicomTag.PixelRepresentation,
            DicomTag.SamplesPerPixel, DicomTag.PhotometricInterpretation, DicomTag.PixelPaddingValue, DicomTag.Manufacturer);
        return enhanced
            .Set(DicomTag.SOPClassUID, DicomUid.EnhancedCTImageStorage).Set(DicomTag.SOPInstanceUID, "2.25.4711").Set(DicomTag.Modality, "CT")
            .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "VOLUME", "NONE").Set(DicomTag.NumberOfFrames, singles.Count)
            .SetSequence(DicomTag.SharedFunctionalGroupsSequence, new DicomDataset()
                .SetSequence(DicomTag.PixelMeasuresSequence, new DicomDataset().CopyFrom(first, DicomTag.PixelSpacing, DicomTag.SliceThickness))
                .SetSequence(DicomTag.PlaneOrientationSequence, new DicomDataset().CopyFrom(first, DicomTag.ImageOrientationPatient))
                .SetSequence(DicomTag.PixelValueTransformationSequence, new DicomDataset().CopyFrom(first, DicomTag.RescaleIntercept, DicomTag.RescaleSlope, DicomTag.RescaleType)))
            .SetSequence(DicomTag.PerFrameFunctionalGroupsSequence, [.. singles.Select(single => new DicomDataset()
                .SetSequence(DicomTag.PlanePositionSequence, new DicomDataset().CopyFrom(single, DicomTag.ImagePositionPatient)))])
            .SetBytes(DicomTag.PixelData, DicomVR.OW, singles.SelectMany(single => single.GetBytes(DicomTag.PixelData).ToArray()).ToArray());
    }
}
