using PacsFusion.Node.Configuration.Internal;

namespace PacsFusion.Node.Configuration;

/// <summary>A rule and what was found in its text.</summary>
/// <param name="Value">Null when a finding is an error.</param>
/// <param name="Findings">Everything, by position.</param>
internal sealed record RuleResult(FusionRule? Value, IReadOnlyList<ConfigurationFinding> Findings);

/// <summary>Loads one rule by itself.</summary>
internal static class RuleLoader
{
    /// <summary>The rule of a text. Without a <paramref name="node"/> the names of destinations and EHR are not checked.</summary>
    public static RuleResult Load(ConfigurationSource source, NodeConfiguration? node = null)
    {
        var findings = new FindingList();
        var bound = RuleBinder.Bind(source, node is null ? RuleContext.Alone : ContextOf(node), findings);
        return new RuleResult(bound?.Rule, findings.Sorted());
    }

    private static RuleContext ContextOf(NodeConfiguration node) => new(
        [.. node.Destinations.Select(d => d.Name)],
        node.Ehr?.Name,
        node.Receive.AcceptUnknownCallers ? null : [.. node.Receive.Callers.Select(c => c.AeTitle)],
        node.Settle);
}
