namespace PacsFusion.Imaging;

/// <summary>
/// Brings a moving volume onto a fixed grid by trilinear interpolation, once, with whatever affine map lies between both. Equal grids are
/// copied bit for bit; grids that share axes take a separable path; a moving volume finer than the fixed grid is block-averaged first.
/// The result is the same to the last bit for any number of threads, and with or without vector instructions.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
/// <param name="pool">Where the result's buffers come from and, when it is disposed, go back to; null allocates.</param>
public sealed class Resampler(ResamplerOptions? options = null, VolumePool? pool = null)
{
    /// <summary>Share of the interpolation weight that must be covered for a voxel to count as covered.</summary>
    public const float CoverageShare = 0.5f;

    private readonly ResamplerOptions _options = options ?? new ResamplerOptions();

    /// <summary>The value of voxels that are not covered: air in CT, 0 otherwise. It means nothing; ask the coverage mask.</summary>
    public static float FillOf(VoxelUnit unit) => unit == VoxelUnit.HounsfieldUnits ? -1024f : 0f;

    /// <summary>
    /// Samples the moving volume at the voxel centres of the fixed grid. Beyond half a voxel outside the outer voxel centres of the moving
    /// volume nothing is known: the coverage mask of the result is 0 there, and where more than half of the weight falls on moving voxels
    /// that are not covered themselves.
    /// </summary>
    /// <param name="moving">The volume to bring over; not changed, not disposed.</param>
    /// <param name="fixedGrid">Where to.</param>
    /// <param name="fixedToMoving">Patient point of the fixed frame to patient point of the moving frame, mm; the identity trusts the headers.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    /// <returns>A new volume on the fixed grid with the moving unit; the caller owns it.</returns>
    /// <exception cref="InvalidOperationException">The moving grid or the map is singular.</exception>
    public Volume Resample(Volume moving, VolumeGrid fixedGrid, in Affine fixedToMoving, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(moving);
        ArgumentNullException.ThrowIfNull(fixedGrid);
        var map = IndexMap.Between(fixedGrid, moving.Grid, fixedToMoving);
        if (map.Kind == IndexMapKind.Identity) return Copy(moving, fixedGrid);
        var (fx, fy, fz) = BlockAverage.Factors(map.Map, moving.Grid);
        if (fx * fy * fz == 1) return Interpolate(moving, fixedGrid, map, cancellationToken);
        using var averaged = BlockAverage.Apply(moving, fx, fy, fz, Threads, pool, cancellationToken);
        return Interpolate(averaged, fixedGrid, IndexMap.Between(fixedGrid, averaged.Grid, fixedToMoving), cancellationToken);
    }

    private int Threads => _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount;

    private Volume Copy(Volume moving, VolumeGrid fixedGrid)
    {
        var result = new Volume(fixedGrid, moving.Unit, moving.Coverage is not null, pool);
        moving.Voxels.CopyTo(result.Voxels);
        if (moving.Coverage is { } from && result.Coverage is { } to) from.CopyTo(to);
        return result;
    }

    private Volume Interpolate(Volume moving, VolumeGrid fixedGrid, IndexMap map, CancellationToken cancellationToken)
    {
        if (moving.Coverage is null) return Pass(moving.Voxels, moving.Grid, moving.Unit, FillOf(moving.Unit), fixedGrid, map, cancellationToken);
        return InterpolateCovered(moving, fixedGrid, map, cancellationToken);
    }

    // Padding must not bleed into its neighbours: interpolate value * coverage and coverage, and divide.
    private Volume InterpolateCovered(Volume moving, VolumeGrid fixedGrid, IndexMap map, CancellationToken cancellationToken)
    {
        using var products = new Volume(moving.Grid, moving.Unit, pool: pool);
        using var weights = new Volume(moving.Grid, moving.Unit, pool: pool);
        var mask = moving.Coverage!.Value;
        Parallel.For(0, moving.Slices, Parallelism(cancellationToken), slice =>
        {
            ReadOnlySpan<float> values = moving.Slice(slice);
            ReadOnlySpan<byte> covered = mask.Span.Slice(slice * moving.Grid.SliceLength, moving.Grid.SliceLength);
            Span<float> product = products.Slice(slice), weight = weights.Slice(slice);
            for (var i = 0; i < values.Length; i++)
            {
                weight[i] = covered[i];
                product[i] = covered[i] == 0 ? 0 : values[i];
            }
        });
        var result = Pass(products.Voxels, moving.Grid, moving.Unit, 0, fixedGrid, map, cancellationToken, keepCoverage: true);
        try
        {
            using var share = Pass(weights.Voxels, moving.Grid, moving.Unit, 0, fixedGrid, map, cancellationToken);
            var fill = FillOf(moving.Unit);
            Parallel.For(0, fixedGrid.Slices, Parallelism(cancellationToken), slice =>
            {
                Span<float> values = result.Slice(slice);
                Span<byte> covered = result.CoverageSlice(slice);
                ReadOnlySpan<float> weight = share.Slice(slice);
                for (var i = 0; i < values.Length; i++)
                {
                    if (covered[i] != 0 && weight[i] >= CoverageShare)
                    {
                        if (weight[i] != 1) values[i] /= weight[i];
                        continue;
                    }
                    covered[i] = 0;
                    values[i] = fill;
                }
            });
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private Volume Pass(Memory<float> source, VolumeGrid moving, VoxelUnit unit, float fill, VolumeGrid fixedGrid, IndexMap map,
        CancellationToken cancellationToken, bool keepCoverage = false)
    {
        if (!System.Runtime.InteropServices.MemoryMarshal.TryGetArray<float>(source, out var segment) || segment.Offset != 0)
            throw new InvalidOperationException("A volume's voxels lie in one array from its start.");
        var voxels = segment.Array!;
        var result = new Volume(fixedGrid, unit, withCoverage: true, pool);
        try
        {
            var covered = 0L;
            if (map.Kind == IndexMapKind.Separable && _options.UseSeparablePath)
            {
                var kernel = new SeparableKernel(voxels, moving, fixedGrid, map.Map, _options.UseVectors);
                Parallel.For(0, fixedGrid.Slices, Parallelism(cancellationToken), () => (Count: 0L, Scratch: new float[kernel.ScratchLength]),
                    (slice, _, local) => (local.Count + kernel.Slice(slice, result.Slice(slice), result.CoverageSlice(slice), fill, local.Scratch), local.Scratch),
                    local => Interlocked.Add(ref covered, local.Count));
            }
            else
            {
                var kernel = new GeneralKernel(voxels, moving, fixedGrid, map.Map, _options.UseVectors);
                Parallel.For(0, fixedGrid.Slices, Parallelism(cancellationToken), () => 0L,
                    (slice, _, count) => count + kernel.Slice(slice, result.Slice(slice), result.CoverageSlice(slice), fill),
                    count => Interlocked.Add(ref covered, count));
            }
            if (covered == fixedGrid.VoxelCount && !keepCoverage) result.DropCoverage();
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private ParallelOptions Parallelism(CancellationToken cancellationToken) =>
        new() { MaxDegreeOfParallelism = Threads, CancellationToken = cancellationToken };
}
