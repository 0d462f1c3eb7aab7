using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>How a figure is compared with its limit.</summary>
public enum GateComparison
{
    /// <summary>The figure is at least the limit.</summary>
    AtLeast,

    /// <summary>The figure is greater than the limit.</summary>
    GreaterThan,

    /// <summary>The figure is at most the limit.</summary>
    AtMost,

    /// <summary>The figure is less than the limit.</summary>
    LessThan,
}

/// <summary>A comparison that a named figure must meet, written as <c>&gt;= 0.90</c>.</summary>
/// <param name="Comparison">The comparison.</param>
/// <param name="Limit">The limit, in the unit of the figure.</param>
public sealed record GateCondition(GateComparison Comparison, double Limit)
{
    /// <summary>
    /// Reads <c>&gt;=</c>, <c>&gt;</c>, <c>&lt;=</c> or <c>&lt;</c> followed by a decimal number with a point; blanks do not matter.
    /// Refuses with <see cref="ImagingReasons.GateSyntax"/>.
    /// </summary>
    public static Outcome<GateCondition> Parse(string? text)
    {
        var rest = text.AsSpan().Trim();
        GateComparison comparison;
        if (rest.StartsWith(">=")) comparison = GateComparison.AtLeast;
        else if (rest.StartsWith("<=")) comparison = GateComparison.AtMost;
        else if (rest.StartsWith(">")) comparison = GateComparison.GreaterThan;
        else if (rest.StartsWith("<")) comparison = GateComparison.LessThan;
        else return Invalid(text);
        rest = rest[(comparison is GateComparison.AtLeast or GateComparison.AtMost ? 2 : 1)..].Trim();
        const NumberStyles styles = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
        return double.TryParse(rest, styles, CultureInfo.InvariantCulture, out var limit) && double.IsFinite(limit)
            ? new GateCondition(comparison, limit)
            : Invalid(text);
    }

    /// <summary>Whether a value meets the condition; a value that is no number never does.</summary>
    public bool Holds(double value) => Comparison switch
    {
        GateComparison.AtLeast => value >= Limit,
        GateComparison.GreaterThan => value > Limit,
        GateComparison.AtMost => value <= Limit,
        GateComparison.LessThan => value < Limit,
        _ => false,
    };

    /// <summary>The condition as it is written in a rule.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Comparison switch
    {
        GateComparison.AtLeast => ">=",
        GateComparison.GreaterThan => ">",
        GateComparison.AtMost => "<=",
        _ => "<",
    }} {Limit}");

    private static Refusal Invalid(string? text) =>
        new(ImagingReasons.GateSyntax, $"\"{text}\" is not a comparison such as \">= 0.90\".");
}
