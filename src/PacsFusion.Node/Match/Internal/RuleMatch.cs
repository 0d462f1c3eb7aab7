using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match.Internal;

/// <summary>One rule over a set of series: sorts out who fits which role, then takes the best pair of each study.</summary>
internal sealed class RuleMatch
{
    private readonly FusionRule rule;
    private readonly List<MatchCandidate> candidates = [];
    private readonly List<SeriesDescriptor> fixedFits = [];
    private readonly List<SeriesDescriptor> movingFits = [];
    private readonly List<(SeriesDescriptor Fixed, SeriesDescriptor Moving, IReadOnlyList<string> Contradictions)> taken = [];

    private RuleMatch(FusionRule rule) => this.rule = rule;

    /// <summary>The rule's part of the result.</summary>
    public static MatchResult Evaluate(FusionRule rule, IReadOnlyList<SeriesDescriptor> series)
    {
        var match = new RuleMatch(rule);
        foreach (var one in series) match.Place(one);
        match.TakePairs();
        match.ExplainFits();
        return new MatchResult(
            [.. match.candidates.OrderBy(c => c.Role).ThenBy(c => c.Series.SeriesInstanceUid, StringComparer.Ordinal).ThenBy(c => c.Series.PatientKey, StringComparer.Ordinal)],
            [.. match.taken.Where(t => t.Contradictions.Count == 0).Select(t => new MatchPair(rule, t.Fixed, t.Moving))],
            [.. match.taken.Where(t => t.Contradictions.Count > 0)
                .Select(t => new MatchQuarantine(rule, t.Fixed, t.Moving, MatchReasons.PatientIdentityContradiction, t.Contradictions))]);
    }

    private void Place(SeriesDescriptor series)
    {
        var refusal = Eligibility.RefuseForRule(series, rule);
        var isFixed = rule.Fixed.Modalities.Contains(series.Modality);
        var isMoving = rule.Moving.Modalities.Contains(series.Modality);
        if (!isFixed && !isMoving) No(series, MatchRole.Neither, refusal ?? MatchReasons.WrongModality);
        if (isFixed) PlaceIn(series, MatchRole.Fixed, rule.Fixed, fixedFits, refusal);
        if (isMoving) PlaceIn(series, MatchRole.Moving, rule.Moving, movingFits, refusal);
    }

    private void PlaceIn(SeriesDescriptor series, MatchRole role, RoleSpec spec, List<SeriesDescriptor> fits, ReasonCode? refusal)
    {
        if ((refusal ?? Eligibility.RefuseForRole(series, spec)) is { } reason) No(series, role, reason);
        else fits.Add(series);
    }

    private void No(SeriesDescriptor series, MatchRole role, ReasonCode reason) => candidates.Add(new MatchCandidate(series, rule, role, false, reason));

    private void TakePairs()
    {
        fixedFits.Sort(new PreferenceOrder(rule.Fixed.Prefer, null));
        foreach (var study in fixedFits.GroupBy(f => f.StudyInstanceUid).OrderBy(g => g.Key, StringComparer.Ordinal))
        {
            foreach (var one in study)
            {
                if (MovingFor(one).FirstOrDefault(m => PairConditions.Refuse(rule.Pair, one, m) is null) is not { } moving) continue;
                // A contradiction ends the search: the second best pair would hide from a person what is wrong with the best.
                taken.Add((one, moving, PairConditions.Contradictions(one, moving)));
                break;
            }
        }
    }

    private IEnumerable<SeriesDescriptor> MovingFor(SeriesDescriptor fixedSeries) =>
        movingFits.Order(new PreferenceOrder(rule.Moving.Prefer, fixedSeries));

    private void ExplainFits()
    {
        foreach (var one in fixedFits) Add(one, MatchRole.Fixed, taken.Any(t => ReferenceEquals(t.Fixed, one) && t.Contradictions.Count == 0), WhyFixed(one));
        foreach (var one in movingFits) Add(one, MatchRole.Moving, taken.Any(t => ReferenceEquals(t.Moving, one) && t.Contradictions.Count == 0), WhyMoving(one));

        void Add(SeriesDescriptor series, MatchRole role, bool chosen, ReasonCode reason) =>
            candidates.Add(new MatchCandidate(series, rule, role, chosen, chosen ? MatchReasons.Chosen : reason));
    }

    private ReasonCode WhyFixed(SeriesDescriptor one)
    {
        var partners = MovingFor(one).Where(m => m.SeriesInstanceUid != one.SeriesInstanceUid).ToList();
        if (partners.Count == 0) return MatchReasons.NoPartner;
        var pair = taken.FirstOrDefault(t => t.Fixed.StudyInstanceUid == one.StudyInstanceUid);
        if (pair.Fixed is null) return PairConditions.Refuse(rule.Pair, one, partners[0]) ?? MatchReasons.NoPartner;
        if (ReferenceEquals(pair.Fixed, one)) return MatchReasons.PatientIdentityContradiction;
        // A better one that no moving series goes with says what kept it from the pair; a worse one says what it lacks.
        return partners.Exists(m => PairConditions.Refuse(rule.Pair, one, m) is null)
            ? new PreferenceOrder(rule.Fixed.Prefer, null).Explain(pair.Fixed, one)
            : PairConditions.Refuse(rule.Pair, one, pair.Moving) ?? MatchReasons.NoPartner;
    }

    private ReasonCode WhyMoving(SeriesDescriptor one)
    {
        if (taken.Exists(t => ReferenceEquals(t.Moving, one))) return MatchReasons.PatientIdentityContradiction;
        if (taken.Exists(t => t.Fixed.SeriesInstanceUid == one.SeriesInstanceUid)) return MatchReasons.SameSeries;
        var partners = fixedFits.Where(f => f.SeriesInstanceUid != one.SeriesInstanceUid).ToList();
        if (partners.Count == 0) return MatchReasons.NoPartner;
        if (taken.Count == 0) return PairConditions.Refuse(rule.Pair, partners[0], one) ?? MatchReasons.NoPartner;
        // Its own study's pair says most; else the first pair that it could have been part of, else the first.
        var pair = taken.OrderBy(t => t.Fixed.StudyInstanceUid == one.StudyInstanceUid ? 0 : PairConditions.Refuse(rule.Pair, t.Fixed, one) is null ? 1 : 2).First();
        return PairConditions.Refuse(rule.Pair, pair.Fixed, one) ?? new PreferenceOrder(rule.Moving.Prefer, pair.Fixed).Explain(pair.Moving, one);
    }
}
