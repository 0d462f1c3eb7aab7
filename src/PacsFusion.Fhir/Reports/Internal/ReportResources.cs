using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Hl7.Fhir.Model;

namespace PacsFusion.Fhir;

/// <summary>The resources of one report; references between them are the urn:uuid names of their entries.</summary>
internal sealed class ReportResources(FusionReport report, FhirSystems systems)
{
    private const string Dcm = "http://dicom.nema.org/resources/ontology/DCM";
    private readonly ResourceReference _patient = new(report.Patient) { Type = "Patient" };
    private readonly string _issued = Instant(report.Issued);

    public string DeviceIdentifier =>
        $"{PlainText.Clean(report.NodeName)}/{PlainText.Clean(report.SoftwareVersion)}/{PlainText.Clean(report.Model.Name)}/{PlainText.Clean(report.Model.Version)}/{report.Model.Sha256[..16]}";

    public static string DicomValue(string uid) => $"urn:oid:{uid}";

    public Device Device()
    {
        var model = PlainText.Clean(report.Model.Name);
        Identifier Component() => new(systems.Model, model);
        return new Device
        {
            Text = ReportText.Narrative($"PacsFusion Node {report.SoftwareVersion} with model {report.Model.Name} {report.Model.Version}"),
            Identifier = [new Identifier(systems.Device, DeviceIdentifier)],
            Status = Hl7.Fhir.Model.Device.FHIRDeviceStatus.Active,
            Manufacturer = "PacsFusion",
            DeviceName =
            [
                new() { Name = "PacsFusion Node", Type = DeviceNameType.ManufacturerName },
                new() { Name = model, Type = DeviceNameType.ModelName },
            ],
            ModelNumber = model,
            Type = new CodeableConcept { Text = "Image fusion software" },
            Version =
            [
                new() { Type = new CodeableConcept { Text = "software" }, Value = PlainText.Clean(report.SoftwareVersion) },
                new() { Type = new CodeableConcept(Dcm, "111003", "Algorithm Version", "model"), Component = Component(), Value = PlainText.Clean(report.Model.Version) },
                new() { Type = new CodeableConcept { Text = "model-sha256" }, Component = Component(), Value = report.Model.Sha256 },
            ],
            Owner = Organization(),
        };
    }

    public Endpoint Endpoint(ReportedEndpoint endpoint) => new()
    {
        Identifier = [new Identifier(systems.Endpoint, PlainText.Clean(endpoint.Name))],
        Status = Hl7.Fhir.Model.Endpoint.EndpointStatus.Active,
        ConnectionType = new Coding("http://terminology.hl7.org/CodeSystem/endpoint-connection-type", "dicom-wado-rs"),
        Name = PlainText.Clean(endpoint.Name),
        ManagingOrganization = Organization(),
        PayloadType = [new CodeableConcept(Dcm, "113014", "Study", null)],
        PayloadMimeType = ["application/dicom"],
        Address = BaseOf(endpoint),
    };

    public ImagingStudy Study()
    {
        var identifiers = new List<Identifier> { new("urn:dicom:uid", DicomValue(report.StudyInstanceUid)) { Use = Identifier.IdentifierUse.Official } };
        if (PlainText.Clean(report.AccessionNumber) is { } accession)
            identifiers.Add(new Identifier(report.AccessionSystem, accession)
            {
                Use = Identifier.IdentifierUse.Usual,
                Type = new CodeableConcept("http://terminology.hl7.org/CodeSystem/v2-0203", "ACSN", "Accession ID", null),
            });

        var series = report.Sources.Select(Series).ToList();
        var fused = Series(report.Fused);
        fused.StartedElement = new FhirDateTime(_issued);
        fused.Performer =
        [
            new()
            {
                Function = new CodeableConcept("http://terminology.hl7.org/CodeSystem/v3-ParticipationType", "PRF", "performer", null),
                Actor = Reference("device"),
            },
        ];
        if (report.KeyImage is { } key)
            fused.Instance = [new() { Uid = key.SopInstanceUid, SopClass = new Coding("urn:ietf:rfc:3986", DicomValue(key.SopClassUid)), Number = NotNegative(key.Number) }];
        series.Add(fused);

        return new ImagingStudy
        {
            Meta = Tagged(),
            Text = ReportText.Narrative($"Study with a fused series of {ReportText.Pair(report)}"),
            Identifier = identifiers,
            Status = ImagingStudy.ImagingStudyStatus.Available,
            Subject = _patient,
            StartedElement = new FhirDateTime(Instant(report.Started)),
            BasedOn = Orders(),
            Modality = [.. report.Sources.Select(s => s.Modality).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(m => new Coding(Dcm, m))],
            Endpoint = EndpointReferences(),
            NumberOfSeries = series.Count,
            NumberOfInstances = series.Sum(s => s.NumberOfInstances ?? 0),
            Series = series,
        };
    }

    public Observation Observation()
    {
        var components = MetricCodes.Components(report, systems);
        return new Observation
        {
            Meta = Tagged(),
            Text = ReportText.Narrative(Summary()),
            Identifier = [new Identifier(systems.Job, $"{report.JobKey}/quality")],
            Status = ObservationStatus.Preliminary,
            Category = [new CodeableConcept("http://terminology.hl7.org/CodeSystem/observation-category", "imaging", "Imaging", null)],
            Code = new CodeableConcept(systems.Metric, "fusion-quality", "Quality measures of an image fusion", null),
            Subject = _patient,
            BasedOn = Orders(),
            Effective = new FhirDateTime(_issued),
            IssuedElement = InstantElement(),
            Performer = Performers(),
            Device = Reference("device"),
            DerivedFrom = [Reference("study")],
            Component = components,
            DataAbsentReason = components.Count > 0 ? null
                : new CodeableConcept("http://terminology.hl7.org/CodeSystem/data-absent-reason", "not-performed", "Not Performed", null),
        };
    }

    public Media Media(ReportedEndpoint endpoint, ReportedKeyImage key) => new()
    {
        Meta = Tagged(),
        Text = ReportText.Narrative("Key image of the fused series"),
        Identifier = [new Identifier("urn:dicom:uid", DicomValue(key.SopInstanceUid))],
        Status = EventStatus.Completed,
        Type = new CodeableConcept("http://terminology.hl7.org/CodeSystem/media-type", "image", "Image", null),
        Subject = _patient,
        BasedOn = Orders(),
        Created = new FhirDateTime(_issued),
        IssuedElement = InstantElement(),
        Device = Reference("device"),
        Width = key.Columns,
        Height = key.Rows,
        Content = new Attachment
        {
            ContentType = "image/jpeg",
            Url = $"{BaseOf(endpoint)}/studies/{report.StudyInstanceUid}/series/{report.Fused.SeriesInstanceUid}/instances/{key.SopInstanceUid}/frames/{key.Frame.ToString(CultureInfo.InvariantCulture)}/rendered",
            Title = "Fused key image",
        },
    };

    public DiagnosticReport Report(bool withMedia)
    {
        var html = Encoding.UTF8.GetBytes(ReportText.Html(report));
        var code = "report-" + string.Join('-', report.Sources.Select(s => s.Modality.ToLowerInvariant()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
#pragma warning disable CA5350 // FHIR defines Attachment.hash as SHA-1; it guards against accidents only.
        var hash = SHA1.HashData(html);
#pragma warning restore CA5350
        return new DiagnosticReport
        {
            Meta = Tagged(),
            Text = ReportText.Narrative($"{ReportText.Title(report)}. {ReportText.Disclaimer}"),
            Identifier = [new Identifier(systems.Job, report.JobKey), new Identifier("urn:dicom:uid", DicomValue(report.Fused.SeriesInstanceUid))],
            BasedOn = Orders(),
            Status = DiagnosticReport.DiagnosticReportStatus.Preliminary,
            Category =
            [
                new CodeableConcept("http://terminology.hl7.org/CodeSystem/v2-0074", "RAD", "Radiology", null),
                new CodeableConcept("http://loinc.org", "LP29684-5", "Radiology", null),
            ],
            Code = new CodeableConcept
            {
                Coding = [new Coding("http://loinc.org", "18748-4", "Diagnostic imaging study"), new Coding(systems.Metric, code, ReportText.Title(report))],
                Text = ReportText.Title(report),
            },
            Subject = _patient,
            Effective = new FhirDateTime(Instant(report.Started)),
            IssuedElement = InstantElement(),
            Performer = Performers(),
            Result = [Reference("observation")],
            ImagingStudy = [Reference("study")],
            Media = withMedia ? [new() { Comment = "Fused key image", Link = Reference("media") }] : [],
            Conclusion = ReportText.Conclusion(report),
            PresentedForm =
            [
                new Attachment
                {
                    ContentType = "text/html",
                    Language = "en",
                    Data = html,
                    SizeUnsignedInt = html.Length,
                    Hash = hash,
                    Title = ReportText.Title(report),
                    CreationElement = new FhirDateTime(_issued),
                },
            ],
        };
    }

    public Provenance Provenance(bool withMedia)
    {
        var provenance = new Provenance
        {
            Meta = Tagged(),
            Text = ReportText.Narrative($"Made by PacsFusion Node {report.SoftwareVersion}"),
            Target = [Reference("report"), Reference("observation")],
            Occurred = new FhirDateTime(_issued),
            RecordedElement = InstantElement(),
            Activity = new CodeableConcept("http://terminology.hl7.org/CodeSystem/v3-DataOperation", "CREATE", "create", null),
            Agent =
            [
                new()
                {
                    Type = new CodeableConcept("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "assembler", "Assembler", null),
                    Who = Reference("device"),
                    OnBehalfOf = Organization(),
                },
            ],
            Entity =
            [
                .. report.Sources.Select(s => new Provenance.EntityComponent
                {
                    Role = Hl7.Fhir.Model.Provenance.ProvenanceEntityRole.Source,
                    What = new ResourceReference { Identifier = new Identifier("urn:dicom:uid", DicomValue(s.SeriesInstanceUid)), Display = $"{s.Modality} series" },
                }),
            ],
        };
        if (withMedia) provenance.Target.Add(Reference("media"));
        if (report.Revises is { } old)
            provenance.Entity.Add(new() { Role = Hl7.Fhir.Model.Provenance.ProvenanceEntityRole.Revision, What = new ResourceReference(old) });
        return provenance;
    }

    private ImagingStudy.SeriesComponent Series(ReportedSeries series) => new()
    {
        Uid = series.SeriesInstanceUid,
        Number = NotNegative(series.Number),
        Modality = new Coding(Dcm, series.Modality),
        Description = PlainText.Clean(series.Description),
        NumberOfInstances = series.Instances,
        Endpoint = EndpointReferences(),
    };

    private string Summary()
    {
        var all = report.Metrics.Concat(report.Alignment).ToList();
        return all.Count == 0 ? "Fusion quality: not measured" : "Fusion quality: " + string.Join(", ", all.Select(m => $"{m.Name} {MetricCodes.TextOf(m)}"));
    }

    private Meta Tagged() => new() { Tag = [new Coding(systems.Job, report.JobKey)] };

    private ResourceReference Reference(string kind) => new(ReportIdentity.Urn(kind, report.JobKey));

    private ResourceReference? Organization() => report.Organization is { } organization ? new ResourceReference(organization) : null;

    private List<ResourceReference> Performers() => Organization() is { } organization ? [organization] : [];

    private List<ResourceReference> Orders() => [.. report.Orders.Select(o => new ResourceReference(o))];

    private List<ResourceReference> EndpointReferences() => report.Endpoint is null ? [] : [Reference("endpoint")];

    private Instant InstantElement() => new() { Value = DateTimeOffset.Parse(_issued, CultureInfo.InvariantCulture) };

    private static string BaseOf(ReportedEndpoint endpoint) => endpoint.Address.AbsoluteUri.TrimEnd('/');

    private static int? NotNegative(int? number) => number >= 0 ? number : null;

    private static string Instant(DateTimeOffset time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
}
