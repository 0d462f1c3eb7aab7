namespace PacsFusion.Fusion;

/// <summary>The figures of a series: means over evenly chosen slices that hold something of the body.</summary>
/// <param name="Mean">The means.</param>
/// <param name="Slices">The slices that were measured, from 0.</param>
public sealed record SeriesMetrics(FusionMetricValues Mean, IReadOnlyList<int> Slices)
{
    /// <summary>Collects measured slices; null when none of them was.</summary>
    public static SeriesMetrics? From(IReadOnlyCollection<KeyValuePair<int, FusionMetricValues>> measured)
    {
        ArgumentNullException.ThrowIfNull(measured);
        return measured.Count == 0
            ? null
            : new SeriesMetrics(FusionMetricValues.MeanOf([.. measured.Select(m => m.Value)]), [.. measured.Select(m => m.Key)]);
    }
}
