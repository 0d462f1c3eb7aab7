namespace PacsFusion.Fusion.Internal;

/// <summary>SSIM (Wang 2004) with a 7x7 box and sample covariance, at both data ranges in use.</summary>
internal readonly record struct StructuralSimilarity(double Mean, double Worse, double Literature)
{
    public const int Window = 7;

    public static StructuralSimilarity Measure(Plane f, Plane a, Plane b)
    {
        if (Math.Min(f.Columns, f.Rows) < Window) return new StructuralSimilarity(double.NaN, double.NaN, double.NaN);
        using var ff = Plane.Product(f, f);
        using var mf = Box(f);
        using var mff = Box(ff);
        var (ofA, literatureA) = Against(f, mf, mff, a);
        var (ofB, literatureB) = Against(f, mf, mff, b);
        return new StructuralSimilarity((ofA + ofB) / 2, Math.Min(ofA, ofB), literatureA + literatureB);
    }

    private static (double At255, double At2) Against(Plane f, Plane mf, Plane mff, Plane source)
    {
        using var squared = Plane.Product(source, source);
        using var crossed = Plane.Product(f, source);
        using var ms = Box(source);
        using var mss = Box(squared);
        using var mfs = Box(crossed);
        const double unbiased = 49.0 / 48.0;
        ReadOnlySpan<double> uf = mf.Values, ux = ms.Values, qf = mff.Values, qx = mss.Values, q = mfs.Values;
        double at255 = 0, at2 = 0;
        for (var i = 0; i < uf.Length; i++)
        {
            var product = uf[i] * ux[i];
            var power = uf[i] * uf[i] + ux[i] * ux[i];
            var variance = unbiased * (qf[i] + qx[i] - power);
            var covariance = unbiased * (q[i] - product);
            at255 += (2 * product + 2.55 * 2.55) * (2 * covariance + 7.65 * 7.65)
                / ((power + 2.55 * 2.55) * (variance + 7.65 * 7.65));
            at2 += (2 * product + 0.02 * 0.02) * (2 * covariance + 0.06 * 0.06)
                / ((power + 0.02 * 0.02) * (variance + 0.06 * 0.06));
        }
        return (at255 / uf.Length, at2 / uf.Length);
    }

    private static Plane Box(Plane plane)
    {
        Span<double> ones = stackalloc double[Window];
        ones.Fill(1);
        // Sums of integers first, one division after: flat areas then have a variance of exactly 0.
        var sums = plane.FilterValid(ones);
        System.Numerics.Tensors.TensorPrimitives.Divide(sums.Values, (double)(Window * Window), sums.Values);
        return sums;
    }
}
