using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;

namespace PacsFusion.Node.Cli.Sandbox;

/// <summary>
/// A FHIR R4 endpoint on the loopback for demonstrations: knows one patient, takes reports, forgets all when it ends.
/// It checks nothing that a real EHR would check.
/// </summary>
internal sealed class SandboxEhr : IAsyncDisposable
{
    private const int MaxBodyBytes = 8 << 20;
    private const int MaxResources = 10_000;
    private readonly WebApplication _app;
    private readonly SandboxFhirStore _store;

    /// <param name="patient">The person whom it knows from the start.</param>
    /// <param name="time">Clock of <c>meta.lastUpdated</c>.</param>
    /// <param name="port">Port on the loopback; 0 takes any.</param>
    public SandboxEhr(SandboxPatient patient, TimeProvider time, int port = 0)
    {
        _store = new SandboxFhirStore(time, MaxResources);
        PatientReference = _store.Create(Resource(patient));

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        // The process belongs to the command that shows the sandbox: Ctrl-C is not for this host to take.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.AddServerHeader = false;
        });
        _app = builder.Build();
        _app.Run(AnswerAsync);
    }

    /// <summary>FHIR base address; known once started.</summary>
    public Uri BaseAddress { get; private set; } = new("http://127.0.0.1/fhir");

    /// <summary><c>Patient/id</c> of the patient.</summary>
    public string PatientReference { get; }

    /// <summary>Copies of what it holds of a type, oldest first.</summary>
    public IReadOnlyList<JsonObject> Resources(string type) => _store.OfType(type);

    public async Task StartAsync(CancellationToken cancellation)
    {
        await _app.StartAsync(cancellation).ConfigureAwait(false);
        var address = _app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First();
        BaseAddress = new Uri(new Uri(address), "fhir");
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var (status, body) = (200, (JsonObject?)null);
        try
        {
            body = await HandleAsync(context).ConfigureAwait(false);
        }
        catch (SandboxFhirException refusal)
        {
            (status, body) = (refusal.Status, Outcome(refusal.Code, refusal.Message));
        }
        catch (JsonException)
        {
            (status, body) = (400, Outcome("structure", "The body is not JSON."));
        }
        catch (BadHttpRequestException refusal)
        {
            (status, body) = (refusal.StatusCode, Outcome("too-long", "The request is not acceptable."));
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/fhir+json; charset=utf-8";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted).ConfigureAwait(false);
    }

    private async Task<JsonObject> HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var parts = (request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        var (get, post) = (HttpMethods.IsGet(request.Method), HttpMethods.IsPost(request.Method));
        if (parts is not ["fhir", .. var path]) throw new SandboxFhirException(404, "not-found", "The sandbox answers below /fhir.");
        switch (path)
        {
            case [] when post:
                return _store.Transact(await JsonNode.ParseAsync(request.Body, documentOptions: new JsonDocumentOptions { MaxDepth = 64 }, cancellationToken: context.RequestAborted).ConfigureAwait(false));
            case ["metadata"] when get:
                return Capabilities();
            case [var type, "_search"] when post:
                using (var reader = new StreamReader(request.Body))
                    return _store.Search(type, [.. SandboxFhirStore.Criteria(request.QueryString.Value ?? ""), .. SandboxFhirStore.Criteria(await reader.ReadToEndAsync(context.RequestAborted).ConfigureAwait(false))]);
            case [var type] when get:
                return _store.Search(type, SandboxFhirStore.Criteria(request.QueryString.Value ?? ""));
            case [var type, var id] when get:
                return _store.Read(type, id);
            default:
                throw new SandboxFhirException(405, "not-supported", "The sandbox does not do that.");
        }
    }

    private static JsonObject Outcome(string code, string text) => new()
    {
        ["resourceType"] = "OperationOutcome",
        ["issue"] = new JsonArray(new JsonObject { ["severity"] = "error", ["code"] = code, ["diagnostics"] = text }),
    };

    private static JsonObject Capabilities() => new()
    {
        ["resourceType"] = "CapabilityStatement",
        ["status"] = "active",
        ["date"] = "2026-01-01",
        ["kind"] = "instance",
        ["fhirVersion"] = "4.0.1",
        ["format"] = new JsonArray("application/fhir+json"),
        ["software"] = new JsonObject { ["name"] = "PacsFusion sandbox" },
        ["implementation"] = new JsonObject { ["description"] = "A sandbox for demonstrations: one patient, nothing kept, not for use with real data." },
        ["rest"] = new JsonArray(new JsonObject
        {
            ["mode"] = "server",
            ["interaction"] = new JsonArray(new JsonObject { ["code"] = "transaction" }),
            ["resource"] = new JsonArray([.. ((string[])["Patient", "ServiceRequest", "Device", "Endpoint", "ImagingStudy", "Observation", "Media", "DiagnosticReport", "Provenance"]).Select(type => (JsonNode)new JsonObject
            {
                ["type"] = type, ["conditionalCreate"] = true, ["updateCreate"] = false,
                ["interaction"] = new JsonArray(new JsonObject { ["code"] = "read" }, new JsonObject { ["code"] = "search-type" }),
                ["searchParam"] = new JsonArray([.. ((string[])["_id", "_tag", "identifier"]).Select(name => (JsonNode)new JsonObject { ["name"] = name, ["type"] = "token" })]),
            })]),
        }),
    };

    private static JsonObject Resource(SandboxPatient patient)
    {
        var resource = new JsonObject
        {
            ["resourceType"] = "Patient",
            ["active"] = true,
            ["meta"] = new JsonObject { ["tag"] = new JsonArray(new JsonObject { ["code"] = "sandbox" }) },
            ["identifier"] = new JsonArray(new JsonObject { ["system"] = patient.System, ["value"] = patient.Identifier }),
            ["gender"] = patient.Sex switch { "M" => "male", "F" => "female", "O" => "other", _ => "unknown" },
        };
        if (patient.BirthDate is { } date) resource["birthDate"] = date.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        return resource;
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
