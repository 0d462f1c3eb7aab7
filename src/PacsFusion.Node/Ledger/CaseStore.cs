using System.Text.Json.Nodes;
using Microsoft.Data.Sqlite;

namespace PacsFusion.Node.Ledger;

/// <summary>Cases and their history. Every move goes through <see cref="CaseTransitions"/>.</summary>
internal sealed class CaseStore(LedgerDatabase database, TimeProvider time)
{
    private const string Columns = "case_id, patient_key, study_uid, rule, rule_version, fixed_series_uid, moving_series_uid, fixed_content, moving_content, model_sha256, look, state, reason, detail, output_series_uid, attempt, next_at, created_at, updated_at, result";

    /// <summary>Adds a case in <see cref="CaseState.Proposed"/>; false where the case is known already.</summary>
    public bool Propose(FusionCase proposal) => database.Write(connection =>
    {
        var added = connection.Run(
            $"INSERT OR IGNORE INTO fusion_case ({Columns}) VALUES ($id, $patient, $study, $rule, $version, $fixed, $moving, $fixedContent, $movingContent, $model, $look, 'proposed', NULL, NULL, NULL, 0, $now, $now, $now, NULL)",
            ("$id", proposal.CaseId), ("$patient", proposal.PatientKey), ("$study", proposal.StudyInstanceUid), ("$rule", proposal.Rule), ("$version", proposal.RuleVersion),
            ("$fixed", proposal.FixedSeriesUid), ("$moving", proposal.MovingSeriesUid), ("$fixedContent", proposal.FixedContent), ("$movingContent", proposal.MovingContent),
            ("$model", proposal.ModelSha256), ("$look", proposal.Look), ("$now", time.GetUtcNow()));
        if (added == 1) Log(connection, proposal.CaseId, CaseState.Proposed, null, null);
        return added == 1;
    });

    /// <summary>Moves a case if it still is where the caller believes it to be; false where somebody else moved it.</summary>
    /// <remarks>The count of attempts starts anew unless <paramref name="keepAttempts"/> says that the same try goes on.</remarks>
    public bool Move(string caseId, CaseState from, CaseState to, string? reason = null, string? detail = null, bool keepAttempts = false)
    {
        if (from != to && !CaseTransitions.Allows(from, to))
            throw new InvalidOperationException($"A case does not go from {from} to {to}.");
        return database.Write(connection =>
        {
            var moved = connection.Run(
                "UPDATE fusion_case SET state=$to, reason=$reason, detail=$detail, attempt=attempt*$keep, next_at=$now, updated_at=$now WHERE case_id=$id AND state=$from",
                ("$keep", keepAttempts ? 1 : 0), ("$to", CaseTransitions.Word(to)), ("$reason", reason), ("$detail", detail), ("$now", time.GetUtcNow()), ("$id", caseId), ("$from", CaseTransitions.Word(from)));
            if (moved == 1) Log(connection, caseId, to, reason, detail);
            return moved == 1;
        });
    }

    /// <summary>Puts the next try off, hands the case back to the state it was taken in, and keeps why.</summary>
    public void Postpone(string caseId, CaseState from, CaseState back, TimeSpan after, string? reason, string? detail, bool countsAsAttempt)
    {
        if (from != back && !CaseTransitions.Allows(from, back))
            throw new InvalidOperationException($"A case does not go from {from} back to {back}.");
        database.Write(connection =>
        {
            var now = time.GetUtcNow();
            var moved = connection.Run(
                "UPDATE fusion_case SET state=$back, next_at=$next, attempt=attempt+$step, reason=$reason, detail=$detail, updated_at=$now WHERE case_id=$id AND state=$from",
                ("$back", CaseTransitions.Word(back)), ("$next", now + after), ("$step", countsAsAttempt ? 1 : 0), ("$reason", reason), ("$detail", detail),
                ("$now", now), ("$id", caseId), ("$from", CaseTransitions.Word(from)));
            if (moved == 1 && countsAsAttempt) Log(connection, caseId, back, reason, detail);
        });
    }

    /// <summary>Merges fields into the case's result.</summary>
    public void MergeResult(string caseId, JsonObject fields, string? outputSeriesUid = null) => database.Write(connection =>
    {
        var old = connection.Query("SELECT result FROM fusion_case WHERE case_id=$id", row => row.TextOrNull(0), ("$id", caseId)).SingleOrDefault();
        var result = old is null ? [] : JsonNode.Parse(old)!.AsObject();
        foreach (var (key, value) in fields) result[key] = value?.DeepClone();
        connection.Run("UPDATE fusion_case SET result=$result, output_series_uid=COALESCE($output, output_series_uid) WHERE case_id=$id",
            ("$result", result.ToJsonString()), ("$output", outputSeriesUid), ("$id", caseId));
    });

    /// <summary>The case that has waited longest in this state and is due.</summary>
    public FusionCase? NextDue(CaseState state) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE state=$state AND next_at<=$now ORDER BY next_at, case_id LIMIT 1", Map,
        ("$state", CaseTransitions.Word(state)), ("$now", time.GetUtcNow())).SingleOrDefault());

    /// <summary>When the next case of this state falls due; null where there is none.</summary>
    public DateTimeOffset? NextDueAt(CaseState state) => database.Read(connection => connection.Query(
        "SELECT MIN(next_at) FROM fusion_case WHERE state=$state", row => row.TimeOrNull(0), ("$state", CaseTransitions.Word(state))).Single());

    public FusionCase? Find(string caseId) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE case_id=$id", Map, ("$id", caseId)).SingleOrDefault());

    /// <summary>The history of a case, oldest first.</summary>
    public List<(DateTimeOffset At, string State, string? Reason, string? Detail)> Events(string caseId) => database.Read(connection => connection.Query(
        "SELECT at, state, reason, detail FROM case_event WHERE case_id=$id ORDER BY id", row => (row.Time(0), row.GetString(1), row.TextOrNull(2), row.TextOrNull(3)), ("$id", caseId)));

    /// <summary>Cases that another case replaces when it is for the same rule and study: all that have not ended by an operator's hand.</summary>
    public List<FusionCase> Replaceable(string patientKey, string studyUid, string rule) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE patient_key=$patient AND study_uid=$study AND rule=$rule AND state NOT IN ('superseded', 'cancelled') ORDER BY case_id", Map,
        ("$patient", patientKey), ("$study", studyUid), ("$rule", rule)));

    /// <summary>Finished cases that have not changed since a time.</summary>
    public List<FusionCase> EndedBefore(DateTimeOffset before) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE state IN ('done', 'refused', 'cancelled', 'superseded') AND updated_at<$before ORDER BY case_id", Map, ("$before", before)));

    /// <summary>Cases whose id, series, study, patient key or output series is the given word, newest first.</summary>
    public List<FusionCase> About(string word) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE case_id=$word OR fixed_series_uid=$word OR moving_series_uid=$word OR study_uid=$word OR patient_key=$word OR output_series_uid=$word ORDER BY created_at DESC, case_id", Map, ("$word", word)));

    public List<FusionCase> OfPatient(string patientKey) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case WHERE patient_key=$key ORDER BY created_at DESC, case_id", Map, ("$key", patientKey)));

    public List<FusionCase> All(int limit) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM fusion_case ORDER BY updated_at DESC, case_id LIMIT $limit", Map, ("$limit", limit)));

    public SortedDictionary<string, int> CountByState() => database.Read(connection =>
    {
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var (state, count) in connection.Query("SELECT state, COUNT(*) FROM fusion_case GROUP BY state", row => (row.GetString(0), row.GetInt32(1))))
            counts[state] = count;
        return counts;
    });

    /// <summary>
    /// After a start: work that was in a worker's hands when the node stopped goes back to the queue. Align and Fuse
    /// hand volumes on in memory, so both begin again; their results are the same (invariant 4).
    /// </summary>
    public int Recover() => database.Write(connection =>
    {
        var interrupted = connection.Query("SELECT case_id FROM fusion_case WHERE state IN ('aligning', 'fusing')", row => row.GetString(0));
        foreach (var caseId in interrupted)
        {
            connection.Run("UPDATE fusion_case SET state='queued', next_at=$now, updated_at=$now WHERE case_id=$id", ("$now", time.GetUtcNow()), ("$id", caseId));
            Log(connection, caseId, CaseState.Queued, null, "the node was stopped in between");
        }
        return interrupted.Count;
    });

    private void Log(SqliteConnection connection, string caseId, CaseState state, string? reason, string? detail) => connection.Run(
        "INSERT INTO case_event (case_id, at, state, reason, detail) VALUES ($id, $at, $state, $reason, $detail)",
        ("$id", caseId), ("$at", time.GetUtcNow()), ("$state", CaseTransitions.Word(state)), ("$reason", reason), ("$detail", detail));

    private static FusionCase Map(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.GetString(5), row.GetString(6),
        row.GetString(7), row.GetString(8), row.GetString(9), row.GetString(10), CaseTransitions.Parse(row.GetString(11)),
        row.TextOrNull(12), row.TextOrNull(13), row.TextOrNull(14), row.GetInt32(15), row.Time(16), row.Time(17), row.Time(18), row.TextOrNull(19));
}
