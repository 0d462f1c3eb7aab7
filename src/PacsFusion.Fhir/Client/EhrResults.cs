namespace PacsFusion.Fhir;

/// <summary>What became of the look-up of a patient.</summary>
public abstract record PatientResolution
{
    private PatientResolution() { }

    /// <summary>Exactly one patient who fits.</summary>
    /// <param name="Reference"><c>Patient/id</c> to report on.</param>
    /// <param name="Replaced">The inactive record that led here; null when the first one was active.</param>
    public sealed record Found(string Reference, string? Replaced) : PatientResolution;

    /// <summary>Nobody carries the identifier; registration may lag. Ask again after <paramref name="Delay"/>.</summary>
    /// <param name="Delay">How long to wait.</param>
    public sealed record NotFound(TimeSpan Delay) : PatientResolution
    {
        /// <summary><see cref="EhrReasons.PatientNotFound"/>.</summary>
        public string Code => EhrReasons.PatientNotFound;
    }

    /// <summary>More than one patient carries the identifier.</summary>
    public sealed record Ambiguous : PatientResolution
    {
        /// <summary><see cref="EhrReasons.PatientAmbiguous"/>.</summary>
        public string Code => EhrReasons.PatientAmbiguous;
    }

    /// <summary>The record is inactive, and no single active successor is named.</summary>
    public sealed record Inactive : PatientResolution
    {
        /// <summary><see cref="EhrReasons.PatientInactive"/>.</summary>
        public string Code => EhrReasons.PatientInactive;
    }

    /// <summary>The EHR's patient is somebody else than the images say.</summary>
    /// <param name="Code"><see cref="EhrReasons.PatientBirthDateContradicts"/> or <see cref="EhrReasons.PatientSexContradicts"/>.</param>
    public sealed record Contradiction(string Code) : PatientResolution;

    /// <summary>The look-up itself failed.</summary>
    /// <param name="Failure">Why, and what to do.</param>
    public sealed record Failed(EhrFailure Failure) : PatientResolution;
}

/// <summary>What became of the look-up of an order.</summary>
public abstract record OrderLookup
{
    private OrderLookup() { }

    /// <summary>The orders with this accession number that can be reported on; several procedures may share one number.</summary>
    /// <param name="References"><c>ServiceRequest/id</c>, at least one, in a stable order.</param>
    public sealed record Found(IReadOnlyList<string> References) : OrderLookup;

    /// <summary>No order carries the number; the report is sent without one.</summary>
    public sealed record None : OrderLookup;

    /// <summary>Revoked, another patient's, or the look-up itself failed.</summary>
    /// <param name="Failure">Why, and what to do.</param>
    public sealed record Failed(EhrFailure Failure) : OrderLookup;
}

/// <summary>What became of one attempt to deliver a report.</summary>
public abstract record DeliveryResult
{
    private DeliveryResult() { }

    /// <summary>The report is in the EHR.</summary>
    /// <param name="Id">Logical id of the DiagnosticReport.</param>
    /// <param name="Version">Its version; null where the server told none.</param>
    /// <param name="Already">True where it was there before this attempt.</param>
    /// <param name="Locations"><c>Type/id</c> per entry of the transaction, in order; empty where the report was found by look-up.</param>
    public sealed record Delivered(string Id, string? Version, bool Already, IReadOnlyList<string> Locations) : DeliveryResult;

    /// <summary>Not delivered, or not known to be.</summary>
    /// <param name="Failure">Why, and what to do.</param>
    public sealed record Failed(EhrFailure Failure) : DeliveryResult;
}

/// <summary>What the server can do.</summary>
public abstract record CapabilityLookup
{
    private CapabilityLookup() { }

    /// <summary>The server's statement was read.</summary>
    /// <param name="Capabilities">What matters of it.</param>
    public sealed record Known(EhrCapabilities Capabilities) : CapabilityLookup;

    /// <summary>The statement could not be read, or the server cannot be used.</summary>
    /// <param name="Failure">Why, and what to do.</param>
    public sealed record Failed(EhrFailure Failure) : CapabilityLookup;
}

/// <summary>What matters of a server's CapabilityStatement.</summary>
/// <param name="FhirVersion">For example <c>4.0.1</c>.</param>
/// <param name="Software">Name and version of the server; null when not told.</param>
/// <param name="Provenance">The variant of a transaction to build for this server.</param>
public sealed record EhrCapabilities(string FhirVersion, string? Software, ProvenanceWriting Provenance);
