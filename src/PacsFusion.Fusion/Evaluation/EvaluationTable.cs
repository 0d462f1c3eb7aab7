using System.Globalization;
using System.Text;

namespace PacsFusion.Fusion;

/// <summary>Writes an evaluation as Markdown, one table a kind.</summary>
public static class EvaluationTable
{
    private static readonly Dictionary<string, int> Decimals = new(StringComparer.Ordinal)
    {
        ["EN"] = 2,
        ["SD"] = 1,
        ["SF"] = 1,
        ["AG"] = 1,
        ["MI"] = 2,
        ["SCD"] = 2,
        ["CC"] = 2,
        ["PSNR"] = 1,
        ["PSNR255"] = 1,
        ["OOR"] = 2,
        ["BG"] = 2,
    };

    /// <summary>
    /// A heading with the number of pairs and a row for each model in the order of the evaluation. A figure that no pair has is a dash;
    /// <c>ms</c> is the mean time of one fusion on one thread.
    /// </summary>
    /// <param name="kinds">What <see cref="ModelEvaluator.Evaluate"/> gave.</param>
    /// <param name="emphasised">The model whose row is set in bold; none of that name: no row.</param>
    public static string Markdown(IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelFigures>> kinds, string emphasised)
    {
        ArgumentNullException.ThrowIfNull(kinds);
        var text = new StringBuilder();
        foreach (var (kind, models) in kinds)
        {
            var first = models.Values.First();
            string[] keys = [.. first.Mean.Enumerate().Select(metric => metric.Key)];
            if (text.Length > 0) text.Append('\n');
            text.Append(CultureInfo.InvariantCulture, $"**{kind}** ({first.Pairs} pairs)\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| model | {string.Join(" | ", keys)} | ms |\n|{string.Concat(Enumerable.Repeat(" --- |", keys.Length + 2))}\n");
            foreach (var (name, figures) in models)
            {
                var cells = figures.Mean.Enumerate().Select(Cell).Append(figures.Milliseconds.ToString("F1", CultureInfo.InvariantCulture));
                text.Append(CultureInfo.InvariantCulture, $"| {(name == emphasised ? $"**{name}**" : name)} | {string.Join(" | ", cells)} |\n");
            }
        }
        return text.ToString();
    }

    private static string Cell(KeyValuePair<string, double> metric) =>
        double.IsNaN(metric.Value) ? "-" : metric.Value.ToString("F" + Decimals.GetValueOrDefault(metric.Key, 3), CultureInfo.InvariantCulture);
}
