using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>Figures that need no window: moments, differences, correlations, range.</summary>
internal readonly record struct PixelStatistics(
    double Deviation, double SpatialFrequency, double AverageGradient, double DifferenceCorrelation, double Correlation,
    double PeakSignalToNoise, double PeakSignalToNoise255, double OutOfRange, double Background)
{
    private const double IdenticalDecibel = 100;

    public static PixelStatistics Measure(Plane f, Plane a, Plane b)
    {
        ReadOnlySpan<double> fv = f.Values, av = a.Values, bv = b.Values;
        var count = fv.Length;
        var mean = TensorPrimitives.Sum(fv) / count;
        var deviation = Math.Sqrt(Math.Max(TensorPrimitives.SumOfSquares(fv) / count - mean * mean, 0));

        using var fMinusA = new Plane(f.Columns, f.Rows);
        using var fMinusB = new Plane(f.Columns, f.Rows);
        TensorPrimitives.Subtract(fv, av, fMinusA.Values);
        TensorPrimitives.Subtract(fv, bv, fMinusB.Values);
        var error = (TensorPrimitives.SumOfSquares<double>(fMinusA.Values) + TensorPrimitives.SumOfSquares<double>(fMinusB.Values)) / (2.0 * count);
        var peak = Math.Max(TensorPrimitives.Max(fv), 1);

        double outside = 0, background = 0;
        for (var i = 0; i < count; i++)
        {
            outside += Math.Max(fv[i] - Math.Max(av[i], bv[i]), 0) + Math.Max(Math.Min(av[i], bv[i]) - fv[i], 0);
            if (av[i] == 0 && bv[i] == 0) background = Math.Max(background, fv[i]);
        }

        return new PixelStatistics(
            deviation, Frequency(f), Gradient(f),
            Correlate(av, fMinusB.Values) + Correlate(bv, fMinusA.Values),
            (Correlate(av, fv) + Correlate(bv, fv)) / 2,
            Decibel(peak, error), Decibel(byte.MaxValue, error),
            outside / count, background);
    }

    private static double Decibel(double peak, double error) => error > 0 ? 10 * Math.Log10(peak * peak / error) : IdenticalDecibel;

    private static double Frequency(Plane f)
    {
        if (Math.Min(f.Columns, f.Rows) < 2) return double.NaN;
        double across = 0, down = 0;
        for (var y = 0; y < f.Rows; y++)
        {
            var row = f.Row(y);
            across += SquaredDistance(row[1..], row[..^1]);
            if (y > 0) down += SquaredDistance(row, f.Row(y - 1));
        }
        return Math.Sqrt(across / ((double)(f.Columns - 1) * f.Rows) + down / ((double)f.Columns * (f.Rows - 1)));
    }

    private static double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        var distance = TensorPrimitives.Distance(x, y);
        return distance * distance;
    }

    private static double Gradient(Plane f)
    {
        if (Math.Min(f.Columns, f.Rows) < 2) return double.NaN;
        var sum = 0.0;
        for (var y = 0; y < f.Rows; y++)
        {
            var row = f.Row(y);
            int up = Math.Max(y - 1, 0), below = Math.Min(y + 1, f.Rows - 1);
            ReadOnlySpan<double> above = f.Row(up), under = f.Row(below);
            double spanY = below - up;
            for (var x = 0; x < row.Length; x++)
            {
                int left = Math.Max(x - 1, 0), right = Math.Min(x + 1, row.Length - 1);
                var gx = (row[right] - row[left]) / (right - left);
                var gy = (under[x] - above[x]) / spanY;
                sum += Math.Sqrt((gx * gx + gy * gy) / 2);
            }
        }
        return sum / ((double)f.Columns * f.Rows);
    }

    private static double Correlate(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        // Grey levels are integers, so the sums are exact and the differences lose nothing.
        double n = x.Length, sx = TensorPrimitives.Sum(x), sy = TensorPrimitives.Sum(y);
        var power = (TensorPrimitives.SumOfSquares(x) - sx * sx / n) * (TensorPrimitives.SumOfSquares(y) - sy * sy / n);
        return power > 0 ? (TensorPrimitives.Dot(x, y) - sx * sy / n) / Math.Sqrt(power) : 0;
    }
}
