using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Any interpolation, with or without low-pass and mask, onto a grid that shares axes: weighted sums of moving planes, then of their rows,
/// then along each row. Values that are not covered are left out and the rest is weighed up; a voxel counts as covered from half of the
/// weight on. Vector and scalar forms do the same operations in the same order and agree to the last bit.
/// </summary>
internal sealed unsafe class TapKernel : SliceKernel
{
    private const int Lanes = 8;

    private readonly KernelSource _source;
    private readonly VolumeGrid _fixed;
    private readonly AxisTaps _x, _y, _z;
    private readonly float _fill;
    private readonly bool _vectors, _filled;

    /// <summary>Prepares the sums.</summary>
    /// <param name="source">The moving volume, or its spline coefficients.</param>
    /// <param name="fixedGrid">Where to.</param>
    /// <param name="map">Fixed index to moving index; cross terms are ignored.</param>
    /// <param name="interpolation">For spline coefficients: cubic B-spline.</param>
    /// <param name="blur">The low-pass.</param>
    /// <param name="fill">Written where nothing is covered.</param>
    /// <param name="vectors">Whether vector instructions may be used.</param>
    /// <param name="filled">True where uncovered voxels hold values that may be used: the mask then decides about coverage only.</param>
    public TapKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, Interpolation interpolation, LowPass blur, float fill, bool vectors, bool filled)
    {
        (_source, _fixed, _fill, _vectors, _filled) = (source, fixedGrid, fill, vectors && Avx2.IsSupported, filled);
        var moving = source.Grid;
        _x = new(map.M03, map.M00, fixedGrid.Columns, moving.Columns, source.Known.X, interpolation, LowPass.Sigma(blur.X));
        _y = new(map.M13, map.M11, fixedGrid.Rows, moving.Rows, source.Known.Y, interpolation, LowPass.Sigma(blur.Y));
        _z = new(map.M23, map.M22, fixedGrid.Slices, moving.Slices, source.Known.Z, interpolation, LowPass.Sigma(blur.Z));
    }

    /// <summary>A plane and a line of the moving volume and a row of the fixed one, all twice: values and covered share.</summary>
    public override int ScratchLength => 2 * (_source.Grid.SliceLength + _source.Grid.Columns + _fixed.Columns);

    public override int Slice(int k, Span<float> destination, Span<byte> coverage, float[] scratch)
    {
        if (!_z.Contains(k) || _x.High <= _x.Low)
        {
            destination.Fill(_fill);
            coverage.Clear();
            return 0;
        }
        int width = _source.Grid.Columns, length = _source.Grid.SliceLength, columns = _fixed.Columns;
        var masked = _source.Mask is not null;
        var space = scratch.AsSpan();
        Span<float> plane = Take(ref space, length), line = Take(ref space, width);
        Span<float> planeShare = Take(ref space, length), lineShare = Take(ref space, width), share = Take(ref space, columns);
        plane.Clear();
        planeShare.Clear();
        for (var t = 0; t < _z.Count; t++)
        {
            var weight = _z.Weights[t * _z.Stride + k];
            if (weight == 0) continue;
            var at = (_z.First[k] + t) * length;
            var values = _source.Voxels.AsSpan(at, length);
            if (masked) AddCovered(values, _source.Mask.AsSpan(at, length), weight, plane, planeShare);
            else Add(values, weight, plane);
        }
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
            Combine(plane, width, j, line);
            row[.._x.Low].Fill(_fill);
            row[_x.High..].Fill(_fill);
            Along(line, row);
            if (!masked)
            {
                if (!mask.IsEmpty) mask[_x.Low.._x.High].Fill(1);
                covered += _x.High - _x.Low;
                continue;
            }
            Combine(planeShare, width, j, lineShare);
            Along(lineShare, share);
            covered += Judge(row, mask, share);
        }
        return covered;
    }

    private int Judge(Span<float> row, Span<byte> mask, ReadOnlySpan<float> share)
    {
        var covered = 0;
        for (var i = _x.Low; i < _x.High; i++)
        {
            if (share[i] >= Resampler.CoveredFrom)
            {
                if (!_filled) row[i] /= share[i];
                mask[i] = 1;
                covered++;
            }
            else row[i] = _fill;
        }
        return covered;
    }

    private void Combine(ReadOnlySpan<float> plane, int width, int j, Span<float> line)
    {
        line.Clear();
        for (var t = 0; t < _y.Count; t++)
        {
            var weight = _y.Weights[t * _y.Stride + j];
            if (weight != 0) Add(plane.Slice((_y.First[j] + t) * width, width), weight, line);
        }
    }

    private void Add(ReadOnlySpan<float> values, float weight, Span<float> sum)
    {
        var i = 0;
        if (_vectors)
        {
            var w = Vector256.Create(weight);
            for (; i <= sum.Length - Lanes; i += Lanes)
                (Vector256.Create<float>(sum[i..]) + w * Vector256.Create(values[i..])).CopyTo(sum[i..]);
        }
        for (; i < sum.Length; i++) sum[i] += weight * values[i];
    }

    private void AddCovered(ReadOnlySpan<float> values, ReadOnlySpan<byte> mask, float weight, Span<float> sum, Span<float> share)
    {
        var i = 0;
        if (_vectors)
        {
            var w = Vector256.Create(weight);
            fixed (float* v = values, s = sum, c = share)
            fixed (byte* m = mask)
                for (; i <= sum.Length - Lanes; i += Lanes)
                {
                    var isCovered = Vector256.GreaterThan(Avx2.ConvertToVector256Int32(m + i), Vector256<int>.Zero).AsSingle();
                    var value = _filled ? Vector256.Load(v + i) : isCovered & Vector256.Load(v + i);
                    (Vector256.Load(s + i) + w * value).Store(s + i);
                    (Vector256.Load(c + i) + (isCovered & w)).Store(c + i);
                }
        }
        for (; i < sum.Length; i++)
        {
            var isCovered = mask[i] != 0;
            sum[i] += weight * (_filled || isCovered ? values[i] : 0);
            share[i] += isCovered ? weight : 0;
        }
    }

    private void Along(ReadOnlySpan<float> line, Span<float> row)
    {
        var i = _x.Low;
        fixed (float* l = line, r = row, w = _x.Weights)
        fixed (int* first = _x.First)
        {
            if (_vectors) i = AlongVectors(l, r, first, w, i, _x.High, _x.Count, _x.Stride);
            for (; i < _x.High; i++)
            {
                var sum = 0f;
                for (var t = 0; t < _x.Count; t++) sum += w[t * _x.Stride + i] * l[first[i] + t];
                r[i] = sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int AlongVectors(float* line, float* row, int* first, float* weights, int i, int high, int count, int stride)
    {
        for (; i + Lanes <= high; i += Lanes)
        {
            var index = Vector256.Load(first + i);
            var sum = Vector256<float>.Zero;
            for (var t = 0; t < count; t++)
                sum += Vector256.Load(weights + t * stride + i) * Avx2.GatherVector256(line + t, index, sizeof(float));
            sum.Store(row + i);
        }
        return i;
    }

    private static Span<float> Take(ref Span<float> space, int length)
    {
        var taken = space[..length];
        space = space[length..];
        return taken;
    }
}
