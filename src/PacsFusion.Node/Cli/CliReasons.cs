using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary>Reasons that only verbs give.</summary>
internal static class CliReasons
{
    public static readonly ReasonCode NoRule = new(
        "no-rule", "No rule takes the two modalities in these roles.", "Swap the two series, name a rule with --rule, or write one (docs/rules.md).");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [NoRule];
}
