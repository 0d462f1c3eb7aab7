using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary><c>explain WHAT</c>: what became of a UID or patient, and why.</summary>
internal static class ExplainVerb
{
    public static Command Create(CommandLine line)
    {
        var what = new Argument<string>("what") { Description = "A study, series, instance or fused series UID, a case id, or a Patient ID" };
        return line.Verb("explain", "What became of a series, study, patient or case, and why", [what], (context, parsed, _) =>
        {
            var subject = parsed.GetValue(what)!;
            using var ledger = LedgerFiles.OpenExisting(context);
            var series = new SeriesStore(ledger, context.Time);
            var cases = new CaseStore(ledger, context.Time);

            var rows = Rows(context, subject, series, cases);
            var patients = rows.Select(row => row.PatientKey).Distinct(StringComparer.Ordinal).ToList();
            var uids = rows.Select(row => row.SeriesUid).ToHashSet(StringComparer.Ordinal);
            var candidates = patients.SelectMany(series.Candidates).Where(candidate => uids.Contains(candidate.SeriesUid)).ToList();
            var found = cases.About(subject).Concat(patients.SelectMany(cases.OfPatient)
                .Where(work => uids.Contains(work.FixedSeriesUid) || uids.Contains(work.MovingSeriesUid))).DistinctBy(work => work.CaseId).ToList();
            if (rows.Count == 0 && found.Count == 0)
                throw new CliException(ExitCode.Failed, "Nothing is known of it: it was not received here, or retention has removed it.");

            context.Output.Answer(new JsonObject
            {
                ["subject"] = subject,
                ["series"] = new JsonArray([.. rows.Select(row => new JsonObject
                {
                    ["seriesInstanceUid"] = row.SeriesUid,
                    ["studyInstanceUid"] = row.StudyUid,
                    ["modality"] = row.Modality,
                    ["state"] = row.State,
                    ["settledBy"] = row.SettledBy,
                    ["instances"] = row.Instances,
                })]),
                ["candidates"] = new JsonArray([.. candidates.Select(candidate => new JsonObject
                {
                    ["seriesInstanceUid"] = candidate.SeriesUid,
                    ["rule"] = candidate.Rule,
                    ["role"] = candidate.Role,
                    ["chosen"] = candidate.Chosen,
                    ["reason"] = candidate.Reason,
                    ["text"] = ReasonList.Find(candidate.Reason)?.Text,
                    ["nextStep"] = ReasonList.Find(candidate.Reason)?.NextStep,
                })]),
                ["cases"] = new JsonArray([.. found.Select(work =>
                {
                    var json = LedgerVerbs.CaseJson(work);
                    json["events"] = new JsonArray([.. cases.Events(work.CaseId).Select(moment => new JsonObject
                    {
                        ["at"] = moment.At.Text(), ["state"] = moment.State, ["reason"] = moment.Reason, ["detail"] = moment.Detail,
                    })]);
                    return json;
                })]),
            });
            ForPeople(context.Output, rows, candidates, found, cases);
            return Task.FromResult(ExitCode.Done);
        });
    }

    private static List<SeriesRow> Rows(CliContext context, string subject, SeriesStore series, CaseStore cases)
    {
        var rows = series.About(subject);
        if (rows.Count == 0)
            rows = [.. cases.About(subject).SelectMany(work => series.OfPatient(work.PatientKey)
                .Where(row => row.SeriesUid == work.FixedSeriesUid || row.SeriesUid == work.MovingSeriesUid)).DistinctBy(row => row.SeriesUid)];
        if (rows.Count == 0)
            rows = [.. PatientKeysOf(context, subject).SelectMany(series.OfPatient)];
        return rows;
    }

    private static IEnumerable<string> PatientKeysOf(CliContext context, string patientId) => PatientLookup.KeysOf(context, patientId);

    /// <summary>How well the series fit and by which transform, how good the fusion is by each figure, which source it shows where, and the warnings that it carries.</summary>
    private static IEnumerable<string> Contributions(FusionCase work)
    {
        if (work.Result is null) yield break;
        var result = JsonNode.Parse(work.Result)!.AsObject();
        if (result["alignment"] is JsonObject alignment)
        {
            yield return $"alignment by {alignment["method"]}, {alignment["verdict"]}";
            foreach (var line in AlignmentLines.Of(alignment)) yield return line;
        }
        if (result["metrics"] is JsonObject metrics)
            foreach (var line in MetricLines.Of(metrics, result["metricsUndefined"] as JsonObject)) yield return line;
        if (result["explanation"] is JsonObject shares)
            yield return "shares: " + string.Join(", ", shares.Where(entry => entry.Value is JsonValue).Select(entry => $"{entry.Key} {entry.Value}"));
        foreach (var warning in result["warnings"] as JsonArray ?? [])
            yield return $"warning {warning!["code"]}: {warning["text"]}";
    }

    private static void ForPeople(CliOutput output, List<SeriesRow> rows, List<CandidateRow> candidates, List<FusionCase> found, CaseStore cases)
    {
        foreach (var row in rows)
        {
            output.Say(string.Create(CultureInfo.InvariantCulture, $"series {row.SeriesUid}  {row.Modality}  {row.Instances} instances  {row.State}{(row.SettledBy is null ? "" : $" (by {row.SettledBy})")}"));
            foreach (var candidate in candidates.Where(candidate => candidate.SeriesUid == row.SeriesUid))
                output.Say($"  {candidate.Rule} {candidate.Role}: {(candidate.Chosen ? "chosen" : candidate.Reason)}{(candidate.Chosen || ReasonList.Find(candidate.Reason) is not { } reason ? "" : $" - {reason.Text}")}");
        }
        foreach (var work in found)
        {
            output.Say(string.Create(CultureInfo.InvariantCulture, $"case {work.CaseId}  {work.Rule} v{work.RuleVersion}  {CaseTransitions.Word(work.State)}"));
            foreach (var (at, state, reason, detail) in cases.Events(work.CaseId))
                output.Say(string.Create(CultureInfo.InvariantCulture, $"  {at:u} {state} {reason} {detail}").TrimEnd());
            foreach (var line in Contributions(work)) output.Say("  " + line);
            if (work.Reason is { } code && ReasonList.Find(code) is { } known) output.Say($"  {known.Text} Next: {known.NextStep}");
        }
    }
}
