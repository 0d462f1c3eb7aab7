namespace PacsFusion.Imaging.Tests;

public sealed class CoverageTests
{
    public static TheoryData<Interpolation, bool, double> Ways()
    {
        var data = new TheoryData<Interpolation, bool, double>();
        foreach (var interpolation in Enum.GetValues<Interpolation>())
            foreach (var tilted in (bool[])[false, true])
                foreach (var spacing in (double[])[0.8, 4.4])
                    data.Add(interpolation, tilted, spacing);
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_stands_under_the_mask_never_reaches_a_value(Interpolation interpolation, bool tilted, double spacing)
    {
        static double Field(Vector3d p) => 40 + p.X;
        var grid = Volumes.Grid(30, 26, 12);
        using var numbers = Sampling.Holed(grid, Field, placeholder: -3024, VoxelUnit.HounsfieldUnits);
        using var nothing = Sampling.Holed(grid, Field, placeholder: float.NaN, VoxelUnit.HounsfieldUnits);
        var resampler = new Resampler(new() { Interpolation = interpolation });
        var target = Volumes.Grid(40, 40, 12, new(spacing, spacing, 2.4), new(-12, 5, 32));
        var map = tilted ? Sampling.Tilt : Affine.Identity;

        using var first = resampler.Resample(numbers, target, map, TestContext.Current.CancellationToken);
        using var second = resampler.Resample(nothing, target, map, TestContext.Current.CancellationToken);

        Sampling.SameBits(first, second);
        Assert.Contains((byte)1, first.Coverage!.Value.ToArray());
        Assert.Contains((byte)0, first.Coverage!.Value.ToArray());
        for (var n = 0; n < first.Voxels.Length; n++)
            if (first.Coverage!.Value.Span[n] == 0) Assert.Equal(-1024, first.Voxels.Span[n]);
            else Assert.InRange(first.Voxels.Span[n], 10, 90);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Half_a_voxel_beyond_the_outer_centre_is_known_and_no_more(Interpolation interpolation, bool tilted, double spacing)
    {
        using var moving = Volumes.Of(Volumes.Grid(30, 26, 12), _ => 3);
        var target = Volumes.Grid(40, 40, 30, new(spacing, spacing, 2.4), new(-25, -4, 20));
        var map = tilted ? Sampling.Tilt : Affine.Identity;

        using var result = new Resampler(new() { Interpolation = interpolation }).Resample(moving, target, map, TestContext.Current.CancellationToken);

        for (var k = 0; k < target.Slices; k++)
            for (var j = 0; j < target.Rows; j++)
                for (var i = 0; i < target.Columns; i++)
                {
                    var depth = Sampling.Depth(moving.Grid, Sampling.IndexIn(moving, map, target.ToPatient(i, j, k)));
                    if (Math.Abs(depth + 0.5) < 1e-5) continue;
                    Assert.Equal(depth > -0.5, result.IsCovered(i, j, k));
                    Assert.Equal(depth > -0.5 ? 3 : 0, result[i, j, k], 1e-4f);
                }
    }

    [Fact]
    public void A_result_that_is_covered_everywhere_has_no_mask()
    {
        using var moving = Volumes.Of(Volumes.Grid(30, 30, 30), Volumes.Linear);
        using var masked = Volumes.Of(Volumes.Grid(30, 30, 30), Volumes.Linear, withCoverage: true);
        var inner = Volumes.Grid(8, 8, 8, origin: new(4, 30, 60));

        using var plain = new Resampler().Resample(moving, inner, Sampling.Tilt, TestContext.Current.CancellationToken);
        using var whole = new Resampler().Resample(masked, inner, Sampling.Tilt, TestContext.Current.CancellationToken);

        Assert.Null(plain.Coverage);
        Assert.Null(whole.Coverage);
    }

    [Fact]
    public void A_volume_without_one_covered_voxel_covers_nothing()
    {
        using var moving = Volumes.Of(Volumes.Grid(9, 9, 9), _ => 3, withCoverage: true);
        moving.Coverage!.Value.Span.Clear();
        foreach (var interpolation in Enum.GetValues<Interpolation>())
            foreach (var map in (Affine[])[Affine.Translation(new(0.3, 0, 0)), Sampling.Tilt])
            {
                using var result = new Resampler(new() { Interpolation = interpolation }).Resample(moving, moving.Grid, map, TestContext.Current.CancellationToken);
                Assert.DoesNotContain((byte)1, result.Coverage!.Value.ToArray());
            }
    }
}
