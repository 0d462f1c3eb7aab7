using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>One condition of a gate and how it came out.</summary>
/// <param name="Figure">Name of the figure.</param>
/// <param name="Condition">What was asked.</param>
/// <param name="Value">What was measured; null where the figure does not exist for the pair.</param>
/// <param name="ReasonCode">Null where the condition holds, else a code of <see cref="ImagingReasons"/>.</param>
public sealed record GateFinding(string Figure, GateCondition Condition, double? Value, string? ReasonCode)
{
    /// <summary>Whether the condition holds.</summary>
    public bool Holds => ReasonCode is null;
}

/// <summary>The verdict of a gate.</summary>
/// <param name="Findings">One for each condition, in the order given.</param>
public sealed record GateVerdict(IReadOnlyList<GateFinding> Findings)
{
    /// <summary>Whether every condition holds; true where there is none.</summary>
    public bool Passed => Findings.All(finding => finding.Holds);

    /// <summary>The first broken condition as a refusal; null where the gate is passed.</summary>
    public Refusal? Refusal => Findings.FirstOrDefault(finding => !finding.Holds) is { ReasonCode: { } code } broken
        ? new Refusal(code, string.Create(CultureInfo.InvariantCulture,
            $"{broken.Figure} is {(broken.Value is { } value ? value.ToString("0.####", CultureInfo.InvariantCulture) : "not known")}, the rule asks for {broken.Condition}."))
        : null;
}

/// <summary>Decides by named figures whether an alignment is good enough.</summary>
public static class AlignmentGate
{
    /// <summary>
    /// Evaluates the conditions. A figure that does not exist for the pair breaks its condition: a gate that cannot be checked is not passed.
    /// </summary>
    /// <param name="figures">What was measured.</param>
    /// <param name="conditions">Figure name to condition; names are those of <see cref="AlignmentFigures.Names"/>.</param>
    public static GateVerdict Evaluate(AlignmentFigures figures, IEnumerable<KeyValuePair<string, GateCondition>> conditions)
    {
        ArgumentNullException.ThrowIfNull(figures);
        ArgumentNullException.ThrowIfNull(conditions);
        return new GateVerdict([.. conditions.Select(pair =>
        {
            var value = figures.Find(pair.Key);
            var code = value is null ? ImagingReasons.GateFigureMissing : pair.Value.Holds(value.Value) ? null : ImagingReasons.GateFailed;
            return new GateFinding(pair.Key, pair.Value, value, code);
        })]);
    }
}
