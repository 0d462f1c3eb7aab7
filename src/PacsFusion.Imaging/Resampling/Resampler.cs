namespace PacsFusion.Imaging;

/// <summary>
/// Brings a moving volume onto a fixed grid, once, with whatever affine map lies between both. Equal grids are copied bit for bit; grids
/// that share axes take a separable path; where the fixed grid is coarser, the moving volume is smoothed to the fixed voxel's width first,
/// axis by axis, so that nothing aliases. The result is the same to the last bit for any number of threads, and with or without vector
/// instructions. Uncovered moving voxels never enter a value.
/// </summary>
/// <param name="options">Null takes the defaults.</param>
/// <param name="pool">Where the result's buffers come from and, when it is disposed, go back to; null allocates.</param>
public sealed class Resampler(ResamplerOptions? options = null, VolumePool? pool = null)
{
    /// <summary>Share of the interpolation weight that must be covered for a voxel to count as covered.</summary>
    public const float CoverageShare = 0.5f;

    /// <summary><see cref="CoverageShare"/> less what rounding may take from an exact half.</summary>
    internal const float CoveredFrom = CoverageShare - 1e-4f;

    private readonly ResamplerOptions _options = options ?? new ResamplerOptions();

    /// <summary>The value of voxels that are not covered: air in CT, 0 otherwise. It means nothing; ask the coverage mask.</summary>
    public static float FillOf(VoxelUnit unit) => unit == VoxelUnit.HounsfieldUnits ? -1024f : 0f;

    /// <summary>
    /// Samples the moving volume at the voxel centres of the fixed grid. Beyond half a voxel outside the outer voxel centres of the moving
    /// volume nothing is known: the coverage mask of the result is 0 there, and where more than half of the weight falls on moving voxels
    /// that are not covered themselves. Within that half voxel the value is that of the outer centre.
    /// </summary>
    /// <param name="moving">The volume to bring over; not changed, not disposed.</param>
    /// <param name="fixedGrid">Where to.</param>
    /// <param name="fixedToMoving">Patient point of the fixed frame to patient point of the moving frame, mm; the identity trusts the headers.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    /// <returns>A new volume on the fixed grid with the moving unit; the caller owns it. Without mask where every voxel is covered.</returns>
    /// <exception cref="ResamplingException">A grid or the map is singular or not finite, or the fixed grid has an impossible size.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; nothing is left behind.</exception>
    public Volume Resample(Volume moving, VolumeGrid fixedGrid, in Affine fixedToMoving, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(moving);
        ArgumentNullException.ThrowIfNull(fixedGrid);
        RequirePossible(fixedGrid);
        var index = IndexMap.Between(fixedGrid, moving.Grid, fixedToMoving);
        cancellationToken.ThrowIfCancellationRequested();
        if (index.Kind == IndexMapKind.Identity) return Copy(moving, fixedGrid);

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = _options.Threads > 0 ? _options.Threads : Environment.ProcessorCount, CancellationToken = cancellationToken };
        var blur = _options.Interpolation == Interpolation.Nearest ? new LowPass(1, 1, 1) : LowPass.Of(index.Map, moving.Grid);
        var source = KernelSource.Of(moving, KnownBox.Of(moving.Grid));
        var masked = source.Mask is not null || !source.Known.Holds(fixedGrid, index.Map);
        var fill = FillOf(moving.Unit);
        return index.Kind == IndexMapKind.Separable && _options.UseSeparablePath
            ? Separable(moving, source, fixedGrid, index.Map, blur, fill, masked, parallel)
            : General(moving, source, fixedGrid, index.Map, blur, fill, masked, parallel);
    }

    private static void RequirePossible(VolumeGrid grid)
    {
        if (grid.Columns < 1 || grid.Rows < 1 || grid.Slices < 1 || (double)grid.Columns * grid.Rows * grid.Slices > Array.MaxLength)
            throw new ResamplingException(ResamplingFault.ImpossibleSize, $"A grid of {grid.Columns} x {grid.Rows} x {grid.Slices} voxels cannot be made.");
    }

    private Volume Copy(Volume moving, VolumeGrid fixedGrid)
    {
        var result = new Volume(fixedGrid, moving.Unit, moving.Coverage is not null, pool);
        moving.Voxels.CopyTo(result.Voxels);
        if (moving.Coverage is { } from && result.Coverage is { } to) from.CopyTo(to);
        return result;
    }

    private Volume Separable(Volume moving, KernelSource source, VolumeGrid fixedGrid, in Affine map, LowPass blur, float fill, bool masked, ParallelOptions parallel)
    {
        var interpolation = _options.Interpolation;
        if (interpolation == Interpolation.Trilinear && blur.IsNone && source.Mask is null)
            return Run(new SeparableKernel(source, fixedGrid, map, fill, _options.UseVectors), fixedGrid, moving.Unit, masked, parallel);
        if (interpolation != Interpolation.CubicBSpline)
            return Run(new TapKernel(source, fixedGrid, map, interpolation, blur, fill, _options.UseVectors, filled: false), fixedGrid, moving.Unit, masked, parallel);
        using var coefficients = Coefficients(moving, parallel);
        source = source with { Voxels = KernelSource.Of(coefficients, source.Known).Voxels };
        return Run(new TapKernel(source, fixedGrid, map, interpolation, blur, fill, _options.UseVectors, filled: true), fixedGrid, moving.Unit, masked, parallel);
    }

    private Volume General(Volume moving, KernelSource source, VolumeGrid fixedGrid, in Affine map, LowPass blur, float fill, bool masked, ParallelOptions parallel)
    {
        if (blur.IsNone) return Oblique(moving, source, fixedGrid, map, fill, masked, parallel);
        // The filter works along the moving axes; what it leaves needs no more voxels than one for each whole fixed width.
        AxisLattice x = AxisLattice.Of(blur.X, moving.Columns), y = AxisLattice.Of(blur.Y, moving.Rows), z = AxisLattice.Of(blur.Z, moving.Slices);
        var toMoving = new Affine(x.Step, 0, 0, x.Start, 0, y.Step, 0, y.Start, 0, 0, z.Step, z.Start);
        var lattice = new VolumeGrid(x.Count, y.Count, z.Count, moving.VoxelToPatient.Multiply(toMoving), moving.FrameOfReferenceUid);
        var smoothing = new TapKernel(source, lattice, toMoving, Interpolation.Trilinear, blur, fill, _options.UseVectors, filled: false);
        using var smooth = Run(smoothing, lattice, moving.Unit, source.Mask is not null, parallel);
        var known = new KnownBox(source.Known.X.On(x.Start, x.Step), source.Known.Y.On(y.Start, y.Step), source.Known.Z.On(z.Start, z.Step));
        return Oblique(smooth, KernelSource.Of(smooth, known), fixedGrid, toMoving.Invert().Multiply(map), fill, masked, parallel);
    }

    private Volume Oblique(Volume moving, KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill, bool masked, ParallelOptions parallel)
    {
        if (_options.Interpolation == Interpolation.CubicBSpline)
        {
            using var coefficients = Coefficients(moving, parallel);
            source = source with { Voxels = KernelSource.Of(coefficients, source.Known).Voxels };
            return Run(new SplineKernel(source, fixedGrid, map, fill, _options.UseVectors), fixedGrid, moving.Unit, masked, parallel);
        }
        SliceKernel kernel = _options.Interpolation == Interpolation.Nearest ? new NearestKernel(source, fixedGrid, map, fill)
            : source.Mask is null ? new TrilinearKernel(source, fixedGrid, map, fill, _options.UseVectors)
            : new MaskedTrilinearKernel(source, fixedGrid, map, fill, _options.UseVectors);
        return Run(kernel, fixedGrid, moving.Unit, masked, parallel);
    }

    private Volume Coefficients(Volume moving, ParallelOptions parallel)
    {
        var result = new Volume(moving.Grid, moving.Unit, pool: pool);
        try
        {
            moving.Voxels.CopyTo(result.Voxels);
            var voxels = KernelSource.Of(result, default).Voxels;
            if (KernelSource.Of(moving, default).Mask is { } mask) CoverageExtension.Apply(voxels, mask, moving.Grid, parallel);
            SplineCoefficients.Apply(voxels, moving.Grid, parallel);
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private Volume Run(SliceKernel kernel, VolumeGrid grid, VoxelUnit unit, bool masked, ParallelOptions parallel)
    {
        var result = new Volume(grid, unit, masked, pool);
        try
        {
            var covered = 0L;
            Parallel.For(0, grid.Slices, parallel, () => (Count: 0L, Scratch: new float[kernel.ScratchLength]),
                (slice, _, local) => (local.Count + kernel.Slice(slice, result.Slice(slice), result.CoverageSlice(slice), local.Scratch), local.Scratch),
                local => Interlocked.Add(ref covered, local.Count));
            if (masked && covered == grid.VoxelCount) result.DropCoverage();
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }
}
