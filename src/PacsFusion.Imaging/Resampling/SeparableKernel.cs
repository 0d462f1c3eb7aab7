using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Trilinear interpolation onto a grid that shares axes and is nowhere coarser, from a volume without mask: along z over a whole moving
/// plane, then along y over a line, then along x. Vector and scalar forms do the same operations in the same order and agree to the last bit.
/// </summary>
internal sealed unsafe class SeparableKernel : SliceKernel
{
    // Above this size the result leaves every cache before anybody reads it: written past the caches it costs half the traffic.
    private const long StreamingBytes = 32L << 20;
    private const int Lanes = 8;

    private readonly float[] _source;
    private readonly VolumeGrid _moving, _fixed;
    private readonly float _fill;
    private readonly bool _vectors, _streaming;
    private readonly AxisTable _x, _y, _z;

    // Whether any eight neighbouring fixed columns have their lower neighbours within eight moving ones.
    private readonly bool _dense = true;

    public SeparableKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill, bool vectors)
    {
        (_source, _moving, _fixed, _fill, _vectors) = (source.Voxels, source.Grid, fixedGrid, fill, vectors && Avx2.IsSupported);
        _streaming = fixedGrid.VoxelCount * sizeof(float) > StreamingBytes;
        _x = new(map.M03, map.M00, fixedGrid.Columns, _moving.Columns);
        _y = new(map.M13, map.M11, fixedGrid.Rows, _moving.Rows);
        _z = new(map.M23, map.M22, fixedGrid.Slices, _moving.Slices);
        for (var i = _x.Low; i + Lanes <= _x.High; i++)
            _dense &= Math.Abs(_x.Lower[i + Lanes - 1] - _x.Lower[i]) < Lanes;
    }

    /// <summary>A plane and a line of the moving volume; the line is longer, since vectors read beyond its end.</summary>
    public override int ScratchLength => _moving.SliceLength + _moving.Columns + 2 * Lanes;

    public override int Slice(int k, Span<float> destination, Span<byte> coverage, float[] scratch)
    {
        if (!_z.Contains(k) || _x.High <= _x.Low)
        {
            destination.Fill(_fill);
            coverage.Clear();
            return 0;
        }
        int width = _moving.Columns, planeLength = _moving.SliceLength, columns = _fixed.Columns;
        var plane = scratch.AsSpan(0, planeLength);
        var line = scratch.AsSpan(planeLength, width + 2 * Lanes);
        var lower = _z.Lower[k];
        var first = _source.AsSpan(lower * planeLength, planeLength);
        var second = _z.Weight[k] == 0 ? first : _source.AsSpan((lower + 1) * planeLength, planeLength);
        Blend(first, second, _z.Weight[k], plane, _vectors);
        var covered = 0;
        for (var j = 0; j < _fixed.Rows; j++)
        {
            var row = destination.Slice(j * columns, columns);
            var mask = coverage.IsEmpty ? coverage : coverage.Slice(j * columns, columns);
            mask.Clear();
            if (!_y.Contains(j))
            {
                row.Fill(_fill);
                continue;
            }
            var y = _y.Lower[j];
            var upper = plane.Slice(y * width, width);
            var next = _y.Weight[j] == 0 ? upper : plane.Slice((y + 1) * width, width);
            Blend(upper, next, _y.Weight[j], line[..width], _vectors);
            line[width..].Fill(line[width - 1]);
            row[.._x.Low].Fill(_fill);
            row[_x.High..].Fill(_fill);
            if (!mask.IsEmpty) mask[_x.Low.._x.High].Fill(1);
            covered += _x.High - _x.Low;
            fixed (float* l = line, r = row, w = _x.Weight)
            fixed (int* at = _x.Lower)
                Along(l, r, at, w);
        }
        if (_streaming && _vectors) Sse.StoreFence();
        return covered;
    }

    private static void Blend(ReadOnlySpan<float> a, ReadOnlySpan<float> b, float weight, Span<float> result, bool vectors)
    {
        if (weight == 0)
        {
            a.CopyTo(result);
            return;
        }
        var i = 0;
        if (vectors)
        {
            var w = Vector256.Create(weight);
            for (; i <= result.Length - Lanes; i += Lanes)
            {
                var u = Vector256.Create(a[i..]);
                (u + w * (Vector256.Create(b[i..]) - u)).CopyTo(result[i..]);
            }
        }
        for (; i < result.Length; i++) result[i] = a[i] + weight * (b[i] - a[i]);
    }

    private void Along(float* line, float* row, int* lower, float* weight)
    {
        int i = _x.Low, high = _x.High;
        if (_vectors && high - i >= Lanes)
        {
            if (_dense)
            {
                // Up to an aligned place as single values, so that whole aligned vectors can be written past the caches.
                var aligned = _streaming ? Math.Min(high, i + (int)((32 - (nuint)(row + i) % 32) % 32 / sizeof(float))) : i;
                Single(line, row, lower, weight, i, aligned);
                i = _streaming ? Streamed(line, row, lower, weight, aligned, high) : Permuted(line, row, lower, weight, aligned, high);
            }
            else i = Gathered(line, row, lower, weight, i, high);
        }
        Single(line, row, lower, weight, i, high);
    }

    private static void Single(float* line, float* row, int* lower, float* weight, int i, int high)
    {
        for (; i < high; i++)
        {
            var u = line[lower[i]];
            row[i] = u + weight[i] * (line[lower[i] + 1] - u);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Window(float* line, int* lower, float* weight, int i)
    {
        // Eight fixed columns need at most eight neighbouring moving ones: one load and a permutation instead of eight loads.
        var index = Vector256.Load(lower + i);
        var start = Math.Min(lower[i], lower[i + Lanes - 1]);
        index -= Vector256.Create(start);
        var u = Avx2.PermuteVar8x32(Vector256.Load(line + start), index);
        var v = Avx2.PermuteVar8x32(Vector256.Load(line + start + 1), index);
        return u + Vector256.Load(weight + i) * (v - u);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Streamed(float* line, float* row, int* lower, float* weight, int i, int high)
    {
        for (; i + Lanes <= high; i += Lanes) Avx.StoreAlignedNonTemporal(row + i, Window(line, lower, weight, i));
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Permuted(float* line, float* row, int* lower, float* weight, int i, int high)
    {
        for (; i + Lanes <= high; i += Lanes) Window(line, lower, weight, i).Store(row + i);
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Gathered(float* line, float* row, int* lower, float* weight, int i, int high)
    {
        for (; i + Lanes <= high; i += Lanes)
        {
            var index = Vector256.Load(lower + i);
            var u = Avx2.GatherVector256(line, index, sizeof(float));
            var v = Avx2.GatherVector256(line + 1, index, sizeof(float));
            (u + Vector256.Load(weight + i) * (v - u)).Store(row + i);
        }
        return i;
    }
}
