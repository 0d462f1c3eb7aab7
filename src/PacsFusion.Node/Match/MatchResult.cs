using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match;

/// <summary>The role that a series was looked at for.</summary>
internal enum MatchRole
{
    /// <summary>Its slices are shown.</summary>
    Fixed,

    /// <summary>It is brought onto the fixed one.</summary>
    Moving,

    /// <summary>Its kind fits no role of the rule.</summary>
    Neither,
}

/// <summary>What a rule made of one series.</summary>
/// <param name="Series">The series.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Role">The role it was looked at for.</param>
/// <param name="Chosen">Whether it is part of a pair.</param>
/// <param name="Reason">Why, out of <see cref="MatchReasons.All"/>.</param>
internal sealed record MatchCandidate(SeriesDescriptor Series, FusionRule Rule, MatchRole Role, bool Chosen, ReasonCode Reason);

/// <summary>Two series that a rule fuses.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Fixed">The fixed series; its study is the study of the result.</param>
/// <param name="Moving">The moving series.</param>
internal sealed record MatchPair(FusionRule Rule, SeriesDescriptor Fixed, SeriesDescriptor Moving);

/// <summary>A pair that must not be fused before a person has released it (invariant 1).</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Fixed">The fixed series.</param>
/// <param name="Moving">The moving series.</param>
/// <param name="Reason">Always <see cref="MatchReasons.PatientIdentityContradiction"/>.</param>
/// <param name="Contradictions">What differs, by name of the attribute: never the values.</param>
internal sealed record MatchQuarantine(FusionRule Rule, SeriesDescriptor Fixed, SeriesDescriptor Moving, ReasonCode Reason, IReadOnlyList<string> Contradictions);

/// <summary>Everything that the rules made of a set of series, in an order that does not depend on the order of the input.</summary>
/// <param name="Candidates">By rule, role and Series Instance UID.</param>
/// <param name="Pairs">At most one for each rule and study of the fixed series.</param>
/// <param name="Quarantines">In place of a pair.</param>
internal sealed record MatchResult(IReadOnlyList<MatchCandidate> Candidates, IReadOnlyList<MatchPair> Pairs, IReadOnlyList<MatchQuarantine> Quarantines);
