using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PacsFusion.Imaging;

/// <summary>
/// Trilinear interpolation along an arbitrary affine map. The range of each row that falls inside is solved once; inside it no voxel is
/// tested. Vector and scalar forms multiply and add separately (no fused form), so they agree to the last bit on every machine.
/// </summary>
internal sealed unsafe class GeneralKernel(float[] source, VolumeGrid moving, VolumeGrid fixedGrid, Affine map, bool vectors)
{
    private readonly int _width = moving.Columns, _height = moving.Rows, _depth = moving.Slices;

    // Distance to the upper neighbour; 0 along an axis of one voxel, where there is none.
    private readonly int _stepX = moving.Columns > 1 ? 1 : 0;
    private readonly int _stepY = moving.Rows > 1 ? moving.Columns : 0;
    private readonly int _stepZ = moving.Slices > 1 ? moving.SliceLength : 0;

    /// <summary>Writes one fixed slice and its coverage; returns the number of covered voxels.</summary>
    public int Slice(int k, Span<float> destination, Span<byte> coverage, float fill)
    {
        var columns = fixedGrid.Columns;
        var covered = 0;
        for (var j = 0; j < fixedGrid.Rows; j++)
        {
            var row = destination.Slice(j * columns, columns);
            var mask = coverage.Slice(j * columns, columns);
            var start = map.Transform(new Vector3d(0, j, k));
            int low = 0, high = columns;
            IndexMap.Clip(start.X, map.M00, _width, ref low, ref high);
            IndexMap.Clip(start.Y, map.M10, _height, ref low, ref high);
            IndexMap.Clip(start.Z, map.M20, _depth, ref low, ref high);
            row[..low].Fill(fill);
            row[high..].Fill(fill);
            mask.Clear();
            mask[low..high].Fill(1);
            covered += high - low;
            fixed (float* s = source, r = row) Row(s, r, start, low, high);
        }
        return covered;
    }

    private void Row(float* s, float* row, Vector3d start, int low, int high)
    {
        // The row starts at its first inside voxel, so that the float coordinates stay small and keep their digits.
        float bx = (float)(start.X + map.M00 * low), by = (float)(start.Y + map.M10 * low), bz = (float)(start.Z + map.M20 * low);
        float mx = (float)map.M00, my = (float)map.M10, mz = (float)map.M20;
        var i = low;
        if (vectors && Avx2.IsSupported) i = VectorRow(s, row, bx, by, bz, mx, my, mz, low, high);
        for (; i < high; i++)
        {
            float t = i - low;
            float x = Math.Clamp(bx + mx * t, 0, _width - 1), y = Math.Clamp(by + my * t, 0, _height - 1), z = Math.Clamp(bz + mz * t, 0, _depth - 1);
            int x0 = Math.Min((int)x, Math.Max(0, _width - 2)), y0 = Math.Min((int)y, Math.Max(0, _height - 2)), z0 = Math.Min((int)z, Math.Max(0, _depth - 2));
            float fx = x - x0, fy = y - y0, fz = z - z0;
            var p = s + (z0 * moving.SliceLength + y0 * _width + x0);
            float a = p[0] + fx * (p[_stepX] - p[0]);
            float b = p[_stepY] + fx * (p[_stepY + _stepX] - p[_stepY]);
            float c = p[_stepZ] + fx * (p[_stepZ + _stepX] - p[_stepZ]);
            float d = p[_stepZ + _stepY] + fx * (p[_stepZ + _stepY + _stepX] - p[_stepZ + _stepY]);
            a += fy * (b - a);
            c += fy * (d - c);
            row[i] = a + fz * (c - a);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int VectorRow(float* s, float* row, float bx, float by, float bz, float mx, float my, float mz, int low, int high)
    {
        var lane = Vector256.Create(0f, 1, 2, 3, 4, 5, 6, 7);
        Vector256<float> vbx = Vector256.Create(bx), vby = Vector256.Create(by), vbz = Vector256.Create(bz);
        Vector256<float> vmx = Vector256.Create(mx), vmy = Vector256.Create(my), vmz = Vector256.Create(mz);
        Vector256<float> lastX = Vector256.Create((float)(_width - 1)), lastY = Vector256.Create((float)(_height - 1)), lastZ = Vector256.Create((float)(_depth - 1));
        Vector256<int> topX = Vector256.Create(Math.Max(0, _width - 2)), topY = Vector256.Create(Math.Max(0, _height - 2)), topZ = Vector256.Create(Math.Max(0, _depth - 2));
        Vector256<int> pitchY = Vector256.Create(_width), pitchZ = Vector256.Create(moving.SliceLength);
        float* s01 = s + _stepY, s10 = s + _stepZ, s11 = s + _stepZ + _stepY;
        var dx = _stepX;
        var i = low;
        for (; i + 8 <= high; i += 8)
        {
            var t = lane + Vector256.Create((float)(i - low));
            var x = Vector256.Min(Vector256.Max(vbx + vmx * t, Vector256<float>.Zero), lastX);
            var y = Vector256.Min(Vector256.Max(vby + vmy * t, Vector256<float>.Zero), lastY);
            var z = Vector256.Min(Vector256.Max(vbz + vmz * t, Vector256<float>.Zero), lastZ);
            var x0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(x), topX);
            var y0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(y), topY);
            var z0 = Vector256.Min(Avx.ConvertToVector256Int32WithTruncation(z), topZ);
            var fx = x - Avx.ConvertToVector256Single(x0);
            var fy = y - Avx.ConvertToVector256Single(y0);
            var fz = z - Avx.ConvertToVector256Single(z0);
            var at = x0 + y0 * pitchY + z0 * pitchZ;
            var a = Along(s, dx, at, fx);
            var b = Along(s01, dx, at, fx);
            var c = Along(s10, dx, at, fx);
            var d = Along(s11, dx, at, fx);
            a += fy * (b - a);
            c += fy * (d - c);
            (a + fz * (c - a)).Store(row + i);
        }
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Along(float* s, int dx, Vector256<int> at, Vector256<float> weight)
    {
        var u = Avx2.GatherVector256(s, at, 4);
        var v = Avx2.GatherVector256(s + dx, at, 4);
        return u + weight * (v - u);
    }
}
