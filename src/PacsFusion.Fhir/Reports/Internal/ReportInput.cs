using System.Text.RegularExpressions;

namespace PacsFusion.Fhir;

/// <summary>Refuses input that could only give an invalid or a misleading report, all faults at once.</summary>
internal static partial class ReportInput
{
    public static void Check(FusionReport report)
    {
        var problems = new List<ReportProblem>();
        void Require(bool good, string rule, string place)
        {
            if (!good) problems.Add(new ReportProblem(rule, place));
        }
        void Uid(string? uid, string place) => Require(uid is not null && uid.Length <= 64 && UidForm().IsMatch(uid), "uid", place);
        void Text(string? text, string place) => Require(PlainText.Clean(text) is not null, "not-empty", place);
        void Series(ReportedSeries series, string place)
        {
            Uid(series.SeriesInstanceUid, place + ".SeriesInstanceUid");
            Require(ModalityForm().IsMatch(series.Modality ?? ""), "modality", place + ".Modality");
            Require(series.Instances >= 0, "not-negative", place + ".Instances");
        }
        void Reference(string? reference, string type, string place) =>
            Require(reference is not null && reference.StartsWith(type + "/", StringComparison.Ordinal) && IdForm().IsMatch(reference.AsSpan(type.Length + 1)), "reference", place);

        Require(JobForm().IsMatch(report.JobKey ?? ""), "job-key", nameof(report.JobKey));
        Text(report.NodeName, nameof(report.NodeName));
        Text(report.SoftwareVersion, nameof(report.SoftwareVersion));
        Text(report.Model.Name, "Model.Name");
        Text(report.Model.Version, "Model.Version");
        Require(HashForm().IsMatch(report.Model.Sha256 ?? ""), "sha256", "Model.Sha256");
        Uid(report.StudyInstanceUid, nameof(report.StudyInstanceUid));
        Require(report.Sources.Count >= 2, "two-sources", nameof(report.Sources));
        for (var i = 0; i < report.Sources.Count; i++) Series(report.Sources[i], $"Sources[{i}]");
        Series(report.Fused, nameof(report.Fused));
        Require(report.Sources.Append(report.Fused).DistinctBy(s => s.SeriesInstanceUid).Count() == report.Sources.Count + 1, "distinct", "SeriesInstanceUid");
        if (report.KeyImage is { } key)
        {
            Uid(key.SopInstanceUid, "KeyImage.SopInstanceUid");
            Uid(key.SopClassUid, "KeyImage.SopClassUid");
            Require(key is { Frame: > 0, Rows: null or > 0, Columns: null or > 0 }, "positive", nameof(report.KeyImage));
        }

        var metrics = report.Metrics.Concat(report.Alignment).ToList();
        for (var i = 0; i < metrics.Count; i++)
        {
            Require(MetricCodes.CodeOf(metrics[i].Name).Length > 0, "not-empty", $"metric {i}");
            Require(MetricCodes.IsUnit(MetricCodes.UnitOf(metrics[i])), "ucum", $"metric {i}");
        }
        foreach (var (group, place) in new[] { (report.Metrics, nameof(report.Metrics)), (report.Alignment, nameof(report.Alignment)) })
            Require(group.DistinctBy(m => MetricCodes.CodeOf(m.Name)).Count() == group.Count, "distinct", place);

        Reference(report.Patient, "Patient", nameof(report.Patient));
        for (var i = 0; i < report.Orders.Count; i++) Reference(report.Orders[i], "ServiceRequest", $"Orders[{i}]");
        if (report.Organization is not null) Reference(report.Organization, "Organization", nameof(report.Organization));
        if (report.Revises is not null) Reference(report.Revises, "DiagnosticReport", nameof(report.Revises));
        if (report.Endpoint is { } endpoint)
        {
            Text(endpoint.Name, "Endpoint.Name");
            Require(endpoint.Address is { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "" }, "address", "Endpoint.Address");
        }
        for (var i = 0; i < report.Warnings.Count; i++) Text(report.Warnings[i].Text, $"Warnings[{i}]");

        if (problems.Count > 0) throw new FusionReportException(EhrReasons.ReportInputInvalid, problems);
    }

    [GeneratedRegex(@"\Asha256-[0-9a-f]{64}\z")]
    private static partial Regex JobForm();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z")]
    private static partial Regex HashForm();

    [GeneratedRegex(@"\A[0-9]+(\.[0-9]+)+\z")]
    private static partial Regex UidForm();

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{1,15}\z")]
    private static partial Regex ModalityForm();

    [GeneratedRegex(@"\A[A-Za-z0-9.\-]{1,64}\z")]
    private static partial Regex IdForm();
}
