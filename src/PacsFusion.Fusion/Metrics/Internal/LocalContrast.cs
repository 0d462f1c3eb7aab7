using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>Local 9x9 deviation of the fused image against the stronger source's.</summary>
internal readonly record struct LocalContrast(double Kept, double Excess)
{
    private const int Window = 9;

    public static LocalContrast Measure(Plane f, Plane a, Plane b)
    {
        using var df = Deviation(f);
        using var da = Deviation(a);
        using var db = Deviation(b);
        ReadOnlySpan<double> sf = df.Values, sa = da.Values, sb = db.Values;
        double kept = 0, excess = 0, total = 0;
        for (var i = 0; i < sf.Length; i++)
        {
            var strongest = Math.Max(sa[i], sb[i]);
            total += strongest;
            kept += Math.Min(sf[i], strongest);
            excess += Math.Max(sf[i] - strongest, 0);
        }
        return total > 0 ? new LocalContrast(kept / total, excess / total) : new LocalContrast(1, 0);
    }

    private static Plane Deviation(Plane plane)
    {
        Span<double> ones = stackalloc double[Window];
        ones.Fill(1);
        using var wide = plane.Reflect(Window / 2);
        using var squared = Plane.Product(wide, wide);
        using var sum = wide.FilterValid(ones);
        var deviation = squared.FilterValid(ones);
        const double n = Window * Window;
        Span<double> s = sum.Values, d = deviation.Values;
        for (var i = 0; i < d.Length; i++) d[i] = Math.Max(d[i] / n - s[i] / n * (s[i] / n), 0);
        TensorPrimitives.Sqrt(d, d);
        return deviation;
    }
}
