using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>VIF in the pixel domain (Sheikh and Bovik 2006), four scales, noise variance 2, summed over both sources.</summary>
internal static class VisualInformationFidelity
{
    /// <summary>The finest scale's kernel: smaller images have no figure.</summary>
    public const int LargestKernel = 17;

    private const int Scales = 4;
    private const double Noise = 2;
    private const double Epsilon = 1e-10;

    public static double Measure(Plane f, Plane a, Plane b)
    {
        if (Math.Min(f.Columns, f.Rows) < LargestKernel) return double.NaN;
        double keptA = 0, totalA = 0, keptB = 0, totalB = 0;
        List<Plane> owned = [];
        try
        {
            for (var scale = 0; scale < Scales; scale++)
            {
                var kernel = Gaussian((1 << (Scales - scale)) + 1);
                if (scale > 0)
                {
                    if (Math.Min(f.Columns, f.Rows) < kernel.Length) break;
                    f = Coarser(f, kernel, owned);
                    a = Coarser(a, kernel, owned);
                    b = Coarser(b, kernel, owned);
                    if (Math.Min(f.Columns, f.Rows) < kernel.Length) break;
                }
                using var mean = f.FilterValid(kernel);
                using var variance = Variance(f, mean, kernel);
                Accumulate(a, f, mean, variance, kernel, ref keptA, ref totalA);
                Accumulate(b, f, mean, variance, kernel, ref keptB, ref totalB);
            }
        }
        finally
        {
            foreach (var plane in owned) plane.Dispose();
        }
        return (totalA > 0 ? keptA / totalA : 1) + (totalB > 0 ? keptB / totalB : 1);
    }

    private static void Accumulate(
        Plane source, Plane f, Plane meanF, Plane varianceF, ReadOnlySpan<double> kernel, ref double kept, ref double total)
    {
        using var mean = source.FilterValid(kernel);
        using var variance = Variance(source, mean, kernel);
        using var product = Plane.Product(source, f);
        using var crossed = product.FilterValid(kernel);
        Span<double> m1 = mean.Values, s1 = variance.Values, s12 = crossed.Values;
        ReadOnlySpan<double> m2 = meanF.Values, s2 = varianceF.Values;
        // s12 becomes the argument of the first logarithm and s1 that of the second; both are taken over the whole plane.
        for (var i = 0; i < s12.Length; i++)
        {
            var v1 = s1[i];
            var covariance = s12[i] - m1[i] * m2[i];
            double gain = 0, rest = s2[i];
            if (v1 < Epsilon)
            {
                v1 = 0;
            }
            else if (s2[i] >= Epsilon && covariance > 0)
            {
                gain = covariance / (v1 + Epsilon);
                rest -= gain * covariance;
            }
            if (s2[i] < Epsilon) rest = 0;
            s12[i] = 1 + gain * gain * v1 / (Math.Max(rest, Epsilon) + Noise);
            s1[i] = 1 + v1 / Noise;
        }
        TensorPrimitives.Log(s12, s12);
        TensorPrimitives.Log(s1, s1);
        kept += TensorPrimitives.Sum<double>(s12);
        total += TensorPrimitives.Sum<double>(s1);
    }

    private static Plane Variance(Plane plane, Plane mean, ReadOnlySpan<double> kernel)
    {
        using var squared = Plane.Product(plane, plane);
        var variance = squared.FilterValid(kernel);
        Span<double> v = variance.Values, m = mean.Values;
        for (var i = 0; i < v.Length; i++) v[i] = Math.Max(v[i] - m[i] * m[i], 0);
        return variance;
    }

    private static Plane Coarser(Plane plane, ReadOnlySpan<double> kernel, List<Plane> owned)
    {
        using var smooth = plane.FilterValid(kernel);
        var half = smooth.Halve();
        owned.Add(half);
        return half;
    }

    private static double[] Gaussian(int size)
    {
        var kernel = new double[size];
        var sigma = size / 5.0;
        for (var i = 0; i < size; i++)
        {
            double t = i - size / 2;
            kernel[i] = Math.Exp(-t * t / (2 * sigma * sigma));
        }
        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<double>(kernel), kernel);
        return kernel;
    }
}
