namespace PacsFusion.Imaging.Tests;

public sealed class IntensityPyramidTests
{
    [Fact]
    public void Each_level_of_a_linear_field_has_the_field_s_value_at_its_own_voxel_centres()
    {
        // 1.1, 1.4 and 2.1 mm are shrunk by different factors: an origin that is not moved along shows at once.
        var grid = Volumes.Grid(64, 56, 48, new(1.1, 1.4, 2.1));
        using var volume = Volumes.Of(grid, Volumes.Linear);
        using var pyramid = IntensityPyramid.Build(volume, 2, false, 2, null, default);

        for (var level = 0; level < 3; level++)
        {
            var shrunk = pyramid[level];
            Assert.True(shrunk.Columns < 64, $"level {level}");
            foreach (var (i, j, k) in new[] { (0, 0, 0), (3, 2, 1), (shrunk.Columns - 1, shrunk.Rows - 1, shrunk.Slices - 1) })
                Assert.Equal(Volumes.Linear(shrunk.Grid.ToPatient(i, j, k)), shrunk[i, j, k], 0.02);
        }
    }

    [Fact]
    public void An_axis_that_is_coarse_already_or_short_is_not_shrunk()
    {
        using var volume = Volumes.Of(Volumes.Grid(40, 12, 20, new(1, 1, 9)), Volumes.Linear);
        using var pyramid = IntensityPyramid.Build(volume, 2, false, 1, null, default);

        Assert.Equal((20, 12, 20), (pyramid[2].Columns, pyramid[2].Rows, pyramid[2].Slices));
    }

    [Fact]
    public void A_block_of_which_less_than_half_is_known_is_not_known()
    {
        using var volume = Volumes.Of(Volumes.Grid(16, 16, 16, new(1, 1, 1)), _ => 5, withCoverage: true);
        var mask = volume.Coverage!.Value.Span;
        for (var i = 0; i < mask.Length; i++) mask[i] = i % 16 < 9 ? (byte)1 : (byte)0;
        volume.Voxels.Span[0] = float.NaN;
        using var pyramid = IntensityPyramid.Build(volume, 2, false, 1, null, default);

        Assert.Equal([5, 5, 5, 5, 5, float.NaN, float.NaN, float.NaN], pyramid[2].Voxels.Span[..8].ToArray());
    }

    [Fact]
    public void Smoothing_keeps_a_linear_field_inside_and_does_not_spread_what_is_not_known()
    {
        var grid = Volumes.Grid(9, 8, 7);
        using var volume = Volumes.Of(grid, Volumes.Linear);
        volume.Voxels.Span[(3 * 8 + 4) * 9 + 4] = float.NaN;

        Smoothing.Apply(volume);

        Assert.Equal(1, volume.Voxels.ToArray().Count(float.IsNaN));
        Assert.Equal(Volumes.Linear(grid.ToPatient(2, 2, 2)), volume[2, 2, 2], 0.001);
    }

    [Fact]
    public void Samples_are_the_same_for_one_seed_and_others_for_another()
    {
        using var ct = Torso.Ct();
        SampleSet Draw(uint seed) => SampleSet.Draw(ct, VoxelBox.Of(ct.Grid), Vector3d.Zero, new(-1024, 1000), 64, 4000, seed);

        Assert.Equal(Draw(1).X, Draw(1).X);
        Assert.NotEqual(Draw(1).X, Draw(2).X);
        Assert.InRange(Draw(1).Count, 3900, 4000);
        Assert.All(Draw(1).Bin.Take(Draw(1).Count), bin => Assert.InRange(bin, 0, 63));
    }
}
