using Microsoft.Data.Sqlite;

namespace PacsFusion.Node.Ledger;

/// <summary>An object on its way to a destination.</summary>
/// <param name="Path">The Part 10 file, relative to the data folder.</param>
internal sealed record OutboxItem(string Destination, string SopInstanceUid, string CaseId, string Path, int Attempt, DateTimeOffset CreatedAt);

/// <summary>A destination's queue in figures.</summary>
internal sealed record OutboxCount(int Pending, int Dead);

/// <summary>The durable queue of objects per destination: a row stays until the destination has answered Success.</summary>
internal sealed class OutboxStore(LedgerDatabase database, TimeProvider time)
{
    private const string Columns = "destination, sop_instance_uid, case_id, path, attempt, created_at";

    /// <summary>
    /// Puts a composed case's objects into the queue of each destination; what waits or was sent stays as it is, a dead letter
    /// is tried anew. Nothing is queued where the case was cancelled or superseded meanwhile: its objects have been withdrawn.
    /// </summary>
    public void Enqueue(string caseId, IReadOnlyList<string> destinations, IReadOnlyList<(string SopInstanceUid, string Path)> objects) => database.Write(connection =>
    {
        var now = time.GetUtcNow();
        if (connection.Query("SELECT state FROM fusion_case WHERE case_id=$case", row => row.GetString(0), ("$case", caseId)) is ["cancelled" or "superseded"]) return;
        foreach (var destination in destinations)
            foreach (var (sopInstanceUid, path) in objects)
                connection.Run(
                    """
                    INSERT INTO outbox (destination, sop_instance_uid, case_id, path, state, attempt, next_at, created_at) VALUES ($destination, $sop, $case, $path, 'pending', 0, $now, $now)
                    ON CONFLICT (destination, sop_instance_uid) DO UPDATE SET state='pending', attempt=0, next_at=$now, created_at=$now WHERE state='dead'
                    """,
                    ("$destination", destination), ("$sop", sopInstanceUid), ("$case", caseId), ("$path", path), ("$now", now));
    });

    /// <summary>What is due for a destination, oldest first.</summary>
    public List<OutboxItem> Due(string destination, int limit) => database.Read(connection => connection.Query(
        $"SELECT {Columns} FROM outbox WHERE state='pending' AND destination=$destination AND next_at<=$now ORDER BY created_at, case_id, path LIMIT $limit", Map,
        ("$destination", destination), ("$now", time.GetUtcNow()), ("$limit", limit)));

    /// <summary>When the destination's next object falls due; null where none waits.</summary>
    public DateTimeOffset? NextDueAt(string destination) => database.Read(connection => connection.Query(
        "SELECT MIN(next_at) FROM outbox WHERE state='pending' AND destination=$destination", row => row.TimeOrNull(0), ("$destination", destination)).Single());

    public void MarkSent(string destination, IReadOnlyList<string> sopInstanceUids) => database.Write(connection =>
    {
        foreach (var sop in sopInstanceUids)
            connection.Run("UPDATE outbox SET state='sent', sent_at=$now, last_error=NULL WHERE destination=$destination AND sop_instance_uid=$sop",
                ("$now", time.GetUtcNow()), ("$destination", destination), ("$sop", sop));
    });

    public void MarkRetry(string destination, IReadOnlyList<string> sopInstanceUids, TimeSpan after, string error) => database.Write(connection =>
    {
        foreach (var sop in sopInstanceUids)
            connection.Run("UPDATE outbox SET attempt=attempt+1, next_at=$next, last_error=$error WHERE destination=$destination AND sop_instance_uid=$sop AND state='pending'",
                ("$next", time.GetUtcNow() + after), ("$error", error), ("$destination", destination), ("$sop", sop));
    });

    public void MarkDead(string destination, IReadOnlyList<string> sopInstanceUids, string error) => database.Write(connection =>
    {
        foreach (var sop in sopInstanceUids)
            connection.Run("UPDATE outbox SET state='dead', attempt=attempt+1, last_error=$error WHERE destination=$destination AND sop_instance_uid=$sop",
                ("$error", error), ("$destination", destination), ("$sop", sop));
    });

    /// <summary>Takes a case's unsent objects out of every queue.</summary>
    public void Withdraw(string caseId) => database.Write(connection => connection.Run("DELETE FROM outbox WHERE case_id=$case AND state<>'sent'", ("$case", caseId)));

    /// <summary>Puts a case's dead objects back into their queues.</summary>
    public void Revive(string caseId) => database.Write(connection => connection.Run(
        "UPDATE outbox SET state='pending', attempt=0, next_at=$now, created_at=$now WHERE case_id=$case AND state='dead'", ("$now", time.GetUtcNow()), ("$case", caseId)));

    /// <summary>A case's objects by state, over all destinations.</summary>
    public (int Pending, int Sent, int Dead, string? LastError) OfCase(string caseId) => database.Read(connection =>
    {
        var counts = connection.Query("SELECT state, COUNT(*), MAX(last_error) FROM outbox WHERE case_id=$case GROUP BY state",
            row => (State: row.GetString(0), Count: row.GetInt32(1), Error: row.TextOrNull(2)), ("$case", caseId));
        int Of(string state) => counts.Where(count => count.State == state).Sum(count => count.Count);
        return (Of("pending"), Of("sent"), Of("dead"), counts.Select(count => count.Error).FirstOrDefault(error => error is not null));
    });

    /// <summary>Every destination's queue in figures.</summary>
    public SortedDictionary<string, OutboxCount> CountByDestination() => database.Read(connection =>
    {
        var counts = new SortedDictionary<string, OutboxCount>(StringComparer.Ordinal);
        foreach (var (destination, pending, dead) in connection.Query(
            "SELECT destination, SUM(state='pending'), SUM(state='dead') FROM outbox GROUP BY destination", row => (row.GetString(0), row.GetInt32(1), row.GetInt32(2))))
            counts[destination] = new OutboxCount(pending, dead);
        return counts;
    });

    private static OutboxItem Map(SqliteDataReader row) => new(row.GetString(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetInt32(4), row.Time(5));
}
