using System.Runtime.Intrinsics;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Arc tangent of many values at once. The argument is brought below tan(π/8) by atan x = π/2 - atan 1/x and
/// atan x = π/4 + atan (x - 1)/(x + 1); there a Chebyshev fit of atan(x)/x in x², of degree 8, is right to 2e-14.
/// </summary>
internal static class ArcTangent
{
    private const double Eighth = 0.41421356237309503, ThreeEighths = 2.414213562373095;

    private static ReadOnlySpan<double> Coefficients =>
    [
        0.9999999999999744, -0.33333333330872583, 0.1999999961324287, -0.14285690811062393, 0.11110393886286576,
        -0.09078501800362097, 0.07564458596746984, -0.05877212274818403, 0.03070187124349602,
    ];

    /// <summary>Replaces each value by its arc tangent, -π/2 to π/2; infinities are taken, NaN stays.</summary>
    public static void InPlace(Span<double> values)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; i + Vector256<double>.Count <= values.Length; i += Vector256<double>.Count)
                Of(Vector256.Create<double>(values[i..])).CopyTo(values[i..]);
        for (; i < values.Length; i++) values[i] = Math.Atan(values[i]);
    }

    private static Vector256<double> Of(Vector256<double> value)
    {
        var one = Vector256<double>.One;
        var x = Vector256.Abs(value);
        Vector256<double> steep = Vector256.GreaterThan(x, Vector256.Create(ThreeEighths)), medium = Vector256.GreaterThan(x, Vector256.Create(Eighth)) & ~steep;
        var turn = Vector256.ConditionalSelect(steep, Vector256.Create(Math.PI / 2), Vector256.ConditionalSelect(medium, Vector256.Create(Math.PI / 4), Vector256<double>.Zero));
        x = Vector256.ConditionalSelect(steep, -one / x, Vector256.ConditionalSelect(medium, (x - one) / (x + one), x));
        var square = x * x;
        var coefficients = Coefficients;
        var sum = Vector256.Create(coefficients[^1]);
        for (var c = coefficients.Length - 2; c >= 0; c--) sum = Vector256.MultiplyAddEstimate(sum, square, Vector256.Create(coefficients[c]));
        var angle = turn + x * sum;
        return angle | (value & Vector256.Create(-0.0));
    }
}
