namespace PacsFusion.Node.Ledger;

/// <summary>
/// One fusion job: (rule version, fixed content, moving content, model, look) decide its identity, so the same inputs
/// are the same case however often they arrive (invariants 3 and 4).
/// </summary>
/// <param name="CaseId">First 32 hex digits of the SHA-256 over the identity; see <see cref="Identity"/>.</param>
/// <param name="Result">What the stages found, as JSON: the answer of <c>fuse --json</c> grows here.</param>
internal sealed record FusionCase(
    string CaseId,
    string PatientKey,
    string StudyInstanceUid,
    string Rule,
    int RuleVersion,
    string FixedSeriesUid,
    string MovingSeriesUid,
    string FixedContent,
    string MovingContent,
    string ModelSha256,
    string Look,
    CaseState State,
    string? Reason,
    string? Detail,
    string? OutputSeriesUid,
    int Attempt,
    DateTimeOffset NextAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    string? Result)
{
    /// <summary>The case's identity for these inputs.</summary>
    public static string Identity(string patientKey, string rule, int ruleVersion, string fixedSeries, string fixedContent, string movingSeries, string movingContent, string modelSha256, string look)
    {
        var text = string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{patientKey}\n{rule}\n{ruleVersion}\n{fixedSeries}\n{fixedContent}\n{movingSeries}\n{movingContent}\n{modelSha256}\n{look}");
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)))[..32];
    }
}

/// <summary>How a stage left a case.</summary>
internal abstract record StageOutcome
{
    private StageOutcome() { }

    /// <summary>On to the next state.</summary>
    public sealed record Done(CaseState Next) : StageOutcome;

    /// <summary>Not finished; look again at the case's own pace.</summary>
    public sealed record Continue(TimeSpan After) : StageOutcome;

    /// <summary>A passing fault; the same step again later.</summary>
    public sealed record Retry(TimeSpan After, ReasonCode Reason, string Detail) : StageOutcome;

    /// <summary>An expected no, with its reason.</summary>
    public sealed record Refused(ReasonCode Reason, string Detail) : StageOutcome;

    /// <summary>Will not work however often it is tried.</summary>
    public sealed record Failed(ReasonCode Reason, string Detail) : StageOutcome;
}

/// <summary>A stage that works on cases: takes them in one state and leaves them in another.</summary>
internal interface ICaseStage
{
    /// <summary>The state in which the stage takes a case.</summary>
    CaseState Takes { get; }

    /// <summary>The state a case has while the stage works on it (may equal <see cref="Takes"/>).</summary>
    CaseState During { get; }

    /// <summary>Does the stage's work for one case. Must give the same result when run again after a crash.</summary>
    Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken);
}
