namespace PacsFusion.Imaging.Tests;

public sealed class LowPassTests
{
    public static TheoryData<double, bool, bool> Ratios()
    {
        var data = new TheoryData<double, bool, bool>();
        foreach (var ratio in (double[])[2, 2.3, 3, 5.6, 14])
            foreach (var separable in (bool[])[true, false])
                foreach (var masked in (bool[])[true, false])
                    data.Add(ratio, separable, masked);
        return data;
    }

    [Theory]
    [MemberData(nameof(Ratios))]
    public void A_fine_checkerboard_becomes_grey_and_no_other_pattern(double ratio, bool separable, bool masked)
    {
        using var moving = Volumes.Of(Fine(), p => ((int)Math.Round(p.X) + (int)Math.Round(p.Y)) % 2 * 100, withCoverage: masked);

        using var result = Coarse(moving, ratio, separable, out _);

        // The eye finds 1 of 100; picking voxels would give 0 and 100.
        Assert.Null(Sampling.Where(result, (_, value) => Math.Abs(value - 50) > 1));
    }

    [Theory]
    [MemberData(nameof(Ratios))]
    public void Stripes_along_one_axis_become_grey_too(double ratio, bool separable, bool masked)
    {
        using var moving = Volumes.Of(Fine(), p => (int)Math.Round(p.X) % 2 * 100, withCoverage: masked);

        using var result = Coarse(moving, ratio, separable, out _);

        Assert.Null(Sampling.Where(result, (_, value) => Math.Abs(value - 50) > 7));
    }

    [Theory]
    [MemberData(nameof(Ratios))]
    public void A_blob_keeps_its_place_and_its_sum(double ratio, bool separable, bool masked)
    {
        var centre = new Vector3d(43.3, 37.8, 8.4);
        using var moving = Volumes.Of(Fine(), p => 100 * Math.Exp(-(Square(p.X - centre.X) + Square(p.Y - centre.Y)) / 60 - Square(p.Z - centre.Z) / 18), withCoverage: masked);

        using var result = Coarse(moving, ratio, separable, out var map);

        // A half-voxel slip of the averaged blocks would show as half the ratio.
        Assert.InRange((map.Transform(Sampling.Centroid(result)) - centre).Length, 0, Math.Max(0.15, 0.02 * ratio));
        double Sum(Volume v) => v.Voxels.ToArray().Sum(x => (double)x) * Math.Abs(v.VoxelToPatient.Determinant);
        Assert.InRange(Sum(result) / Sum(moving), 0.97, 1.03);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Only_the_axes_that_become_coarser_are_smoothed(bool separable)
    {
        using var moving = Volumes.Of(Fine(), p => (int)Math.Round(p.Y) % 2 * 100);
        var target = Volumes.Grid(15, 80, 14, new(5.6, 1, 1), new(8, 8, 1));

        using var result = new Resampler(new() { UseSeparablePath = separable }).Resample(moving, target, Affine.Identity, TestContext.Current.CancellationToken);

        Assert.Null(Sampling.Where(result, (p, value) => Math.Abs(value - (int)Math.Round(p.Y) % 2 * 100) > 1e-3));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_field_of_view_still_ends_half_a_fine_voxel_beyond_the_outer_centre(bool separable)
    {
        using var moving = Volumes.Of(Fine(), _ => 5);
        var target = Volumes.Grid(60, 1, 1, new(4.7, 4.7, 1), new(-50, 47, 8));

        using var result = new Resampler(new() { UseSeparablePath = separable }).Resample(moving, target, Affine.Identity, TestContext.Current.CancellationToken);

        for (var i = 0; i < 60; i++)
        {
            var x = target.ToPatient(i, 0, 0).X;
            Assert.Equal(x is >= -0.5 and <= 95.5, result.IsCovered(i, 0, 0));
            Assert.Equal(result.IsCovered(i, 0, 0) ? 5 : 0, result[i, 0, 0], 1e-4f);
        }
    }

    [Fact]
    public void The_filter_begins_smoothly_and_has_the_width_of_the_fixed_voxel()
    {
        Assert.Equal(0, LowPass.Sigma(1));
        Assert.Equal(0, LowPass.Sigma(0.2));
        Assert.True(LowPass.Kernel(LowPass.Sigma(1.16))[0] < 4e-4);
        var kernel = LowPass.Kernel(LowPass.Sigma(5));
        Assert.Equal(1, kernel.Sum(), 12);
        // Its variance and a voxel's own together are those of a fixed voxel of width 5, as Gaussians of that half width.
        var variance = kernel.Select((w, n) => w * Math.Pow(n - kernel.Length / 2, 2)).Sum();
        Assert.Equal(25, variance / Math.Pow(0.42466, 2) + 1, 0.5);
    }

    private static double Square(double x) => x * x;

    private static VolumeGrid Fine() => Volumes.Grid(96, 96, 16, new(1, 1, 1), Vector3d.Zero);

    private static Volume Coarse(Volume moving, double ratio, bool separable, out Affine map)
    {
        // The oblique grid lies inside; its own tilt is undone by the map, so that both ask for the same thing.
        map = separable ? Affine.Identity : Affine.Rigid(0, 0, 0.2, new(48, 48, 8), Vector3d.Zero);
        var size = (int)(60 / ratio);
        var target = Volumes.Grid(size, size, 14, new(ratio, ratio, 1), new(18.2, 18.7, 1));
        return new Resampler().Resample(moving, target, map);
    }
}
