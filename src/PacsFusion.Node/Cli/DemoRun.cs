using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom.Network;
using PacsFusion.Imaging;
using PacsFusion.Node.Cli.Sandbox;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary>One run of the demonstration.</summary>
internal sealed class DemoRun(CliContext context) : IAsyncDisposable
{
    private const string PatientSystem = "urn:oid:2.25.1";
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(2);
    private readonly string _folder = Path.Combine(context.DataFolder, "demo");
    private readonly List<(string Stage, double Seconds)> _stages = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private SandboxPacs? _pacs;
    private SandboxEhr? _ehr;
    private NodeHost? _node;

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        Say("PacsFusion Node demonstration. The patient is made up; the PACS and the EHR are a small sandbox in this program. For research use only.");
        // A demonstration begins afresh: the node would rightly not fuse the same patient twice.
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
        Directory.CreateDirectory(_folder);

        var options = new PhantomOptions { Contents = PhantomContents.PetCt | PhantomContents.UncorrectedPet | PhantomContents.Localizer };
        var truth = PetCtPhantom.Write(Path.Combine(_folder, "phantom"), options, cancellationToken);
        var total = truth.Series.Sum(series => series.Instances);
        Say($"phantom  {string.Join(", ", truth.Series.Select(series => $"{series.Modality} {series.Instances}"))}; {truth.Lesions.Count} hot lesions");
        Stage("phantom");

        await StartAsync(options, cancellationToken).ConfigureAwait(false);
        Stage("start");

        await SendAsync(total, cancellationToken).ConfigureAwait(false);
        Stage("receive");

        var work = await FollowAsync(total, cancellationToken).ConfigureAwait(false);
        if (work.State != CaseState.Done)
        {
            context.Output.Error.WriteLine($"pacsfusion: the case ended {CaseTransitions.Word(work.State)}: {work.Reason} {work.Detail}");
            return work.State == CaseState.Refused ? ExitCode.Refused : ExitCode.Failed;
        }
        Show(work, truth);
        return ExitCode.Done;
    }

    private async Task StartAsync(PhantomOptions options, CancellationToken cancellationToken)
    {
        _pacs = new SandboxPacs(Path.Combine(_folder, "sandbox-pacs"), "SANDBOX", context.Time);
        await _pacs.StartAsync(cancellationToken).ConfigureAwait(false);
        var birth = DateOnly.ParseExact(options.PatientBirthDate, "yyyyMMdd", CultureInfo.InvariantCulture);
        _ehr = new SandboxEhr(new SandboxPatient(PatientSystem, options.PatientId, birth, options.PatientSex), context.Time);
        await _ehr.StartAsync(cancellationToken).ConfigureAwait(false);

        var file = Path.Combine(_folder, "node.yaml");
        var dicomPort = FreePort(11112, "DICOM");
        var webPort = FreePort(8080, "web");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $$"""
            # Written by the demonstration: the built-in defaults and a sandbox.
            node: { dicomPort: {{dicomPort}} }
            web: { url: "http://127.0.0.1:{{webPort}}" }
            settle: { quiet: {{Quiet.TotalSeconds}}s }
            destinations:
              - { name: sandbox-pacs, kind: dicom, aeTitle: {{_pacs.AeTitle}}, host: 127.0.0.1, port: {{_pacs.LocalEndPoint.Port}} }
            ehr: { name: sandbox-ehr, url: "{{_ehr.BaseAddress}}", patientSystems: { "": "{{PatientSystem}}" } }
            retention: { minFreeSpace: 1GB }
            """), cancellationToken).ConfigureAwait(false);
        var configuration = ConfigurationGate.Load(context with { ConfigFile = file, Overrides = [] });
        _node = await NodeHost.StartAsync(configuration, Path.Combine(_folder, "node"), context.Time, Quietly, cancellationToken).ConfigureAwait(false);
        Say($"node     DICOM {configuration.Node.AeTitle} on 127.0.0.1:{_node.DicomPort}, web on {_node.WebUrl}; sandbox PACS on port {_pacs.LocalEndPoint.Port}, sandbox EHR at {_ehr.BaseAddress}");
    }

    private async Task SendAsync(int total, CancellationToken cancellationToken)
    {
        var peer = new DicomPeer("127.0.0.1", _node!.DicomPort, "PACSFUSION", "PHANTOM");
        var files = InputFiles.Expand([Path.Combine(_folder, "phantom")]).Where(path => path.EndsWith(".dcm", StringComparison.Ordinal)).ToList();
        var report = await new StoreScu(null, context.Time).SendAsync(peer, files, new Counter(count => Progress("receive", count, total)), cancellationToken).ConfigureAwait(false);
        if (!report.AllStored)
            throw new CliException(ExitCode.Failed, $"The node did not take every instance: {report.Files.First(outcome => !outcome.IsStored).Text}");
        Say($"receive  {total} instances over C-STORE, each durable before it was answered");
    }

    /// <summary>Follows the case to its end and says each state as it comes.</summary>
    private async Task<FusionCase> FollowAsync(int total, CancellationToken cancellationToken)
    {
        var rooms = _node!.Rooms;
        var told = CaseState.Proposed;
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(100), context.Time);
        while (true)
        {
            await tick.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
            var work = rooms.Cases.All(1).FirstOrDefault();
            if (work is null)
            {
                var settled = rooms.Series.OfPatient(rooms.Series.FirstPatient() ?? "").Count(series => series.State == "settled");
                Progress("group", settled, 4);
                continue;
            }
            if (told == CaseState.Proposed && work.State != CaseState.Proposed)
            {
                Stage("group");
                Say($"group    series settled after {Quiet.TotalSeconds:0} s of quiet");
                Say($"match    rule {work.Rule} v{work.RuleVersion}: {rooms.Series.Candidates(work.PatientKey).Count(candidate => !candidate.Chosen)} candidates not taken, each with a reason (pacsfusion explain)");
                told = CaseState.Queued;
            }
            if (work.State == CaseState.Delivering)
            {
                var (pending, sent, _, _) = rooms.Outbox.OfCase(work.CaseId);
                Progress("deliver", sent, pending + sent);
            }
            if (work.State != told)
            {
                Tell(told, work.State);
                told = work.State;
            }
            if (CaseTransitions.IsEnd(work.State)) return work;
        }
    }

    private void Tell(CaseState before, CaseState now)
    {
        if (before == CaseState.Aligning) Stage("align");
        if (before == CaseState.Fusing) Stage("fuse");
        if (before is CaseState.Composed or CaseState.Delivering && now is CaseState.Reporting or CaseState.Done) Stage("deliver");
        if (before == CaseState.Reporting || (before == CaseState.Delivering && now == CaseState.Done)) Stage("report");
        switch (now)
        {
            case CaseState.Aligning: Say("align    both series onto the CT grid, PET to SUV ..."); break;
            case CaseState.Fusing: Say("fuse     slice by slice ..."); break;
            case CaseState.Delivering: Say("deliver  to the sandbox PACS by C-STORE ..."); break;
            case CaseState.Reporting: Say("report   to the sandbox EHR as FHIR R4 ..."); break;
            default: break;
        }
    }

    private void Show(FusionCase work, PhantomTruth truth)
    {
        var result = JsonNode.Parse(work.Result!)!.AsObject();
        var received = (int)_node!.Rooms.Instances.Count();
        var delivered = _pacs!.Series.GetValueOrDefault(work.OutputSeriesUid!);
        var previews = Previews(work);
        var report = _ehr!.Resources("DiagnosticReport").Single();
        var answer = new JsonObject
        {
            ["received"] = received,
            ["rule"] = work.Rule,
            ["caseId"] = work.CaseId,
            ["alignment"] = result["alignment"]!.DeepClone(),
            ["metrics"] = result["metrics"]!.DeepClone(),
            ["metricsUndefined"] = result["metricsUndefined"]?.DeepClone(),
            ["metricDefinitions"] = result["metricDefinitions"]?.DeepClone(),
            ["explanation"] = result["explanation"]?.DeepClone(),
            ["model"] = result["model"]!.DeepClone(),
            ["fused"] = new JsonObject { ["seriesInstanceUid"] = work.OutputSeriesUid, ["instances"] = delivered, ["destination"] = "sandbox-pacs" },
            ["report"] = new JsonObject { ["id"] = report["id"]!.GetValue<string>(), ["status"] = report["status"]!.GetValue<string>(), ["destination"] = "sandbox-ehr" },
            ["previews"] = new JsonArray([.. previews.Select(path => JsonValue.Create(path))]),
            ["warnings"] = result["warnings"]!.DeepClone(),
            ["stages"] = new JsonArray([.. _stages.Select(stage => new JsonObject { ["stage"] = stage.Stage, ["seconds"] = Math.Round(stage.Seconds, 3) })]),
        };
        if (!context.Output.Json) DemoTable.Write(context.Output.Out, work, answer, truth, result, _folder);
        context.Output.Answer(answer);
    }

    /// <summary>Copies the pictures to where the user looks.</summary>
    private List<string> Previews(FusionCase work)
    {
        var target = Path.Combine(_folder, "previews");
        Directory.CreateDirectory(target);
        var previews = new List<string>();
        foreach (var name in new[] { "axial.png", "coronal.png", "sagittal.png" })
        {
            var path = Path.Combine(target, name);
            File.Copy(Path.Combine(_folder, "node", "results", work.CaseId, name), path, overwrite: true);
            previews.Add(path);
        }
        return previews;
    }

    private void Stage(string name)
    {
        _stages.Add((name, _clock.Elapsed.TotalSeconds));
        _clock.Restart();
    }

    private void Say(string line) => context.Output.Progress(line);

    private void Progress(string stage, int done, int total)
    {
        if (context.Output.Error == Console.Error && !Console.IsErrorRedirected) context.Output.Error.Write(string.Create(CultureInfo.InvariantCulture, $"\r{stage,-8} {done}/{total}\r"));
    }

    private int FreePort(int wanted, string side)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, wanted);
            listener.Start();
            return wanted;
        }
        catch (SocketException)
        {
            using var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var port = ((IPEndPoint)listener.LocalEndpoint).Port;
            Say($"port     {wanted} ({side}) is busy; the demonstration takes {port} instead");
            return port;
        }
    }

    private static void Quietly(ILoggingBuilder logging)
    {
        ServeVerb.ToStandardError(logging);
        logging.SetMinimumLevel(LogLevel.Warning);
    }

    public async ValueTask DisposeAsync()
    {
        if (_node is not null) await _node.DisposeAsync().ConfigureAwait(false);
        if (_ehr is not null) await _ehr.DisposeAsync().ConfigureAwait(false);
        if (_pacs is not null) await _pacs.DisposeAsync().ConfigureAwait(false);
    }

    private sealed class Counter(Action<int> report) : IProgress<StoreOutcome>
    {
        private int _count;

        public void Report(StoreOutcome value) => report(++_count);
    }
}
