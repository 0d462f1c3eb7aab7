using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;

namespace PacsFusion.Node.Cli;

/// <summary>What the rules say of a pair that a person has named.</summary>
/// <param name="Rule">The rule to go by; null where none takes the modalities.</param>
/// <param name="Refusal">Why the pair must not be fused; null where it may.</param>
/// <param name="Warnings">What the rule would have minded, had it chosen by itself.</param>
internal sealed record OfflineMatch(FusionRule? Rule, Refusal? Refusal, IReadOnlyList<CaseWarning> Warnings)
{
    /// <summary>
    /// A person may pair what a rule would not pick (a derived series, two studies, a thick reconstruction): that is a
    /// warning. What makes a result wrong (other patients, no image, uncorrected uptake) stays a refusal.
    /// </summary>
    public static OfflineMatch Choose(NodeConfiguration configuration, OfflineSeries fixedSource, OfflineSeries movingSource, string? ruleName)
    {
        FusionRule? rule;
        if (ruleName is not null)
        {
            rule = configuration.Rules.FirstOrDefault(rule => rule.Name == ruleName)
                ?? throw new CliException(ExitCode.Usage, $"There is no rule '{ruleName}'; there are {string.Join(", ", configuration.Rules.Select(rule => rule.Name))}.");
        }
        else
        {
            rule = configuration.Rules.FirstOrDefault(rule => rule.Fixed.Modalities.Contains(fixedSource.Descriptor.Modality) && rule.Moving.Modalities.Contains(movingSource.Descriptor.Modality));
        }
        if (rule is null)
            return new OfflineMatch(null, new Refusal(CliReasons.NoRule.Code, $"No rule takes {Word(fixedSource)} as fixed and {Word(movingSource)} as moving."), []);

        if (Evaluate(Lenient(rule), fixedSource, movingSource) is { } refusal) return new OfflineMatch(rule, refusal, []);
        var strict = Evaluate(rule, fixedSource, movingSource);
        return new OfflineMatch(rule, null, strict is null ? [] : [new CaseWarning(strict.Code, $"The rule would not have chosen this pair: {strict.Text}")]);
    }

    private static string Word(OfflineSeries source) => source.Descriptor.Modality.Length > 0 ? source.Descriptor.Modality : "a series without modality";

    private static Refusal? Evaluate(FusionRule rule, OfflineSeries fixedSource, OfflineSeries movingSource)
    {
        var result = MatchStage.Evaluate([fixedSource.Descriptor, movingSource.Descriptor], [rule]);
        if (result.Pairs.Any(pair => pair.Fixed.SeriesInstanceUid == fixedSource.Descriptor.SeriesInstanceUid)) return null;
        if (result.Quarantines.FirstOrDefault() is { } held) return new Refusal(held.Reason.Code, $"{held.Reason.Text} ({string.Join(", ", held.Contradictions)})");
        // "no partner" only repeats that the other one was not taken.
        var candidate = result.Candidates.Where(candidate => !candidate.Chosen).OrderBy(candidate => candidate.Reason.Code == MatchReasons.NoPartner.Code).FirstOrDefault();
        return candidate is null ? new Refusal(CliReasons.NoRule.Code, CliReasons.NoRule.Text) : new Refusal(candidate.Reason.Code, $"{candidate.Series.Modality} as {candidate.Role.ToString().ToLowerInvariant()}: {candidate.Reason.Text}");
    }

    private static FusionRule Lenient(FusionRule rule) => rule with
    {
        FromAeTitles = null,
        Fixed = Lenient(rule.Fixed),
        Moving = Lenient(rule.Moving),
        Pair = new PairSpec(SameStudy: false, SameFrameOfReference: false, MaxInterval: null),
    };

    private static RoleSpec Lenient(RoleSpec role) => role with
    {
        AllowDerived = true,
        Require = new ConditionSpec { AttenuationCorrected = role.Require.AttenuationCorrected, Units = role.Require.Units },
        Exclude = new ConditionSpec(),
    };
}
