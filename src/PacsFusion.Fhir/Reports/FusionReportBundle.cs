using System.Security.Cryptography;
using Hl7.Fhir.Model;
using Hl7.Fhir.Serialization;

namespace PacsFusion.Fhir;

/// <summary>Turns a <see cref="FusionReport"/> into one FHIR R4 (4.0.1) transaction that creates each resource at most once.</summary>
public static class FusionReportBundle
{
    /// <summary>Builds and checks the transaction. Equal input gives equal bytes.</summary>
    /// <param name="report">What to say.</param>
    /// <param name="systems">The site's URIs; null takes the defaults.</param>
    /// <param name="provenance">How the Provenance is kept single; see <see cref="EhrCapabilities.Provenance"/>.</param>
    /// <returns>The bytes to store before sending.</returns>
    /// <exception cref="FusionReportException">The input is not usable, or the result did not pass the node's own check.</exception>
    public static FusionBundle Build(FusionReport report, FhirSystems? systems = null, ProvenanceWriting provenance = ProvenanceWriting.ConditionalOnTag)
    {
        ArgumentNullException.ThrowIfNull(report);
        systems ??= new FhirSystems();
        ReportInput.Check(report);

        var bytes = new FhirJsonSerializer().SerializeToBytes(Assemble(report, systems, provenance));
        FusionReportCheck.Check(bytes);
        return new FusionBundle(report.JobKey, bytes, Convert.ToHexStringLower(SHA256.HashData(bytes)), provenance);
    }

    private static Bundle Assemble(FusionReport report, FhirSystems systems, ProvenanceWriting provenance)
    {
        var make = new ReportResources(report, systems);
        var withMedia = report is { Endpoint: not null, KeyImage: not null };
        var bundle = new Bundle { Type = Bundle.BundleType.Transaction };

        void Create(string kind, Resource resource, string? ifNoneExist) => bundle.Entry.Add(new Bundle.EntryComponent
        {
            FullUrl = ReportIdentity.Urn(kind, report.JobKey),
            Resource = resource,
            Request = new() { Method = Bundle.HTTPVerb.POST, Url = resource.TypeName, IfNoneExist = ifNoneExist },
        });
        string ByIdentifier(string system, string value) => ReportIdentity.Token("identifier", system, value);

        Create("device", make.Device(), ByIdentifier(systems.Device, make.DeviceIdentifier));
        if (report.Endpoint is { } endpoint)
            Create("endpoint", make.Endpoint(endpoint), ByIdentifier(systems.Endpoint, PlainText.Clean(endpoint.Name)!));
        Create("study", make.Study(), ByIdentifier("urn:dicom:uid", ReportResources.DicomValue(report.StudyInstanceUid)));
        Create("observation", make.Observation(), ByIdentifier(systems.Job, $"{report.JobKey}/quality"));
        if (withMedia)
            Create("media", make.Media(report.Endpoint!, report.KeyImage!), ByIdentifier("urn:dicom:uid", ReportResources.DicomValue(report.KeyImage!.SopInstanceUid)));
        Create("report", make.Report(withMedia), ByIdentifier(systems.Job, report.JobKey));

        var trail = make.Provenance(withMedia);
        if (provenance != ProvenanceWriting.UpdateAsCreate)
        {
            Create("provenance", trail, provenance == ProvenanceWriting.ConditionalOnTag ? ReportIdentity.Token("_tag", systems.Job, report.JobKey) : null);
            return bundle;
        }
        trail.Id = ReportIdentity.Uuid("provenance", report.JobKey);
        bundle.Entry.Add(new Bundle.EntryComponent
        {
            FullUrl = ReportIdentity.Urn("provenance", report.JobKey),
            Resource = trail,
            Request = new() { Method = Bundle.HTTPVerb.PUT, Url = $"Provenance/{trail.Id}" },
        });
        return bundle;
    }
}
