using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// The two loops over samples. The first looks up the moving value and adds (1, w, w^2, w^3) to the slot of (fixed bin, moving bin), w being
/// the place within the moving bin: the cubic B-spline weights are linear in these, so they are formed once per slot, not per sample. The
/// second multiplies the slot's derivative, a quadratic in w, with the image gradient. Vector and scalar form do the same operations.
/// </summary>
internal sealed unsafe class MetricKernel
{
    private readonly Volume _moving;
    private readonly int _stepX, _stepY, _stepZ, _stride;
    private readonly float _low, _scale, _top;
    private readonly bool _vectors;

    /// <param name="moving">Moving level; NaN where nothing is known.</param>
    /// <param name="range">Values that the bins span.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="vectors">Whether vector instructions may be used.</param>
    public MetricKernel(Volume moving, ValueRange range, int bins, bool vectors)
    {
        _moving = moving;
        // Distance to the upper neighbour; 0 along an axis of one voxel, where there is none.
        _stepX = moving.Columns > 1 ? 1 : 0;
        _stepY = moving.Rows > 1 ? moving.Columns : 0;
        _stepZ = moving.Slices > 1 ? moving.Grid.SliceLength : 0;
        _stride = bins + JointBins.Margin;
        _low = (float)range.Low;
        _scale = (float)((bins - 1) / (range.High - range.Low));
        _top = bins - 1;
        _vectors = vectors && Avx2.IsSupported;
    }

    /// <summary>Moving bins per unit of the moving value: image gradients are kept in values, not bins.</summary>
    public double BinsPerValue => _scale;

    /// <summary>Buffers of one chunk of samples: all lie beside the sample's own arrays.</summary>
    internal readonly ref struct Chunk(SampleSet samples, int from, int to, float[] place, int[] slot, float[] gx, float[] gy, float[] gz)
    {
        public readonly SampleSet Samples = samples;
        public readonly int From = from, To = to;
        public readonly float[] Place = place, GradientX = gx, GradientY = gy, GradientZ = gz;
        public readonly int[] Slot = slot;
    }

    /// <summary>Adds a chunk to a histogram of slots of four moments each; returns the number of samples inside the moving volume.</summary>
    public int Count(in Chunk chunk, in Affine map, float* slots, bool gradient)
    {
        fixed (float* values = _moving.Voxels.Span, x = chunk.Samples.X, y = chunk.Samples.Y, z = chunk.Samples.Z, place = chunk.Place, gx = chunk.GradientX, gy = chunk.GradientY, gz = chunk.GradientZ)
        fixed (int* bin = chunk.Samples.Bin, slot = chunk.Slot)
            return _vectors
                ? CountVector(values, x, y, z, bin, place, slot, gx, gy, gz, chunk.From, chunk.To, map, slots, gradient)
                : CountScalar(values, x, y, z, bin, place, slot, gx, gy, gz, chunk.From, chunk.To, map, slots, gradient);
    }

    /// <summary>
    /// Sums derivative x image gradient (3 numbers, in moving voxels) and its product with the sample position (9, by rows) over a chunk.
    /// </summary>
    public void Differentiate(in Chunk chunk, float* derivative, Span<double> sums)
    {
        fixed (float* x = chunk.Samples.X, y = chunk.Samples.Y, z = chunk.Samples.Z, place = chunk.Place, gx = chunk.GradientX, gy = chunk.GradientY, gz = chunk.GradientZ)
        fixed (int* slot = chunk.Slot)
        {
            if (_vectors) DifferentiateVector(x, y, z, place, slot, gx, gy, gz, chunk.From, chunk.To, derivative, sums);
            else DifferentiateScalar(x, y, z, place, slot, gx, gy, gz, chunk.From, chunk.To, derivative, sums);
        }
    }

    private int CountScalar(float* values, float* x, float* y, float* z, int* bin, float* place, int* slot, float* gx, float* gy, float* gz, int from, int to, in Affine map, float* slots, bool gradient)
    {
        float m00 = (float)map.M00, m01 = (float)map.M01, m02 = (float)map.M02, m03 = (float)map.M03;
        float m10 = (float)map.M10, m11 = (float)map.M11, m12 = (float)map.M12, m13 = (float)map.M13;
        float m20 = (float)map.M20, m21 = (float)map.M21, m22 = (float)map.M22, m23 = (float)map.M23;
        int columns = _moving.Columns, rows = _moving.Rows, depth = _moving.Slices, pitch = _moving.Grid.SliceLength;
        var inside = 0;
        for (var n = from; n < to; n++)
        {
            float u = m00 * x[n] + m01 * y[n] + m02 * z[n] + m03;
            float v = m10 * x[n] + m11 * y[n] + m12 * z[n] + m13;
            float w = m20 * x[n] + m21 * y[n] + m22 * z[n] + m23;
            (slot[n], place[n]) = (0, 0);
            if (gradient) gx[n] = gy[n] = gz[n] = 0;
            if (bin[n] < 0 || !(u >= -0.5f && v >= -0.5f && w >= -0.5f && u <= columns - 0.5f && v <= rows - 0.5f && w <= depth - 0.5f)) continue;
            float cu = Math.Clamp(u, 0, columns - 1), cv = Math.Clamp(v, 0, rows - 1), cw = Math.Clamp(w, 0, depth - 1);
            int i = Math.Min((int)cu, Math.Max(0, columns - 2)), j = Math.Min((int)cv, Math.Max(0, rows - 2)), k = Math.Min((int)cw, Math.Max(0, depth - 2));
            float a = cu - i, b = cv - j, c = cw - k;
            var p = values + (k * pitch + j * columns + i);
            float p00 = p[0], p01 = p[_stepY], p10 = p[_stepZ], p11 = p[_stepZ + _stepY];
            float d00 = p[_stepX] - p00, d01 = p[_stepY + _stepX] - p01, d10 = p[_stepZ + _stepX] - p10, d11 = p[_stepZ + _stepY + _stepX] - p11;
            float v00 = p00 + a * d00, v01 = p01 + a * d01, v10 = p10 + a * d10, v11 = p11 + a * d11;
            float near = v00 + b * (v01 - v00), far = v10 + b * (v11 - v10);
            var value = near + c * (far - near);
            if (float.IsNaN(value)) continue;
            var t = (value - _low) * _scale;
            var free = t > 0 && t < _top;
            t = Math.Min(Math.Max(t, 0), _top) + 2;
            var moved = (int)t;
            var r = t - moved;
            slot[n] = (bin[n] * _stride + moved) * 4;
            place[n] = r;
            var h = slots + slot[n];
            h[0] += 1;
            h[1] += r;
            h[2] += r * r;
            h[3] += r * r * r;
            inside++;
            if (!gradient || !free) continue;
            float e0 = d00 + b * (d01 - d00), e1 = d10 + b * (d11 - d10), f0 = v01 - v00, f1 = v11 - v10;
            if (u == cu) gx[n] = e0 + c * (e1 - e0);
            if (v == cv) gy[n] = f0 + c * (f1 - f0);
            if (w == cw) gz[n] = far - near;
        }
        return inside;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int CountVector(float* values, float* x, float* y, float* z, int* bin, float* place, int* slot, float* gx, float* gy, float* gz, int from, int to, in Affine map, float* slots, bool gradient)
    {
        Vector256<float> m00 = Vector256.Create((float)map.M00), m01 = Vector256.Create((float)map.M01), m02 = Vector256.Create((float)map.M02), m03 = Vector256.Create((float)map.M03);
        Vector256<float> m10 = Vector256.Create((float)map.M10), m11 = Vector256.Create((float)map.M11), m12 = Vector256.Create((float)map.M12), m13 = Vector256.Create((float)map.M13);
        Vector256<float> m20 = Vector256.Create((float)map.M20), m21 = Vector256.Create((float)map.M21), m22 = Vector256.Create((float)map.M22), m23 = Vector256.Create((float)map.M23);
        int columns = _moving.Columns, rows = _moving.Rows, depth = _moving.Slices;
        Vector256<int> pitchY = Vector256.Create(columns), pitchZ = Vector256.Create(_moving.Grid.SliceLength), stride = Vector256.Create(_stride);
        Vector256<float> half = Vector256.Create(-0.5f), zero = Vector256<float>.Zero, one = Vector256<float>.One, top = Vector256.Create(_top);
        float* s01 = values + _stepY, s10 = values + _stepZ, s11 = values + _stepZ + _stepY;
        var dx = _stepX;
        var inside = 0;
        for (var n = from; n < to; n += 8)
        {
            Vector256<float> px = Vector256.Load(x + n), py = Vector256.Load(y + n), pz = Vector256.Load(z + n);
            var u = m00 * px + m01 * py + m02 * pz + m03;
            var v = m10 * px + m11 * py + m12 * pz + m13;
            var w = m20 * px + m21 * py + m22 * pz + m23;
            var bins = Vector256.Load(bin + n);
            var known = Vector256.GreaterThanOrEqual(bins, Vector256<int>.Zero).AsSingle()
                & Vector256.GreaterThanOrEqual(u, half) & Vector256.LessThanOrEqual(u, Vector256.Create(columns - 0.5f))
                & Vector256.GreaterThanOrEqual(v, half) & Vector256.LessThanOrEqual(v, Vector256.Create(rows - 0.5f))
                & Vector256.GreaterThanOrEqual(w, half) & Vector256.LessThanOrEqual(w, Vector256.Create(depth - 0.5f));
            var cu = Vector256.Min(Vector256.Max(u, zero), Vector256.Create(columns - 1f));
            var cv = Vector256.Min(Vector256.Max(v, zero), Vector256.Create(rows - 1f));
            var cw = Vector256.Min(Vector256.Max(w, zero), Vector256.Create(depth - 1f));
            var i = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(cu), Vector256.Create(Math.Max(0, columns - 2)));
            var j = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(cv), Vector256.Create(Math.Max(0, rows - 2)));
            var k = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(cw), Vector256.Create(Math.Max(0, depth - 2)));
            var a = cu - Avx.ConvertToVector256Single(i);
            var b = cv - Avx.ConvertToVector256Single(j);
            var c = cw - Avx.ConvertToVector256Single(k);
            var at = i + j * pitchY + k * pitchZ;
            Vector256<float> p00 = Avx2.GatherVector256(values, at, 4), p01 = Avx2.GatherVector256(s01, at, 4), p10 = Avx2.GatherVector256(s10, at, 4), p11 = Avx2.GatherVector256(s11, at, 4);
            var d00 = Avx2.GatherVector256(values + dx, at, 4) - p00;
            var d01 = Avx2.GatherVector256(s01 + dx, at, 4) - p01;
            var d10 = Avx2.GatherVector256(s10 + dx, at, 4) - p10;
            var d11 = Avx2.GatherVector256(s11 + dx, at, 4) - p11;
            Vector256<float> v00 = p00 + a * d00, v01 = p01 + a * d01, v10 = p10 + a * d10, v11 = p11 + a * d11;
            Vector256<float> near = v00 + b * (v01 - v00), far = v10 + b * (v11 - v10);
            var value = near + c * (far - near);
            known &= Vector256.Equals(value, value);
            var t = (value - Vector256.Create(_low)) * Vector256.Create(_scale);
            var free = known & Vector256.GreaterThan(t, zero) & Vector256.LessThan(t, top);
            // NaN lanes become 0 here by the mask, so that every slot is a real one.
            t = Vector256.Min(Vector256.Max(t & known, zero), top) + Vector256.Create(2f);
            var moved = Avx.ConvertToVector256Int32WithTruncation(t);
            var r = (t - Avx.ConvertToVector256Single(moved)) & known;
            var slots8 = Vector256.ShiftLeft(bins * stride + moved, 2) & known.AsInt32();
            slots8.Store(slot + n);
            r.Store(place + n);
            if (gradient)
            {
                Vector256<float> e0 = d00 + b * (d01 - d00), e1 = d10 + b * (d11 - d10), f0 = v01 - v00, f1 = v11 - v10;
                ((e0 + c * (e1 - e0)) & free & Vector256.Equals(u, cu)).Store(gx + n);
                ((f0 + c * (f1 - f0)) & free & Vector256.Equals(v, cv)).Store(gy + n);
                ((far - near) & free & Vector256.Equals(w, cw)).Store(gz + n);
            }
            inside += System.Numerics.BitOperations.PopCount(Vector256.ExtractMostSignificantBits(known));
            var r2 = r * r;
            Scatter(slots, slot + n, one & known, r, r2, r2 * r);
        }
        return inside;
    }

    /// <summary>Transposes eight samples' moments and adds each to its slot: one aligned load and store per sample.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Scatter(float* slots, int* slot, Vector256<float> m0, Vector256<float> m1, Vector256<float> m2, Vector256<float> m3)
    {
        Vector256<float> low01 = Avx.UnpackLow(m0, m1), high01 = Avx.UnpackHigh(m0, m1), low23 = Avx.UnpackLow(m2, m3), high23 = Avx.UnpackHigh(m2, m3);
        Vector256<float> s04 = Avx.Shuffle(low01, low23, 0x44), s15 = Avx.Shuffle(low01, low23, 0xEE), s26 = Avx.Shuffle(high01, high23, 0x44), s37 = Avx.Shuffle(high01, high23, 0xEE);
        Add(slots + slot[0], s04.GetLower());
        Add(slots + slot[1], s15.GetLower());
        Add(slots + slot[2], s26.GetLower());
        Add(slots + slot[3], s37.GetLower());
        Add(slots + slot[4], s04.GetUpper());
        Add(slots + slot[5], s15.GetUpper());
        Add(slots + slot[6], s26.GetUpper());
        Add(slots + slot[7], s37.GetUpper());

        static void Add(float* at, Vector128<float> what) => (Vector128.Load(at) + what).Store(at);
    }

    private static void DifferentiateScalar(float* x, float* y, float* z, float* place, int* slot, float* gx, float* gy, float* gz, int from, int to, float* derivative, Span<double> sums)
    {
        for (var n = from; n < to; n++)
        {
            var d = derivative + slot[n];
            var k = d[0] + place[n] * (d[1] + place[n] * d[2]);
            float a = k * gx[n], b = k * gy[n], c = k * gz[n];
            sums[0] += a;
            sums[1] += b;
            sums[2] += c;
            sums[3] += a * x[n];
            sums[4] += a * y[n];
            sums[5] += a * z[n];
            sums[6] += b * x[n];
            sums[7] += b * y[n];
            sums[8] += b * z[n];
            sums[9] += c * x[n];
            sums[10] += c * y[n];
            sums[11] += c * z[n];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DifferentiateVector(float* x, float* y, float* z, float* place, int* slot, float* gx, float* gy, float* gz, int from, int to, float* derivative, Span<double> sums)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default, s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        for (var n = from; n < to; n += 8)
        {
            var at = Vector256.Load(slot + n);
            var r = Vector256.Load(place + n);
            var k = Avx2.GatherVector256(derivative, at, 4) + r * (Avx2.GatherVector256(derivative + 1, at, 4) + r * Avx2.GatherVector256(derivative + 2, at, 4));
            Vector256<float> a = k * Vector256.Load(gx + n), b = k * Vector256.Load(gy + n), c = k * Vector256.Load(gz + n);
            Vector256<float> px = Vector256.Load(x + n), py = Vector256.Load(y + n), pz = Vector256.Load(z + n);
            s0 += a;
            s1 += b;
            s2 += c;
            s3 += a * px;
            s4 += a * py;
            s5 += a * pz;
            s6 += b * px;
            s7 += b * py;
            s8 += b * pz;
            s9 += c * px;
            s10 += c * py;
            s11 += c * pz;
        }
        ReadOnlySpan<Vector256<float>> all = [s0, s1, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11];
        for (var i = 0; i < 12; i++) sums[i] += Vector256.Sum(all[i]);
    }
}
