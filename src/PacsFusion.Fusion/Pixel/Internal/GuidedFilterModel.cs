namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Li, Kang and Hu's fusion (2013): two scales, each mixed by a saliency map that a guided filter fits to the source's edges.
/// </summary>
internal sealed class GuidedFilterModel(FusionModelInfo info) : IFusionModel
{
    private const int BaseRadius = 15;
    private const double SaliencyDeviation = 5;
    private const double Tiny = 1e-6;

    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        int columns = input.Columns, rows = input.Rows;
        Field a = Field.From(input.A, columns, rows), b = Field.From(input.B, columns, rows);
        Field baseA = a.Box(BaseRadius), baseB = b.Box(BaseRadius), saliencyA = Saliency(a), saliencyB = Saliency(b);
        cancellationToken.ThrowIfCancellationRequested();
        var chosen = Field.Of(columns, rows, i => saliencyA.Values[i] >= saliencyB.Values[i] ? 1 : 0);
        var other = Field.Of(columns, rows, i => 1 - chosen.Values[i]);
        Field coarseA = Guided(chosen, a, 45, 0.3), coarseB = Guided(other, b, 45, 0.3);
        cancellationToken.ThrowIfCancellationRequested();
        Field fineA = Guided(chosen, a, 7, 1e-6), fineB = Guided(other, b, 7, 1e-6);
        var fused = new double[a.Values.Length];
        for (var i = 0; i < fused.Length; i++)
            fused[i] = Mixed(coarseA.Values[i], baseA.Values[i], coarseB.Values[i], baseB.Values[i])
                + Mixed(fineA.Values[i], a.Values[i] - baseA.Values[i], fineB.Values[i], b.Values[i] - baseB.Values[i]);
        Derived.Write(fused, input, output);
    }

    public void Dispose()
    {
    }

    private static double Mixed(double weightA, double a, double weightB, double b)
    {
        var total = weightA + weightB;
        return (weightA * a + weightB * b) / (Math.Abs(total) < Tiny ? 1 : total);
    }

    private static Field Saliency(Field z) =>
        Field.Of(z.Columns, z.Rows, i =>
        {
            int x = i % z.Columns, y = i / z.Columns;
            return Math.Abs(z.At(x - 1, y) + z.At(x + 1, y) + z.At(x, y - 1) + z.At(x, y + 1) - 4 * z.Values[i]);
        }).Gaussian(SaliencyDeviation);

    // He, Sun and Tang's guided filter: a map that is locally a linear function of the guide.
    private static Field Guided(Field map, Field guide, int radius, double smoothness)
    {
        int columns = map.Columns, rows = map.Rows;
        double[] p = map.Values, g = guide.Values;
        double[] meanG = guide.Box(radius).Values, meanP = map.Box(radius).Values;
        var meanGP = Field.Of(columns, rows, i => g[i] * p[i]).Box(radius).Values;
        var meanGG = Field.Of(columns, rows, i => g[i] * g[i]).Box(radius).Values;
        var slope = Field.Of(columns, rows, i => (meanGP[i] - meanG[i] * meanP[i]) / (meanGG[i] - meanG[i] * meanG[i] + smoothness));
        var offset = Field.Of(columns, rows, i => meanP[i] - slope.Values[i] * meanG[i]);
        double[] slopes = slope.Box(radius).Values, offsets = offset.Box(radius).Values;
        return Field.Of(columns, rows, i => slopes[i] * g[i] + offsets[i]);
    }
}
