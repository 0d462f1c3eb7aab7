using PacsFusion.Dicom;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;

namespace PacsFusion.Tests.Match;

public sealed class SeriesDescriptorTests
{
    private static readonly SeriesOrigin Origin = new("k1", "PETCT1", "HOSPITAL", ["1.2.840.10008.1.2.1"]);

    private static DicomDataset Slice(int number, double z) => new DicomDataset()
        .Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.SOPInstanceUID, $"1.3.{number}")
        .Set(DicomTag.StudyInstanceUID, "1").Set(DicomTag.SeriesInstanceUID, "1.3").Set(DicomTag.Modality, "PT").Set(DicomTag.FrameOfReferenceUID, "1.9")
        .Set(DicomTag.PatientID, "P1").Set(DicomTag.PatientName, "DOE^JOHN").Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY")
        .Set(DicomTag.Units, "BQML").Set(DicomTag.CorrectedImage, "DECY", "ATTN", "SCAT").Set(DicomTag.SliceThickness, 3.75)
        .Set(DicomTag.Rows, 128).Set(DicomTag.Columns, 128).Set(DicomTag.PixelSpacing, [4.0, 4.0])
        .Set(DicomTag.ImageOrientationPatient, [1.0, 0, 0, 0, 1, 0]).Set(DicomTag.ImagePositionPatient, [-250.0, -250, z])
        .Set(DicomTag.SeriesDate, "19600116").Set(DicomTag.SeriesTime, "095947.50");

    private static DicomDataset[] Series(params double[] positions) => [.. positions.Select((z, i) => Slice(i, z))];

    [Fact]
    public void AVolumeIsSummedUp()
    {
        var series = SeriesDescriptor.FromHeaders(Series(0, -3.27, -6.54, -9.81), Origin);

        Assert.Equal(("1.3", "1", "PT", "1.9", "BQML"), (series.SeriesInstanceUid, series.StudyInstanceUid, series.Modality, series.FrameOfReferenceUid, series.Units));
        Assert.Equal(3.27, series.SliceStep!.Value, 6);
        Assert.Equal(3.75, series.SliceThickness);
        Assert.Equal(series.SliceStep, series.EffectiveThickness);
        Assert.Equal((4, 4, 128, 128), (series.SliceCount, series.InstanceCount, series.Rows, series.Columns));
        Assert.Equal(OrientationClass.Axial, series.Orientation);
        Assert.Equal(new DateTime(1960, 1, 16, 9, 59, 47), series.Start);
        Assert.Equal(("P1", "HOSPITAL"), (series.Patient.PatientId, series.Patient.Issuer));
        Assert.True(series.AttenuationCorrected);
        Assert.True(series.IsImage);
        Assert.False(series.IsLocalizer || series.IsOwnResult || series.IsDerived || series.HasMixedIdentity);
    }

    [Fact]
    public void TheOrderOfTheHeadersDoesNotMatter()
    {
        var headers = Series(0, 3, 6, 9);
        var forward = SeriesDescriptor.FromHeaders(headers, Origin);
        var backward = SeriesDescriptor.FromHeaders([.. headers.Reverse()], Origin);

        Assert.Equivalent(forward, backward, strict: true);
    }

    [Theory]
    [InlineData("SIEMENS", "", "DECY ATTN", true)]
    [InlineData("SIEMENS", "NONE", "DECY ATTN", false)]
    [InlineData("SIEMENS", "measured", "DECY", false)]
    [InlineData("GE MEDICAL SYSTEMS", "measured", "DECY ATTN", true)]
    [InlineData("GE MEDICAL SYSTEMS", "", "DECY ATTN SCAT", true)]
    [InlineData("GE MEDICAL SYSTEMS", "", "DECY ATTN", false)]
    public void AttenuationCorrectionIsReadFromMoreThanOneAttribute(string maker, string method, string corrected, bool expected)
    {
        var headers = Series(0, 3);
        foreach (var header in headers)
            header.Set(DicomTag.Manufacturer, maker).Set(DicomTag.AttenuationCorrectionMethod, method).Set(DicomTag.CorrectedImage, corrected.Split(' '));

        Assert.Equal(expected, SeriesDescriptor.FromHeaders(headers, Origin).AttenuationCorrected);
    }

    [Theory]
    [InlineData(new[] { 1.0, 0, 0, 0, 0, -1 }, "Coronal")]
    [InlineData(new[] { 0.0, 1, 0, 0, 0, -1 }, "Sagittal")]
    [InlineData(new[] { 1.0, 0, 0, 0, 0.966, 0.259 }, "Axial")]
    [InlineData(new[] { 1.0, 0, 0, 0, 0.707, 0.707 }, "Oblique")]
    [InlineData(new[] { 1.0, 0, 0, 1, 0, 0 }, "Unknown")]
    public void ThePlanesAreClassified(double[] orientation, string expected)
    {
        var header = Slice(1, 0).Set(DicomTag.ImageOrientationPatient, orientation);

        Assert.Equal(expected, SeriesDescriptor.FromHeaders([header], Origin).Orientation.ToString());
    }

    [Fact]
    public void OneLocalizerAmongSlicesDoesNotMakeALocalizer()
    {
        var headers = Series(0, 3, 6);
        headers[0].Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "LOCALIZER");

        Assert.False(SeriesDescriptor.FromHeaders(headers, Origin).IsLocalizer);
        Assert.True(SeriesDescriptor.FromHeaders([headers[0]], Origin).IsLocalizer);
    }

    [Fact]
    public void OurOwnResultsAreKnownAndOurPhantomsAreNone()
    {
        var contributed = Slice(1, 0).SetSequence(DicomTag.ContributingEquipmentSequence, new DicomDataset().Set(DicomTag.Manufacturer, "PacsFusion"));
        var made = Slice(1, 0).Set(DicomTag.ManufacturerModelName, "PacsFusion Node");
        var phantom = Slice(1, 0).Set(DicomTag.Manufacturer, "PacsFusion").Set(DicomTag.ManufacturerModelName, "Phantom");

        Assert.Equal([true, true, false], new[] { contributed, made, phantom }.Select(h => SeriesDescriptor.FromHeaders([h], Origin).IsOwnResult));
    }

    [Theory]
    [InlineData("1.2.840.10008.1.2", true)]
    [InlineData("1.2.840.10008.1.2.5", true)]
    [InlineData("1.2.840.10008.1.2.4.90", false)]
    [InlineData("1.2.3", false)]
    public void OneSyntaxThatCannotBeDecodedSpoilsTheSeries(string syntax, bool expected) =>
        Assert.Equal(expected, SeriesDescriptor.FromHeaders(Series(0, 3), Origin with { TransferSyntaxUids = ["1.2.840.10008.1.2.1", syntax] }).CanDecode);

    [Fact]
    public void ScreenCapturesAreNoVolume()
    {
        var header = Slice(1, 0).Set(DicomTag.SOPClassUID, DicomUid.SecondaryCaptureImageStorage);

        Assert.False(SeriesDescriptor.FromHeaders([header], Origin).IsImage);
    }

    [Fact]
    public void TwoPatientsInOneSeriesAreSeen()
    {
        var headers = Series(0, 3);
        headers[1].Set(DicomTag.PatientName, "ROE^JANE");

        Assert.True(SeriesDescriptor.FromHeaders(headers, Origin).HasMixedIdentity);
    }

    [Fact]
    public void FrameCountsThatAreAbsurdAddUpToTheMostThereCanBe()
    {
        var headers = Series(0, 3, 6);
        foreach (var header in headers) header.Set(DicomTag.NumberOfFrames, int.MaxValue);
        Assert.Equal(int.MaxValue, SeriesDescriptor.FromHeaders(headers, Origin).SliceCount);
    }

    [Fact]
    public void FramesOfAMultiFrameObjectAreSlices()
    {
        var header = Slice(1, 0).Set(DicomTag.NumberOfFrames, 47).Set(DicomTag.SpacingBetweenSlices, -4.42);

        var series = SeriesDescriptor.FromHeaders([header], Origin);

        Assert.Equal((47, 1, 4.42), (series.SliceCount, series.InstanceCount, series.SliceStep));
    }

    [Theory]
    [InlineData("OTHER", "", "OTHER")]
    [InlineData("", "1.2.3", "1.2.3")]
    [InlineData("", "", "HOSPITAL")]
    public void TheIssuerIsTheObjectsElseTheSites(string issuer, string universal, string expected)
    {
        var header = Slice(1, 0).Set(DicomTag.IssuerOfPatientID, issuer)
            .SetSequence(DicomTag.IssuerOfPatientIDQualifiersSequence, new DicomDataset().Set(DicomTag.UniversalEntityID, universal));

        Assert.Equal(expected, SeriesDescriptor.FromHeaders([header], Origin).Patient.Issuer);
    }

    /// <summary>A real PET/CT with scout, uncorrected PET, segmentations and value mappings.</summary>
    [Fact]
    public void OfARealExaminationTheRightTwoAreTaken()
    {
        var folder = UnpackedSets.Require("petct/ACRIN_042");
        var series = Directory.GetDirectories(folder).Select(Read).ToList();
        var rules = ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!.Rules;

        var result = MatchStage.Evaluate([.. series.Select(s => s.Descriptor)], rules);

        string FolderOf(SeriesDescriptor one) => series.Single(s => ReferenceEquals(s.Descriptor, one)).Folder;
        var pair = Assert.Single(result.Pairs);
        Assert.Equal(("pet-ct", "CT", "PT_AC"), (pair.Rule.Name, FolderOf(pair.Fixed), FolderOf(pair.Moving)));
        Assert.Empty(result.Quarantines);
        var reasons = result.Candidates.Where(c => c.Rule == pair.Rule).ToLookup(c => FolderOf(c.Series).Split('_')[0] is "PT" ? FolderOf(c.Series) : FolderOf(c.Series).Split('_')[0], c => c.Reason.Code);
        Assert.Equal(["localizer"], reasons["SCOUT"]);
        Assert.Equal(["not-attenuation-corrected"], reasons["PT_NAC"]);
        Assert.All(reasons["SEG"].Concat(reasons["RWV"]), r => Assert.Equal("not-an-image", r));
    }

    private static (string Folder, SeriesDescriptor Descriptor) Read(string folder)
    {
        var files = Directory.GetFiles(folder).Select(f => DicomFile.Read(f, DicomReadOptions.Header)).ToList();
        var origin = Origin with { TransferSyntaxUids = [.. files.Select(f => f.TransferSyntax.Uid)] };
        return (Path.GetFileName(folder), SeriesDescriptor.FromHeaders([.. files.Select(f => f.Dataset)], origin));
    }
}
