using System.Net;
using System.Text;

namespace PacsFusion.Fhir.Tests;

/// <summary>Answers without a network, for what a real server would not do on request.</summary>
internal sealed class ScriptedServer(Func<HttpRequestMessage, string, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
{
    public ScriptedServer(Func<HttpRequestMessage, string, HttpResponseMessage> answer)
        : this((request, body, _) => Task.FromResult(answer(request, body)))
    {
    }

    public List<(HttpMethod Method, string Url, string Body, string? Authorization)> Requests { get; } = [];

    public EhrClient Client(TimeProvider? time = null, Func<EhrClientOptions, EhrClientOptions>? change = null)
    {
        var options = new EhrClientOptions { BaseAddress = new Uri("https://ehr.example/fhir/") };
        return new EhrClient(new HttpClient(this), change?.Invoke(options) ?? options, time ?? TimeProvider.System);
    }

    public static HttpResponseMessage Json(string json, HttpStatusCode status = HttpStatusCode.OK) =>
        new(status) { Content = new StringContent(json, Encoding.UTF8, "application/fhir+json") };

    public static HttpResponseMessage Status(int status) => Json("""{"resourceType":"OperationOutcome","issue":[{"severity":"error","code":"processing","diagnostics":"Jane Doe"}]}""", (HttpStatusCode)status);

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var body = request.Content is null ? "" : await request.Content.ReadAsStringAsync(cancellationToken);
        Requests.Add((request.Method, request.RequestUri!.AbsoluteUri, body, request.Headers.Authorization?.ToString()));
        var response = await answer(request, body, cancellationToken);
        response.RequestMessage ??= request;
        return response;
    }
}
