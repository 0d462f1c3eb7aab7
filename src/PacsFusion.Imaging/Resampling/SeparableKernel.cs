using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Trilinear interpolation where both grids share axes: along z over a whole moving plane, then along y over a line, then along x.
/// Vector and scalar forms do the same operations in the same order and agree to the last bit.
/// </summary>
internal sealed unsafe class SeparableKernel(float[] source, VolumeGrid moving, VolumeGrid fixedGrid, in Affine map, bool vectors)
{
    private readonly AxisTable _x = new(map.M03, map.M00, fixedGrid.Columns, moving.Columns);
    private readonly AxisTable _y = new(map.M13, map.M11, fixedGrid.Rows, moving.Rows);
    private readonly AxisTable _z = new(map.M23, map.M22, fixedGrid.Slices, moving.Slices);

    /// <summary>Floats of scratch memory that <see cref="Slice"/> needs; one for each thread.</summary>
    public int ScratchLength => moving.SliceLength + moving.Columns + 1;

    /// <summary>Writes one fixed slice and its coverage; returns the number of covered voxels.</summary>
    public int Slice(int k, Span<float> destination, Span<byte> coverage, float fill, float[] scratch)
    {
        if (!_z.Contains(k) || _x.High <= _x.Low)
        {
            destination.Fill(fill);
            coverage.Clear();
            return 0;
        }
        int width = moving.Columns, planeLength = moving.SliceLength, columns = fixedGrid.Columns;
        var plane = scratch.AsSpan(0, planeLength);
        // One float more than a row, so that the upper neighbour of the last column exists (its weight is 0).
        var line = scratch.AsSpan(planeLength, width + 1);
        var lower = _z.Lower[k];
        var first = source.AsSpan(lower * planeLength, planeLength);
        var second = _z.Weight[k] == 0 ? first : source.AsSpan((lower + 1) * planeLength, planeLength);
        Blend(first, second, _z.Weight[k], plane, vectors);
        var covered = 0;
        for (var j = 0; j < fixedGrid.Rows; j++)
        {
            var row = destination.Slice(j * columns, columns);
            var mask = coverage.Slice(j * columns, columns);
            if (!_y.Contains(j))
            {
                row.Fill(fill);
                mask.Clear();
                continue;
            }
            var y = _y.Lower[j];
            var upper = plane.Slice(y * width, width);
            var next = _y.Weight[j] == 0 ? upper : plane.Slice((y + 1) * width, width);
            Blend(upper, next, _y.Weight[j], line[..width], vectors);
            line[width] = line[width - 1];
            row[.._x.Low].Fill(fill);
            row[_x.High..].Fill(fill);
            mask.Clear();
            mask[_x.Low.._x.High].Fill(1);
            covered += _x.High - _x.Low;
            Gather(line, row);
        }
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
        if (vectors && Vector.IsHardwareAccelerated)
        {
            var w = new Vector<float>(weight);
            for (; i <= result.Length - Vector<float>.Count; i += Vector<float>.Count)
            {
                var u = new Vector<float>(a[i..]);
                (u + w * (new Vector<float>(b[i..]) - u)).CopyTo(result[i..]);
            }
        }
        for (; i < result.Length; i++) result[i] = a[i] + weight * (b[i] - a[i]);
    }

    [SkipLocalsInit]
    private void Gather(ReadOnlySpan<float> line, Span<float> row)
    {
        var i = _x.Low;
        var lower = _x.Lower;
        var weight = _x.Weight;
        if (vectors && Avx2.IsSupported)
        {
            fixed (float* p = line, r = row, w = weight)
            fixed (int* at = lower)
            {
                for (; i + 8 <= _x.High; i += 8)
                {
                    var index = Vector256.Load(at + i);
                    var u = Avx2.GatherVector256(p, index, 4);
                    var v = Avx2.GatherVector256(p + 1, index, 4);
                    (u + Vector256.Load(w + i) * (v - u)).Store(r + i);
                }
            }
        }
        for (; i < _x.High; i++)
        {
            var u = line[lower[i]];
            row[i] = u + weight[i] * (line[lower[i] + 1] - u);
        }
    }
}
