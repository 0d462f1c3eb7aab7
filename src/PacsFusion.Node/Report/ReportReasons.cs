using PacsFusion.Fhir;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Report;

/// <summary>Why a report is not in the EHR: the EHR client's own list, and what the node adds.</summary>
internal static class ReportReasons
{
    public static readonly ReasonCode NoEhr = new(
        "no-ehr", "The case's rule wants a report, and no EHR is configured.", "Configure 'ehr', or take 'report' out of the rule; then 'retry' the case.");

    public static readonly ReasonCode IssuerUnmapped = new(
        "patient-issuer-unmapped", "The issuer of the Patient ID has no FHIR system in the configuration, and the node does not guess.",
        "Add the issuer to ehr.patientSystems (the key \"\" stands for no issuer), restart, and 'retry' the case.");

    public static readonly ReasonCode NoPatientId = new(
        "no-patient-id", "The images carry no Patient ID.", "Correct the identity at the source and send the study again.");

    public static readonly ReasonCode SourceMissing = new(
        "report-source-missing", "The fused objects of the case are not on disk.", "'rerun' the case.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
        [NoEhr, IssuerUnmapped, NoPatientId, SourceMissing, .. EhrReasons.All.Select(reason => new ReasonCode(reason.Code, reason.Text, reason.NextStep))];

    /// <summary>The reason behind a code of the EHR client.</summary>
    public static ReasonCode Of(string code) => All.First(reason => reason.Code == code);
}
