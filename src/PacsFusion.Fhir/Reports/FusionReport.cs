namespace PacsFusion.Fhir;

/// <summary>Everything that one report on one fused series says. Equal content gives equal bytes in <see cref="FusionReportBundle.Build"/>.</summary>
/// <remarks>
/// Holds personal data (accession number, patient reference): never log it. Free text may come from DICOM as it is;
/// it is cleaned and escaped when the report is built.
/// </remarks>
public sealed record FusionReport
{
    /// <summary><c>sha256-</c> and 64 lower-case hex digits: the identity of the job, equal for equal inputs on every node.</summary>
    public required string JobKey { get; init; }

    /// <summary>Name of this node as its Device resource shows it, for example its AE title. Not empty.</summary>
    public required string NodeName { get; init; }

    /// <summary>Version of the node's software. Not empty.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>The model that fused.</summary>
    public required ReportedModel Model { get; init; }

    /// <summary>Study Instance UID (0020,000D) of the fixed series, which the fused series shares.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Start of the study in which the images were acquired, with the zone of the place.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>When the report was made. Kept by the caller so that a retry says the same instant.</summary>
    public required DateTimeOffset Issued { get; init; }

    /// <summary>The source series, fixed first, then moving. At least two.</summary>
    public required IReadOnlyList<ReportedSeries> Sources { get; init; }

    /// <summary>The series that was made.</summary>
    public required ReportedSeries Fused { get; init; }

    /// <summary>The key image among the fused instances; null when none was chosen.</summary>
    public ReportedKeyImage? KeyImage { get; init; }

    /// <summary>Measures of the fused images, in the order in which they are shown. May be empty.</summary>
    public IReadOnlyList<ReportedMetric> Metrics { get; init; } = [];

    /// <summary>Figures of the alignment, in the order in which they are shown. May be empty.</summary>
    public IReadOnlyList<ReportedMetric> Alignment { get; init; } = [];

    /// <summary>What a reader must know about this case; shown in the conclusion and in the text.</summary>
    public IReadOnlyList<ReportedWarning> Warnings { get; init; } = [];

    /// <summary>Accession Number (0008,0050); null or empty when the study has none.</summary>
    public string? AccessionNumber { get; init; }

    /// <summary>FHIR system of the accession number; null when the site has configured none.</summary>
    public string? AccessionSystem { get; init; }

    /// <summary>The EHR's patient as <c>Patient/id</c>; looked up, never invented.</summary>
    public required string Patient { get; init; }

    /// <summary>The EHR's orders as <c>ServiceRequest/id</c>; empty when none was found.</summary>
    public IReadOnlyList<string> Orders { get; init; } = [];

    /// <summary>The organisation that answers for the node, as <c>Organization/id</c>; null leaves the performer out and the Device stands alone.</summary>
    public string? Organization { get; init; }

    /// <summary>Where viewers fetch the images; null leaves out the Endpoint and the key image's Media.</summary>
    public ReportedEndpoint? Endpoint { get; init; }

    /// <summary>An earlier report that this one takes over from, as <c>DiagnosticReport/id</c>; null for a first report.</summary>
    public string? Revises { get; init; }

    /// <summary>The job only: the rest is personal data.</summary>
    public override string ToString() => $"{nameof(FusionReport)} {JobKey}";
}
