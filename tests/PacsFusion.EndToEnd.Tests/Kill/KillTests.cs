using System.Globalization;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Kill;

/// <summary>SIGKILL in every step: what was acknowledged is there (invariant 2), and what is made is made once (invariant 3).</summary>
public sealed class KillTests
{
    [Fact]
    public async Task KilledWhileReceiving_AcknowledgedIsThereAndFusedOnce()
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        await using var ehr = await EhrCounterpart.StartAsync();
        await study.RegisterAsync(ehr);
        using var node = await NodeProcess.StartAsync(Settings(pacs, ehr));

        var acknowledged = new List<(string Sop, byte[] DataSet)>();
        var client = await PhantomStudy.AssociateAsync(node);
        await Assert.ThrowsAnyAsync<DicomNetworkException>(async () =>
        {
            foreach (var path in study.All)
            {
                acknowledged.Add(await PhantomStudy.StoreAsync(client, path));
                // From here on the sender goes on at full speed against a program that is being killed.
                if (acknowledged.Count == 17) _ = Task.Run(node.Kill);
            }
            // Where all were quicker than the kill, the association breaks all the same.
            await client.EchoAsync(TestContext.Current.CancellationToken);
        });
        await client.DisposeAsync();
        await Eventually.HoldsAsync(() => node.HasExited);

        await node.StartAgainAsync();
        await AssertDurableAsync(node, acknowledged);
        await PhantomStudy.SendAsync(node, study.All);
        await AssertOnceAsync(node, pacs, ehr, study);
        Assert.Equal(study.All.Count, (await node.StatusAsync())["received"]!.GetValue<int>());
    }

    [Fact]
    public async Task KilledTwiceWhileFusing_DoneOnceWithTheSameSeries()
    {
        using var study = new PhantomStudy(slices: 40, matrix: 160);
        await using var pacs = await SinkPacs.StartAsync();
        using var node = await NodeProcess.StartAsync(Settings(pacs, null));
        await PhantomStudy.SendAsync(node, study.All);
        foreach (var states in (string[][])[["aligning", "fusing"], ["fusing"]])
        {
            await node.UntilAsync(states);
            node.Kill();
            Assert.Contains(Assert.Single(node.Cases())["state"]!.GetValue<string>(), (string[])["aligning", "fusing"]);
            await node.StartAgainAsync();
        }

        Assert.Empty(pacs.Arrivals);
        var work = await node.DoneAsync();
        Assert.Single(node.Cases());
        pacs.AssertOneSeries(work["outputSeriesInstanceUid"]!.GetValue<string>(), study.Ct.Count);
        // Invariant 4: an undisturbed run of the same inputs has the same identity.
        var again = await node.AskAsync("fuse", Path.Combine(study.Folder, "CT"), Path.Combine(study.Folder, "PET_AC"), "--out", Path.Combine(node.Folder, "again"));
        Assert.Equal(work["outputSeriesInstanceUid"]!.GetValue<string>(), again["output"]!["seriesInstanceUid"]!.GetValue<string>());
    }

    [Fact]
    public async Task KilledWhileDelivering_EveryObjectArrivesOnceInEffect()
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        await using var ehr = await EhrCounterpart.StartAsync();
        await study.RegisterAsync(ehr);
        pacs.HoldAfter(5);
        using var node = await NodeProcess.StartAsync(Settings(pacs, ehr));
        await PhantomStudy.SendAsync(node, study.All);
        await Eventually.HoldsAsync(() => pacs.Arrivals.Count == 6, TimeSpan.FromMinutes(2));
        node.Kill();
        await pacs.StopAsync();
        pacs.LetGo();

        await node.StartAgainAsync();
        await node.UntilAsync(status => status["outbox"]!["main-pacs"]!["pending"]!.GetValue<int>() == study.Ct.Count + 1, "the queue is as it was: nothing that the ledger was not told of counts as sent");
        await pacs.ListenAsync();
        await AssertOnceAsync(node, pacs, ehr, study);
    }

    /// <summary>A transaction is the POST to the base; the search for the patient is one to <c>Patient/_search</c>.</summary>
    private const string Transaction = "^/fhir/?$";

    [Theory]
    [InlineData("hang")]
    [InlineData("apply-then-drop")]
    public async Task KilledWhileReporting_OneReportWithOneVersion(string fault)
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        await using var ehr = await EhrCounterpart.StartAsync();
        await study.RegisterAsync(ehr);
        // The node looks for the report, posts it, and where no answer comes looks again: that look hangs, so that it is killed
        // not knowing whether the report is there.
        object[] faults = fault == "hang"
            ? [new { kind = "hang", method = "POST", path = Transaction }]
            : [new { kind = "apply-then-drop", method = "POST", path = Transaction }, new { kind = "hang", method = "GET", path = "DiagnosticReport", skip = 1 }];
        using var node = await NodeProcess.StartAsync(Settings(pacs, ehr));
        await ehr.ArmAsync(faults);
        await PhantomStudy.SendAsync(node, study.All);
        await node.UntilAsync("reporting");
        while (await ehr.ArmedAsync() > 0) await node.UntilAsync("reporting");
        node.Kill();
        Assert.Equal(fault == "hang" ? (0, 0) : (1, 1), await ehr.CountAsync("DiagnosticReport"));

        await node.StartAgainAsync();
        await AssertOnceAsync(node, pacs, ehr, study);
    }

    private static string Settings(SinkPacs pacs, EhrCounterpart? ehr) => $$"""
        settle: { quiet: 500ms, suspectGrace: 1h }
        destinations: [ {{pacs.Destination}} ]
        {{(ehr is null ? "" : PhantomStudy.EhrLine(ehr))}}
        retention: { minFreeSpace: 1GB }
        """;

    /// <summary>Invariant 2: a row, and behind it the bytes that were sent.</summary>
    private static async Task AssertDurableAsync(NodeProcess node, List<(string Sop, byte[] DataSet)> acknowledged)
    {
        Assert.NotEmpty(acknowledged);
        foreach (var (sop, dataSet) in acknowledged)
        {
            var row = await node.Ledger(ledger => new InstanceStore(ledger).FindAsync(sop, TestContext.Current.CancellationToken));
            Assert.True(row is not null, string.Create(CultureInfo.InvariantCulture, $"One of {acknowledged.Count} acknowledged instances has no row."));
            Assert.True(File.ReadAllBytes(Path.Combine(node.DataFolder, "spool", row.RelativePath)).AsSpan().EndsWith(dataSet));
        }
    }

    /// <summary>Invariant 3: one case that is done, one series at the PACS, one report of one version.</summary>
    private static async Task AssertOnceAsync(NodeProcess node, SinkPacs pacs, EhrCounterpart ehr, PhantomStudy study)
    {
        var work = await node.DoneAsync();
        Assert.Single(node.Cases());
        pacs.AssertOneSeries(work["outputSeriesInstanceUid"]!.GetValue<string>(), study.Ct.Count);
        Assert.Equal((1, 1), await ehr.CountAsync("DiagnosticReport"));
    }
}
