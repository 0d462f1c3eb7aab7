namespace PacsFusion.Fhir;

/// <summary>A reason code of the report stage.</summary>
/// <param name="Code">kebab-case, stable.</param>
/// <param name="Text">What happened, one sentence without values.</param>
/// <param name="NextStep">What an operator can do.</param>
public sealed record EhrReason(string Code, string Text, string NextStep);

/// <summary>The closed list of codes with which reporting to an EHR says no, or not yet.</summary>
public static class EhrReasons
{
    /// <summary>See <see cref="All"/>.</summary>
    public const string NotReachable = "ehr-not-reachable", OutcomeUnknown = "ehr-outcome-unknown", Throttled = "ehr-throttled",
        Conflict = "ehr-conflict", Unauthorized = "ehr-unauthorized", Forbidden = "ehr-forbidden", Refused = "ehr-refused",
        Redirected = "ehr-redirected", AnswerTooLarge = "ehr-answer-too-large", NotFhir = "ehr-not-fhir", VersionUnsupported = "ehr-version-unsupported",
        TransactionUnsupported = "ehr-transaction-unsupported", SearchByPostUnsupported = "ehr-search-by-post-unsupported",
        SearchUntrusted = "ehr-search-untrusted", PreconditionFailed = "ehr-precondition-failed", MultipleMatches = "ehr-multiple-matches",
        ReportDuplicate = "report-duplicate", ReportInputInvalid = "report-input-invalid", ReportInvalid = "report-invalid",
        PatientNotFound = "patient-not-found", PatientAmbiguous = "patient-ambiguous", PatientInactive = "patient-inactive",
        PatientBirthDateContradicts = "patient-birth-date-contradicts", PatientSexContradicts = "patient-sex-contradicts",
        OrderRevoked = "order-revoked", OrderOfAnotherPatient = "order-of-another-patient";

    /// <summary>Every code with its text and the operator's next step.</summary>
    public static IReadOnlyList<EhrReason> All { get; } =
    [
        new(NotReachable, "No connection to the EHR could be made, so nothing was sent.", "Check the EHR's address, name resolution, firewall and certificate; the node goes on trying."),
        new(OutcomeUnknown, "The EHR did not answer in a way that says whether the report was stored.", "Nothing: the node looks the report up before it sends again. If it lasts, check the EHR and any proxy before it."),
        new(Throttled, "The EHR asked the node to slow down.", "Nothing, unless it lasts: then ask the EHR team for a higher limit."),
        new(Conflict, "The EHR reports a conflict with a write of somebody else.", "Look whether another system writes reports for the same job; then retry."),
        new(Unauthorized, "The EHR does not accept the node's credentials.", "Renew the token or the client registration, then retry the endpoint."),
        new(Forbidden, "The EHR knows the node but does not allow this call.", "Have the EHR team grant the missing scope, then retry."),
        new(Refused, "The EHR refused the call as wrong.", "Read the issues kept with the report, correct the configuration or tell the maintainers, then retry or discard."),
        new(Redirected, "The EHR answered with a redirect, which the node does not follow, so that credentials stay where they belong.", "Configure the final address."),
        new(AnswerTooLarge, "The EHR's answer is larger than the configured limit.", "Check that the address is the FHIR base of the EHR."),
        new(NotFhir, "The address does not answer like a FHIR server.", "Check the EHR's base address."),
        new(VersionUnsupported, "The server is not FHIR R4.", "Configure the base address of the EHR's R4 service."),
        new(TransactionUnsupported, "The server offers no transactions, without which a report could be stored in part.", "Ask the EHR team to enable transactions for this client."),
        new(SearchByPostUnsupported, "The server does not search by POST, and a GET would put personal data into URLs.", "Have searches by POST to _search enabled at the EHR, then retry."),
        new(SearchUntrusted, "The server returned something that was not asked for, so its search cannot be trusted.", "Tell the EHR team; check that the search by identifier is supported."),
        new(PreconditionFailed, "A precondition of the write does not hold.", "Look at the resources in the EHR, then retry."),
        new(MultipleMatches, "More than one resource carries an identifier that must be unique.", "Have the EHR team merge the duplicates, then retry."),
        new(ReportDuplicate, "The EHR holds more than one report for the job.", "Have the EHR team mark all but one as entered in error."),
        new(ReportInputInvalid, "The case holds something that cannot be reported.", "Keep the case and tell the maintainers which rule is named."),
        new(ReportInvalid, "The report did not pass the node's own check and was not sent.", "Keep the case and tell the maintainers which rule is named."),
        new(PatientNotFound, "The EHR does not know the patient yet.", "Wait for the registration, or correct the patient's identity at the source."),
        new(PatientAmbiguous, "More than one patient in the EHR carries the identifier.", "Have the patients merged, then retry."),
        new(PatientInactive, "The patient record is inactive and names no single successor that is active.", "Have the EHR team say which record counts, correct the source, then retry."),
        new(PatientBirthDateContradicts, "The birth date in the images and in the EHR are not the same.", "Find out whose images these are; correct the wrong side, then retry or discard."),
        new(PatientSexContradicts, "The sex in the images and in the EHR contradict each other.", "Find out whose images these are; correct the wrong side, then retry or discard."),
        new(OrderRevoked, "The order was revoked or entered in error.", "Ask why; then retry with a new order or discard."),
        new(OrderOfAnotherPatient, "The accession number belongs to another patient's order.", "Stop and find out whose images these are."),
    ];

    /// <summary>The entry of a code; null for a code that is not on the list.</summary>
    /// <param name="code">A code.</param>
    public static EhrReason? Find(string code) => All.FirstOrDefault(r => r.Code == code);
}
