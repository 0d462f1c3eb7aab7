using System.Globalization;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Which values become black and which white, as a rule says it: a CT preset (<c>soft-tissue</c>), values in the series' own unit
/// (<c>-160..240</c>), uptake (<c>SUV 0..10</c>) or percentiles (<c>p0.5..p99.5</c>). Immutable.
/// </summary>
public sealed record DisplayWindow
{
    // Centre and width in HU, as radiology workstations commonly have them.
    private static readonly Dictionary<string, (double Centre, double Width)> HounsfieldPresets = new(StringComparer.OrdinalIgnoreCase)
    {
        ["soft-tissue"] = (40, 400),
        ["lung"] = (-600, 1500),
        ["bone"] = (480, 2500),
        ["brain"] = (40, 80),
        ["mediastinum"] = (50, 350),
        ["abdomen"] = (60, 400),
        ["liver"] = (60, 160),
    };

    private DisplayWindow(string text, WindowKind kind, double low, double high)
    {
        Text = text;
        Kind = kind;
        Low = low;
        High = high;
    }

    /// <summary>The names of the CT presets.</summary>
    public static IReadOnlyCollection<string> Presets => HounsfieldPresets.Keys;

    /// <summary>The window as it was written.</summary>
    public string Text { get; }

    /// <summary>How the limits are meant.</summary>
    public WindowKind Kind { get; }

    /// <summary>The value (or percentile) that becomes black.</summary>
    public double Low { get; }

    /// <summary>The value (or percentile) that becomes white; above <see cref="Low"/>.</summary>
    public double High { get; }

    /// <summary>What is used where a rule says nothing: soft tissue for CT, SUV 0..10 for PT, percentiles otherwise.</summary>
    public static DisplayWindow DefaultFor(string modality) => modality switch
    {
        "CT" => Parse("soft-tissue").Value,
        "PT" => Parse("SUV 0..10").Value,
        "NM" => Parse("p0..p99.9").Value,
        _ => Parse("p0.5..p99.5").Value,
    };

    /// <summary>
    /// Reads a window. Refused with <see cref="FusionReasons.WindowNotUnderstood"/>: unknown form or preset, numbers that are none,
    /// upper not above lower, percentiles outside 0..100, SUV below 0.
    /// </summary>
    public static Outcome<DisplayWindow> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.AsSpan().Trim();
        if (HounsfieldPresets.TryGetValue(rest.ToString(), out var preset))
            return new DisplayWindow(text, WindowKind.Hounsfield, preset.Centre - preset.Width / 2, preset.Centre + preset.Width / 2);

        var kind = WindowKind.Value;
        if (rest.StartsWith("SUV", StringComparison.OrdinalIgnoreCase))
        {
            kind = WindowKind.Suv;
            rest = rest[3..].TrimStart();
        }
        var dots = rest.IndexOf("..", StringComparison.Ordinal);
        if (dots < 0)
            return No(text, $"it is neither a preset ({string.Join(", ", Presets)}) nor LOW..HIGH");
        ReadOnlySpan<char> first = rest[..dots].Trim(), second = rest[(dots + 2)..].Trim();
        if (kind == WindowKind.Value && first.StartsWith("p", StringComparison.OrdinalIgnoreCase)
            && second.StartsWith("p", StringComparison.OrdinalIgnoreCase))
        {
            kind = WindowKind.Percentile;
            first = first[1..];
            second = second[1..];
        }
        if (!TryNumber(first, out var low) || !TryNumber(second, out var high)) return No(text, "its limits are not numbers");
        if (high <= low) return No(text, "its upper limit is not above its lower one");
        if (kind == WindowKind.Percentile && (low < 0 || high > 100)) return No(text, "percentiles lie between 0 and 100");
        if (kind == WindowKind.Suv && low < 0) return No(text, "uptake is never below 0");
        return new DisplayWindow(text, kind, low, high);
    }

    /// <summary>
    /// The limits for one volume. Refused with <see cref="FusionReasons.WindowNeedsSuv"/> or <see cref="FusionReasons.WindowNeedsHounsfield"/>
    /// where the volume's unit is another, <see cref="FusionReasons.WindowHasNoRange"/> where percentiles coincide.
    /// </summary>
    public Outcome<ResolvedWindow> Resolve(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        switch (Kind)
        {
            case WindowKind.Suv when !volume.Unit.IsSuv():
                return new Refusal(FusionReasons.WindowNeedsSuv, $"The window '{Text}' is in SUV, but the values are {volume.Unit}.");
            case WindowKind.Hounsfield when volume.Unit != VoxelUnit.HounsfieldUnits:
                return new Refusal(FusionReasons.WindowNeedsHounsfield, $"The window '{Text}' is in HU, but the values are {volume.Unit}.");
            case WindowKind.Percentile:
                var (low, high) = Percentiles.Of(volume, Low, High);
                return high > low
                    ? new ResolvedWindow(this, low, high)
                    : new Refusal(FusionReasons.WindowHasNoRange, $"The window '{Text}' gives {low} twice.");
            default:
                return new ResolvedWindow(this, (float)Low, (float)High);
        }
    }

    // A point at either end is refused: in "0...10" nobody can tell whose it is.
    private static bool TryNumber(ReadOnlySpan<char> text, out double value)
    {
        value = 0;
        return text is not (['.', ..] or [.., '.'])
            && double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value)
            && double.IsFinite(value);
    }

    private static Refusal No(string text, string why) => new(FusionReasons.WindowNotUnderstood, $"The window '{text}' is not understood: {why}.");
}

/// <summary>How the limits of a <see cref="DisplayWindow"/> are meant.</summary>
public enum WindowKind
{
    /// <summary>In the series' own unit.</summary>
    Value,

    /// <summary>In Hounsfield units.</summary>
    Hounsfield,

    /// <summary>In SUV by body weight.</summary>
    Suv,

    /// <summary>Percentiles of the series' values above its minimum.</summary>
    Percentile,
}

/// <summary>A window with its limits in the volume's unit.</summary>
/// <param name="Source">What the rule asked for.</param>
/// <param name="Low">The value that becomes 0.</param>
/// <param name="High">The value that becomes 1.</param>
public sealed record ResolvedWindow(DisplayWindow Source, float Low, float High)
{
    /// <summary>Scales values to 0..1, limited at both ends; what is no number becomes 0.</summary>
    /// <exception cref="ArgumentException">The target is shorter than the source.</exception>
    public void Apply(ReadOnlySpan<float> values, Span<float> target)
    {
        if (target.Length < values.Length) throw new ArgumentException("The target is too short.", nameof(target));
        var scale = 1 / (High - Low);
        for (var i = 0; i < values.Length; i++)
        {
            var scaled = (values[i] - Low) * scale;
            target[i] = scaled > 0 ? Math.Min(scaled, 1) : 0;
        }
    }
}
