using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Trilinear interpolation along an arbitrary affine map from a volume without mask. Vector and scalar forms multiply and add separately
/// (no fused form), so they agree to the last bit on every machine.
/// </summary>
internal sealed unsafe class TrilinearKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill, bool vectors)
    : GeneralKernel(source, fixedGrid, map, fill)
{
    private const int Lanes = 8;

    // Pairs of neighbours are fetched at once, which needs a second column.
    private readonly bool _vectors = vectors && Avx2.IsSupported && source.Grid.Columns > 1;

    // Distance to the upper neighbour; 0 along an axis of one voxel, where there is none.
    private readonly int _stepX = source.Grid.Columns > 1 ? 1 : 0;
    private readonly int _stepY = source.Grid.Rows > 1 ? source.Grid.Columns : 0;
    private readonly int _stepZ = source.Grid.Slices > 1 ? source.Grid.SliceLength : 0;

    protected override int Row(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count)
    {
        if (_vectors && count >= Lanes) Vectors(source, line, row, count);
        else Scalar(source, line, row, count);
        return count;
    }

    private void Scalar(float* s, in RowLine line, float* row, int count)
    {
        for (var t = 0; t < count; t++)
        {
            float x = At(line.X, line.StepX, t, Width), y = At(line.Y, line.StepY, t, Height), z = At(line.Z, line.StepZ, t, Depth);
            int x0 = Math.Min((int)x, Math.Max(0, Width - 2)), y0 = Math.Min((int)y, Math.Max(0, Height - 2)), z0 = Math.Min((int)z, Math.Max(0, Depth - 2));
            float fx = x - x0, fy = y - y0, fz = z - z0;
            var p = s + (z0 * Pitch + y0 * Width + x0);
            float a = p[0] + fx * (p[_stepX] - p[0]);
            float b = p[_stepY] + fx * (p[_stepY + _stepX] - p[_stepY]);
            float c = p[_stepZ] + fx * (p[_stepZ + _stepX] - p[_stepZ]);
            float d = p[_stepZ + _stepY] + fx * (p[_stepZ + _stepY + _stepX] - p[_stepZ + _stepY]);
            a += fy * (b - a);
            c += fy * (d - c);
            row[t] = a + fz * (c - a);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Vectors(float* s, in RowLine line, float* row, int count)
    {
        Vector256<float> startX = Vector256.Create(line.X), startY = Vector256.Create(line.Y), startZ = Vector256.Create(line.Z);
        Vector256<float> slopeX = Vector256.Create(line.StepX), slopeY = Vector256.Create(line.StepY), slopeZ = Vector256.Create(line.StepZ);
        Vector256<float> lastX = Vector256.Create((float)(Width - 1)), lastY = Vector256.Create((float)(Height - 1)), lastZ = Vector256.Create((float)(Depth - 1));
        Vector256<int> topX = Vector256.Create(Math.Max(0, Width - 2)), topY = Vector256.Create(Math.Max(0, Height - 2)), topZ = Vector256.Create(Math.Max(0, Depth - 2));
        Vector256<int> pitchY = Vector256.Create(Width), pitchZ = Vector256.Create(Pitch);
        var lanes = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        var order = Vector256.Create(0, 1, 4, 5, 2, 3, 6, 7);
        float* s01 = s + _stepY, s10 = s + _stepZ, s11 = s + _stepZ + _stepY;
        for (var i = 0; ; i += Lanes)
        {
            // The last vector overlaps the one before instead of a scalar rest: every voxel has the same value whoever makes it.
            if (i + Lanes > count)
            {
                if (i == count) break;
                i = count - Lanes;
            }
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
            var at = Avx2.PermuteVar8x32(x0 + y0 * pitchY + z0 * pitchZ, order);
            Vector128<int> first = at.GetLower(), second = at.GetUpper();
            var a = Along(s, first, second, fx);
            var b = Along(s01, first, second, fx);
            var c = Along(s10, first, second, fx);
            var d = Along(s11, first, second, fx);
            a += fy * (b - a);
            c += fy * (d - c);
            (a + fz * (c - a)).Store(row + i);
        }
    }

    /// <summary>
    /// Interpolates along x between the pairs of neighbours of eight voxels. A pair is fetched as one 64-bit element: half the fetches.
    /// <paramref name="first"/> holds voxels 0, 1, 4, 5 and <paramref name="second"/> 2, 3, 6, 7, so that the shuffles restore the order.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Along(float* s, Vector128<int> first, Vector128<int> second, Vector256<float> weight)
    {
        var low = Avx2.GatherVector256((double*)s, first, sizeof(float)).AsSingle();
        var high = Avx2.GatherVector256((double*)s, second, sizeof(float)).AsSingle();
        var u = Avx.Shuffle(low, high, 0b10_00_10_00);
        var v = Avx.Shuffle(low, high, 0b11_01_11_01);
        return u + weight * (v - u);
    }
}
