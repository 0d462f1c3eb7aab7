namespace PacsFusion.Imaging.Tests;

public sealed class BodyMaskTests
{
    [Fact]
    public void Only_the_largest_part_that_is_joined_by_faces_is_the_body()
    {
        // A bar of 4 voxels that turns through all three axes, a table of 3, and a voxel that touches the bar by an edge only.
        var body = Make(8, 6, 4, (1, 1, 1), (2, 1, 1), (2, 2, 1), (2, 2, 2), (3, 3, 2), (5, 5, 0), (6, 5, 0), (7, 5, 0));

        var mask = BodyMask.Of(body, -300);

        Assert.Equal(4, mask.VoxelCount);
        Assert.Equal(1, mask.Inside.Span[(2 * 6 + 2) * 8 + 2]);
        Assert.Equal(0, mask.Inside.Span[(2 * 6 + 3) * 8 + 3]);
        Assert.Equal(0, mask.Inside.Span[5 * 8 + 5]);
        Assert.Equal(4.0 / (8 * 6 * 4), mask.Share, 12);
    }

    [Fact]
    public void Two_arms_that_meet_further_up_are_one_part()
    {
        // A U: the arms join only in the last row.
        var body = Make(7, 3, 1, (1, 0, 0), (5, 0, 0), (1, 1, 0), (5, 1, 0), (1, 2, 0), (2, 2, 0), (3, 2, 0), (4, 2, 0), (5, 2, 0));

        Assert.Equal(9, BodyMask.Of(body, -300).VoxelCount);
    }

    [Fact]
    public void The_end_of_a_row_does_not_touch_the_start_of_the_next()
    {
        var body = Make(4, 3, 2, (3, 0, 0), (0, 1, 0));

        Assert.Equal(1, BodyMask.Of(body, -300).VoxelCount);
    }

    [Fact]
    public void A_slice_joins_the_one_below_but_not_across_a_gap()
    {
        Assert.Equal(2, BodyMask.Of(Make(3, 3, 3, (1, 1, 0), (1, 1, 1)), -300).VoxelCount);
        Assert.Equal(1, BodyMask.Of(Make(3, 3, 3, (1, 1, 0), (1, 1, 2)), -300).VoxelCount);
    }

    [Fact]
    public void An_empty_volume_has_no_body() => Assert.Equal(0, BodyMask.Of(Make(3, 3, 3), -300).VoxelCount);

    [Fact]
    public void Without_a_unit_the_threshold_comes_from_the_histogram()
    {
        using var mr = Volumes.Of(Volumes.Grid(20, 20, 10, spacing: new(1, 1, 1), origin: Vector3d.Zero),
            p => (p.X is > 4 and < 15 && p.Y is > 4 and < 15 ? 400 : 3) + (p.X + p.Y) % 3);

        Assert.Equal(10 * 10 * 10, BodyMask.Of(mr).VoxelCount);
    }

    private static Volume Make(int columns, int rows, int slices, params (int I, int J, int K)[] inside)
    {
        var volume = Volumes.Of(Volumes.Grid(columns, rows, slices), _ => -1000, VoxelUnit.HounsfieldUnits);
        foreach (var (i, j, k) in inside) volume.Voxels.Span[(k * rows + j) * columns + i] = 40;
        return volume;
    }
}
