using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match.Internal;

namespace PacsFusion.Node.Match;

/// <summary>Finds the pairs that the rules ask for. A pure function: same series and rules, same result, in whatever order they come.</summary>
internal static class MatchStage
{
    /// <summary>Lays every rule over the settled series of a patient group.</summary>
    /// <param name="series">The series; several studies and even several patients may be among them.</param>
    /// <param name="rules">The rules; each is looked at alone.</param>
    public static MatchResult Evaluate(IReadOnlyList<SeriesDescriptor> series, IReadOnlyList<FusionRule> rules)
    {
        SeriesDescriptor[] sorted = [.. series.OrderBy(s => s.SeriesInstanceUid, StringComparer.Ordinal).ThenBy(s => s.PatientKey, StringComparer.Ordinal)];
        MatchResult[] parts = [.. rules.OrderBy(r => r.Name, StringComparer.Ordinal).Select(r => RuleMatch.Evaluate(r, sorted))];
        return new MatchResult([.. parts.SelectMany(p => p.Candidates)], [.. parts.SelectMany(p => p.Pairs)], [.. parts.SelectMany(p => p.Quarantines)]);
    }
}
