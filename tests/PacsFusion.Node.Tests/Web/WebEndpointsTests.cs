using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Web;
using PacsFusion.Tests.Ledger;

namespace PacsFusion.Tests.Web;

public sealed class WebEndpointsTests : IAsyncLifetime, INodeProbe
{
    private readonly LedgerFixture _ledger = new();
    private readonly HttpClient _http = new();
    private WebApplication _app = null!;

    public bool Ready { get; private set; }

    public int Associations => 3;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _app = builder.Build();
        WebEndpoints.Map(_app, _ledger.Database, this, _ledger.Time);
        await _app.StartAsync(TestContext.Current.CancellationToken);
        _http.BaseAddress = new Uri(_app.Urls.First());

        await _ledger.Instances.AddAsync([_ledger.Instance(1), _ledger.Instance(2)], default);
        var work = _ledger.Proposal();
        _ledger.Cases.Propose(work);
        _ledger.Cases.Move(work.CaseId, CaseState.Proposed, CaseState.Queued);
        _ledger.Outbox.Enqueue(work.CaseId, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        _ledger.Outbox.MarkDead("pacs", ["1.2"], "object-refused: A900H");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.DisposeAsync();
        _ledger.Dispose();
    }

    [Fact]
    public async Task ReadinessFollowsTheNodeAndLivenessDoesNot()
    {
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("health/live")).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await GetAsync("health/ready")).Status);
        Ready = true;
        Assert.Equal(HttpStatusCode.OK, (await GetAsync("health/ready")).Status);
    }

    [Fact]
    public async Task TheStatusIsThatOfTheContract()
    {
        Ready = true;
        var status = JsonNode.Parse((await GetAsync("api/status")).Body)!;
        Assert.Matches(@"^\d+\.\d+\.\d+$", (string?)status["version"]);
        Assert.Equal((true, 3, 2), ((bool)status["ready"]!, (int)status["associations"]!, (int)status["received"]!));
        Assert.Equal(1, (int)status["cases"]!["queued"]!);
        Assert.Equal((1, 1), ((int)status["outbox"]!["pacs"]!["pending"]!, (int)status["outbox"]!["pacs"]!["dead"]!));
    }

    [Fact]
    public async Task TheMetricsAreInTheTextFormatOfPrometheus()
    {
        var lines = (await GetAsync("metrics")).Body.TrimEnd('\n').Split('\n');
        foreach (var line in new[] { "pacsfusion_ready 0", "pacsfusion_associations 3", "pacsfusion_instances 2", "pacsfusion_cases{state=\"queued\"} 1", "pacsfusion_outbox{destination=\"pacs\",state=\"pending\"} 1", "pacsfusion_outbox{destination=\"pacs\",state=\"dead\"} 1" })
            Assert.Contains(line, lines);
        foreach (var line in lines) Assert.Matches(@"^(# (HELP|TYPE) pacsfusion_[a-z]+ .+|pacsfusion_[a-z]+(\{[a-z]+=""[^""]*""(,[a-z]+=""[^""]*"")*\})? -?\d+)$", line);
    }

    [Theory]
    [InlineData("health/live")]
    [InlineData("health/ready")]
    [InlineData("api/status")]
    [InlineData("metrics")]
    public async Task NothingNamesAPatientOrAStudy_Invariant7(string path)
    {
        var body = (await GetAsync(path)).Body;
        Assert.DoesNotContain("patient", body, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("1.2.3", body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("api/cases")]
    [InlineData("metrics/../../etc/passwd")]
    public async Task OtherPathsAreNotThere(string path) => Assert.Equal(HttpStatusCode.NotFound, (await GetAsync(path)).Status);

    [Fact]
    public async Task TheWebSideIsReadOnly()
    {
        using var answer = await _http.PostAsync("api/status", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(path);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
