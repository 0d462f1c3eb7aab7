namespace PacsFusion.Imaging.Tests;

public sealed class ResamplerTests
{
    private static readonly Affine Tilt = Sampling.Tilt;

    [Fact]
    public void A_linear_field_comes_out_at_the_patient_point_of_every_fixed_voxel()
    {
        using var moving = Volumes.Of(Volumes.Grid(30, 24, 18), Volumes.Linear);
        var target = Volumes.Grid(40, 37, 21, spacing: new(0.9, 1.1, 2.3), origin: new(-9, 8, 31));

        using var result = new Resampler().Resample(moving, target, Affine.Identity);

        Assert.Null(Sampling.Where(result, (p, value) => Math.Abs(value - Volumes.Linear(p)) > 1e-2));
        Assert.Null(result.Coverage);
    }

    [Fact]
    public void The_map_runs_from_fixed_to_moving()
    {
        using var moving = Volumes.Of(Volumes.Grid(40, 40, 40), Volumes.Linear);
        var target = Volumes.Grid(9, 8, 7, spacing: new(1.6, 2.2, 3.1), origin: new(6, 30, 70));

        using var result = new Resampler().Resample(moving, target, Tilt);

        Assert.Null(Sampling.Where(result, (p, value) => Math.Abs(value - Volumes.Linear(Tilt.Transform(p))) > 1e-2));
        Assert.Null(result.Coverage);
    }

    [Fact]
    public void Equal_grids_are_copied_bit_for_bit_with_their_coverage()
    {
        using var moving = Volumes.Noise(Volumes.Grid(13, 11, 7), seed: 4);
        using var masked = Volumes.Of(moving.Grid, Volumes.Linear, withCoverage: true);
        masked.Coverage!.Value.Span[17] = 0;

        using var plain = new Resampler().Resample(moving, moving.Grid with { FrameOfReferenceUid = "9" }, Affine.Identity);
        using var covered = new Resampler().Resample(masked, masked.Grid, Affine.Identity);

        Assert.Equal(moving.Voxels.ToArray(), plain.Voxels.ToArray());
        Assert.Equal("9", plain.FrameOfReferenceUid);
        Assert.False(covered.IsCovered(4, 1, 0));
        Assert.Equal(masked.Coverage!.Value.ToArray(), covered.Coverage!.Value.ToArray());
    }

    [Fact]
    public void A_shift_by_whole_voxels_keeps_source_values_bit_for_bit()
    {
        using var moving = Volumes.Noise(Volumes.Grid(13, 11, 7), seed: 5);
        var target = moving.Grid with { Columns = 5, Rows = 4, Slices = 3, VoxelToPatient = moving.VoxelToPatient.Multiply(Affine.Translation(new(3, 2, 1))) };

        using var result = new Resampler().Resample(moving, target, Affine.Identity);

        Assert.Equal(moving[3, 2, 1], result[0, 0, 0]);
        Assert.Equal(moving[7, 5, 3], result[4, 3, 2]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Half_a_voxel_beyond_the_outer_centre_is_clamped_and_more_is_not_covered(bool separable)
    {
        using var moving = Volumes.Of(Volumes.Grid(4, 3, 2, spacing: new(2, 2, 2), origin: Vector3d.Zero), p => p.X + 1);
        var target = Volumes.Grid(40, 1, 1, spacing: new(0.25, 0.25, 0.25), origin: new(-2, 2, 1));

        using var result = new Resampler(new() { UseSeparablePath = separable }).Resample(moving, target, Affine.Identity);

        Assert.False(result.IsCovered(3, 0, 0));
        Assert.True(result.IsCovered(4, 0, 0));
        Assert.Equal(1, result[4, 0, 0], 5);
        Assert.Equal(1.25, result[9, 0, 0], 5);
        Assert.Equal(7, result[36, 0, 0], 5);
        Assert.True(result.IsCovered(36, 0, 0));
        Assert.False(result.IsCovered(37, 0, 0));
        Assert.Equal(0, result[37, 0, 0]);
    }

    [Fact]
    public void The_separable_path_agrees_with_the_general_one()
    {
        using var moving = Volumes.Noise(Volumes.Grid(37, 29, 17), seed: 7);
        var target = Volumes.Grid(61, 45, 23, spacing: new(0.95, 1.31, 2.1), origin: new(-14, 3, 27));

        using var separable = new Resampler().Resample(moving, target, Affine.Identity);
        using var general = new Resampler(new() { UseSeparablePath = false }).Resample(moving, target, Affine.Identity);

        Assert.Equal(separable.Coverage!.Value.ToArray(), general.Coverage!.Value.ToArray());
        Span<float> a = separable.Voxels.Span, b = general.Voxels.Span;
        for (var i = 0; i < a.Length; i++) Assert.InRange(a[i] - b[i], -2e-5f, 2e-5f);
    }

    [Fact]
    public void A_stack_that_runs_the_other_way_lands_at_the_same_patient_points()
    {
        var feetFirst = new VolumeGrid(30, 24, 18, Affine.FromPlane(new(-1, 0, 0), new(0, 1, 0), 2, 1.5, new(0, 0, -3), new(33.5, 7, 81)), "1");
        using var moving = Volumes.Of(feetFirst, Volumes.Linear);

        using var result = new Resampler().Resample(moving, Volumes.Grid(20, 20, 15, origin: new(-8, 9, 32)), Affine.Identity);

        Assert.Null(Sampling.Where(result, (p, value) => Math.Abs(value - Volumes.Linear(p)) > 1e-2));
    }

    [Fact]
    public void Padding_of_the_moving_volume_does_not_bleed_into_its_neighbours()
    {
        using var moving = Volumes.Of(Volumes.Grid(16, 16, 8, spacing: new(2, 2, 2), origin: Vector3d.Zero), _ => 40, VoxelUnit.HounsfieldUnits, withCoverage: true);
        for (var k = 0; k < 8; k++)
            for (var j = 0; j < 16; j++)
                for (var i = 0; i < 5; i++)
                {
                    moving.Voxels.Span[(k * 16 + j) * 16 + i] = -3024;
                    moving.Coverage!.Value.Span[(k * 16 + j) * 16 + i] = 0;
                }

        using var result = new Resampler().Resample(moving, Volumes.Grid(60, 20, 10, spacing: new(0.5, 0.5, 0.5), origin: new(0, 4, 4)), Affine.Identity);

        // The last uncovered centre is at 8 mm, the first covered one at 10 mm: the border lies half way.
        Assert.Equal(-1024, result[17, 3, 3]);
        Assert.False(result.IsCovered(17, 3, 3));
        Assert.True(result.IsCovered(18, 3, 3));
        Assert.Equal(40, result[18, 3, 3], 3);
        Assert.Equal(40, result[30, 3, 3], 3);
    }

    [Fact]
    public void A_single_slice_is_sampled_within_half_its_step()
    {
        using var moving = Volumes.Of(Volumes.Grid(8, 8, 1), p => p.X);
        var target = Volumes.Grid(8, 8, 4, spacing: new(1.5, 2, 1));

        using var result = new Resampler().Resample(moving, target, Affine.Identity);
        using var general = new Resampler(new() { UseSeparablePath = false }).Resample(moving, target, Affine.Identity);

        Assert.True(result.IsCovered(2, 2, 1));
        Assert.False(result.IsCovered(2, 2, 2));
        Assert.Equal(result.Voxels.ToArray(), general.Voxels.ToArray());
    }

    [Fact]
    public void Buffers_of_disposed_volumes_are_used_again()
    {
        var pool = new VolumePool();
        using var moving = Volumes.Noise(Volumes.Grid(8, 8, 8), seed: 10);
        var resampler = new Resampler(pool: pool);

        resampler.Resample(moving, Volumes.Grid(20, 20, 20), Tilt).Dispose();
        var retained = pool.RetainedBytes;
        resampler.Resample(moving, Volumes.Grid(20, 20, 20), Tilt).Dispose();

        Assert.Equal(20 * 20 * 20 * 5, retained);
        Assert.Equal(retained, pool.RetainedBytes);
    }
}
