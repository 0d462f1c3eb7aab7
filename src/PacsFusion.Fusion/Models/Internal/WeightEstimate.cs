namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Weights for a model that has none of its own: in each window of 7 x 7 pixels the w for which w a + (1 - w) b comes nearest to the
/// fused image by least squares, held to 0..1. An estimate: the model need not have mixed at all.
/// </summary>
internal static class WeightEstimate
{
    private const int Radius = 3;

    // Mean squared difference below which a and b do not tell sources apart: half a grey level of 255.
    private const double Alike = 0.5 / 255 * (0.5 / 255);

    public static void Fill(in FusionSlice input, ReadOnlySpan<float> fused, Span<float> weight)
    {
        int columns = input.Columns, rows = input.Rows;
        Field along = new(new double[weight.Length], columns, rows), across = new(new double[weight.Length], columns, rows);
        for (var i = 0; i < weight.Length; i++)
        {
            double difference = input.A[i] - input.B[i];
            along.Values[i] = (fused[i] - input.B[i]) * difference;
            across.Values[i] = difference * difference;
        }
        double[] numerator = along.Box(Radius).Values, denominator = across.Box(Radius).Values;
        for (var i = 0; i < weight.Length; i++)
            weight[i] = denominator[i] < Alike ? 0.5f : (float)Math.Clamp(numerator[i] / denominator[i], 0, 1);
    }
}
