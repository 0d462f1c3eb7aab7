namespace PacsFusion.Imaging.Tests;

public sealed class VolumeGridTests
{
    [Fact]
    public void Coarsening_moves_the_origin_to_the_centre_of_the_first_block()
    {
        var grid = Volumes.Grid(10, 9, 8, spacing: new(1, 2, 3), origin: new(0, 0, 0));

        var coarse = grid.Coarsen(2, 3, 4);

        Assert.Equal((5, 3, 2), (coarse.Columns, coarse.Rows, coarse.Slices));
        Assert.Equal(new Vector3d(0.5, 2, 4.5), coarse.VoxelToPatient.Origin);
        Assert.Equal(new Vector3d(2, 6, 12), coarse.Spacing);
    }

    [Fact]
    public void A_missing_frame_of_reference_equals_no_other_not_even_a_missing_one()
    {
        var grid = Volumes.Grid(2, 2, 2) with { FrameOfReferenceUid = null };

        Assert.False(grid.ClaimsSameFrameAs(grid));
        Assert.True((grid with { FrameOfReferenceUid = "1.2" }).ClaimsSameFrameAs(grid with { FrameOfReferenceUid = "1.2" }));
    }
}
