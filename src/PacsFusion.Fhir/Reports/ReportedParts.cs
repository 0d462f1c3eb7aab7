namespace PacsFusion.Fhir;

/// <summary>A fusion model as a report names it.</summary>
/// <param name="Name">Name in the model catalogue.</param>
/// <param name="Version">Version in the model's manifest.</param>
/// <param name="Sha256">64 lower-case hex digits over the model's file.</param>
public sealed record ReportedModel(string Name, string Version, string Sha256);

/// <summary>A DICOM series as a report names it.</summary>
/// <param name="SeriesInstanceUid">(0020,000E).</param>
/// <param name="Modality">(0008,0060), for example <c>CT</c>.</param>
/// <param name="Number">(0020,0011); null when absent. Negative numbers are left out, FHIR knows none.</param>
/// <param name="Description">(0008,103E); null when absent.</param>
/// <param name="Instances">How many instances the node saw or made; 0 or more.</param>
public sealed record ReportedSeries(string SeriesInstanceUid, string Modality, int? Number, string? Description, int Instances);

/// <summary>The fused image that stands for the series.</summary>
/// <param name="SopInstanceUid">(0008,0018).</param>
/// <param name="SopClassUid">(0008,0016).</param>
/// <param name="Number">(0020,0013); null when absent.</param>
/// <param name="Rows">Height in pixels; null leaves it out.</param>
/// <param name="Columns">Width in pixels; null leaves it out.</param>
/// <param name="Frame">Frame to render, from 1.</param>
public sealed record ReportedKeyImage(string SopInstanceUid, string SopClassUid, int? Number = null, int? Rows = null, int? Columns = null, int Frame = 1);

/// <summary>A DICOMweb service of the PACS, never of this node.</summary>
/// <param name="Name">The configured name; the identity of the Endpoint resource.</param>
/// <param name="Address">Base of WADO-RS, absolute, http or https.</param>
public sealed record ReportedEndpoint(string Name, Uri Address);

/// <summary>Something that a reader must know.</summary>
/// <param name="Code">kebab-case reason code.</param>
/// <param name="Text">One sentence without personal data.</param>
public sealed record ReportedWarning(string Code, string Text);
