using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Cli;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Cli;

/// <summary>The verbs that look at, or act on, the ledger of a node that is not running.</summary>
public sealed class LedgerVerbTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("pacsfusion-ledger-verbs-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private readonly LedgerDatabase _ledger;

    public LedgerVerbTests()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LedgerFiles.PathIn(_data))!);
        _ledger = LedgerDatabase.Open(LedgerFiles.PathIn(_data));
    }

    public void Dispose()
    {
        _ledger.Dispose();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task AnEmptyLedgerHasNoCasesAndKnowsNothing()
    {
        Assert.Equal("""{"cases":[]}""", (await RunAsync("cases", "--json")).Out.TrimEnd('\n'));
        Assert.Equal("No cases.", Assert.Single((await RunAsync("cases")).Lines));
        (await RunAsync("explain", "1.2.3")).Says(ExitCode.Failed, "Nothing is known of it");
        (await RunAsync("retry", "abc")).Says(ExitCode.Failed, "There is no case abc");
    }

    [Fact]
    public async Task TheStatusOfANodeThatDoesNotRunComesFromItsLedger()
    {
        Book(CaseState.Queued);
        var status = (await RunAsync("status", "--json", "--set", "web.url=http://127.0.0.1:1")).Json;
        Assert.Equal((false, 0, 0), ((bool)status["ready"]!, (int)status["associations"]!, (int)status["received"]!));
        Assert.Equal(1, (int)status["cases"]!["queued"]!);
        Assert.Equal(JsonValueKind.Object, status["outbox"]!.GetValueKind());
        Assert.Equal(NodeStatus.Version, (string?)status["version"]);
    }

    [Fact]
    public async Task ExplainHasTheFieldsOfTheContract()
    {
        var work = Book(CaseState.Quarantined, "patient-identity-contradiction");
        await new InstanceStore(_ledger).AddAsync([Instance("1.2.3"), Instance("1.2.4")], default);
        new SeriesStore(_ledger, _time).KeepCandidates("patient-a", [new CandidateRow("1.2.3", "pet-ct", "fixed", false, "patient-identity-contradiction")]);
        foreach (var subject in new[] { "1.2", "1.2.3", "1.2.3.1", work.CaseId })
        {
            var answer = (await RunAsync("explain", subject, "--json")).Json;
            Assert.Equal(subject, (string?)answer["subject"]);
            var series = answer["series"]!.AsArray().Single(row => (string?)row!["seriesInstanceUid"] == "1.2.3")!;
            Assert.Equal(("CT", "receiving", null), ((string?)series["modality"], (string?)series["state"], (string?)series["settledBy"]));
            var candidate = Assert.Single(answer["candidates"]!.AsArray())!;
            Assert.Equal(("1.2.3", "fixed", false, "patient-identity-contradiction"), ((string?)candidate["seriesInstanceUid"], (string?)candidate["role"], (bool)candidate["chosen"]!, (string?)candidate["reason"]));
            Assert.NotEmpty((string)candidate["nextStep"]!);
            var found = Assert.Single(answer["cases"]!.AsArray())!;
            Assert.Equal((work.CaseId, "pet-ct", 1, "quarantined", "patient-identity-contradiction"),
                ((string?)found["caseId"], (string?)found["rule"], (int)found["ruleVersion"]!, (string?)found["state"], (string?)found["reason"]));
            Assert.True(found.AsObject().ContainsKey("outputSeriesInstanceUid") && found["outputSeriesInstanceUid"] is null);
        }
    }

    [Fact]
    public async Task ExplainTellsEveryFigureWithWhatItIsOrWhyThereIsNone()
    {
        var work = Book(CaseState.Queued);
        Cases.MergeResult(work.CaseId, new JsonObject
        {
            ["metrics"] = new JsonObject { ["EN"] = 4.25, ["SSIM"] = 0.7312, ["VIF"] = null },
            ["metricsUndefined"] = new JsonObject { ["VIF"] = "VIF needs 17 pixels a side; the image has 16 x 16." },
        }, null);
        var lines = (await RunAsync("explain", work.CaseId)).Lines;
        foreach (var (key, said) in new[] { ("SSIM", "0.7312"), ("EN", "4.25"), ("VIF", "none: VIF needs 17 pixels a side; the image has 16 x 16.") })
            Assert.Contains($"  {key} {said} ({PacsFusion.Fusion.FusionMetricDefinition.Find(key)!.Text})", lines);
        Assert.Equal(4.25, (double)(await RunAsync("explain", work.CaseId, "--json")).Json["cases"]![0]!["result"]!["metrics"]!["EN"]!);
    }

    [Fact]
    public async Task ExplainTellsHowWellTheSeriesFit()
    {
        var work = Book(CaseState.Queued);
        Cases.MergeResult(work.CaseId, new JsonObject
        {
            ["alignment"] = new JsonObject
            {
                ["method"] = "rigid",
                ["verdict"] = "warn",
                ["matrix"] = new JsonArray(1, 0, 0, 0),
                ["ratio"] = 1,
                ["captureSpread"] = 2.34567,
                ["rotation"] = null,
                ["bodyDice"] = 0.97,
            },
        }, null);

        var lines = (await RunAsync("explain", work.CaseId)).Lines;

        var at = lines.IndexOf("  alignment by rigid, warn");
        Assert.True(at > 0);
        Assert.Equal(["  ratio 1", "  captureSpread 2.3457 mm"], lines.Skip(at + 1).Take(2));
        Assert.DoesNotContain(lines, line => line.Contains("rotation", StringComparison.Ordinal) || line.Contains("bodyDice", StringComparison.Ordinal));
    }

    [Fact]
    public async Task AReleaseNeedsAReasonAndLeavesARecordOfWhoAndWhy_Invariant1()
    {
        var work = Book(CaseState.Quarantined, "patient-identity-contradiction");
        (await RunAsync("release", work.CaseId)).Says(ExitCode.Usage, "release needs --reason");
        Assert.Equal(CaseState.Quarantined, Cases.Find(work.CaseId)!.State);

        var run = await RunAsync("release", work.CaseId, "--reason", "checked with the ward", "--json");
        Assert.Equal((ExitCode.Done, "queued"), (run.Code, (string?)run.Json["state"]));
        var record = Assert.Single(new AuditLog(_ledger, _time).Of(work.CaseId));
        Assert.Equal((Environment.UserName, "release", "checked with the ward"), (record.Actor, record.Action, record.Reason));
    }

    [Fact]
    public async Task AnActThatDoesNotApplyIsFiveAndLeavesNoRecord()
    {
        var work = Book(CaseState.Queued);
        foreach (var verb in new[] { "retry", "rerun" }) (await RunAsync(verb, work.CaseId)).Says(ExitCode.Refused, $"Case {work.CaseId} is queued; '{verb}' does not apply to it.");
        Assert.Empty(new AuditLog(_ledger, _time).Of(work.CaseId));
    }

    [Fact]
    public async Task ACancelledCaseTakesItsObjectsOutOfTheOutbox()
    {
        var work = Book(CaseState.Queued);
        var outbox = new OutboxStore(_ledger, _time);
        outbox.Enqueue(work.CaseId, ["pacs"], [("1.1", "a.dcm")]);
        Assert.Equal("cancelled", (string?)(await RunAsync("cancel", work.CaseId, "--json")).Json["state"]);
        Assert.Equal((0, 0, 0, null), outbox.OfCase(work.CaseId));
        Assert.Equal("queued", (string?)(await RunAsync("rerun", work.CaseId, "--json")).Json["state"]);
    }

    [Fact]
    public async Task ARetryGoesOnWhereTheCaseFailed()
    {
        var work = Book(CaseState.Queued);
        foreach (var (from, to) in new[] { (CaseState.Queued, CaseState.Aligning), (CaseState.Aligning, CaseState.Fusing), (CaseState.Fusing, CaseState.Composed), (CaseState.Composed, CaseState.Delivering) })
            Cases.Move(work.CaseId, from, to);
        Cases.MergeResult(work.CaseId, [], "2.25.9");
        var outbox = new OutboxStore(_ledger, _time);
        outbox.Enqueue(work.CaseId, ["pacs"], [("1.1", "a.dcm")]);
        outbox.MarkDead("pacs", ["1.1"], "object-refused: A900H");
        Cases.Move(work.CaseId, CaseState.Delivering, CaseState.Failed, "delivery-dead-letters");

        Assert.Equal("delivering", (string?)(await RunAsync("retry", work.CaseId, "--json")).Json["state"]);
        Assert.Equal(1, outbox.OfCase(work.CaseId).Pending);
        outbox.MarkSent("pacs", ["1.1"]);
        Cases.Move(work.CaseId, CaseState.Delivering, CaseState.Reporting);
        Cases.Move(work.CaseId, CaseState.Reporting, CaseState.Failed, "patient-ambiguous");
        Assert.Equal("reporting", (string?)(await RunAsync("retry", work.CaseId, "--json")).Json["state"]);
    }

    private CaseStore Cases => new(_ledger, _time);

    private FusionCase Book(CaseState state, string? reason = null)
    {
        var now = _time.GetUtcNow();
        var work = new FusionCase(FusionCase.Identity("patient-a", "pet-ct", 1, "1.2.3", "f", "1.2.4", "m", "model", "look"), "patient-a", "1.2", "pet-ct", 1, "1.2.3", "1.2.4", "f", "m", "model", "look",
            CaseState.Proposed, null, null, null, 0, now, now, now, null);
        Cases.Propose(work);
        Cases.Move(work.CaseId, CaseState.Proposed, state, reason);
        return Cases.Find(work.CaseId)!;
    }

    private InstanceRecord Instance(string series) => new()
    {
        SopInstanceUid = series + ".1",
        SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
        TransferSyntaxUid = "1.2.840.10008.1.2.1",
        StudyInstanceUid = "1.2",
        SeriesInstanceUid = series,
        Modality = "CT",
        PatientKey = "patient-a",
        RelativePath = $"{series}/1.dcm",
        Length = 1,
        Sha256 = new string('a', 64),
        ReceivedAt = _time.GetUtcNow(),
        CallingAeTitle = "CT1",
        CalledAeTitle = "NODE",
        AssociationId = 1,
    };

    private Task<CommandRun> RunAsync(params string[] args) => CommandRun.RunAsync([.. args, "--data", _data]);
}
