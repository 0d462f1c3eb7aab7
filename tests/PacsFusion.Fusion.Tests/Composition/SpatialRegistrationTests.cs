using PacsFusion.Dicom;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class SpatialRegistrationTests
{
    private static readonly FusionIdentity Identity = new(["aa", "bb"], "pet-ct/4", "cc", "cpu", "look");
    private static readonly Affine Turn = Affine.Rigid(0.1, -0.07, 0.2, new(10, 20, 300), new(4, -6, 730));

    [Fact]
    public void The_matrix_brings_moving_points_to_fixed_ones_and_the_fixed_side_stays()
    {
        var items = Build().GetSequence(DicomTag.RegistrationSequence);

        Assert.Equal(2, items.Count);
        Assert.Equal(Affine.Identity, MatrixOf(items[0]));
        var back = MatrixOf(items[1]).Transform(Turn.Transform(new(-83, 41, 512)));
        Assert.InRange((back - new Vector3d(-83, 41, 512)).Length, 0, 1e-8);
        Assert.Equal(["RIGID", "RIGID"], items.Select(TypeOf));
        Assert.Equal(["125021", "125024"], items.Select(i => i.GetItem(DicomTag.MatrixRegistrationSequence)!.GetItem(DicomTag.RegistrationTypeCodeSequence)!.GetString(DicomTag.CodeValue)));
    }

    [Fact]
    public void Scale_shear_and_mirrors_are_not_called_rigid()
    {
        foreach (var map in (Affine[])
            [Turn with { M00 = Turn.M00 * 1.001 }, Affine.Identity with { M01 = 0.001 }, Affine.Identity with { M22 = -1 }])
            Assert.Equal("AFFINE", TypeOf(Build(map: map).GetSequence(DicomTag.RegistrationSequence)[1]));
    }

    [Fact]
    public void The_registered_frame_is_the_fixed_one_and_each_item_names_its_frame_and_images()
    {
        var made = Build();
        var items = made.GetSequence(DicomTag.RegistrationSequence);

        Assert.Equal("1.2.3.9", made.GetString(DicomTag.FrameOfReferenceUID));
        Assert.Equal(["1.2.3.9", "1.2.80.9"], items.Select(i => i.GetString(DicomTag.FrameOfReferenceUID)));
        Assert.Equal(["1.2.3.4", "1.2.3.5"], items[0].GetSequence(DicomTag.ReferencedImageSequence).Select(r => r.GetString(DicomTag.ReferencedSOPInstanceUID)));
        Assert.Equal(["1.2.9.1"], items[1].GetSequence(DicomTag.ReferencedImageSequence).Select(r => r.GetString(DicomTag.ReferencedSOPInstanceUID)));
        Assert.Equal(["1.2.3.3"], made.GetSequence(DicomTag.ReferencedSeriesSequence).Select(s => s.GetString(DicomTag.SeriesInstanceUID)));
        Assert.Equal("1.2.80", made.GetItem(DicomTag.StudiesContainingOtherReferencedInstancesSequence)!.GetString(DicomTag.StudyInstanceUID));
    }

    [Theory]
    [InlineData("1.2.3.9")]
    [InlineData(null)]
    public void A_moving_series_that_claims_the_fixed_frame_or_none_is_named_by_its_images_alone(string? frame)
    {
        var items = Build(movingFrame: frame).GetSequence(DicomTag.RegistrationSequence);

        Assert.Equal("1.2.3.9", items[0].GetString(DicomTag.FrameOfReferenceUID));
        Assert.False(items[1].Contains(DicomTag.FrameOfReferenceUID));
        Assert.Single(items[1].GetSequence(DicomTag.ReferencedImageSequence));
    }

    [Fact]
    public void The_object_belongs_to_the_patient_and_study_of_the_fixed_series_and_says_what_it_is()
    {
        var made = Build();

        Assert.Equal("Müller^Änne", made.GetString(DicomTag.PatientName));
        Assert.Equal("1.2.3", made.GetString(DicomTag.StudyInstanceUID));
        Assert.Equal("REG", made.GetString(DicomTag.Modality));
        Assert.Contains("research use only", made.GetString(DicomTag.ContentDescription)!, StringComparison.Ordinal);
        Assert.Contains("research use only", made.GetString(DicomTag.SeriesDescription)!, StringComparison.Ordinal);
        Assert.False(made.Contains(DicomTag.PixelData));
        Assert.False(made.Contains(DicomTag.ImagePositionPatient));
        Assert.True(SecondaryCaptureBuilder.IsOwnObject(made));
        Assert.All(made.GetSequence(DicomTag.RegistrationSequence), i =>
            Assert.All(i.GetItem(DicomTag.MatrixRegistrationSequence)!.GetItem(DicomTag.MatrixSequence)!.GetStrings(DicomTag.FrameOfReferenceTransformationMatrix), v => Assert.InRange(v.Length, 1, 16)));
    }

    [Fact]
    public void The_same_pair_gives_the_same_bytes_and_another_identity_other_uids()
    {
        Assert.Equal(Build().Encode(DicomTransferSyntax.ExplicitVRLittleEndian), Build().Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        var other = new FusionIdentity(["aa"], "pet-ct/4", "cc", "cpu", "look");
        string[] uids = [Identity.SeriesInstanceUid, SpatialRegistrationBuilder.SeriesInstanceUid(Identity), SpatialRegistrationBuilder.SopInstanceUid(Identity),
            SpatialRegistrationBuilder.SeriesInstanceUid(other), SpatialRegistrationBuilder.SopInstanceUid(other), Identity.SopInstanceUid(0)];
        Assert.Equal(uids.Length, uids.Distinct().Count());
    }

    [Fact]
    public void Without_a_fixed_frame_or_study_there_is_no_registration()
    {
        var header = CompositionSamples.FixedHeader();
        header.Remove(DicomTag.StudyInstanceUID);

        Assert.Equal(FusionReasons.SourceHeaderIncomplete, SpatialRegistrationBuilder.Build(Pair() with { FixedHeader = header }).Refusal!.Code);
        Assert.Equal(FusionReasons.SourceHeaderIncomplete, SpatialRegistrationBuilder.Build(Pair() with { Fixed = Pair().Fixed with { FrameOfReferenceUid = null } }).Refusal!.Code);
        Assert.Throws<ArgumentException>(() => SpatialRegistrationBuilder.Build(Pair() with { FixedToMoving = default }));
        Assert.Throws<ArgumentException>(() => SpatialRegistrationBuilder.Build(Pair() with { Moving = Pair().Moving with { Instances = [] } }));
    }

    [Theory]
    [InlineData("1.2.80.9")]
    [InlineData("1.2.3.9")]
    public async Task The_validator_finds_no_error(string frame)
    {
        var path = Path.Combine(Path.GetTempPath(), $"fusion-reg-{Environment.ProcessId}-{frame}.dcm");
        try
        {
            new DicomFile(Build(movingFrame: frame), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
            var said = await CompositionSamples.ValidateAsync(path);
            Assert.DoesNotContain(said.Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal));
            Assert.Contains("SpatialRegistration", said, StringComparison.Ordinal);
            TestContext.Current.TestOutputHelper?.WriteLine(said);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Affine MatrixOf(DicomDataset item) => Affine.FromRowMajor16(
        [.. item.GetItem(DicomTag.MatrixRegistrationSequence)!.GetItem(DicomTag.MatrixSequence)!.GetStrings(DicomTag.FrameOfReferenceTransformationMatrix)
            .Select(v => double.Parse(v, System.Globalization.CultureInfo.InvariantCulture))]);

    private static string? TypeOf(DicomDataset item) =>
        item.GetItem(DicomTag.MatrixRegistrationSequence)!.GetItem(DicomTag.MatrixSequence)!.GetString(DicomTag.FrameOfReferenceTransformationMatrixType);

    private static DicomDataset Build(Affine? map = null, string? movingFrame = "1.2.80.9") => SpatialRegistrationBuilder.Build(
        Pair() with { FixedToMoving = map ?? Turn, Moving = Pair().Moving with { FrameOfReferenceUid = movingFrame } }).Value;

    private static SpatialRegistration Pair() => new()
    {
        Identity = Identity,
        FixedHeader = CompositionSamples.FixedHeader(),
        Fixed = new("CT", "1.2.3.9",
        [
            new("1.2.3", "1.2.3.3", DicomUid.CTImageStorage, "1.2.3.4"), new("1.2.3", "1.2.3.3", DicomUid.CTImageStorage, "1.2.3.5"),
        ]),
        Moving = new("PT", "1.2.80.9", [new("1.2.80", "1.2.81", DicomUid.PositronEmissionTomographyImageStorage, "1.2.9.1")]),
        FixedToMoving = Turn,
        SeriesNumber = 209001,
        Comment = "MI 0.43 of best 0.44; moved 4.9 mm, 1.3 degrees",
        CreatedAt = new DateTimeOffset(2026, 3, 4, 23, 30, 15, TimeSpan.Zero),
        SoftwareVersion = "0.1.0",
    };
}
