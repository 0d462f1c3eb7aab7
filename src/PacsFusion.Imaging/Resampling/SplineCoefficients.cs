using System.Runtime.Intrinsics;

namespace PacsFusion.Imaging;

/// <summary>
/// Turns voxel values into the coefficients of the cubic B-spline that goes through them: a recursion forth and back along each axis, with
/// the values mirrored at the outer centres. In place, the same bits for any number of threads.
/// </summary>
internal static class SplineCoefficients
{
    // The root of z^2 + 4 z + 1 inside the unit circle, and the gain that makes up for it.
    private static readonly double Pole = Math.Sqrt(3) - 2;
    private const double Gain = 6;

    // Pole^24 is below 1e-13.
    private const int Horizon = 24;

    public static void Apply(float[] voxels, VolumeGrid grid, ParallelOptions parallel)
    {
        int columns = grid.Columns, rows = grid.Rows, slices = grid.Slices, length = grid.SliceLength;
        Parallel.For(0, slices, parallel, k =>
        {
            var slice = voxels.AsSpan(k * length, length);
            if (columns > 1)
                for (var j = 0; j < rows; j++) Line(slice.Slice(j * columns, columns));
            if (rows > 1) Lines(slice, columns, rows, columns);
        });
        if (slices > 1) Parallel.For(0, rows, parallel, j => Lines(voxels.AsSpan(j * columns), columns, slices, length));
    }

    private static void Line(Span<float> s)
    {
        var last = s.Length - 1;
        double sum = 0;
        Span<double> start = stackalloc double[Horizon];
        var terms = Start(s.Length, start, out var end);
        for (var n = 0; n < terms; n++) sum += start[n] * s[n];
        var value = (sum + end * s[last]) * Gain;
        s[0] = (float)value;
        for (var n = 1; n <= last; n++)
        {
            value = s[n] * Gain + Pole * value;
            s[n] = (float)value;
        }
        value = Pole / (Pole * Pole - 1) * (value + Pole * s[last - 1]);
        s[last] = (float)value;
        for (var n = last - 1; n >= 0; n--)
        {
            value = Pole * (value - s[n]);
            s[n] = (float)value;
        }
    }

    /// <summary>The recursion along the second index, for all lines beside each other: row n starts at n * stride.</summary>
    private static void Lines(Span<float> s, int width, int count, int stride)
    {
        Span<double> start = stackalloc double[Horizon];
        var terms = Start(count, start, out var end);
        float pole = (float)Pole;
        var first = s[..width];
        // Row 0 is the first term of its own sum, so that nothing is overwritten that is still needed.
        Scale(first, (float)(start[0] * Gain));
        for (var n = 1; n < terms; n++) AddScaled(first, s.Slice(n * stride, width), (float)(start[n] * Gain));
        if (end != 0) AddScaled(first, s.Slice((count - 1) * stride, width), (float)(end * Gain));
        for (var n = 1; n < count; n++)
        {
            var row = s.Slice(n * stride, width);
            Scale(row, (float)Gain);
            AddScaled(row, s.Slice((n - 1) * stride, width), pole);
        }
        var last = s.Slice((count - 1) * stride, width);
        AddScaled(last, s.Slice((count - 2) * stride, width), pole);
        Scale(last, (float)(Pole / (Pole * Pole - 1)));
        for (var n = count - 2; n >= 0; n--)
        {
            var row = s.Slice(n * stride, width);
            AddScaled(row, s.Slice((n + 1) * stride, width), -1);
            Scale(row, -pole);
        }
    }

    /// <summary>Weights of the first values in the first causal coefficient; <paramref name="end"/> is that of the last value on short axes.</summary>
    private static int Start(int length, Span<double> weights, out double end)
    {
        end = 0;
        if (length > Horizon)
        {
            for (var n = 0; n < Horizon; n++) weights[n] = Math.Pow(Pole, n);
            return Horizon;
        }
        var whole = 1 - Math.Pow(Pole, 2 * length - 2);
        weights[0] = 1 / whole;
        for (var n = 1; n < length - 1; n++) weights[n] = (Math.Pow(Pole, n) + Math.Pow(Pole, 2 * length - 2 - n)) / whole;
        end = Math.Pow(Pole, length - 1) / whole;
        return length - 1;
    }

    private static void Scale(Span<float> row, float factor)
    {
        var i = 0;
        for (; i <= row.Length - 8; i += 8) (Vector256.Create<float>(row[i..]) * factor).CopyTo(row[i..]);
        for (; i < row.Length; i++) row[i] *= factor;
    }

    private static void AddScaled(Span<float> row, ReadOnlySpan<float> other, float factor)
    {
        var i = 0;
        var f = Vector256.Create(factor);
        for (; i <= row.Length - 8; i += 8) (Vector256.Create<float>(row[i..]) + f * Vector256.Create(other[i..])).CopyTo(row[i..]);
        for (; i < row.Length; i++) row[i] += factor * other[i];
    }
}
