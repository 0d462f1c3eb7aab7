using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>Qabf (Xydeas and Petrovic 2000): how much of each source's Sobel strength and orientation is in F.</summary>
internal static class EdgeTransfer
{
    public static double Measure(Plane f, Plane a, Plane b)
    {
        using var strengthF = new Plane(f.Columns, f.Rows);
        using var angleF = new Plane(f.Columns, f.Rows);
        using var strength = new Plane(f.Columns, f.Rows);
        using var angle = new Plane(f.Columns, f.Rows);
        using var ratio = new Plane(f.Columns, f.Rows);
        Sobel(f, strengthF, angleF);
        double kept = 0, total = 0;
        foreach (var source in (ReadOnlySpan<Plane>)[a, b])
        {
            Sobel(source, strength, angle);
            total += TensorPrimitives.Sum<double>(strength.Values);
            kept += Kept(strengthF.Values, angleF.Values, strength.Values, angle.Values, ratio.Values);
        }
        return total > 0 ? kept / total : 0;
    }

    // The angles are used up: they become the argument of the second exponential.
    private static double Kept(Span<double> strengthF, Span<double> angleF, Span<double> strength, Span<double> angle, Span<double> ratio)
    {
        for (var i = 0; i < strength.Length; i++)
        {
            double g = strength[i], gf = strengthF[i];
            ratio[i] = -15 * ((g > gf ? gf / g : g < gf ? g / gf : gf) - 0.5);
            angle[i] = -22 * (1 - Math.Abs(angle[i] - angleF[i]) / (Math.PI / 2) - 0.8);
        }
        TensorPrimitives.Exp(ratio, ratio);
        TensorPrimitives.Exp(angle, angle);
        var sum = 0.0;
        for (var i = 0; i < strength.Length; i++) sum += strength[i] * 0.9994 * 0.9879 / ((1 + ratio[i]) * (1 + angle[i]));
        return sum;
    }

    // The border sees zeros outside; a vertical slope alone counts as +90 degrees, so gx is taken right to left.
    private static void Sobel(Plane image, Plane strength, Plane angle)
    {
        int columns = image.Columns, rows = image.Rows;
        // Sums and differences of three rows, with a zero at either end.
        using var lines = new Plane(columns + 2, 3);
        lines.Values.Clear();
        Span<double> zeros = lines.Row(0), sums = lines.Row(1), slopes = lines.Row(2);
        zeros = zeros[..columns];
        using var across = new Plane(columns, 1);
        var gx = across.Values;
        for (var y = 0; y < rows; y++)
        {
            ReadOnlySpan<double> above = y > 0 ? image.Row(y - 1) : zeros, row = image.Row(y), below = y < rows - 1 ? image.Row(y + 1) : zeros;
            Span<double> sum = sums.Slice(1, columns), slope = slopes.Slice(1, columns), s = strength.Row(y), gy = angle.Row(y);
            TensorPrimitives.Add(above, below, sum);
            TensorPrimitives.MultiplyAdd(row, 2, sum, sum);
            TensorPrimitives.Subtract(below, above, slope);
            TensorPrimitives.Subtract(sums[..columns], sums.Slice(2, columns), gx);
            TensorPrimitives.Add(slopes[..columns], slopes.Slice(2, columns), gy);
            TensorPrimitives.MultiplyAdd(slope, 2, gy, gy);
            TensorPrimitives.Multiply(gx, gx, s);
            TensorPrimitives.MultiplyAdd(gy, gy, s, s);
            TensorPrimitives.Sqrt(s, s);
            for (var x = 0; x < columns; x++) gy[x] = gx[x] == 0 ? double.PositiveInfinity : gy[x] / gx[x];
            ArcTangent.InPlace(gy);
        }
    }
}
