using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Journeys;

/// <summary>Studies that do not come as they should: wrong patient, late slices, senders that break off, and those that come twice.</summary>
public sealed class SafetyJourneyTests
{
    [Fact]
    public async Task ContradictingPatientsAreQuarantinedUntilReleased_Invariant1()
    {
        using var study = new PhantomStudy();
        foreach (var path in study.Pet) Rewrite(path, dataset => dataset.Set(DicomTag.PatientBirthDate, "19710102"));
        await using var pacs = await SinkPacs.StartAsync();
        using var node = await NodeProcess.StartAsync(Settings(pacs));
        await PhantomStudy.SendAsync(node, study.All);
        await node.UntilAsync("quarantined");
        var held = Assert.Single((await node.AskAsync("cases"))["cases"]!.AsArray())!;
        Assert.Equal(("quarantined", "patient-identity-contradiction"), (Text(held, "state"), Text(held, "reason")));
        Assert.Empty(pacs.Arrivals);
        // Invariant 7: which attribute, never its value.
        Assert.Equal("PatientBirthDate", Text(held, "detail"));
        Assert.DoesNotContain("19710102", node.Log, StringComparison.Ordinal);

        var caseId = Text(held, "caseId");
        Assert.Equal(2, (await node.RunAsync("release", caseId)).ExitCode);
        await node.AskAsync("release", caseId, "--reason", "typing error at the scanner, checked with the ward");
        var work = await node.DoneAsync();
        Assert.Equal(caseId, Text(work, "caseId"));
        pacs.AssertOneSeries(Text(work, "outputSeriesInstanceUid"), study.Ct.Count);
        var (actor, action, reason) = Assert.Single(Audit(node, caseId));
        Assert.Equal((Environment.UserName, "release", "typing error at the scanner, checked with the ward"), (actor, action, reason));
    }

    [Fact]
    public async Task LateInstancesMakeANewCaseThatSupersedesTheOlder()
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        using var node = await NodeProcess.StartAsync(Settings(pacs));
        await PhantomStudy.SendAsync(node, study.All.Except([study.Ct[^1]]));
        var first = await node.DoneAsync();
        pacs.AssertOneSeries(Text(first, "outputSeriesInstanceUid"), study.Ct.Count - 1);

        await PhantomStudy.SendAsync(node, [study.Ct[^1]]);
        await node.UntilAsync(status => NodeProcess.Count(status, "done") == 1 && NodeProcess.Count(status, "superseded") == 1, "a new case in place of the first");
        var cases = node.Cases();
        Assert.Equal(2, cases.Count);
        var (newer, older) = (cases.Single(work => Text(work, "state") == "done"), cases.Single(work => Text(work, "state") == "superseded"));
        Assert.Equal((Text(first, "caseId"), "superseded-by-newer-case"), (Text(older, "caseId"), Text(older, "reason")));
        Assert.Contains(Text(newer, "caseId"), Text(older, "detail"), StringComparison.Ordinal);
        Assert.Equal(study.Ct.Count, pacs.Arrivals.Count(arrival => arrival.Series == Text(newer, "outputSeriesInstanceUid")));
        Assert.Equal(4, pacs.Series.Count);
    }

    [Fact]
    public async Task ASeriesWhoseSenderAbortedWaitsForTheResend()
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        using var node = await NodeProcess.StartAsync(Settings(pacs));
        await PhantomStudy.SendAsync(node, study.Pet);
        var client = await PhantomStudy.AssociateAsync(node);
        foreach (var path in study.Ct.Take(15)) await PhantomStudy.StoreAsync(client, path);
        await client.AbortAsync();

        // The PET settles by quiet alone; the CT, that has been quiet as long, does not.
        await UntilSeriesAsync(node, study, "PT", "settled");
        await UntilSeriesAsync(node, study, "CT", "suspect");
        var explained = await node.AskAsync("explain", study.Truth.StudyInstanceUid);
        Assert.Equal(15, Series(explained, "CT")["instances"]!.GetValue<int>());
        Assert.Empty(node.Cases());

        await PhantomStudy.SendAsync(node, study.Ct);
        var work = await node.DoneAsync();
        pacs.AssertOneSeries(Text(work, "outputSeriesInstanceUid"), study.Ct.Count);
        explained = await node.AskAsync("explain", study.Truth.StudyInstanceUid);
        Assert.Equal(("settled", "quiet"), (Text(Series(explained, "CT"), "state"), Text(Series(explained, "CT"), "settledBy")));
    }

    [Fact]
    public async Task WhatRetentionRemovedIsNotFusedOrReportedAgain_Invariant3()
    {
        using var study = new PhantomStudy();
        await using var pacs = await SinkPacs.StartAsync();
        await using var ehr = await EhrCounterpart.StartAsync();
        await study.RegisterAsync(ehr);
        using var node = await NodeProcess.StartAsync(Settings(pacs, PhantomStudy.EhrLine(ehr), "keepDone: 1s, "));
        await PhantomStudy.SendAsync(node, study.All);
        var work = await node.DoneAsync();
        Assert.NotEmpty(Files(node, "spool"));
        Assert.NotEmpty(Files(node, "results"));

        // A sweep is the first thing that a node does after its start.
        Assert.Equal(0, await node.TerminateAsync());
        await node.StartAgainAsync();
        await node.UntilAsync(status => status["received"]!.GetValue<int>() == 0, "the sweep");
        Assert.Empty(Files(node, "spool"));
        Assert.Empty(Files(node, "results"));

        await PhantomStudy.SendAsync(node, study.All);
        await UntilSeriesAsync(node, study, "CT", "settled");
        await UntilSeriesAsync(node, study, "PT", "settled");
        await Eventually.HoldsAsync(() => node.Ledger(ledger => new SeriesStore(ledger, TimeProvider.System).MatchesDue().Count) == 0);
        var only = Assert.Single(node.Cases());
        Assert.Equal((Text(work, "caseId"), "done"), (Text(only, "caseId"), Text(only, "state")));
        Assert.Equal(study.Ct.Count + 1, pacs.Arrivals.Count);
        pacs.AssertOneSeries(Text(work, "outputSeriesInstanceUid"), study.Ct.Count);
        Assert.Equal((1, 1), await ehr.CountAsync("DiagnosticReport"));
    }

    private static string Settings(SinkPacs pacs, string ehr = "", string retention = "") => $$"""
        settle: { quiet: 1s, suspectGrace: 1h }
        destinations: [ {{pacs.Destination}} ]
        {{ehr}}
        retention: { {{retention}}minFreeSpace: 1GB }
        """;

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    private static JsonNode Series(JsonObject explained, string modality) => explained["series"]!.AsArray().Single(series => Text(series!, "modality") == modality)!;

    private static List<string> Files(NodeProcess node, string folder) => Directory.Exists(Path.Combine(node.DataFolder, folder))
        ? [.. Directory.EnumerateFiles(Path.Combine(node.DataFolder, folder), "*.dcm", SearchOption.AllDirectories)] : [];

    private static Task UntilSeriesAsync(NodeProcess node, PhantomStudy study, string modality, string state)
    {
        var series = study.Truth.Series.Single(series => series.Modality == modality).SeriesInstanceUid;
        return Eventually.HoldsAsync(
            () => node.Ledger(ledger => new SeriesStore(ledger, TimeProvider.System).About(series)) is [var row] && row.State == state, TimeSpan.FromMinutes(1), $"{modality} is not {state}");
    }

    private static List<(string Actor, string Action, string Reason)> Audit(NodeProcess node, string caseId) =>
        node.Ledger(ledger => ledger.Read(connection => connection.Query(
            "SELECT actor, action, reason FROM audit WHERE subject=$case ORDER BY id", row => (row.GetString(0), row.GetString(1), row.GetString(2)), ("$case", caseId))));

    private static void Rewrite(string path, Action<DicomDataset> change)
    {
        var file = DicomFile.Read(path);
        change(file.Dataset);
        new DicomFile(file.Dataset, file.TransferSyntax).Write(path);
    }
}
