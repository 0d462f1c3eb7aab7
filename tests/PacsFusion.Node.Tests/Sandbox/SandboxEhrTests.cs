using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Fhir;

namespace PacsFusion.Node.Cli.Sandbox;

public sealed class SandboxEhrTests : IAsyncLifetime
{
    private const string System = "urn:oid:1.2.3";
    private static readonly DateTimeOffset s_now = new(2026, 3, 2, 10, 0, 0, TimeSpan.Zero);
    private readonly SandboxEhr _sandbox = new(new SandboxPatient(System, "DEMO-1", new DateOnly(1960, 1, 31), "F"), new FakeTimeProvider(s_now));
    private readonly HttpClient _http = new(EhrClient.CreateHandler());

    public async ValueTask InitializeAsync() => await _sandbox.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task TheWholeWayOfAReportEndsInOneReport()
    {
        var client = Client();
        var capabilities = Assert.IsType<CapabilityLookup.Known>(await client.GetCapabilitiesAsync(default)).Capabilities;
        var patient = Assert.IsType<PatientResolution.Found>(await client.ResolvePatientAsync(System, "DEMO-1", new DateOnly(1960, 1, 31), "F", default));
        Assert.IsType<OrderLookup.None>(await client.FindOrderAsync("A-1", patient, default));
        var bundle = FusionReportBundle.Build(Report(patient.Reference), provenance: capabilities.Provenance);

        var first = Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default));
        var second = Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 1, default));

        Assert.Equal((false, true, first.Id), (first.Already, second.Already, second.Id));
        Assert.Contains("sandbox", capabilities.Software);
        Assert.Equal(_sandbox.PatientReference, patient.Reference);
        var report = Assert.Single(_sandbox.Resources("DiagnosticReport"));
        Assert.Equal(first.Id, (string?)report["id"]);
        Assert.Equal(first.Locations.Single(l => l.StartsWith("Observation/", StringComparison.Ordinal)), (string?)report["result"]![0]!["reference"]);
        Assert.Equal("preliminary", (string?)JsonNode.Parse(await _http.GetStringAsync($"{_sandbox.BaseAddress}/DiagnosticReport/{first.Id}"))!["status"]);
    }

    [Fact]
    public async Task TheSameTransactionTwiceCreatesNothingNew()
    {
        var bundle = FusionReportBundle.Build(Report(_sandbox.PatientReference));

        Assert.All(await StatusesAsync(bundle), s => Assert.Equal("201 Created", s));
        Assert.All(await StatusesAsync(bundle), s => Assert.Equal("200 OK", s));

        Assert.All((string[])["Device", "ImagingStudy", "Observation", "DiagnosticReport", "Provenance"], type => Assert.Single(_sandbox.Resources(type)));
    }

    [Fact]
    public async Task NobodyElseIsKnown()
    {
        Assert.IsType<PatientResolution.NotFound>(await Client().ResolvePatientAsync(System, "DEMO-2", null, null, default));
        Assert.IsType<PatientResolution.NotFound>(await Client().ResolvePatientAsync("urn:oid:9", "DEMO-1", null, null, default));
        Assert.IsType<PatientResolution.Contradiction>(await Client().ResolvePatientAsync(System, "DEMO-1", null, "M", default));
    }

    [Theory]
    [InlineData("GET", "", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("GET", "/DiagnosticReport/77", null, HttpStatusCode.NotFound)]
    [InlineData("GET", "/Patient?name=x", null, HttpStatusCode.BadRequest)]
    [InlineData("GET", "/Patient", null, HttpStatusCode.BadRequest)]
    [InlineData("DELETE", "/Patient/1", null, HttpStatusCode.MethodNotAllowed)]
    [InlineData("POST", "", "not json", HttpStatusCode.BadRequest)]
    [InlineData("POST", "", "[1]", HttpStatusCode.BadRequest)]
    [InlineData("POST", "", """{"resourceType":"Bundle","type":"batch"}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "", """{"resourceType":"Bundle","type":"transaction","entry":[7]}""", HttpStatusCode.BadRequest)]
    [InlineData("POST", "", """{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Basic"},"request":{"method":"PUT","url":"Basic/1"}}]}""", HttpStatusCode.MethodNotAllowed)]
    public async Task WhatItCannotDoIsAnsweredWithAnOutcome(string method, string path, string? body, HttpStatusCode expected)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), $"{_sandbox.BaseAddress}{path}") { Content = body is null ? null : new StringContent(body, null, "application/fhir+json") };
        using var answer = await _http.SendAsync(request);

        Assert.Equal(expected, answer.StatusCode);
        Assert.Equal("OperationOutcome", (string?)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["resourceType"]);
    }

    [Fact]
    public async Task ATransactionWithADanglingNameStoresNothing()
    {
        const string Body = """
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"resource":{"resourceType":"Basic"},"request":{"method":"POST","url":"Basic"}},
             {"resource":{"resourceType":"Basic","subject":{"reference":"urn:uuid:00000000-0000-5000-8000-000000000000"}},"request":{"method":"POST","url":"Basic"}}]}
            """;
        using var content = new StringContent(Body, null, "application/fhir+json");
        using var answer = await _http.PostAsync(_sandbox.BaseAddress, content);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        Assert.Empty(_sandbox.Resources("Basic"));
    }

    [Fact]
    public void ItsMemoryIsBounded()
    {
        var store = new SandboxFhirStore(new FakeTimeProvider(s_now), 2);
        store.Create(new JsonObject { ["resourceType"] = "Basic" });
        var two = JsonNode.Parse("""{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Basic"},"request":{"method":"POST","url":"Basic"}},{"resource":{"resourceType":"Basic"},"request":{"method":"POST","url":"Basic"}}]}""");

        Assert.Equal(507, Assert.Throws<SandboxFhirException>(() => store.Transact(two)).Status);
        Assert.Single(store.OfType("Basic"));
    }

    private EhrClient Client() => new(_http, new EhrClientOptions { BaseAddress = _sandbox.BaseAddress }, TimeProvider.System);

    private async Task<IReadOnlyList<string?>> StatusesAsync(FusionBundle bundle)
    {
        using var content = new ReadOnlyMemoryContent(bundle.Bytes);
        using var answer = await _http.PostAsync(_sandbox.BaseAddress, content);
        return [.. JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["entry"]!.AsArray().Select(e => (string?)e!["response"]!["status"])];
    }

    private static FusionReport Report(string patient) => new()
    {
        JobKey = "sha256-" + new string('a', 64),
        NodeName = "DEMO",
        SoftwareVersion = "0.1.0",
        Model = new ReportedModel("average", "1", new string('b', 64)),
        StudyInstanceUid = "2.25.1",
        Started = s_now,
        Issued = s_now,
        Patient = patient,
        AccessionNumber = "A-1",
        Sources = [new ReportedSeries("2.25.2", "CT", 1, "CT", 3), new ReportedSeries("2.25.3", "PT", 2, "PET", 3)],
        Fused = new ReportedSeries("2.25.4", "OT", 3, "fused", 3),
        Metrics = [new ReportedMetric("MI", 1.5)],
    };
}
