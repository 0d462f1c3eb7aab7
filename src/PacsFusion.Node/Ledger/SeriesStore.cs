using Microsoft.Data.Sqlite;

namespace PacsFusion.Node.Ledger;

/// <summary>A received series as the ledger knows it.</summary>
/// <param name="State">receiving, suspect or settled.</param>
/// <param name="SettledBy">What made it complete: quiet or suspect-grace; null before.</param>
/// <param name="Clean">Whether the last association that stored into it was released.</param>
/// <param name="Content">See <see cref="InstanceStore.ContentOf"/>; null before it settled.</param>
internal sealed record SeriesRow(
    string PatientKey, string SeriesUid, string StudyUid, string Modality, string CallingAeTitle, string State, string? SettledBy, bool Clean,
    string? Content, int Instances, DateTimeOffset FirstAt, DateTimeOffset LastAt, DateTimeOffset? SettledAt);

/// <summary>One candidate's outcome under one rule, as <c>explain</c> shows it.</summary>
internal sealed record CandidateRow(string SeriesUid, string Rule, string Role, bool Chosen, string Reason);

/// <summary>Series, their settling, and what the rules made of them.</summary>
internal sealed class SeriesStore(LedgerDatabase database, TimeProvider time)
{
    private const string Columns = "patient_key, series_uid, study_uid, modality, calling_ae, state, settled_by, clean, content, instances, first_at, last_at, settled_at";

    public SeriesRow? Find(string patientKey, string seriesUid) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM series WHERE patient_key=$patient AND series_uid=$series", Map, ("$patient", patientKey), ("$series", seriesUid)).SingleOrDefault());

    public List<SeriesRow> OfPatient(string patientKey) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM series WHERE patient_key=$patient ORDER BY series_uid", Map, ("$patient", patientKey)));

    /// <summary>Series that have not settled.</summary>
    public List<SeriesRow> Unsettled() => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM series WHERE state<>'settled' ORDER BY patient_key, series_uid", Map));

    /// <summary>The patient that was heard of first; null in an empty ledger.</summary>
    public string? FirstPatient() => database.Read(connection => connection.Query("SELECT patient_key FROM series ORDER BY first_at LIMIT 1", row => row.GetString(0)).SingleOrDefault());

    /// <summary>Series that settled and got nothing new since a time.</summary>
    public List<SeriesRow> SettledBefore(DateTimeOffset before) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM series WHERE state='settled' AND settled_at<$before AND last_at<$before ORDER BY patient_key, series_uid", Map, ("$before", before)));

    /// <summary>Series whose own, study's or patient's identifier is the word; also the series of an instance UID.</summary>
    public List<SeriesRow> About(string word) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM series WHERE series_uid=$word OR study_uid=$word OR patient_key=$word OR series_uid IN (SELECT series_uid FROM instance WHERE sop_instance_uid=$word) ORDER BY first_at, series_uid", Map, ("$word", word)));

    /// <summary>Notes that the association that last stored into the series was released, or was not.</summary>
    public void MarkEnd(string patientKey, string seriesUid, bool clean) => database.Write(connection => connection.Run(
        "UPDATE series SET clean=$clean, state=CASE WHEN state='settled' THEN state WHEN $clean=1 THEN 'receiving' ELSE 'suspect' END WHERE patient_key=$patient AND series_uid=$series",
        ("$clean", clean ? 1 : 0), ("$patient", patientKey), ("$series", seriesUid)));

    /// <summary>Settles series of one patient and asks for a match, in one transaction.</summary>
    public void Settle(string patientKey, IReadOnlyList<(string SeriesUid, string SettledBy, string Content)> settled) => database.Write(connection =>
    {
        foreach (var (seriesUid, settledBy, content) in settled)
            connection.Run("UPDATE series SET state='settled', settled_by=$by, content=$content, settled_at=$now WHERE patient_key=$patient AND series_uid=$series",
                ("$by", settledBy), ("$content", content), ("$now", time.GetUtcNow()), ("$patient", patientKey), ("$series", seriesUid));
        AskForMatch(connection, patientKey);
    });

    /// <summary>Asks for a match of this patient's settled series.</summary>
    public void AskForMatch(string patientKey) => database.Write(connection => AskForMatch(connection, patientKey));

    /// <summary>Asks for a match of every patient: rules or models have changed.</summary>
    public void AskForMatchOfAll() => database.Write(connection => connection.Run(
        "INSERT INTO patient_group (patient_key, match_due) SELECT DISTINCT patient_key, 1 FROM series WHERE state='settled' ON CONFLICT (patient_key) DO UPDATE SET match_due=match_due+1"));

    /// <summary>Patients with a match due.</summary>
    public List<string> MatchesDue() => database.Read(connection => connection.Query("SELECT patient_key FROM patient_group WHERE match_due>0 ORDER BY patient_key", row => row.GetString(0)));

    /// <summary>Counts the wishes for a match of this patient; taken before the series are read, it tells <see cref="MatchDone"/> whether another came meanwhile.</summary>
    public long MatchTicket(string patientKey) => database.Read(connection => connection.Query(
        "SELECT match_due FROM patient_group WHERE patient_key=$patient", row => row.GetInt64(0), ("$patient", patientKey)).SingleOrDefault());

    /// <summary>Keeps what a match made of each candidate.</summary>
    public void KeepCandidates(string patientKey, IReadOnlyList<CandidateRow> candidates) => database.Write(connection =>
    {
        connection.Run("DELETE FROM candidate WHERE patient_key=$patient", ("$patient", patientKey));
        foreach (var candidate in candidates)
            connection.Run(
                "INSERT OR REPLACE INTO candidate (patient_key, series_uid, rule, role, chosen, reason, evaluated_at) VALUES ($patient, $series, $rule, $role, $chosen, $reason, $now)",
                ("$patient", patientKey), ("$series", candidate.SeriesUid), ("$rule", candidate.Rule), ("$role", candidate.Role), ("$chosen", candidate.Chosen ? 1 : 0),
                ("$reason", candidate.Reason), ("$now", time.GetUtcNow()));
    });

    /// <summary>Takes the patient off the list of matches due, unless a series settled since the ticket was taken.</summary>
    public void MatchDone(string patientKey, long ticket) => database.Write(connection => connection.Run(
        "UPDATE patient_group SET match_due=0 WHERE patient_key=$patient AND match_due=$ticket", ("$patient", patientKey), ("$ticket", ticket)));

    public List<CandidateRow> Candidates(string patientKey) => database.Read(connection => connection.Query(
        "SELECT series_uid, rule, role, chosen, reason FROM candidate WHERE patient_key=$patient ORDER BY rule, role, chosen DESC, series_uid",
        row => new CandidateRow(row.GetString(0), row.GetString(1), row.GetString(2), row.GetInt32(3) == 1, row.GetString(4)), ("$patient", patientKey)));

    private static void AskForMatch(SqliteConnection connection, string patientKey) => connection.Run(
        "INSERT INTO patient_group (patient_key, match_due) VALUES ($patient, 1) ON CONFLICT (patient_key) DO UPDATE SET match_due=match_due+1", ("$patient", patientKey));

    private static SeriesRow Map(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), row.GetString(5), row.TextOrNull(6), row.GetInt32(7) == 1,
        row.TextOrNull(8), row.GetInt32(9), row.Time(10), row.Time(11), row.TimeOrNull(12));
}
