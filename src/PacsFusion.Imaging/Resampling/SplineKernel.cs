using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace PacsFusion.Imaging;

/// <summary>
/// Cubic B-spline interpolation of prefiltered coefficients along an arbitrary affine map; coverage by the same weights. Vector and scalar
/// forms do the same operations in the same order and agree to the last bit.
/// </summary>
internal sealed unsafe class SplineKernel(KernelSource source, VolumeGrid fixedGrid, in Affine map, float fill, bool vectors)
    : GeneralKernel(source, fixedGrid, map, fill)
{
    protected override int Row(float* source, byte* sourceMask, in RowLine line, float* row, byte* mask, int count)
    {
        var covered = 0;
        int nx = Math.Min(4, Width), ny = Math.Min(4, Height), nz = Math.Min(4, Depth);
        // Four weights for each axis; what an axis of fewer voxels lacks stays 0 and is not read.
        float* wx = stackalloc float[4], wy = stackalloc float[4], wz = stackalloc float[4];
        for (var t = 0; t < count; t++)
        {
            var x = Weigh(At(line.X, line.StepX, t, Width), Width, wx);
            var y = Weigh(At(line.Y, line.StepY, t, Height), Height, wy);
            var z = Weigh(At(line.Z, line.StepZ, t, Depth), Depth, wz);
            var corner = z * Pitch + y * Width + x;
            if (sourceMask is not null && Share(sourceMask + corner, wx, wy, wz, nx, ny, nz) < Resampler.CoveredFrom)
            {
                row[t] = Fill;
                mask[t] = 0;
                continue;
            }
            covered++;
            row[t] = vectors && nx == 4 ? Vectors(source + corner, wx, wy, wz, ny, nz) : Scalar(source + corner, wx, wy, wz, nx, ny, nz);
        }
        return covered;
    }

    private float Vectors(float* corner, float* wx, float* wy, float* wz, int ny, int nz)
    {
        var sum = Vector128<float>.Zero;
        for (var c = 0; c < nz; c++)
            for (var b = 0; b < ny; b++)
                sum += Vector128.Create(wz[c] * wy[b]) * Vector128.Load(corner + c * Pitch + b * Width);
        sum *= Vector128.Load(wx);
        return sum[0] + sum[1] + sum[2] + sum[3];
    }

    private float Scalar(float* corner, float* wx, float* wy, float* wz, int nx, int ny, int nz)
    {
        float* sum = stackalloc float[4];
        for (var c = 0; c < nz; c++)
            for (var b = 0; b < ny; b++)
                for (var a = 0; a < nx; a++)
                    sum[a] += wz[c] * wy[b] * corner[c * Pitch + b * Width + a];
        return sum[0] * wx[0] + sum[1] * wx[1] + sum[2] * wx[2] + sum[3] * wx[3];
    }

    private float Share(byte* corner, float* wx, float* wy, float* wz, int nx, int ny, int nz)
    {
        var share = 0f;
        for (var c = 0; c < nz; c++)
            for (var b = 0; b < ny; b++)
                for (var a = 0; a < nx; a++)
                    if (corner[c * Pitch + b * Width + a] != 0) share += wz[c] * wy[b] * wx[a];
        return share;
    }

    /// <summary>The lowest of the four voxels around a moving index and their weights; those beyond a border are mirrored into the axis.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Weigh(float at, int length, float* weights)
    {
        var below = Math.Min((int)at, Math.Max(0, length - 2));
        float f = at - below, g = 1 - f;
        float f2 = f * f, f3 = f2 * f, w0 = g * g * g / 6, w1 = (3 * f3 - 6 * f2 + 4) / 6, w3 = f3 / 6;
        var w2 = (-3 * f3 + 3 * f2 + 3 * f + 1) / 6;
        if (below >= 1 && below + 2 < length)
        {
            (weights[0], weights[1], weights[2], weights[3]) = (w0, w1, w2, w3);
            return below - 1;
        }
        return Fold(below, length, weights, w0, w1, w2, w3);
    }

    private static int Fold(int below, int length, float* weights, float w0, float w1, float w2, float w3)
    {
        var first = Math.Clamp(below - 1, 0, Math.Max(0, length - 4));
        (weights[0], weights[1], weights[2], weights[3]) = (0, 0, 0, 0);
        weights[AxisTaps.Mirror(below - 1, length) - first] += w0;
        weights[AxisTaps.Mirror(below, length) - first] += w1;
        weights[AxisTaps.Mirror(below + 1, length) - first] += w2;
        weights[AxisTaps.Mirror(below + 2, length) - first] += w3;
        return first;
    }
}
