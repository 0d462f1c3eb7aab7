using System.Globalization;
using System.Text.Json.Nodes;

namespace PacsFusion.Tests.Outage;

/// <summary>Peers that are away, come back, or say no: nothing is lost, and every no can be seen and mended.</summary>
public sealed class OutageTests
{
    [Fact]
    public async Task PacsAndEhrThatAreDownGetEverythingOnceTheyAreUp()
    {
        using var study = new PhantomStudy();
        await using var pacs = SinkPacs.Stopped();
        await using var ehr = await EhrCounterpart.StartAsync();
        await study.RegisterAsync(ehr);
        using var node = await NodeProcess.StartAsync(Settings(pacs.Port, ehr));
        await ehr.ArmAsync(new { kind = "close", count = 1_000_000 });

        await PhantomStudy.SendAsync(node, study.All);
        await node.UntilAsync("delivering");
        await Eventually.HoldsAsync(() => node.Log.Contains("destination-unreachable", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        await pacs.ListenAsync();
        await node.UntilAsync("reporting");
        await Eventually.HoldsAsync(() => node.Log.Contains("is tried again in", StringComparison.Ordinal), TimeSpan.FromMinutes(1));
        Assert.Equal((0, 0), await ehr.CountAsync("DiagnosticReport"));
        await ehr.DisarmAsync();

        var work = await node.DoneAsync();
        pacs.AssertOneSeries(work["outputSeriesInstanceUid"]!.GetValue<string>(), study.Ct.Count);
        Assert.Equal((1, 1), await ehr.CountAsync("DiagnosticReport"));
        Assert.Null(work["reason"]);
    }

    [Fact]
    public async Task ADestinationThatRefusesIsExplainedAndRetriedOnceMended()
    {
        var storescp = ChildProcess.Require("storescp");
        using var study = new PhantomStudy();
        await using var pacs = SinkPacs.Stopped();
        using var node = await NodeProcess.StartAsync(Settings(pacs.Port, null));
        var refusing = ChildProcess.Start(storescp, ["--refuse", pacs.Port.ToString(CultureInfo.InvariantCulture)], node.Folder);
        string caseId;
        try
        {
            await PhantomStudy.SendAsync(node, study.All);
            await node.UntilAsync("failed");
            var status = await node.StatusAsync();
            Assert.Equal((0, study.Ct.Count + 1), (Outbox(status, "pending"), Outbox(status, "dead")));
            var explained = await node.AskAsync("explain", study.Truth.StudyInstanceUid);
            var work = Assert.Single(explained["cases"]!.AsArray())!;
            Assert.Equal("delivery-dead-letters", work["reason"]!.GetValue<string>());
            Assert.Contains("association-rejected", work["detail"]!.GetValue<string>(), StringComparison.Ordinal);
            caseId = work["caseId"]!.GetValue<string>();
        }
        finally
        {
            refusing.Dispose();
        }

        await pacs.ListenAsync();
        Assert.Equal("delivering", (await node.AskAsync("retry", caseId, "--reason", "the AE title is known there now"))["state"]!.GetValue<string>());
        var done = await node.DoneAsync();
        pacs.AssertOneSeries(done["outputSeriesInstanceUid"]!.GetValue<string>(), study.Ct.Count);
        Assert.Equal(0, Outbox(await node.StatusAsync(), "dead"));
    }

    private static int Outbox(JsonObject status, string state) => status["outbox"]!["main-pacs"]![state]!.GetValue<int>();

    private static string Settings(int port, EhrCounterpart? ehr) => $$"""
        settle: { quiet: 500ms }
        destinations: [ {{SinkPacs.DestinationAt(port)}} ]
        {{(ehr is null ? "" : PhantomStudy.EhrLine(ehr))}}
        retention: { minFreeSpace: 1GB }
        """;
}
