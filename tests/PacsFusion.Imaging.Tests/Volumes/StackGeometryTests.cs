using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>Every voxel of a stack must hold the field's value at its own patient point.</summary>
public sealed class StackGeometryTests
{
    public static TheoryData<string, FieldStack> Orientations()
    {
        var turn = Affine.Rigid(0.35, -0.21, 0.58, Vector3d.Zero, Vector3d.Zero);
        return new()
        {
            { "axial", new() },
            { "feet first: slices fall", new() { Row = new(-1, 0, 0), Column = new(0, 1, 0) } },
            { "prone", new() { Row = new(-1, 0, 0), Column = new(0, -1, 0) } },
            { "decubitus left", new() { Row = new(0, 1, 0), Column = new(-1, 0, 0) } },
            { "decubitus right", new() { Row = new(0, -1, 0), Column = new(1, 0, 0) } },
            { "sagittal", new() { Row = new(0, 1, 0), Column = new(0, 0, -1) } },
            { "coronal", new() { Row = new(1, 0, 0), Column = new(0, 0, -1) } },
            { "doubly oblique", new() { Row = turn.ColumnX, Column = turn.ColumnY } },
            { "mirrored: a left-handed header", new() { Row = new(1, 0, 0), Column = new(0, -1, 0) } },
            { "gantry tilt", new() { Row = new(1, 0, 0), Column = new(0, 0.96592583, -0.25881905), Step = new(0, 0, 3) } },
            { "tilted and oblique", new() { Row = turn.ColumnX, Column = turn.ColumnY, Step = turn.ColumnZ * 4 + turn.ColumnX * 0.7 - turn.ColumnY * 1.1 } },
            { "broad pixels", new() { RowSpacing = 0.7, ColumnSpacing = 3.1, Columns = 4, Rows = 11 } },
            { "listed from the far end", new() { Step = new(0, 0, -2.5) } },
        };
    }

    [Theory]
    [MemberData(nameof(Orientations), DisableDiscoveryEnumeration = true)]
    public void Single_frames_land_where_their_headers_say(string _, FieldStack stack)
    {
        using var series = SeriesBuilder.Read(stack.Single()).Value;

        Check(stack, series);
        Assert.All(series.Slices.Index(), entry => Assert.InRange((entry.Item.ImagePositionPatient - series.Volume.Grid.ToPatient(0, 0, entry.Index)).Length, 0, 1e-6));
    }

    [Theory]
    [MemberData(nameof(Orientations), DisableDiscoveryEnumeration = true)]
    public void Frames_of_an_enhanced_object_land_where_their_functional_groups_say(string _, FieldStack stack)
    {
        using var series = SeriesBuilder.Read([FieldStack.Enhanced(stack)]).Value;

        Check(stack, series);
    }

    [FsCheck.Xunit.Property(MaxTest = 60)]
    public bool Any_turn_spacing_and_shear_keeps_the_field_at_its_place(int x, int y, int z, byte rowSpacing, byte columnSpacing, sbyte leanX, sbyte leanY, bool enhanced)
    {
        var turn = Affine.Rigid(x % 360 * 0.0175, y % 360 * 0.0175, z % 360 * 0.0175, Vector3d.Zero, Vector3d.Zero);
        var stack = new FieldStack
        {
            Row = turn.ColumnX,
            Column = turn.ColumnY,
            RowSpacing = 0.5 + rowSpacing / 64.0,
            ColumnSpacing = 0.5 + columnSpacing / 64.0,
            Step = turn.ColumnZ * 3.3 + turn.ColumnX * (leanX / 100.0) + turn.ColumnY * (leanY / 100.0),
        };

        using var series = SeriesBuilder.Read(enhanced ? [FieldStack.Enhanced(stack)] : stack.Single()).Value;

        Check(stack, series);
        return true;
    }

    [Fact]
    public void A_turned_patient_position_changes_nothing_of_the_geometry()
    {
        var stack = new FieldStack();
        var slices = stack.Single();
        slices.ForEach(slice => slice.Set(DicomTag.PatientPosition, "FFDR").Set(DicomTag.InstanceNumber, "7").Set(DicomTag.SliceLocation, "-99").Set(DicomTag.SpacingBetweenSlices, "-8").Set(DicomTag.SliceThickness, "9"));

        using var series = SeriesBuilder.Read(slices).Value;

        Check(stack, series);
        Assert.Equal(9, series.Facts.SliceThickness);
        Assert.Equal(3, series.Facts.SliceDistance, 9);
    }

    [Theory]
    [InlineData(0, 0, 1e-6, true)]
    [InlineData(0, 0, 0.29, true)]
    [InlineData(0, 0, 0.31, false)]
    [InlineData(0.29, 0, 0, true)]
    [InlineData(0.2, 0.24, 0, false)]
    public void A_slice_may_lie_a_tenth_of_a_step_off_the_line(double x, double y, double z, bool passes)
    {
        var stack = new FieldStack();
        var slices = stack.Single();
        var moved = slices.Single(slice => slice.GetString(DicomTag.SOPInstanceUID) == "1.2.3.3");
        var p = stack.Position(2) + new Vector3d(x, y, z);
        moved.Set(DicomTag.ImagePositionPatient, FieldStack.Number(p.X), FieldStack.Number(p.Y), FieldStack.Number(p.Z));

        var outcome = SeriesBuilder.Read(slices);

        Assert.Equal(passes ? null : ImagingReasons.UnevenSlices, outcome.Refusal?.Code);
        if (passes) using (outcome.Value) Check(stack, outcome.Value);
    }

    [Fact]
    public void One_missing_slice_is_filled_by_its_neighbours_only_where_asked()
    {
        var stack = new FieldStack();
        var slices = stack.Single();
        slices.RemoveAll(slice => slice.GetString(DicomTag.SOPInstanceUID) == "1.2.3.3");

        Assert.Equal(ImagingReasons.MissingSlice, SeriesBuilder.Read(slices).Refusal?.Code);
        using var series = SeriesBuilder.Read(slices, new() { InterpolateMissingSlice = true }).Value;

        Check(stack, series);
        Assert.Equal([false, false, true, false, false, false], series.Slices.Select(slice => slice.IsInterpolated));
        Assert.Equal(stack.Position(2), series.Slices[2].ImagePositionPatient);
        Assert.Equal(ImagingReasons.SliceInterpolated, Assert.Single(series.Warnings).Code);
    }

    [Theory]
    [InlineData(new[] { 3, 4 })]
    [InlineData(new[] { 2, 5 })]
    [InlineData(new[] { 1, 2, 5 })]
    public void More_than_one_missing_slice_is_refused_even_where_asked(int[] missing)
    {
        var slices = new FieldStack { Slices = 9 }.Single();
        slices.RemoveAll(slice => missing.Any(k => slice.GetString(DicomTag.SOPInstanceUID) == $"1.2.3.{k + 1}"));

        Assert.Equal(ImagingReasons.MissingSlice, SeriesBuilder.Read(slices, new() { InterpolateMissingSlice = true }).Refusal?.Code);
    }

    [Fact]
    public void A_filled_slice_is_covered_only_where_both_neighbours_are()
    {
        var slices = SeriesBuilder.Ct(6);
        var pixels = Enumerable.Repeat((short)1064, 30).ToArray();
        pixels[8] = -2000;
        slices[1].SetPixels(pixels);
        slices.RemoveAt(2);

        using var series = SeriesBuilder.Read(slices, new() { InterpolateMissingSlice = true }).Value;

        Assert.False(series.Volume.IsCovered(2, 1, 2));
        Assert.Equal(-1024, series.Volume[2, 1, 2]);
        Assert.Equal(29, series.Volume.CoverageSlice(2).Count((byte)1));
        Assert.True(series.Volume.IsCovered(2, 1, 3));
    }

    [Theory]
    [InlineData("ORIGINAL", "DERIVED", 6)]
    [InlineData("DERIVED", "ORIGINAL", 8)]
    [InlineData("DERIVED", "DERIVED", 8)]
    public void Of_several_orientations_the_largest_original_stack_wins_and_the_rest_is_named(string axialType, string coronalType, int slices)
    {
        var axial = new FieldStack { Slices = 6 };
        var coronal = new FieldStack { Slices = 8, Row = new(1, 0, 0), Column = new(0, 0, -1), Origin = new(-4, 30, 40) };
        var mixed = axial.Single().Select(slice => slice.Set(DicomTag.ImageType, axialType, "PRIMARY", "M"))
            .Concat(coronal.Single(90).Select(slice => slice.Set(DicomTag.ImageType, coronalType, "SECONDARY", "M"))).ToList();

        using var series = SeriesBuilder.Read(mixed).Value;

        Assert.Equal(slices, series.Volume.Slices);
        Check(slices == 6 ? axial : coronal, series);
        var warning = Assert.Single(series.Warnings);
        Assert.Equal(ImagingReasons.PartsLeftOut, warning.Code);
        Assert.Contains(slices == 6 ? $"Left out: 8 coronal {coronalType} M slices of 7x5" : $"Left out: 6 axial {axialType} M slices of 7x5", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_magnitude_and_phase_the_magnitude_is_taken()
    {
        var stack = new FieldStack();
        var phase = new FieldStack { Offset = 500 };
        var both = stack.Single().Concat(phase.Single(90).Select(slice => slice.Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "P"))).ToList();

        using var series = SeriesBuilder.Read(both).Value;

        Check(stack, series);
        Assert.Equal(ImagingReasons.PartsLeftOut, Assert.Single(series.Warnings).Code);
    }

    [Fact]
    public void Slices_of_another_kind_that_go_on_where_the_stack_ends_are_not_left_out()
    {
        var stack = new FieldStack { Slices = 12 };
        var slices = Enumerable.Range(0, 12).Select(k => stack.Slice(k, $"1.2.3.{k}").Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", k < 7 ? "M" : "OTHER")).ToList();

        Assert.Equal(ImagingReasons.AmbiguousParts, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void Slices_of_another_kind_between_those_of_the_stack_are_its_other_half()
    {
        var stack = new FieldStack { Slices = 11 };
        var slices = Enumerable.Range(0, 11).Select(k => stack.Slice(k, $"1.2.3.{k}").Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", k % 2 == 0 ? "M" : "OTHER")).ToList();

        Assert.Equal(ImagingReasons.AmbiguousParts, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void A_patient_who_was_turned_round_halfway_is_not_cut_in_half()
    {
        var head = new FieldStack { Slices = 9 };
        var feet = new FieldStack { Slices = 6, Row = new(-1, 0, 0), Column = new(0, 1, 0), Origin = head.Position(9) + new Vector3d(9, 0, 15) };

        Assert.Equal(ImagingReasons.AmbiguousParts, SeriesBuilder.Read(head.Single().Concat(feet.Single(90))).Refusal?.Code);
        // Over the same stretch it is another picture of the same, and left out.
        var again = feet with { Origin = head.Position(0) + new Vector3d(9, 0, 18) };
        using var series = SeriesBuilder.Read(head.Single().Concat(again.Single(90))).Value;
        Check(head, series);
    }

    private static void Check(FieldStack stack, SeriesVolume series)
    {
        Assert.Equal(stack.Slices, series.Volume.Slices);
        Assert.InRange(stack.Error(series), 0, 0.0501 + 5 * 1e-6);
        Assert.True(series.Volume.VoxelToPatient.Determinant > 0);
        var spacing = series.Volume.Spacing;
        Assert.Equal(stack.ColumnSpacing, spacing.X, 6);
        Assert.Equal(stack.RowSpacing, spacing.Y, 6);
        Assert.Equal((stack.Position(1) - stack.Position(0)).Length, spacing.Z, 6);
    }
}
