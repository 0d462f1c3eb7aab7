using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match;

/// <summary>
/// Lays the rules over one patient's settled series and books the outcome: every candidate with its reason, and a case for
/// each pair. Running it again changes nothing (invariant 3).
/// </summary>
internal sealed class MatchPass(
    NodeConfiguration configuration, SeriesStore series, InstanceStore instances, CaseStore cases, OutboxStore outbox, ModelCatalog models, string spoolFolder, TimeProvider time,
    ILogger<MatchPass> log)
{
    /// <summary>What decodes compressed pixel data; null: nothing does.</summary>
    public IFrameCodecs? Codecs { get; init; }

    /// <summary>Matches one patient.</summary>
    /// <returns>How many new cases there are.</returns>
    public int Run(string patientKey, CancellationToken cancellationToken)
    {
        var ticket = series.MatchTicket(patientKey);
        var rows = series.OfPatient(patientKey);
        // A study is looked at once all of its series have settled: a better candidate may still be arriving.
        var unfinished = rows.Where(row => row.State != "settled").Select(row => row.StudyUid).ToHashSet(StringComparer.Ordinal);
        var ready = rows.Where(row => !unfinished.Contains(row.StudyUid)).ToList();
        var descriptors = new List<SeriesDescriptor>(ready.Count);
        var contents = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var row in ready)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Describe(row) is not { } descriptor) continue;
            descriptors.Add(descriptor);
            contents[row.SeriesUid] = row.Content!;
        }

        var result = MatchStage.Evaluate(descriptors, configuration.Rules);
        MatchLog.Result(log, patientKey, result);
        series.KeepCandidates(patientKey, [.. result.Candidates.Select(candidate =>
            new CandidateRow(candidate.Series.SeriesInstanceUid, candidate.Rule.Name, candidate.Role.ToString().ToLowerInvariant(), candidate.Chosen, candidate.Reason.Code))]);
        var created = 0;
        foreach (var pair in result.Pairs) created += Book(patientKey, pair.Rule, pair.Fixed, pair.Moving, contents, null, null);
        foreach (var held in result.Quarantines) created += Book(patientKey, held.Rule, held.Fixed, held.Moving, contents, held.Reason, string.Join(", ", held.Contradictions));
        series.MatchDone(patientKey, ticket);
        if (unfinished.Count > 0) MatchLog.StudiesWait(log, unfinished.Count);
        return created;
    }

    private SeriesDescriptor? Describe(SeriesRow row)
    {
        var stored = instances.OfSeries(row.PatientKey, row.SeriesUid);
        var headers = new List<DicomDataset>(stored.Count);
        foreach (var instance in stored)
            try
            {
                headers.Add(DicomFile.Read(Path.Combine(spoolFolder, instance.RelativePath), DicomReadOptions.Header).Dataset);
            }
            catch (Exception fault) when (fault is DicomException or IOException or UnauthorizedAccessException)
            {
                MatchLog.HeaderUnreadable(log, instance.SopInstanceUid, (fault as DicomException)?.Code ?? fault.GetType().Name);
            }
        if (headers.Count == 0) return null;
        return SeriesDescriptor.FromHeaders(headers, new SeriesOrigin(
            row.PatientKey, row.CallingAeTitle, configuration.Receive.IssuerFor(row.CallingAeTitle), [.. stored.Select(instance => instance.TransferSyntaxUid).Distinct(StringComparer.Ordinal)], Codecs));
    }

    private int Book(string patientKey, FusionRule rule, SeriesDescriptor fixedSeries, SeriesDescriptor movingSeries, Dictionary<string, string> contents, ReasonCode? quarantine, string? contradictions)
    {
        var model = models.Describe(rule.Fuse.Model);
        model.TryGet(out var info, out var refusal);
        var sha256 = info?.Sha256 ?? "";
        var (fixedContent, movingContent) = (contents[fixedSeries.SeriesInstanceUid], contents[movingSeries.SeriesInstanceUid]);
        var caseId = FusionCase.Identity(patientKey, rule.Name, rule.Version, fixedSeries.SeriesInstanceUid, fixedContent, movingSeries.SeriesInstanceUid, movingContent, sha256, rule.Look);
        var now = time.GetUtcNow();
        var proposal = new FusionCase(
            caseId, patientKey, fixedSeries.StudyInstanceUid, rule.Name, rule.Version, fixedSeries.SeriesInstanceUid, movingSeries.SeriesInstanceUid, fixedContent, movingContent, sha256, rule.Look,
            CaseState.Proposed, null, null, null, 0, now, now, now, null);
        var isNew = cases.Propose(proposal);
        if (cases.Find(caseId)!.State == CaseState.Proposed)
        {
            if (quarantine is not null) cases.Move(caseId, CaseState.Proposed, CaseState.Quarantined, quarantine.Code, contradictions);
            else if (info is null) cases.Move(caseId, CaseState.Proposed, CaseState.Refused, refusal!.Code, refusal.Text);
            else cases.Move(caseId, CaseState.Proposed, CaseState.Queued);
        }
        // Rules went back to what a newer case has replaced: that case keeps its place, else nothing would be left.
        if (cases.Find(caseId)!.State == CaseState.Superseded) return 0;
        foreach (var older in cases.Replaceable(patientKey, fixedSeries.StudyInstanceUid, rule.Name))
        {
            if (older.CaseId == caseId || !cases.Move(older.CaseId, older.State, CaseState.Superseded, MatchReasons.Superseded.Code, $"by case {caseId}")) continue;
            outbox.Withdraw(older.CaseId);
            MatchLog.Superseded(log, older.CaseId, caseId);
        }
        if (isNew) MatchLog.CaseProposed(log, caseId, rule.Name, rule.Version);
        return isNew ? 1 : 0;
    }
}
