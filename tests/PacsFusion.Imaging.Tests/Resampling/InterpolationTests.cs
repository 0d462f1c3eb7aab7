using FsCheck.Xunit;

namespace PacsFusion.Imaging.Tests;

public sealed class InterpolationTests
{
    public static TheoryData<Interpolation, bool, bool> Ways()
    {
        var data = new TheoryData<Interpolation, bool, bool>();
        foreach (var interpolation in (Interpolation[])[Interpolation.Trilinear, Interpolation.CubicBSpline])
            foreach (var separable in (bool[])[true, false])
                foreach (var masked in (bool[])[true, false])
                    data.Add(interpolation, separable, masked);
        return data;
    }

    [Property(MaxTest = 25)]
    public void A_linear_field_is_exact_between_any_two_grids(int seed)
    {
        var random = new Random(seed);
        VolumeGrid from = RandomGrid(random, 22, 19, 15), to = RandomGrid(random, 14, 17, 11);
        var map = Affine.Rigid(Around(0.6), Around(0.6), Around(0.6), new(0, 20, 60), new(Around(4), Around(4), Around(4)));
        using var moving = Volumes.Of(from, Volumes.Linear);

        using var result = new Resampler().Resample(moving, to, map, TestContext.Current.CancellationToken);

        // Where the fixed grid is coarser the filter needs its own width of known voxels: the random spacings stay below twice the other's.
        Assert.Null(Sampling.Where(result, (p, value) =>
            Sampling.Depth(from, Sampling.IndexIn(moving, map, p)) > 5 && Math.Abs(value - Volumes.Linear(map.Transform(p))) > 0.02));

        double Around(double most) => (random.NextDouble() * 2 - 1) * most;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_linear_field_is_exact_inside_on_shared_axes_and_on_oblique_sheared_ones(Interpolation interpolation, bool separable, bool masked)
    {
        var resampler = new Resampler(new() { Interpolation = interpolation, UseSeparablePath = separable });
        foreach (var (from, to, map) in ((VolumeGrid, VolumeGrid, Affine)[])
            [(Volumes.Grid(34, 30, 26), Volumes.Grid(40, 37, 21, new(0.9, 1.1, 2.3), new(-6, 12, 38)), Affine.Identity), (Sampling.Sheared(34, 30, 26), Volumes.Grid(20, 19, 18, new(1.1, 1.3, 1.7), new(-9, 10, 45)), Sampling.Tilt)])
        {
            using var moving = Volumes.Of(from, Volumes.Linear, withCoverage: masked);

            using var result = resampler.Resample(moving, to, map, TestContext.Current.CancellationToken);

            // The spline is mirrored at the borders, where a linear field bends.
            var least = interpolation == Interpolation.CubicBSpline ? 6 : 0;
            Assert.Null(Sampling.Where(result, (p, value) =>
                Sampling.Depth(from, Sampling.IndexIn(moving, map, p)) > least && Math.Abs(value - Volumes.Linear(map.Transform(p))) > 0.01));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Trilinear_is_what_the_textbook_says_also_beside_holes(bool separable)
    {
        using var moving = Sampling.Holed(Volumes.Grid(17, 13, 9), p => Math.Sin(p.X) + p.Y * 0.1 + Math.Cos(p.Z), placeholder: 1e9f);
        var target = Volumes.Grid(31, 27, 17, new(0.9, 1.05, 1.61), new(-12, 5, 28));
        var map = separable ? Affine.Identity : Affine.Rigid(0.1, -0.05, 0.2, new(0, 20, 40), new(1, -1, 2));

        using var result = new Resampler().Resample(moving, target, map, TestContext.Current.CancellationToken);

        for (var k = 0; k < target.Slices; k++)
            for (var j = 0; j < target.Rows; j++)
                for (var i = 0; i < target.Columns; i++)
                {
                    var (value, share) = Sampling.Trilinear(moving, Sampling.IndexIn(moving, map, target.ToPatient(i, j, k)));
                    if (Math.Abs(share - 0.5) < 1e-3) continue;
                    Assert.Equal(share > 0.5, result.IsCovered(i, j, k));
                    Assert.Equal(share > 0.5 ? value : 0, result[i, j, k], 1e-4);
                }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nearest_gives_the_value_of_the_nearest_voxel_and_no_other(bool separable)
    {
        using var moving = Volumes.Noise(Volumes.Grid(17, 13, 9), seed: 3);
        var target = Volumes.Grid(24, 21, 14, new(0.93, 1.07, 1.63), new(-9, 8, 31));
        var map = separable ? Affine.Identity : Sampling.Tilt;

        using var result = new Resampler(new() { Interpolation = Interpolation.Nearest }).Resample(moving, target, map, TestContext.Current.CancellationToken);

        for (var k = 0; k < target.Slices; k++)
            for (var j = 0; j < target.Rows; j++)
                for (var i = 0; i < target.Columns; i++)
                {
                    if (!result.IsCovered(i, j, k)) continue;
                    var at = Sampling.IndexIn(moving, map, target.ToPatient(i, j, k));
                    if (IsTie(at.X) || IsTie(at.Y) || IsTie(at.Z)) continue;
                    Assert.Equal(moving[Round(at.X, 17), Round(at.Y, 13), Round(at.Z, 9)], result[i, j, k]);
                }

        static bool IsTie(double v) => Math.Abs(v - Math.Floor(v) - 0.5) < 1e-4;
        static int Round(double v, int length) => (int)Math.Clamp(Math.Round(v), 0, length - 1);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Labels_stay_labels_on_a_coarser_grid(bool separable)
    {
        using var moving = Volumes.Of(Volumes.Grid(40, 40, 12), p => (int)Math.Abs(p.X) % 2 == 0 ? 3 : 8);

        using var result = new Resampler(new() { Interpolation = Interpolation.Nearest, UseSeparablePath = separable })
            .Resample(moving, Volumes.Grid(9, 9, 5, new(5.3, 6.1, 6.7)), Affine.Identity, TestContext.Current.CancellationToken);

        Assert.Null(Sampling.Where(result, (_, value) => value is not (3 or 8)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_spline_goes_through_the_voxels(bool separable)
    {
        using var moving = Volumes.Noise(Volumes.Grid(13, 11, 7), seed: 5);
        var target = moving.Grid with { Columns = 12, Rows = 10, Slices = 6, VoxelToPatient = moving.VoxelToPatient.Multiply(Affine.Translation(new(1, 1, 1))) };

        using var result = new Resampler(new() { Interpolation = Interpolation.CubicBSpline, UseSeparablePath = separable }).Resample(moving, target, Affine.Identity, TestContext.Current.CancellationToken);

        for (var k = 0; k < 6; k++)
            for (var j = 0; j < 10; j++)
                for (var i = 0; i < 12; i++)
                    Assert.Equal(moving[i + 1, j + 1, k + 1], result[i, j, k], 1e-4f);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_spline_follows_a_wave_far_closer_than_straight_lines_do(bool separable)
    {
        static double Wave(Vector3d p) => Math.Sin(p.X * 0.9) * Math.Cos(p.Y * 0.6) + Math.Sin(p.Z * 0.4);
        using var moving = Volumes.Of(Volumes.Grid(40, 36, 30), Wave);
        var target = Volumes.Grid(30, 30, 20, new(0.7, 0.9, 1.7), new(8, 25, 60));
        var map = separable ? Affine.Identity : Affine.Rigid(0.05, 0.04, -0.06, new(18, 38, 76), Vector3d.Zero);

        double Worst(Interpolation interpolation)
        {
            using var result = new Resampler(new() { Interpolation = interpolation }).Resample(moving, target, map);
            double worst = 0;
            Sampling.Where(result, (p, value) =>
            {
                worst = Math.Max(worst, Math.Abs(value - Wave(map.Transform(p))));
                return false;
            });
            return worst;
        }

        Assert.True(Worst(Interpolation.CubicBSpline) < Worst(Interpolation.Trilinear) / 4);
    }

    [Theory]
    [InlineData(1, 5, 6)]
    [InlineData(2, 3, 4)]
    [InlineData(3, 2, 1)]
    [InlineData(30, 2, 3)]
    [InlineData(2, 40, 26)]
    public void Short_axes_work_with_every_interpolation(int columns, int rows, int slices)
    {
        using var moving = Volumes.Of(Volumes.Grid(columns, rows, slices), _ => 7.5);
        foreach (var interpolation in Enum.GetValues<Interpolation>())
            foreach (var map in (Affine[])[Affine.Identity, Sampling.Tilt])
                foreach (var vectors in (bool[])[true, false])
                {
                    using var result = new Resampler(new() { Interpolation = interpolation, UseVectors = vectors })
                        .Resample(moving, Volumes.Grid(30, 9, 9, new(1.1, 1.2, 1.3)), map, TestContext.Current.CancellationToken);
                    Assert.Null(Sampling.Where(result, (_, value) => value != 0 && Math.Abs(value - 7.5) > 1e-4));
                }
    }

    [Fact]
    public void A_single_hot_voxel_comes_out_at_its_place_whatever_the_axes()
    {
        var grid = Sampling.Sheared(21, 19, 17);
        using var moving = Volumes.Of(grid, _ => 0);
        moving.Voxels.Span[(6 * 19 + 12) * 21 + 5] = 1000;
        var place = Sampling.Tilt.Invert().Transform(grid.ToPatient(5, 12, 6));
        var target = Volumes.Grid(60, 60, 60, new(0.5, 0.6, 0.7), place - new Vector3d(14, 17, 20));

        foreach (var interpolation in (Interpolation[])[Interpolation.Trilinear, Interpolation.CubicBSpline])
        {
            using var result = new Resampler(new() { Interpolation = interpolation }).Resample(moving, target, Sampling.Tilt, TestContext.Current.CancellationToken);
            Assert.InRange((Sampling.Centroid(result) - place).Length, 0, 0.02);
        }
    }

    private static VolumeGrid RandomGrid(Random random, int columns, int rows, int slices)
    {
        double Near(double value, double by) => value + (random.NextDouble() * 2 - 1) * by;
        var turn = Affine.Rigid(Near(0, 3), Near(0, 3), Near(0, 3), Vector3d.Zero, Vector3d.Zero);
        Vector3d x = turn.Transform(new(Near(1.5, 0.2), 0, 0)), y = turn.Transform(new(Near(0, 0.1), Near(1.6, 0.2), 0)), z = turn.Transform(new(Near(0, 0.2), Near(0, 0.2), Near(1.7, 0.2)));
        var half = x * ((columns - 1) / 2.0) + y * ((rows - 1) / 2.0) + z * ((slices - 1) / 2.0);
        return new VolumeGrid(columns, rows, slices, Affine.FromColumns(x, y, z, new Vector3d(0, 20, 60) - half), null);
    }
}
