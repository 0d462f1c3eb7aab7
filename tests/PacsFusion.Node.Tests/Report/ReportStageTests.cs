using System.Globalization;
using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Dicom;
using PacsFusion.Fhir;
using PacsFusion.Fusion;
using PacsFusion.Node.Cli.Sandbox;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Report;
using PacsFusion.Tests.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Report;

public sealed class ReportStageTests : IClassFixture<SmallPhantom>, IAsyncLifetime
{
    private const string Patient = "patient-a";
    private const string System = "urn:oid:1.2.3";
    private readonly LedgerFixture _ledger = new();
    private readonly PhantomFiles _phantom;
    private readonly Wire _wire = new();
    private readonly SandboxEhr _ehr;
    private FusionCase _case = null!;

    public ReportStageTests(SmallPhantom phantom)
    {
        _phantom = phantom.Files;
        var birth = DateOnly.ParseExact(_phantom.Options.PatientBirthDate, "yyyyMMdd", CultureInfo.InvariantCulture);
        _ehr = new SandboxEhr(new SandboxPatient(System, _phantom.Options.PatientId, birth, _phantom.Options.PatientSex), _ledger.Time);
    }

    /// <summary>A case that has been fused and delivered.</summary>
    public async ValueTask InitializeAsync()
    {
        await _ehr.StartAsync(TestContext.Current.CancellationToken);
        var records = PhantomSpool.Records(_phantom, Patient, _ledger.Time.GetUtcNow());
        await _ledger.Instances.AddAsync(records, default);
        using var pair = _phantom.Align();
        using var model = PixelModels.Create("maximum")!;
        var rule = PhantomFiles.Rule();
        var now = _ledger.Time.GetUtcNow();
        _case = new FusionCase("case-1", Patient, pair.Fixed.StudyInstanceUid, rule.Name, rule.Version, pair.Fixed.SeriesInstanceUid, pair.Moving.SeriesInstanceUid, "f", "m", model.Info.Sha256, rule.Look,
            CaseState.Reporting, null, null, null, 0, now, now, now, null);
        var composed = (await new SeriesComposer(new FuseOptions()).ComposeAsync(pair, rule, model, [.. records.Select(record => record.Sha256)], now, Path.Combine(_ledger.Folder, "results", "case-1"), null, default)).Value;
        Results.Keep("case-1", [.. composed.Objects.Select(item => item with { Path = $"results/case-1/{item.Path}" })]);
        _ledger.Cases.Propose(_case);
        var facts = pair.Facts;
        facts["metrics"] = composed.MetricsJson();
        facts["metricsUndefined"] = composed.MetricsUndefinedJson();
        facts["explanation"] = composed.ExplanationJson();
        facts["warnings"] = new System.Text.Json.Nodes.JsonArray([.. composed.Warnings.Select(warning => warning.ToJson())]);
        facts["model"] = composed.ModelJson();
        _ledger.Cases.MergeResult("case-1", facts, composed.SeriesInstanceUid);
        _case = _ledger.Cases.Find("case-1")!;
    }

    public async ValueTask DisposeAsync()
    {
        _wire.Dispose();
        await _ehr.DisposeAsync();
        _ledger.Dispose();
    }

    [Fact]
    public async Task TheEhrHasOneReportHoweverOftenTheStageRuns_Invariant3()
    {
        Assert.Equal(new StageOutcome.Done(CaseState.Done), await RunAsync());
        Assert.Equal(new StageOutcome.Done(CaseState.Done), await RunAsync());
        var report = Assert.Single(_ehr.Resources("DiagnosticReport"));
        Assert.Equal("preliminary", (string?)report["status"]);
        Assert.Equal(_ehr.PatientReference, (string?)report["subject"]!["reference"]);
        Assert.Equal((string?)report["id"], Reports.Find("case-1")!.ReportId);
        Assert.Contains($"\"id\":\"{(string?)report["id"]}\",\"status\":\"preliminary\"", _ledger.Cases.Find("case-1")!.Result, StringComparison.Ordinal);
        Assert.Single(_wire.Transactions);
    }

    [Fact]
    public async Task TheReportSaysWhichSourceIsShownAndWhatWasOddAboutIt()
    {
        var warned = new System.Text.Json.Nodes.JsonObject
        {
            ["warnings"] = new System.Text.Json.Nodes.JsonArray(new CaseWarning(FusionReasons.SourceVanished, "The PT series has hardly any part.").ToJson()),
        };
        _ledger.Cases.MergeResult("case-1", warned, null);
        Assert.Equal(new StageOutcome.Done(CaseState.Done), await RunAsync(_ledger.Cases.Find("case-1")!));
        var components = Assert.Single(_ehr.Resources("Observation"))["component"]!.AsArray()
            .ToDictionary(part => (string)part!["code"]!["coding"]![0]!["code"]!, part => part!["valueQuantity"]?["value"]);
        Assert.InRange((double)components["fixed-share-in-body"]!, 0, 1);
        Assert.InRange((double)components["fixed-share-in-hottest"]!, 0, 1);
        Assert.DoesNotContain("series-instance-uid", components.Keys);
        Assert.Contains("source-vanished", (string?)Assert.Single(_ehr.Resources("DiagnosticReport"))["conclusion"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task TheReportHasThePerformanceMatrixAndSaysWhyAFigureIsMissing()
    {
        var without = new System.Text.Json.Nodes.JsonObject
        {
            ["metrics"] = new System.Text.Json.Nodes.JsonObject { ["SSIM"] = 0.7, ["PSNR"] = 12.5, ["EN"] = 4.5, ["MI"] = 2.5, ["CP"] = 0.9, ["VIF"] = null, ["Qabf"] = 0.6 },
            ["metricsUndefined"] = new System.Text.Json.Nodes.JsonObject { ["VIF"] = "VIF needs 17 pixels a side; the image has 16 x 16." },
        };
        _ledger.Cases.MergeResult("case-1", without, null);
        Assert.Equal(new StageOutcome.Done(CaseState.Done), await RunAsync(_ledger.Cases.Find("case-1")!));
        var components = Assert.Single(_ehr.Resources("Observation"))["component"]!.AsArray().ToDictionary(part => (string)part!["code"]!["coding"]![0]!["code"]!, part => part!);
        foreach (var code in new[] { "ssim", "psnr", "en", "mi", "cp", "qabf" })
        {
            Assert.NotNull(components[code]["valueQuantity"]!["value"]);
            // The display is the definition, not the abbreviation again.
            Assert.True(((string)components[code]["code"]!["coding"]![0]!["display"]!).Length > 10);
        }
        Assert.Null(components["vif"]["valueQuantity"]);
        Assert.Contains("17 pixels", (string)components["vif"]["dataAbsentReason"]!["text"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ARepetitionSendsTheSameBytesHoursLater_Invariant3()
    {
        _wire.FailTransactions = 2;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            var retry = Assert.IsType<StageOutcome.Retry>(await RunAsync(_case with { Attempt = attempt }));
            Assert.Equal("ehr-outcome-unknown", retry.Reason.Code);
            Assert.True(retry.After <= Configuration().Ehr!.Retry.Cap);
            _ledger.Time.Advance(TimeSpan.FromMinutes(90));
        }
        Assert.IsType<StageOutcome.Done>(await RunAsync(_case with { Attempt = 2 }));
        Assert.Equal(3, _wire.Transactions.Count);
        Assert.Equal(_wire.Transactions[0], _wire.Transactions[1]);
        Assert.Equal(_wire.Transactions[0], _wire.Transactions[2]);
        Assert.Single(_ehr.Resources("DiagnosticReport"));
    }

    [Fact]
    public async Task APatientWhomTheEhrDoesNotKnowYetIsWaitedForAndNeverInvented()
    {
        await using var other = new SandboxEhr(new SandboxPatient(System, "SOMEBODY-ELSE", null, null), _ledger.Time);
        await other.StartAsync(TestContext.Current.CancellationToken);
        var retry = Assert.IsType<StageOutcome.Retry>(await RunAsync(ehr: other));
        Assert.Equal("patient-not-found", retry.Reason.Code);
        Assert.InRange(retry.After, TimeSpan.FromSeconds(1), Configuration().Ehr!.Retry.Cap);
        Assert.Single(other.Resources("Patient"));
        Assert.Null(Reports.Find("case-1"));
    }

    [Fact]
    public async Task AWaitForThePatientEndsWhenItIsConfiguredTo()
    {
        await using var other = new SandboxEhr(new SandboxPatient(System, "SOMEBODY-ELSE", null, null), _ledger.Time);
        await other.StartAsync(TestContext.Current.CancellationToken);
        _ledger.Time.Advance(TimeSpan.FromDays(2));
        Assert.Equal("patient-not-found", Assert.IsType<StageOutcome.Failed>(await RunAsync(ehr: other)).Reason.Code);
    }

    [Fact]
    public async Task AnIssuerWithoutASystemIsNotGuessed_Invariant1()
    {
        var failed = Assert.IsType<StageOutcome.Failed>(await RunAsync(systems: new Dictionary<string, string> { ["ANOTHER"] = System }));
        Assert.Equal("patient-issuer-unmapped", failed.Reason.Code);
        Assert.Empty(_wire.Requests);
    }

    [Fact]
    public async Task ABirthDateThatContradictsTheEhrStopsTheReport_Invariant1()
    {
        await using var other = new SandboxEhr(new SandboxPatient(System, _phantom.Options.PatientId, new DateOnly(1955, 1, 1), "O"), _ledger.Time);
        await other.StartAsync(TestContext.Current.CancellationToken);
        Assert.Equal("patient-birth-date-contradicts", Assert.IsType<StageOutcome.Failed>(await RunAsync(ehr: other)).Reason.Code);
        Assert.Empty(other.Resources("DiagnosticReport"));
    }

    [Fact]
    public async Task ACaseWithoutItsObjectsIsNotReported()
    {
        Results.Remove("case-1");
        Assert.Equal("report-source-missing", Assert.IsType<StageOutcome.Failed>(await RunAsync()).Reason.Code);
    }

    [Fact]
    public async Task WithoutAnEhrTheCaseFailsWithItsReason()
    {
        var stage = new ReportStage(PhantomFiles.Defaults, null, null, _ledger.Cases, Reports, Results, _ledger.Instances, new ReportSources(_ledger.Folder, _phantom.Folder), _ledger.Time, NullLogger<ReportStage>.Instance);
        Assert.Equal("no-ehr", Assert.IsType<StageOutcome.Failed>(await stage.RunAsync(_case, default)).Reason.Code);
    }

    [Fact]
    public async Task NoUrlNamesThePatient_Invariant7()
    {
        await RunAsync();
        Assert.NotEmpty(_wire.Requests);
        Assert.All(_wire.Requests, url =>
        {
            Assert.DoesNotContain(_phantom.Options.PatientId, url, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(_phantom.Options.AccessionNumber, url, StringComparison.OrdinalIgnoreCase);
        });
    }

    [Fact]
    public void EveryCodeOfTheEhrClientHasItsEntry() => Assert.All(EhrReasons.All, reason => Assert.Equal(reason.NextStep, ReportReasons.Of(reason.Code).NextStep));

    private ResultStore Results => new(_ledger.Database);

    private ReportStore Reports => new(_ledger.Database, _ledger.Time);

    private NodeConfiguration Configuration(SandboxEhr? ehr = null, IReadOnlyDictionary<string, string>? systems = null) => PhantomFiles.Defaults with
    {
        Ehr = new EhrSettings("ehr", (ehr ?? _ehr).BaseAddress, EhrAuthentication.None, null, systems ?? new Dictionary<string, string> { [""] = System }, null, null, null,
            new RetrySettings(TimeSpan.FromSeconds(10), 2, TimeSpan.FromMinutes(5), TimeSpan.FromDays(1))),
    };

    private async Task<StageOutcome> RunAsync(FusionCase? work = null, SandboxEhr? ehr = null, IReadOnlyDictionary<string, string>? systems = null)
    {
        var configuration = Configuration(ehr, systems);
        var options = new EhrClientOptions { BaseAddress = configuration.Ehr!.Url };
        using var http = new HttpClient(_wire, disposeHandler: false);
        var stage = new ReportStage(configuration, new EhrClient(http, options, _ledger.Time), options, _ledger.Cases, Reports, Results, _ledger.Instances, new ReportSources(_ledger.Folder, _phantom.Folder), _ledger.Time,
            NullLogger<ReportStage>.Instance);
        return await stage.RunAsync(work ?? _case, TestContext.Current.CancellationToken);
    }

    /// <summary>Keeps what goes over the wire; the first transactions can be made to vanish behind a 502.</summary>
    private sealed class Wire() : DelegatingHandler(EhrClient.CreateHandler())
    {
        public List<string> Requests { get; } = [];

        public List<byte[]> Transactions { get; } = [];

        public int FailTransactions { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(request.RequestUri!.ToString());
            if (request.Method == HttpMethod.Post && request.RequestUri.AbsolutePath.TrimEnd('/').EndsWith("fhir", StringComparison.Ordinal))
            {
                Transactions.Add(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
                if (Transactions.Count <= FailTransactions) return new HttpResponseMessage(HttpStatusCode.BadGateway) { RequestMessage = request };
            }
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
