using System.Text.Json;
using PacsFusion.Tests;

namespace PacsFusion.Fhir.Tests;

/// <summary>Invariant 3, once in effect: whatever happens on the way, the EHR holds one report.</summary>
public sealed class DeliveryTests(StrictEhrFixture fixture) : IClassFixture<StrictEhrFixture>
{
    private static readonly string[] s_types = ["Device", "Endpoint", "ImagingStudy", "Observation", "Media", "DiagnosticReport", "Provenance"];

    public static TheoryData<string, string?> Faults { get; } = FaultData();

    [Fact]
    public async Task FirstDeliveryCreatesAllAndASecondChangesNothing()
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr);
        var bundle = await BuildAsync(client);

        var first = Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default));
        var second = Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 1, default));

        Assert.Equal((false, "1"), (first.Already, first.Version));
        Assert.Equal(s_types, first.Locations.Select(l => l.Split('/')[0]));
        Assert.Equal((true, first.Id, "1"), (second.Already, second.Id, second.Version));
        await OneOfEachAsync(ehr);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task UnderEveryFaultOfTheTransactionThereIsOneReport(string kind, string? extra)
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr, kind == "hang" ? TimeSpan.FromSeconds(1) : null);
        var bundle = await BuildAsync(client);
        await ehr.ArmAsync(Fault(kind, extra, 1, "^/fhir/?$"));

        var (result, attempts) = await DeliverUntilSettledAsync(client, bundle);

        Assert.IsType<DeliveryResult.Delivered>(result);
        if (kind != "hang") Assert.InRange(attempts, 1, 2);
        Assert.Equal(0, await ehr.ArmedAsync());
        await OneOfEachAsync(ehr);
        var sent = (await ehr.LogAsync()).Where(e => e.TryGetProperty("json", out var j) && j.TryGetProperty("type", out var t) && t.GetString() == "transaction").Select(e => e.GetProperty("sha256").GetString());
        Assert.All(sent, hash => Assert.Equal(bundle.Sha256, hash));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task UnderEveryFaultThreeTimesOverThereIsOneReport(string kind, string? extra)
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr, kind == "hang" ? TimeSpan.FromSeconds(1) : null);
        var bundle = await BuildAsync(client);
        await ehr.ArmAsync(Fault(kind, extra, 3, "^/fhir(/DiagnosticReport)?/?$"));

        var (result, _) = await DeliverUntilSettledAsync(client, bundle);
        if (kind == "401")
        {
            // Two refusals of the same credentials are for a person, who then retries.
            Assert.Equal((EhrReasons.Unauthorized, true), result is DeliveryResult.Failed { Failure: EhrFailure.Parked parked } ? (parked.Code, parked.WholeEndpoint) : default);
            (result, _) = await DeliverUntilSettledAsync(client, bundle);
        }

        Assert.IsType<DeliveryResult.Delivered>(result);
        await OneOfEachAsync(ehr);
    }

    [Theory]
    [InlineData("apply-then-drop")]
    [InlineData("apply-then-500")]
    [InlineData("close-mid-body")]
    [InlineData("rollback")]
    public async Task WhereTheServerAssignsIdsTheTagKeepsTheProvenanceSingle(string kind)
    {
        var ehr = await fixture.FreshAsync();
        await ehr.ConfigureAsync(new { updateCreate = false });
        var client = fixture.Client(ehr);
        var bundle = await BuildAsync(client);
        Assert.Equal(ProvenanceWriting.ConditionalOnTag, bundle.Provenance);
        await ehr.ArmAsync(Fault(kind, null, 1, "^/fhir/?$"));

        Assert.IsType<DeliveryResult.Delivered>((await DeliverUntilSettledAsync(client, bundle)).Result);

        await OneOfEachAsync(ehr);
    }

    [Fact]
    public async Task TheTaggedVariantMayBeSentTwiceWithoutLookingUp()
    {
        var ehr = await fixture.FreshAsync();
        var bundle = FusionReportBundle.Build(ReportSamples.Report());
        using var http = new HttpClient();
        for (var i = 0; i < 2; i++)
        {
            using var content = new ReadOnlyMemoryContent(bundle.Bytes);
            content.Headers.ContentType = new("application/fhir+json");
            using var answer = await http.PostAsync(ehr.BaseAddress, content);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        await OneOfEachAsync(ehr);
    }

    [Fact]
    public async Task ServersThatAnswerWritesWithoutBodiesAreUnderstood()
    {
        await using var ehr = await EhrCounterpart.StartAsync("--prefer-default", "minimal", "--no-update-create", "--validators", "none");
        var client = fixture.Client(ehr);
        var bundle = await BuildAsync(client);

        Assert.False(Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default)).Already);
        Assert.True(Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default)).Already);
        await OneOfEachAsync(ehr);
    }

    [Fact]
    public async Task ASecondSeriesOfTheSameStudySharesDeviceEndpointAndStudy()
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr);
        var first = await BuildAsync(client);
        var next = ReportSamples.Report() with
        {
            JobKey = ReportSamples.JobKey(7),
            Fused = new ReportedSeries("2.25.777", "OT", 602, "fused again", 200),
            KeyImage = null,
        };
        var second = FusionReportBundle.Build(next, provenance: first.Provenance);

        Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(first.Bytes, first.JobKey, 0, default));
        Assert.False(Assert.IsType<DeliveryResult.Delivered>(await client.DeliverAsync(second.Bytes, second.JobKey, 0, default)).Already);

        Assert.Equal((2, 2), await ehr.CountAsync("DiagnosticReport"));
        Assert.Equal((1, 1), await ehr.CountAsync("ImagingStudy"));
        Assert.Equal((1, 1), await ehr.CountAsync("Device"));
    }

    [Fact]
    public async Task TwoReportsForOneJobAreForAPerson()
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr);
        var bundle = await BuildAsync(client);
        await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default);
        var report = (await ehr.DumpAsync()).GetProperty("DiagnosticReport")[0].GetRawText();
        using var http = new HttpClient();
        using var copy = new StringContent(report, null, "application/fhir+json");
        (await http.PostAsync($"{ehr.BaseAddress}/DiagnosticReport", copy)).EnsureSuccessStatusCode();

        var result = await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default);

        Assert.Equal(EhrReasons.ReportDuplicate, Assert.IsType<DeliveryResult.Failed>(result).Failure.Code);
    }

    [Fact]
    public async Task WhatTheServerFindsInvalidIsParkedWithItsIssues()
    {
        var ehr = await fixture.FreshAsync();
        var client = fixture.Client(ehr);
        // The patient does not exist: the counterpart refuses dangling references with 422.
        var bundle = FusionReportBundle.Build(ReportSamples.Report() with { Patient = "Patient/nobody" });

        var failure = Assert.IsType<EhrFailure.Parked>(Assert.IsType<DeliveryResult.Failed>(await client.DeliverAsync(bundle.Bytes, bundle.JobKey, 0, default)).Failure);

        Assert.Equal((EhrReasons.Refused, 422, "not-found"), (failure.Code, failure.Status, failure.Issues[0].Code));
        Assert.DoesNotContain("nobody", failure.ToString());
        Assert.Equal((0, 0), await ehr.CountAsync("DiagnosticReport"));
    }

    private static async Task<FusionBundle> BuildAsync(EhrClient client)
    {
        var known = Assert.IsType<CapabilityLookup.Known>(await client.GetCapabilitiesAsync(default));
        return FusionReportBundle.Build(ReportSamples.Report(), provenance: known.Capabilities.Provenance);
    }

    /// <summary>What an outbox does, without waiting: repeat while the result says so.</summary>
    private static async Task<(DeliveryResult Result, int Attempts)> DeliverUntilSettledAsync(EhrClient client, FusionBundle bundle)
    {
        for (var attempt = 0; ; attempt++)
        {
            var result = await client.DeliverAsync(bundle.Bytes, bundle.JobKey, attempt, default);
            if (result is not DeliveryResult.Failed { Failure: EhrFailure.RetryAfter } || attempt == 9) return (result, attempt + 1);
        }
    }

    private static async Task OneOfEachAsync(EhrCounterpart ehr)
    {
        foreach (var type in s_types)
            Assert.Equal((type, 1, 1), await ehr.CountAsync(type) is var (live, versions) ? (type, live, versions) : default);
    }

    private static Dictionary<string, object> Fault(string kind, string? extra, int count, string path)
    {
        var fault = new Dictionary<string, object> { ["kind"] = kind, ["count"] = count, ["path"] = path };
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, object>>(extra ?? "{}")!) fault[name] = value;
        return fault;
    }

    private static TheoryData<string, string?> FaultData() => new()
    {
        { "status", """{"status":500}""" }, { "status", """{"status":503,"retryAfter":1}""" }, { "status", """{"status":429,"retryAfter":1}""" },
        { "401", null }, { "hang", """{"ms":1500}""" }, { "close", null }, { "close-mid-body", null }, { "apply-then-drop", null },
        { "apply-then-500", null }, { "rollback", null }, { "garbage", null },
    };
}
