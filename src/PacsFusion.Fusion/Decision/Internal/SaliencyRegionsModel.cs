namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Regions where one source has more local energy than the other, smoothed; regions too small to be anatomy join what surrounds them.
/// Swapping the sources swaps the decision.
/// </summary>
internal sealed class SaliencyRegionsModel(FusionModelInfo info) : IFusionModel
{
    private const double DetailDeviation = 2, RegionDeviation = 3;

    // Brightness decides where neither source has detail.
    private const double BrightnessShare = 0.02;
    private const int SmallestRegion = 64;

    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        int columns = input.Columns, rows = input.Rows;
        double[] a = Energy(Field.From(input.A, columns, rows)).Values, b = Energy(Field.From(input.B, columns, rows)).Values;
        cancellationToken.ThrowIfCancellationRequested();
        var lead = Field.Of(columns, rows, i => a[i] + b[i] > 0 ? (a[i] - b[i]) / (a[i] + b[i]) : 0).Gaussian(RegionDeviation);
        var sign = new sbyte[lead.Values.Length];
        for (var i = 0; i < sign.Length; i++) sign[i] = (sbyte)Math.Sign(lead.Values[i]);
        TurnSmallRegions(sign, columns, rows);
        Feather.Write(Field.Of(columns, rows, i => (1 + sign[i]) / 2.0), input, output);
    }

    public void Dispose()
    {
    }

    private static Field Energy(Field z) =>
        Field.Of(z.Columns, z.Rows, i =>
        {
            int x = i % z.Columns, y = i / z.Columns;
            var detail = 4 * z.Values[i] - z.At(x - 1, y) - z.At(x + 1, y) - z.At(x, y - 1) - z.At(x, y + 1);
            return detail * detail + BrightnessShare * z.Values[i] * z.Values[i];
        }).Gaussian(DetailDeviation);

    // All of them are found before any is turned, so that the order of looking changes nothing.
    private static void TurnSmallRegions(sbyte[] sign, int columns, int rows)
    {
        var seen = new bool[sign.Length];
        var region = new List<int>();
        var small = new List<int>();
        for (var start = 0; start < sign.Length; start++)
        {
            if (seen[start] || sign[start] == 0) continue;
            region.Clear();
            region.Add(start);
            seen[start] = true;
            for (var next = 0; next < region.Count; next++)
            {
                int at = region[next], x = at % columns, y = at / columns;
                if (x > 0) Reach(at - 1);
                if (x < columns - 1) Reach(at + 1);
                if (y > 0) Reach(at - columns);
                if (y < rows - 1) Reach(at + columns);
            }
            if (region.Count < SmallestRegion) small.AddRange(region);

            void Reach(int at)
            {
                if (seen[at] || sign[at] != sign[start]) return;
                seen[at] = true;
                region.Add(at);
            }
        }
        foreach (var at in small) sign[at] = (sbyte)-sign[at];
    }
}
