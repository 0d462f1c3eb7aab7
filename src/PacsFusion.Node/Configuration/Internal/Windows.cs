using System.Globalization;
using System.Text.RegularExpressions;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>The texts that a window can be written as.</summary>
internal static partial class Windows
{
    // Width and level as radiologists name them; the usual textbook values.
    private static readonly (string Name, double Low, double High)[] HounsfieldPresets =
    [
        ("soft-tissue", -160, 240), ("lung", -1350, 150), ("bone", -450, 1050), ("brain", 0, 80), ("mediastinum", -125, 225), ("liver", -45, 105), ("full", -1024, 1000),
    ];

    /// <summary>Names of the CT presets.</summary>
    public static IReadOnlyList<string> Presets { get; } = [.. HounsfieldPresets.Select(p => p.Name)];

    /// <summary>A window: a preset, or unit and range.</summary>
    public static ScalarShape Shape() => new("text", "a window such as soft-tissue or \"SUV 0..10\"", Parse);

    /// <summary>What stands in for a window that a rule leaves out.</summary>
    public static WindowSpec Default(string modality) => (WindowSpec)Parse(modality switch
    {
        "CT" => "soft-tissue",
        "PT" => "SUV 0..10",
        _ => "p0.5..p99.7",
    }).Value!;

    /// <summary>Whether values of that modality can have the unit.</summary>
    public static bool Fits(WindowUnit unit, string modality) => unit switch
    {
        WindowUnit.Hounsfield => modality == "CT",
        WindowUnit.Suv => modality == "PT",
        _ => true,
    };

    private static ScalarOutcome Parse(string text)
    {
        foreach (var preset in HounsfieldPresets)
            if (preset.Name == text) return new(new WindowSpec(WindowUnit.Hounsfield, preset.Low, preset.High, text));
        var match = RangeText().Match(text);
        if (!match.Success || !TryNumber(match, "low", out var low) || !TryNumber(match, "high", out var high))
        {
            return ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be a window such as soft-tissue or \"SUV 0..10\", not '{text}'.",
                Spelling.Nearest(text, Presets) is { } near ? $"Did you mean '{near}'?" : $"Write -160..240, \"SUV 0..10\", p0.5..p99.5, or one of {string.Join(", ", Presets)}.");
        }
        var unit = match.Groups["suv"].Success ? WindowUnit.Suv : match.Groups["p"].Success ? WindowUnit.Percentile : WindowUnit.Value;
        if (low >= high) return ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"ends at {text}: the first number must be the smaller one.");
        if (unit == WindowUnit.Percentile && (low < 0 || high > 100)) return ScalarOutcome.Refuse(FindingCodes.OutOfRange, "must lie between percentile 0 and 100.");
        return new(new WindowSpec(unit, low, high, text));
    }

    private static bool TryNumber(Match match, string group, out double value) =>
        double.TryParse(match.Groups[group].Value, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    [GeneratedRegex(@"^(?<suv>SUV +)?(?<p>p)?(?<low>[+-]?[0-9]+(\.[0-9]+)?) *\.\. *(?(p)p)(?<high>[+-]?[0-9]+(\.[0-9]+)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex RangeText();
}
