namespace PacsFusion.Node.Ledger;

/// <summary>A report as it was built: the same bytes go out however often they are sent.</summary>
internal sealed record ReportRow(string CaseId, string JobKey, byte[] Bundle, string Sha256, string? ReportId, string? Version, DateTimeOffset? DeliveredAt);

/// <summary>Reports, kept before they are sent and marked once the EHR has them.</summary>
internal sealed class ReportStore(LedgerDatabase database, TimeProvider time)
{
    public ReportRow? Find(string caseId) => database.Read(connection => connection.Query(
        "SELECT case_id, job_key, bundle, sha256, report_id, version, delivered_at FROM report WHERE case_id=$case",
        row => new ReportRow(row.GetString(0), row.GetString(1), row.Blob(2), row.GetString(3), row.TextOrNull(4), row.TextOrNull(5), row.TimeOrNull(6)),
        ("$case", caseId)).SingleOrDefault());

    /// <summary>Keeps a report before its first sending; an older one of the same case stays.</summary>
    public void Keep(string caseId, string jobKey, byte[] bundle) => database.Write(connection => connection.Run(
        "INSERT OR IGNORE INTO report (case_id, job_key, bundle, sha256, created_at) VALUES ($case, $job, $bundle, $sha, $now)",
        ("$case", caseId), ("$job", jobKey), ("$bundle", bundle),
        ("$sha", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(bundle))), ("$now", time.GetUtcNow())));

    public void MarkDelivered(string caseId, string reportId, string? version) => database.Write(connection => connection.Run(
        "UPDATE report SET report_id=$report, version=$version, delivered_at=$now WHERE case_id=$case",
        ("$report", reportId), ("$version", version), ("$now", time.GetUtcNow()), ("$case", caseId)));

    /// <summary>Drops a report that was never delivered, so that it is built anew.</summary>
    public void DropUndelivered(string caseId) => database.Write(connection => connection.Run(
        "DELETE FROM report WHERE case_id=$case AND delivered_at IS NULL", ("$case", caseId)));
}
