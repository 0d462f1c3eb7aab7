using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Trilinear interpolation along an arbitrary affine map from a volume with a mask: what is not covered is left out and the rest is weighed
/// up; from half of the weight on a voxel counts as covered. Vector and scalar forms agree to the last bit.
/// </summary>
internal sealed unsafe class MaskedTrilinearKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill, bool vectors)
    : GeneralKernel(source, fixedGrid, map, fill)
{
    private const int Lanes = 8;

    // Masks are fetched four bytes at a time.
    private readonly bool _vectors = vectors && Avx2.IsSupported && source.Grid.VoxelCount >= 4;
    private readonly int _last = (int)source.Grid.VoxelCount - 4;
    private readonly int _stepX = source.Grid.Columns > 1 ? 1 : 0;
    private readonly int _stepY = source.Grid.Rows > 1 ? source.Grid.Columns : 0;
    private readonly int _stepZ = source.Grid.Slices > 1 ? source.Grid.SliceLength : 0;

    protected override int Row(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count)
    {
        var done = _vectors ? Vectors(source, sourceMask, line, row, mask, count) : 0;
        for (var t = done; t < count; t++) Voxel(source, sourceMask, line, row, mask, t);
        var covered = 0;
        for (var t = 0; t < count; t++) covered += mask[t];
        return covered;
    }

    private void Voxel(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int t)
    {
        float x = At(line.X, line.StepX, t, Width), y = At(line.Y, line.StepY, t, Height), z = At(line.Z, line.StepZ, t, Depth);
        int x0 = Math.Min((int)x, Math.Max(0, Width - 2)), y0 = Math.Min((int)y, Math.Max(0, Height - 2)), z0 = Math.Min((int)z, Math.Max(0, Depth - 2));
        float fx = x - x0, fy = y - y0, fz = z - z0;
        var at = z0 * Pitch + y0 * Width + x0;
        var (a, shareA) = Along(at);
        var (b, shareB) = Along(at + _stepY);
        var (c, shareC) = Along(at + _stepZ);
        var (d, shareD) = Along(at + _stepZ + _stepY);
        a += fy * (b - a);
        c += fy * (d - c);
        shareA += fy * (shareB - shareA);
        shareC += fy * (shareD - shareC);
        var share = shareA + fz * (shareC - shareA);
        var isCovered = share >= Resampler.CoveredFrom;
        row[t] = isCovered ? (a + fz * (c - a)) / share : Fill;
        mask[t] = isCovered ? (byte)1 : (byte)0;

        (float Value, float Share) Along(int p)
        {
            float m = sourceMask[p] != 0 ? 1 : 0, n = sourceMask[p + _stepX] != 0 ? 1 : 0;
            float u = m != 0 ? source[p] : 0, v = n != 0 ? source[p + _stepX] : 0;
            return (u + fx * (v - u), m + fx * (n - m));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Vectors(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count)
    {
        Vector256<float> startX = Vector256.Create(line.X), startY = Vector256.Create(line.Y), startZ = Vector256.Create(line.Z);
        Vector256<float> slopeX = Vector256.Create(line.StepX), slopeY = Vector256.Create(line.StepY), slopeZ = Vector256.Create(line.StepZ);
        Vector256<float> lastX = Vector256.Create((float)(Width - 1)), lastY = Vector256.Create((float)(Height - 1)), lastZ = Vector256.Create((float)(Depth - 1));
        Vector256<int> topX = Vector256.Create(Math.Max(0, Width - 2)), topY = Vector256.Create(Math.Max(0, Height - 2)), topZ = Vector256.Create(Math.Max(0, Depth - 2));
        var lanes = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        Vector256<float> least = Vector256.Create(Resampler.CoveredFrom), fill = Vector256.Create(Fill);
        var i = 0;
        for (; i + Lanes <= count; i += Lanes)
        {
            var t = lanes + Vector256.Create((float)i);
            var x = Vector256.Min(Vector256.Max(startX + slopeX * t, Vector256<float>.Zero), lastX);
            var y = Vector256.Min(Vector256.Max(startY + slopeY * t, Vector256<float>.Zero), lastY);
            var z = Vector256.Min(Vector256.Max(startZ + slopeZ * t, Vector256<float>.Zero), lastZ);
            var x0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(x), topX);
            var y0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(y), topY);
            var z0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(z), topZ);
            var fx = x - Avx.ConvertToVector256Single(x0);
            var fy = y - Avx.ConvertToVector256Single(y0);
            var fz = z - Avx.ConvertToVector256Single(z0);
            var at = x0 + y0 * Vector256.Create(Width) + z0 * Vector256.Create(Pitch);
            var a = Along(source, sourceMask, at, fx, out var shareA);
            var b = Along(source, sourceMask, at + Vector256.Create(_stepY), fx, out var shareB);
            var c = Along(source, sourceMask, at + Vector256.Create(_stepZ), fx, out var shareC);
            var d = Along(source, sourceMask, at + Vector256.Create(_stepZ + _stepY), fx, out var shareD);
            a += fy * (b - a);
            c += fy * (d - c);
            shareA += fy * (shareB - shareA);
            shareC += fy * (shareD - shareC);
            var share = shareA + fz * (shareC - shareA);
            var isCovered = Vector256.GreaterThanOrEqual(share, least);
            Vector256.ConditionalSelect(isCovered, (a + fz * (c - a)) / share, fill).Store(row + i);
            var bits = isCovered.ExtractMostSignificantBits();
            for (var n = 0; n < Lanes; n++) mask[i + n] = (byte)((bits >> n) & 1);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<float> Along(float* source, byte* sourceMask, Vector256<int> at, Vector256<float> weight, out Vector256<float> share)
    {
        // Four mask bytes from each place, moved back where they would lie beyond the end.
        var from = Vector256.Min(at, Vector256.Create(_last));
        var shift = Vector256.ShiftLeft(at - from, 3).AsUInt32();
        var bytes = Avx2.ShiftRightLogicalVariable(Avx2.GatherVector256((int*)sourceMask, from, 1), shift);
        var one = Vector256<float>.One;
        var lower = ~Vector256.Equals(bytes & Vector256.Create(0xff), Vector256<int>.Zero).AsSingle();
        var upper = ~Vector256.Equals(bytes & Vector256.Create(0xff << (8 * _stepX)), Vector256<int>.Zero).AsSingle();
        var u = lower & Avx2.GatherVector256(source, at, sizeof(float));
        var v = upper & Avx2.GatherVector256(source + _stepX, at, sizeof(float));
        Vector256<float> m = lower & one, n = upper & one;
        share = m + weight * (n - m);
        return u + weight * (v - u);
    }
}
