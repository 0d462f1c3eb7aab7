namespace PacsFusion.Imaging;

/// <summary>
/// Interpolation along an arbitrary affine map. The part of each row that falls inside is solved once; inside it no voxel is tested.
/// </summary>
internal abstract unsafe class GeneralKernel : SliceKernel
{
    private readonly VolumeGrid _fixed;
    private readonly Affine _map;

    protected GeneralKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill)
    {
        (Source, _fixed, _map, Fill) = (source, fixedGrid, map, fill);
        (Width, Height, Depth, Pitch) = (source.Grid.Columns, source.Grid.Rows, source.Grid.Slices, source.Grid.SliceLength);
    }

    protected KernelSource Source { get; }

    protected float Fill { get; }

    protected int Width { get; }

    protected int Height { get; }

    protected int Depth { get; }

    /// <summary>Voxels in a moving slice.</summary>
    protected int Pitch { get; }

    public override int Slice(int k, Span<float> destination, Span<byte> coverage, float[] scratch)
    {
        var columns = _fixed.Columns;
        var covered = 0;
        fixed (float* source = Source.Voxels)
        fixed (byte* sourceMask = Source.Mask)
            for (var j = 0; j < _fixed.Rows; j++)
            {
                var row = destination.Slice(j * columns, columns);
                var start = _map.Transform(new Vector3d(0, j, k));
                int low = 0, high = columns;
                Source.Known.X.Clip(start.X, _map.M00, ref low, ref high);
                Source.Known.Y.Clip(start.Y, _map.M10, ref low, ref high);
                Source.Known.Z.Clip(start.Z, _map.M20, ref low, ref high);
                row[..low].Fill(Fill);
                row[high..].Fill(Fill);
                var mask = coverage.IsEmpty ? coverage : coverage.Slice(j * columns, columns);
                if (!mask.IsEmpty)
                {
                    mask[..low].Clear();
                    mask[low..high].Fill(1);
                    mask[high..].Clear();
                }
                // The row starts at its first inside voxel, so that the float coordinates stay small and keep their digits.
                var line = new RowLine(
                    (float)(start.X + _map.M00 * low), (float)(start.Y + _map.M10 * low), (float)(start.Z + _map.M20 * low),
                    (float)_map.M00, (float)_map.M10, (float)_map.M20);
                fixed (float* r = row)
                fixed (byte* m = mask)
                    covered += Row(source, sourceMask, line, r + low, m + low, high - low);
            }
        return covered;
    }

    /// <summary>Writes the inside part of one row. Its mask is 1 already, or not there (where the source has none and all is inside).</summary>
    /// <returns>The number of covered voxels.</returns>
    protected abstract int Row(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count);

    /// <summary>Moving index of voxel t of a row: start + step * t along each axis, limited to the outer centres.</summary>
    protected readonly record struct RowLine(float X, float Y, float Z, float StepX, float StepY, float StepZ);

    protected static float At(float start, float step, int t, int length) => Math.Min(Math.Max(start + step * t, 0), length - 1);
}
