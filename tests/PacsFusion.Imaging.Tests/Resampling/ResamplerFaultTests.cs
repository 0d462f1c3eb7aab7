namespace PacsFusion.Imaging.Tests;

public sealed class ResamplerFaultTests
{
    [Theory]
    [InlineData(int.MaxValue, int.MaxValue, int.MaxValue)]
    [InlineData(65536, 65536, 1)]
    [InlineData(1 << 20, 1 << 20, 1 << 24)]
    [InlineData(4, 0, 4)]
    [InlineData(4, 4, -1)]
    public void Sizes_that_no_buffer_holds_are_refused_by_type_before_anything_is_allocated(int columns, int rows, int slices)
    {
        using var moving = Volumes.Noise(Volumes.Grid(4, 4, 4), seed: 1);
        var target = Volumes.Grid(4, 4, 4) with { Columns = columns, Rows = rows, Slices = slices };

        Assert.Equal(ResamplingFault.ImpossibleSize, Fault(moving, target, Affine.Identity));
    }

    [Fact]
    public void Flat_and_senseless_maps_are_refused_by_type()
    {
        using var moving = Volumes.Noise(Volumes.Grid(4, 4, 4), seed: 1);
        var grid = moving.Grid;
        using var flat = new Volume(grid with { VoxelToPatient = grid.VoxelToPatient with { M02 = 0, M12 = 0, M22 = 0 } }, VoxelUnit.Arbitrary);
        using var endless = new Volume(grid with { VoxelToPatient = grid.VoxelToPatient with { M00 = double.PositiveInfinity } }, VoxelUnit.Arbitrary);
        var lying = grid with { VoxelToPatient = Affine.FromColumns(new(1, 0, 0), new(0, 1, 0), new(1, 1, 1e-12), Vector3d.Zero) };

        Assert.Equal(ResamplingFault.SingularMap, Fault(flat, grid, Affine.Identity));
        Assert.Equal(ResamplingFault.SingularMap, Fault(endless, grid, Affine.Identity));
        Assert.Equal(ResamplingFault.SingularMap, Fault(moving, lying, Affine.Identity));
        Assert.Equal(ResamplingFault.SingularMap, Fault(moving, grid, default));
        Assert.Equal(ResamplingFault.SingularMap, Fault(moving, grid, Affine.Identity with { M13 = double.NaN }));
        Assert.Equal(ResamplingFault.SingularMap, Fault(moving, grid, Affine.Identity with { M21 = double.NaN }));
    }

    [Fact]
    public void Small_voxels_are_not_taken_for_flat_ones()
    {
        using var moving = Volumes.Noise(Volumes.Grid(4, 4, 4, new(1e-6, 1e-6, 1e-6)), seed: 1);

        using var result = new Resampler().Resample(moving, Volumes.Grid(6, 6, 6, new(5e-7, 5e-7, 5e-7)), Affine.Identity, TestContext.Current.CancellationToken);

        Assert.Contains(result.Voxels.ToArray(), v => v > 0);
    }

    [Fact]
    public void Volumes_far_apart_leave_nothing_covered()
    {
        using var moving = Volumes.Noise(Volumes.Grid(8, 8, 8), seed: 8);
        foreach (var interpolation in Enum.GetValues<Interpolation>())
            foreach (var map in (Affine[])[Affine.Translation(new(1e12, 0, 0)), Affine.Translation(new(0, -300, 0)), Sampling.Tilt.Multiply(Affine.Translation(new(0, 0, 1e9)))])
            {
                using var result = new Resampler(new() { Interpolation = interpolation }).Resample(moving, Volumes.Grid(9, 9, 9), map, TestContext.Current.CancellationToken);
                Assert.DoesNotContain((byte)1, result.Coverage!.Value.ToArray());
                Assert.Null(Sampling.Where(result, (_, value) => value != 0));
            }
    }

    [Fact]
    public void A_cancelled_resampling_stops_and_gives_its_buffers_back()
    {
        using var moving = Volumes.Noise(Volumes.Grid(8, 8, 8), seed: 9);
        var pool = new VolumePool();
        using var source = new CancellationTokenSource();
        source.Cancel();

        foreach (var interpolation in Enum.GetValues<Interpolation>())
            Assert.ThrowsAny<OperationCanceledException>(() =>
                new Resampler(new() { Interpolation = interpolation }, pool).Resample(moving, Volumes.Grid(9, 9, 9), Sampling.Tilt, source.Token));

        Assert.Equal(0, pool.RetainedBytes);
    }

    private static ResamplingFault Fault(Volume moving, VolumeGrid target, Affine map) =>
        Assert.Throws<ResamplingException>(() => new Resampler().Resample(moving, target, map)).Fault;
}
