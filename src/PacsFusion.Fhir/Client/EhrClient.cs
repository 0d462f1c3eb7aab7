using System.Globalization;
using System.Net;
using System.Text.Json;

namespace PacsFusion.Fhir;

/// <summary>
/// Talks to one FHIR R4 EHR. Expected faults come back as values; only cancellation by the caller and programming errors throw.
/// Nothing that it returns or throws holds a patient's name, identifier, birth date or accession number.
/// </summary>
/// <param name="http">A client over <see cref="CreateHandler"/>, kept for the life of the process.</param>
/// <param name="options">Where and how.</param>
/// <param name="time">Clock of time-outs and of Retry-After dates.</param>
public sealed class EhrClient(HttpClient http, EhrClientOptions options, TimeProvider time)
{
    private readonly EhrExchange _exchange = new(http, options, time);
    private volatile EhrCapabilities? _capabilities;

    /// <summary>The handler that the client expects: no redirects, no cookies, bounded connection time, answers decompressed.</summary>
    public static SocketsHttpHandler CreateHandler() => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.GZip | DecompressionMethods.Deflate,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    };

    /// <summary>Reads the CapabilityStatement, once for the life of the client as soon as that worked.</summary>
    /// <param name="cancellation">Gives up.</param>
    public async Task<CapabilityLookup> GetCapabilitiesAsync(CancellationToken cancellation)
    {
        if (_capabilities is { } known) return new CapabilityLookup.Known(known);
        var patience = LookupPatience("metadata");
        var (answer, failure) = await _exchange.GetAsync("metadata", patience, cancellation).ConfigureAwait(false);
        if (failure is not null) return new CapabilityLookup.Failed(failure);
        if (answer!.Resource("CapabilityStatement") is not { } statement)
            return new CapabilityLookup.Failed(EhrExchange.Unknown(patience));

        var version = statement.Text("fhirVersion") ?? "";
        if (!version.StartsWith("4.0.", StringComparison.Ordinal)) return Refused(EhrReasons.VersionUnsupported);
        var server = statement.Items("rest").FirstOrDefault(r => r.Text("mode") == "server");
        if (!server.Items("interaction").Any(i => i.Text("code") == "transaction")) return Refused(EhrReasons.TransactionUnsupported);

        var provenance = server.Items("resource").FirstOrDefault(r => r.Text("type") == "Provenance");
        var writing = provenance.Flag("updateCreate") == true ? ProvenanceWriting.UpdateAsCreate
            : provenance.Flag("conditionalCreate") == true && provenance.Items("searchParam").Any(p => p.Text("name") == "_tag") ? ProvenanceWriting.ConditionalOnTag
            : ProvenanceWriting.PlainCreate;
        var software = statement.Member("software") is { } s ? PlainText.Clean($"{s.Text("name")} {s.Text("version")}") : null;
        _capabilities = new EhrCapabilities(version, software, writing);
        return new CapabilityLookup.Known(_capabilities);

        static CapabilityLookup.Failed Refused(string code) => new(new EhrFailure.Parked(code, EhrRetryClass.Gate));
    }

    /// <summary>Finds the one patient that carries an identifier and fits what the images say.</summary>
    /// <param name="system">FHIR system of the issuer, never empty: numbers are unique only within an issuer.</param>
    /// <param name="value">Patient ID (0010,0020).</param>
    /// <param name="birthDate">(0010,0030); null when the images have none, which contradicts nothing.</param>
    /// <param name="sex">(0010,0040): only M against female and F against male contradict; null or empty never does.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<PatientResolution> ResolvePatientAsync(string system, string value, DateOnly? birthDate, string? sex, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(system);
        ArgumentException.ThrowIfNullOrWhiteSpace(value);
        var (found, failure) = await FindAsync("Patient", ReportIdentity.Token("identifier", system, value), cancellation).ConfigureAwait(false);
        if (failure is not null) return new PatientResolution.Failed(failure);
        var patients = found!.Value.Matches("Patient");
        if (patients.Any(p => !p.HasIdentifier(system, value))) return new PatientResolution.Failed(Untrusted());
        if (patients.Count > 1 || found.Value.HasMorePages()) return new PatientResolution.Ambiguous();
        if (patients.Count == 0) return new PatientResolution.NotFound(options.NotYetThereDelay);

        var patient = patients[0];
        if (ReferenceOf(patient) is not { } reference) return new PatientResolution.Failed(Untrusted());
        if (IsActive(patient)) return Compare(patient, birthDate, sex) ?? new PatientResolution.Found(reference, null);

        var successors = patient.Items("link").Where(l => l.Text("type") == "replaced-by").Select(l => Local(l.Member("other")?.Text("reference"))).Distinct().ToList();
        if (successors is not [{ } successor] || !successor.StartsWith("Patient/", StringComparison.Ordinal)) return new PatientResolution.Inactive();
        var (next, nextFailure) = await FindAsync("Patient", $"_id={Uri.EscapeDataString(successor["Patient/".Length..])}", cancellation).ConfigureAwait(false);
        if (nextFailure is not null) return new PatientResolution.Failed(nextFailure);
        if (next!.Value.Matches("Patient") is not [var heir] || ReferenceOf(heir) != successor || !IsActive(heir)) return new PatientResolution.Inactive();
        return Compare(heir, birthDate, sex) ?? new PatientResolution.Found(successor, reference);
    }

    /// <summary>Finds the orders with an accession number. The patient is not part of the question, so that another patient's order shows.</summary>
    /// <param name="accession">Accession Number (0008,0050), not empty.</param>
    /// <param name="patient">The patient found before; an order on the record that was replaced counts as theirs.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<OrderLookup> FindOrderAsync(string accession, PatientResolution.Found patient, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(accession);
        ArgumentNullException.ThrowIfNull(patient);
        const string Types = "http://terminology.hl7.org/CodeSystem/v2-0203";
        var query = options.AccessionSystem is { } system
            ? ReportIdentity.Token("identifier", system, accession)
            : "identifier:of-type=" + Uri.EscapeDataString($"{Types}|ACSN|{ReportIdentity.EscapeToken(accession)}");
        var (found, failure) = await FindAsync("ServiceRequest", query, cancellation).ConfigureAwait(false);
        if (failure is not null) return new OrderLookup.Failed(failure);

        var orders = found!.Value.Matches("ServiceRequest");
        if (orders.Count == 0) return new OrderLookup.None();
        if (orders.Any(o => !o.Items("identifier").Any(i => i.Text("value") == accession && (options.AccessionSystem is null || i.Text("system") == options.AccessionSystem))))
            return new OrderLookup.Failed(Untrusted());
        if (orders.Any(o => Local(o.Member("subject")?.Text("reference")) is not { } subject || (subject != patient.Reference && subject != patient.Replaced)))
            return new OrderLookup.Failed(new EhrFailure.Parked(EhrReasons.OrderOfAnotherPatient, EhrRetryClass.Gate));

        var usable = orders.Where(o => o.Text("status") is not ("revoked" or "entered-in-error")).Select(ReferenceOf).OfType<string>().Order(StringComparer.Ordinal).ToList();
        return usable.Count > 0 ? new OrderLookup.Found(usable) : new OrderLookup.Failed(new EhrFailure.Parked(EhrReasons.OrderRevoked, EhrRetryClass.Gate));
    }

    /// <summary>
    /// Sends a transaction unless the EHR has the job's report already. The look-up always comes first: it costs one small call and
    /// keeps a report single after a time-out, a crash between sending and storing, or a restored ledger. One sender per job at a time.
    /// </summary>
    /// <param name="bundle">The bytes of <see cref="FusionBundle.Bytes"/>, the same on every attempt.</param>
    /// <param name="jobKey">The job that they report.</param>
    /// <param name="attempt">Attempts made before, from 0; decides the delay of the next.</param>
    /// <param name="cancellation">Gives up; whether the report was stored is then unknown.</param>
    public async Task<DeliveryResult> DeliverAsync(ReadOnlyMemory<byte> bundle, string jobKey, int attempt, CancellationToken cancellation)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(jobKey);
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        var patience = new EhrPatience(EhrBackoff.Delay(options, jobKey, attempt), attempt);
        // The job key is a hash, so this search may be a GET, which every server has.
        var (looked, failure) = await _exchange.GetAsync($"DiagnosticReport?{ReportIdentity.Token("identifier", options.Systems.Job, jobKey)}", patience, cancellation).ConfigureAwait(false);
        if (failure is not null) return new DeliveryResult.Failed(failure);
        if (looked!.Resource("Bundle") is not { } searchset) return new DeliveryResult.Failed(EhrExchange.Unknown(patience));
        var reports = searchset.Matches("DiagnosticReport");
        if (reports.Any(r => !r.HasIdentifier(options.Systems.Job, jobKey))) return new DeliveryResult.Failed(Untrusted());
        if (reports.Count > 1) return new DeliveryResult.Failed(new EhrFailure.Parked(EhrReasons.ReportDuplicate, EhrRetryClass.Gate));
        if (reports is [var there])
            return there.Text("id") is { } id
                ? new DeliveryResult.Delivered(id, there.Member("meta")?.Text("versionId"), true, [])
                : new DeliveryResult.Failed(Untrusted());

        var (answer, sendFailure) = await _exchange.PostTransactionAsync(bundle, patience, cancellation).ConfigureAwait(false);
        if (sendFailure is not null) return new DeliveryResult.Failed(sendFailure);
        return Read(answer!, bundle) ?? new DeliveryResult.Failed(EhrExchange.Unknown(patience));
    }

    /// <summary>Entries of the answer stand in the order of the request; null where the answer does not say that all were applied.</summary>
    private DeliveryResult? Read(EhrAnswer answer, ReadOnlyMemory<byte> bundle)
    {
        if (answer.Resource("Bundle") is not { } response || response.Text("type") != "transaction-response") return null;
        using var request = JsonDocument.Parse(bundle);
        var types = request.RootElement.Items("entry").Select(e => e.Member("resource")?.Text("resourceType")).ToList();
        var entries = response.Items("entry").Select(e => e.Member("response")).ToList();
        if (entries.Count != types.Count || entries.Any(e => e?.Text("status")?.StartsWith('2') != true)) return null;

        var report = types.IndexOf("DiagnosticReport");
        var locations = entries.Select(e => Local(e?.Text("location")) ?? "").ToList();
        if (report < 0 || !locations[report].StartsWith("DiagnosticReport/", StringComparison.Ordinal)) return null;
        var version = entries[report]?.Text("etag")?.Replace("W/", "", StringComparison.Ordinal).Trim('"') ?? VersionOf(entries[report]?.Text("location"));
        return new DeliveryResult.Delivered(locations[report]["DiagnosticReport/".Length..], version, entries[report]?.Text("status")?.StartsWith("200", StringComparison.Ordinal) == true, locations);
    }

    private async Task<(JsonElement? Searchset, EhrFailure? Failure)> FindAsync(string type, string query, CancellationToken cancellation)
    {
        var patience = LookupPatience(query);
        var (answer, failure) = await _exchange.SearchAsync(type, query, patience, cancellation).ConfigureAwait(false);
        if (failure is not null) return (null, failure);
        return answer!.Resource("Bundle") is { } searchset ? (searchset, null) : (null, EhrExchange.Unknown(patience));
    }

    private EhrPatience LookupPatience(string key) => new(EhrBackoff.Lookup(options, key), 0);

    private static PatientResolution? Compare(JsonElement patient, DateOnly? birthDate, string? sex)
    {
        // FHIR dates may be a year or a year and a month: what is there must agree, what is missing contradicts nothing.
        if (birthDate is { } images && patient.Text("birthDate") is { } ehr
            && !images.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture).StartsWith(ehr, StringComparison.Ordinal))
            return new PatientResolution.Contradiction(EhrReasons.PatientBirthDateContradicts);
        return (sex?.Trim(), patient.Text("gender")) is ("M", "female") or ("F", "male")
            ? new PatientResolution.Contradiction(EhrReasons.PatientSexContradicts) : null;
    }

    private static bool IsActive(JsonElement patient) => patient.Flag("active") != false;

    private static string? ReferenceOf(JsonElement resource) =>
        resource.Text("resourceType") is { } type && resource.Text("id") is { } id ? $"{type}/{id}" : null;

    /// <summary><c>Type/id</c> of a reference on this server, version cut off; null for anything else.</summary>
    private string? Local(string? reference)
    {
        if (reference is null) return null;
        if (Uri.TryCreate(reference, UriKind.Absolute, out _))
        {
            var prefix = _exchange.Base.AbsoluteUri.TrimEnd('/') + "/";
            if (!reference.StartsWith(prefix, StringComparison.Ordinal)) return null;
            reference = reference[prefix.Length..];
        }
        return reference.Split('/') is [{ Length: > 0 } type, { Length: > 0 } id, ..] ? $"{type}/{id}" : null;
    }

    private static string? VersionOf(string? location) => location?.Split('/') is [.., "_history", var version] ? version : null;

    private static EhrFailure.Parked Untrusted() => new(EhrReasons.SearchUntrusted, EhrRetryClass.Gate);
}
