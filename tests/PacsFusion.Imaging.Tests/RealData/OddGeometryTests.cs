using PacsFusion.Dicom;
using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

/// <summary>Series with odd geometry: each ends as the right volume or as a refusal with the right code.</summary>
public sealed class OddGeometryTests
{
    private const string Set = "odd/geometry";

    // Stored values of the synthetic series are this field of patient space, rounded.
    private static double Field(Vector3d p) => 2 * p.X + 3 * p.Y + 5 * p.Z + 100;

    [Theory]
    [InlineData("axial_plain", 12, 0.01)]
    [InlineData("axial_reversed", 12, 0.01)]
    [InlineData("axial_shuffled", 12, 0.01)]
    [InlineData("axial_jitter", 12, 0.6)]
    [InlineData("gantry_tilt", 12, 0.51)]
    [InlineData("decubitus_left", 12, 0.51)]
    [InlineData("decubitus_right", 12, 0.51)]
    [InlineData("prone", 12, 0.51)]
    [InlineData("feet_first", 12, 0.51)]
    [InlineData("sagittal", 12, 0.51)]
    [InlineData("coronal", 12, 0.51)]
    [InlineData("oblique", 12, 0.51)]
    [InlineData("thickness_not_gap", 12, 0.51)]
    [InlineData("orientation_rounded", 12, 0.6)]
    [InlineData("slope_per_slice", 12, 2)]
    [InlineData("localizer_inside", 11, 0.51)]
    [InlineData("duplicate_sop", 6, 0.51)]
    [InlineData("no_frame", 12, 0.51)]
    public void A_series_that_is_a_volume_shows_the_field_at_every_voxel(string series, int slices, double tolerance)
    {
        using var volume = Read(series).Value;

        Assert.Equal(slices, volume.Volume.Slices);
        Assert.Equal(slices, volume.Slices.Count);
        var worst = 0.0;
        for (var k = 0; k < volume.Volume.Slices; k++)
            for (var j = 0; j < volume.Volume.Rows; j++)
                for (var i = 0; i < volume.Volume.Columns; i++)
                    worst = Math.Max(worst, Math.Abs(volume.Volume[i, j, k] - Field(volume.Volume.Grid.ToPatient(i, j, k))));
        Assert.InRange(worst, 0, tolerance);
        Assert.All(volume.Slices.Index(), entry =>
            Assert.InRange((entry.Item.ImagePositionPatient - volume.Volume.Grid.ToPatient(0, 0, entry.Index)).Length, 0, 0.02));
        Assert.True(volume.Volume.VoxelToPatient.Determinant > 0);
    }

    [Theory]
    [InlineData("axial_missing", ImagingReasons.MissingSlice)]
    [InlineData("axial_uneven", ImagingReasons.UnevenSlices)]
    [InlineData("three_planes", ImagingReasons.LocalizerOnly)]
    [InlineData("two_slice", ImagingReasons.TooFewSlices)]
    [InlineData("one_slice", ImagingReasons.TooFewSlices)]
    [InlineData("mixed_spacing", ImagingReasons.MixedSpacing)]
    [InlineData("mixed_matrix", ImagingReasons.MixedMatrix)]
    [InlineData("mixed_frame", ImagingReasons.MixedFrame)]
    [InlineData("no_position", ImagingReasons.NoGeometry)]
    [InlineData("orientation_skewed", ImagingReasons.BadOrientation)]
    public void A_series_that_is_none_is_refused_by_code(string series, string code) => Assert.Equal(code, Read(series).Refusal?.Code);

    [Theory]
    [InlineData("d2n_increment_1", ImagingReasons.MissingSlice)]
    [InlineData("d2n_increment_2", ImagingReasons.MissingSlice)]
    [InlineData("d2n_mixed_orientation", ImagingReasons.AmbiguousParts)]
    [InlineData("d2n_not_a_volume", ImagingReasons.DuplicatePositions)]
    [InlineData("d2n_two_slices", ImagingReasons.TooFewSlices)]
    [InlineData("qact_ge_tilt_uneven", ImagingReasons.UnevenSlices)]
    public void A_real_series_that_is_no_even_stack_is_refused_by_code(string series, string code) =>
        Assert.Equal(code, Read(series, "real").Refusal?.Code);

    [Fact]
    public void What_a_rule_allows_shows_the_field_too()
    {
        using var filled = new SeriesReader(new() { InterpolateMissingSlice = true }).Read(UnpackedSets.Files(Set, "synthetic", "axial_missing")).Value;
        using var two = new SeriesReader(new() { MinimumSlices = 2 }).Read(UnpackedSets.Files(Set, "synthetic", "two_slice")).Value;

        foreach (var series in new[] { filled, two })
            for (var k = 0; k < series.Volume.Slices; k++)
                Assert.Equal(Field(series.Volume.Grid.ToPatient(31, 17, k)), series.Volume[31, 17, k], 0.51);
        Assert.Equal((12, 2), (filled.Volume.Slices, two.Volume.Slices));
        Assert.Single(filled.Slices, slice => slice.IsInterpolated);
        Assert.Equal(3, two.Volume.Spacing.Z, 9);
    }

    [Fact]
    public void A_real_stack_that_lacks_one_slice_is_filled_only_where_enough_are_left_to_tell_the_step()
    {
        var reader = new SeriesReader(new() { InterpolateMissingSlice = true, MinimumSlices = 2 });
        using var one = reader.Read(UnpackedSets.Files(Set, "real", "d2n_increment_1")).Value;
        using var two = reader.Read(UnpackedSets.Files(Set, "real", "d2n_two_slices")).Value;

        Assert.Equal(5, one.Volume.Slices);
        Assert.Equal(5, one.Facts.SliceDistance, 1e-3);
        Assert.Equal(1, two.Facts.SliceDistance, 3);
        Assert.Equal(ImagingReasons.UnevenSlices, reader.Read(UnpackedSets.Files(Set, "real", "qact_ge_tilt_uneven")).Refusal?.Code);
    }

    [Fact]
    public void A_gantry_tilt_is_seen_from_positions_and_kept_as_a_shear()
    {
        using var volume = Read("d2n_gantry_tilt", "real").Value;

        AcrinTests.Near(new(0, 0, 5), volume.Volume.VoxelToPatient.ColumnZ, 1e-3);
        Assert.Contains(volume.Warnings, warning => warning.Code == ImagingReasons.Sheared);
        Assert.Null(volume.Volume.FrameOfReferenceUid);
    }

    [Fact]
    public void Of_two_instances_with_one_uid_and_other_pixels_the_first_is_kept_and_it_is_said()
    {
        using var volume = Read("conflicting_sop").Value;

        Assert.Equal(6, volume.Volume.Slices);
        Assert.Contains(volume.Warnings, warning => warning.Code == ImagingReasons.ConflictingInstances);
    }

    [Theory]
    [InlineData(null, 1)]
    [InlineData(2, 2)]
    public void Two_time_points_at_each_position_are_two_volumes_of_which_one_is_taken(int? asked, int taken)
    {
        using var volume = new SeriesReader(new() { SubVolume = asked }).Read(UnpackedSets.Files(Set, "synthetic", "duplicate_positions")).Value;

        Assert.Equal(6, volume.Volume.Slices);
        Assert.Equal(["temporal position 1", "temporal position 2"], volume.SubVolumes);
        Assert.Equal(taken, volume.SubVolume);
        Assert.All(volume.Slices, slice => Assert.Equal(taken, slice.Header.GetInt(DicomTag.TemporalPositionIdentifier)));
        Assert.Contains(volume.Warnings, warning => warning.Code == ImagingReasons.SeveralVolumes);
    }

    [Fact]
    public void What_was_left_out_is_said()
    {
        using var localizer = Read("localizer_inside").Value;
        using var copy = Read("duplicate_sop").Value;

        Assert.Contains(localizer.Warnings, warning => warning.Code == ImagingReasons.PartsLeftOut);
        Assert.Contains(copy.Warnings, warning => warning.Code == ImagingReasons.CopiesLeftOut);
    }

    [Theory]
    [InlineData("axial_plain")]
    [InlineData("gantry_tilt")]
    [InlineData("oblique")]
    [InlineData("feet_first")]
    [InlineData("decubitus_left")]
    public void Resampling_a_series_gives_the_field_again(string series)
    {
        using var volume = Read(series).Value;
        var centre = volume.Volume.Grid.ToPatient(23.5, 19.5, 5.5);
        var target = Volumes.Grid(9, 8, 7, spacing: new(1.9, 2.3, 2.7), origin: centre - new Vector3d(7, 8, 7));

        using var result = new Resampler().Resample(volume.Volume, target, Affine.Identity);

        for (var k = 0; k < 7; k++)
            for (var j = 0; j < 8; j++)
                for (var i = 0; i < 9; i++)
                    if (result.IsCovered(i, j, k))
                        Assert.Equal(Field(target.ToPatient(i, j, k)), result[i, j, k], 0.52);
        Assert.True(result.Coverage is null || result.Coverage.Value.Span.Count((byte)1) > 400);
    }

    private static Outcome<SeriesVolume> Read(string series, string kind = "synthetic") =>
        new SeriesReader().Read(UnpackedSets.Files(Set, kind, series));
}
