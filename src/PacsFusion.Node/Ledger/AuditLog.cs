namespace PacsFusion.Node.Ledger;

/// <summary>Who did what to which case, and why. Rows are only ever added.</summary>
internal sealed class AuditLog(LedgerDatabase database, TimeProvider time)
{
    public void Record(string actor, string action, string subject, string reason) => database.Write(connection => connection.Run(
        "INSERT INTO audit (at, actor, action, subject, reason) VALUES ($at, $actor, $action, $subject, $reason)",
        ("$at", time.GetUtcNow()), ("$actor", actor), ("$action", action), ("$subject", subject), ("$reason", reason)));

    public List<(DateTimeOffset At, string Actor, string Action, string Subject, string Reason)> Of(string subject) => database.Read(connection => connection.Query(
        "SELECT at, actor, action, subject, reason FROM audit WHERE subject=$subject ORDER BY id",
        row => (row.Time(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4)), ("$subject", subject)));
}
