using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Fusion;

namespace PacsFusion.Node.Cli;

/// <summary>The figures of a fusion for people: each with what it is, or why there is none; the performance matrix first.</summary>
internal static class MetricLines
{
    /// <param name="metrics">Figures by key.</param>
    /// <param name="undefined">Why a figure is null, by key; null where nothing is known.</param>
    public static IEnumerable<string> Of(JsonObject metrics, JsonObject? undefined)
    {
        foreach (var definition in FusionMetricDefinition.All)
        {
            if (!metrics.TryGetPropertyValue(definition.Key, out var value)) continue;
            var figure = value is null ? $"none: {undefined?[definition.Key]?.GetValue<string>() ?? "it could not be computed"}" : value.GetValue<double>().ToString("0.####", CultureInfo.InvariantCulture);
            yield return $"{definition.Key} {figure} ({definition.Text})";
        }
    }
}
