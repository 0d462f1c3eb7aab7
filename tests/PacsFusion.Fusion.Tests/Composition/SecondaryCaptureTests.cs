using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Tests;

namespace PacsFusion.Fusion.Tests;

public sealed class SecondaryCaptureTests
{
    private const int Columns = 6, Rows = 5;

    [Fact]
    public void Geometry_is_the_fixed_slices_byte_for_byte()
    {
        var source = Header();
        var made = Build(source);
        foreach (var tag in (DicomTag[])[DicomTag.FrameOfReferenceUID, DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient,
            DicomTag.PixelSpacing, DicomTag.SliceThickness, DicomTag.SpacingBetweenSlices])
            Assert.Equal(source.GetBytes(tag).ToArray(), made.GetBytes(tag).ToArray());
    }

    [Fact]
    public void Patient_and_study_are_copied_whole_with_how_they_were_de_identified()
    {
        var source = Header();
        var made = Build(source);
        foreach (var tag in (DicomTag[])[DicomTag.PatientName, DicomTag.PatientID, DicomTag.IssuerOfPatientID, DicomTag.PatientBirthDate,
            DicomTag.PatientSex, DicomTag.PatientAge, DicomTag.StudyInstanceUID, DicomTag.StudyDate, DicomTag.StudyDescription,
            DicomTag.AccessionNumber, DicomTag.PatientIdentityRemoved, DicomTag.DeidentificationMethod])
            Assert.Equal(source.GetBytes(tag).ToArray(), made.GetBytes(tag).ToArray());
        Assert.Equal("Müller^Änne", made.GetString(DicomTag.PatientName));
        Assert.Equal("ISO_IR 100", made.GetString(DicomTag.SpecificCharacterSet));
        Assert.Equal("113100", made.GetItem(DicomTag.DeidentificationMethodCodeSequence)!.GetString(DicomTag.CodeValue));
        Assert.Equal("Gerät Süd", made.GetSequence(DicomTag.ContributingEquipmentSequence)[0].GetString(DicomTag.ManufacturerModelName));
    }

    [Fact]
    public void The_object_is_a_new_series_of_the_same_study_that_points_at_both_sources()
    {
        var source = Header();
        var made = Build(source);
        Assert.Equal(DicomUid.SecondaryCaptureImageStorage, made.GetString(DicomTag.SOPClassUID));
        Assert.NotEqual(source.GetString(DicomTag.SeriesInstanceUID), made.GetString(DicomTag.SeriesInstanceUID));
        var sources = made.GetSequence(DicomTag.SourceImageSequence);
        Assert.Equal(["1.2.3.4", "1.2.9.1", "1.2.9.2"], sources.Select(s => s.GetString(DicomTag.ReferencedSOPInstanceUID)));
        Assert.Equal(["YES", "NO", "NO"], sources.Select(s => s.GetString(DicomTag.SpatialLocationsPreserved)));
        Assert.All(sources, s => Assert.Equal("121322", s.GetItem(DicomTag.PurposeOfReferenceCodeSequence)!.GetString(DicomTag.CodeValue)));
        Assert.Equal(["1.2.3.3", "1.2.9"], made.GetSequence(DicomTag.ReferencedSeriesSequence).Select(s => s.GetString(DicomTag.SeriesInstanceUID)));
        Assert.Equal("1.2.80", made.GetItem(DicomTag.StudiesContainingOtherReferencedInstancesSequence)!.GetString(DicomTag.StudyInstanceUID));
        Assert.Contains("research use", made.GetString(DicomTag.ImageComments)!, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes_and_any_other_ingredient_other_uids()
    {
        Assert.Equal(Bytes(Build(Header())), Bytes(Build(Header())));
        var identity = Identity();
        Assert.Equal(identity.SeriesInstanceUid, new FusionIdentity(["bb", "aa"], "pet-ct/4", "cc", "cpu", "look").SeriesInstanceUid);
        string[] others =
        [
            new FusionIdentity(["aa"], "pet-ct/4", "cc", "cpu", "look").SeriesInstanceUid,
            new FusionIdentity(["aa", "bb"], "pet-ct/5", "cc", "cpu", "look").SeriesInstanceUid,
            new FusionIdentity(["aa", "bb"], "pet-ct/4", "cd", "cpu", "look").SeriesInstanceUid,
            new FusionIdentity(["aa", "bb"], "pet-ct/4", "cc", "cuda", "look").SeriesInstanceUid,
            new FusionIdentity(["aa", "bb"], "pet-ct/4", "cc", "cpu", "look2").SeriesInstanceUid,
            new FusionIdentity(["aa", "bb"], "pet-ct/4c", "c", "cpu", "look").SeriesInstanceUid,
            identity.SopInstanceUid(0), identity.SopInstanceUid(1), identity.SeriesInstanceUid,
        ];
        Assert.Equal(others.Length, others.Distinct().Count());
        Assert.All(others, uid => Assert.True(DicomUid.IsValid(uid) && uid.StartsWith("2.25.", StringComparison.Ordinal)));
    }

    [Fact]
    public void Our_own_objects_are_recognised_and_others_are_not()
    {
        Assert.True(SecondaryCaptureBuilder.IsOwnObject(Build(Header())));
        Assert.True(SecondaryCaptureBuilder.IsOwnObject(Build(Header()).Set(DicomTag.Manufacturer, "A PACS")));
        Assert.False(SecondaryCaptureBuilder.IsOwnObject(Header()));
    }

    [Fact]
    public void A_study_id_longer_than_its_vr_allows_does_not_make_the_new_object_invalid()
    {
        Assert.Equal("IBSI_1_STS_009_C", Build(Header().Set(DicomTag.StudyID, "IBSI_1_STS_009_CT")).GetString(DicomTag.StudyID));
        Assert.Equal("S1", Build(Header()).GetString(DicomTag.StudyID));
    }

    [Fact]
    public void Lossy_sources_stay_lossy()
    {
        Assert.Equal("00", Build(Header()).GetString(DicomTag.LossyImageCompression));
        var lossy = Header().Set(DicomTag.LossyImageCompression, "01").Set(DicomTag.LossyImageCompressionRatio, "12.5");
        Assert.Equal("01", Build(lossy).GetString(DicomTag.LossyImageCompression));
        Assert.Equal("12.5", Build(lossy).GetString(DicomTag.LossyImageCompressionRatio));
    }

    [Fact]
    public void A_torn_clinical_trial_module_is_left_out_and_a_whole_one_is_kept()
    {
        var torn = Header().SetEmpty(DicomTag.ClinicalTrialSponsorName).Set(DicomTag.ClinicalTrialProtocolID, "6668");
        Assert.False(Build(torn).Contains(DicomTag.ClinicalTrialProtocolID));
        Assert.Equal("YES", Build(torn).GetString(DicomTag.PatientIdentityRemoved));
        var whole = torn.Set(DicomTag.ClinicalTrialSponsorName, "Sponsor").Set(DicomTag.ClinicalTrialSubjectID, "7");
        Assert.Equal("6668", Build(whole).GetString(DicomTag.ClinicalTrialProtocolID));
    }

    [Fact]
    public void Times_are_local_to_the_time_zone_of_the_source()
    {
        var made = Build(Header().Set(DicomTag.TimezoneOffsetFromUTC, "+0230"));
        Assert.Equal("20260305", made.GetString(DicomTag.ContentDate));
        Assert.Equal("020015", made.GetString(DicomTag.ContentTime));
    }

    [Fact]
    public void A_source_without_a_place_is_refused_by_name_of_the_element()
    {
        var source = Header();
        source.Remove(DicomTag.PixelSpacing);
        var refusal = Builder().Build(Slice(source, colour: true)).Refusal!;
        Assert.Equal(FusionReasons.SourceHeaderIncomplete, refusal.Code);
        Assert.Contains("PixelSpacing", refusal.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("ller", refusal.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_validator_finds_no_error(bool colour)
    {
        var path = Path.Combine(Path.GetTempPath(), $"fusion-sc-{Environment.ProcessId}-{colour}.dcm");
        try
        {
            var made = Builder().Build(Slice(Header(), colour)).Value;
            new DicomFile(made, DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
            var said = await CompositionSamples.ValidateAsync(path);
            Assert.DoesNotContain(said.Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal));
            Assert.Contains("SCImage", said, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine(said);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Bytes(DicomDataset dataset) => dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian);

    private static FusionIdentity Identity() => new(["aa", "bb"], "pet-ct/4", "cc", "cpu", "look");

    private static DicomDataset Build(DicomDataset source) => Builder().Build(Slice(source, colour: true)).Value;

    private static DicomDataset Header() => CompositionSamples.FixedHeader();

    private static SecondaryCaptureBuilder Builder() => new(CompositionSamples.Series(Identity()));

    private static SecondaryCaptureSlice Slice(DicomDataset source, bool colour)
    {
        var pixels = new byte[Columns * Rows * (colour ? 3 : 1)];
        new Random(5).NextBytes(pixels);
        return new SecondaryCaptureSlice
        {
            FixedHeader = source,
            Moving =
            [
                new SourceReference("1.2.3", "1.2.9", DicomUid.PositronEmissionTomographyImageStorage, "1.2.9.1"),
                new SourceReference("1.2.80", "1.2.81", DicomUid.PositronEmissionTomographyImageStorage, "1.2.9.2"),
            ],
            Index = 3,
            Columns = Columns,
            Rows = Rows,
            Pixels = pixels,
            IsColour = colour,
        };
    }
}
