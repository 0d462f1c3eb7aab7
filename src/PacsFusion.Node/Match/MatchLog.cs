using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Match;

/// <summary>What Match logs, ids 3000 to 3999. UIDs, rules and codes only.</summary>
internal static partial class MatchLog
{
    /// <summary>One line for each pair and quarantine, one that sums up.</summary>
    public static void Result(ILogger log, string patientKey, MatchResult result)
    {
        foreach (var pair in result.Pairs)
            PairFound(log, pair.Rule.Name, pair.Rule.Version, pair.Fixed.SeriesInstanceUid, pair.Moving.SeriesInstanceUid);
        foreach (var pair in result.Quarantines)
            Quarantined(log, pair.Rule.Name, pair.Fixed.SeriesInstanceUid, pair.Moving.SeriesInstanceUid, string.Join(", ", pair.Contradictions));
        Evaluated(log, patientKey, result.Candidates.Count, result.Pairs.Count, result.Quarantines.Count);
    }

    [LoggerMessage(3010, LogLevel.Information, "Case {CaseId} made by rule {Rule} version {Version}")]
    public static partial void CaseProposed(ILogger log, string caseId, string rule, int version);

    [LoggerMessage(3011, LogLevel.Information, "Case {CaseId} is superseded by case {NewCaseId}")]
    public static partial void Superseded(ILogger log, string caseId, string newCaseId);

    [LoggerMessage(3012, LogLevel.Information, "{Studies} studies wait for series that have not settled")]
    public static partial void StudiesWait(ILogger log, int studies);

    [LoggerMessage(3013, LogLevel.Warning, "The header of instance {SopInstanceUid} cannot be read: {Code}")]
    public static partial void HeaderUnreadable(ILogger log, string sopInstanceUid, string code);

    [LoggerMessage(3001, LogLevel.Information, "Rule {Rule} version {Version} pairs fixed {FixedSeries} with moving {MovingSeries}")]
    private static partial void PairFound(ILogger log, string rule, int version, string fixedSeries, string movingSeries);

    [LoggerMessage(3002, LogLevel.Warning, "Rule {Rule} would pair fixed {FixedSeries} with moving {MovingSeries}; quarantined, these attributes contradict each other: {Attributes}")]
    private static partial void Quarantined(ILogger log, string rule, string fixedSeries, string movingSeries, string attributes);

    [LoggerMessage(3003, LogLevel.Debug, "Patient group {PatientKey}: {Candidates} candidates, {Pairs} pairs, {Quarantines} quarantined")]
    private static partial void Evaluated(ILogger log, string patientKey, int candidates, int pairs, int quarantines);
}
