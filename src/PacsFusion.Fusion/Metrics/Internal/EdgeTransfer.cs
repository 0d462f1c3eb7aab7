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
        Sobel(f, strengthF, angleF);
        double kept = 0, total = 0;
        foreach (var source in (ReadOnlySpan<Plane>)[a, b])
        {
            Sobel(source, strength, angle);
            total += TensorPrimitives.Sum<double>(strength.Values);
            kept += Kept(strengthF.Values, angleF.Values, strength.Values, angle.Values);
        }
        return total > 0 ? kept / total : 0;
    }

    private static double Kept(Span<double> strengthF, Span<double> angleF, Span<double> strength, Span<double> angle)
    {
        var sum = 0.0;
        for (var i = 0; i < strength.Length; i++)
        {
            double g = strength[i], gf = strengthF[i];
            if (g == 0) continue;
            var ratio = g > gf ? gf / g : g < gf ? g / gf : gf;
            var aligned = 1 - Math.Abs(angle[i] - angleF[i]) / (Math.PI / 2);
            sum += g * 0.9994 * 0.9879 / ((1 + Math.Exp(-15 * (ratio - 0.5))) * (1 + Math.Exp(-22 * (aligned - 0.8))));
        }
        return sum;
    }

    // The border sees zeros outside; a vertical slope alone counts as +90 degrees, so gx is taken right to left.
    private static void Sobel(Plane image, Plane strength, Plane angle)
    {
        int columns = image.Columns, rows = image.Rows;
        using var zeros = new Plane(columns, 1);
        zeros.Values.Clear();
        for (var y = 0; y < rows; y++)
        {
            ReadOnlySpan<double> above = y > 0 ? image.Row(y - 1) : zeros.Values;
            ReadOnlySpan<double> row = image.Row(y);
            ReadOnlySpan<double> below = y < rows - 1 ? image.Row(y + 1) : zeros.Values;
            Span<double> s = strength.Row(y), o = angle.Row(y);
            for (var x = 0; x < columns; x++)
            {
                double left = 0, right = 0, upLeft = 0, upRight = 0, downLeft = 0, downRight = 0;
                if (x > 0) (left, upLeft, downLeft) = (row[x - 1], above[x - 1], below[x - 1]);
                if (x < columns - 1) (right, upRight, downRight) = (row[x + 1], above[x + 1], below[x + 1]);
                var gx = upLeft + 2 * left + downLeft - upRight - 2 * right - downRight;
                var gy = downLeft + 2 * below[x] + downRight - upLeft - 2 * above[x] - upRight;
                s[x] = Math.Sqrt(gx * gx + gy * gy);
                o[x] = gx == 0 ? Math.PI / 2 : gy == 0 ? 0 : Math.Atan(gy / gx);
            }
        }
    }
}
