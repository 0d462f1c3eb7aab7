using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Fhir;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Deliver;
using PacsFusion.Node.Deliver.Internal;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Group;
using PacsFusion.Node.Group.Internal;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;
using PacsFusion.Node.Receive;
using PacsFusion.Node.Report;
using Quartz;

namespace PacsFusion.Node.Hosting;

/// <summary>The stages and stores of one node, wired once.</summary>
internal sealed class NodeRooms : IAsyncDisposable
{
    private readonly NodeConfiguration _configuration;
    private readonly DataDirectory _directory;
    private readonly LedgerDatabase _ledger;
    private readonly TimeProvider _time;
    private readonly CaseWorkspace _workspace = new();
    private ModelRoom? _models;
    private CodecRoom? _codecs;
    private HttpClient? _http;
    private MatchPass? _match;
    private ILogger? _log;

    private NodeRooms(NodeConfiguration configuration, DataDirectory directory, LedgerDatabase ledger, TimeProvider time)
    {
        _configuration = configuration;
        _directory = directory;
        _ledger = ledger;
        _time = time;
        Cases = new CaseStore(ledger, time);
        Series = new SeriesStore(ledger, time);
        Instances = new InstanceStore(ledger);
        Outbox = new OutboxStore(ledger, time);
        Results = new ResultStore(ledger);
        ReportRows = new ReportStore(ledger, time);
    }

    public CaseStore Cases { get; }
    public SeriesStore Series { get; }
    public InstanceStore Instances { get; }
    public OutboxStore Outbox { get; }
    public ResultStore Results { get; }
    public ReportStore ReportRows { get; }
    public WakeSignal Wake { get; } = new();
    public GroupStage Group { get; private set; } = null!;
    public ReceiveService Receive { get; private set; } = null!;
    public DeliverStage Deliver { get; private set; } = null!;
    public StageLoop Work { get; private set; } = null!;
    public StageLoop Queue { get; private set; } = null!;
    public StageLoop Reports { get; private set; } = null!;
    public RetentionSweep Retention { get; private set; } = null!;

    /// <summary>Tells the container what Quartz needs; everything else is wired by hand in <see cref="Resolve"/>.</summary>
    public static NodeRooms Register(IServiceCollection services, NodeConfiguration configuration, DataDirectory directory, LedgerDatabase ledger, TimeProvider time)
    {
        var rooms = new NodeRooms(configuration, directory, ledger, time);
        services.AddSingleton(_ => rooms.Group);
        services.AddTransient<GroupLookJob>();
        services.AddQuartz(quartz =>
        {
            quartz.ConfigureScheduler(options =>
            {
                options.InstanceName = "pacsfusion";
                options.InstanceId = "node";
            });
            quartz.UsePersistentStore(store =>
            {
                store.UseSqlite($"Data Source={Path.Combine(directory.LedgerPath, "quartz.db")}");
                store.ProvisionSchema();
                store.ConfigureStore(options => options.StoreJobDataAsStrings = true);
            });
        });
        return rooms;
    }

    /// <summary>Makes the stages.</summary>
    /// <param name="services">What the host offers.</param>
    /// <param name="codecs">Codecs in place of those beside the program; null: those.</param>
    public void Resolve(IServiceProvider services, IFrameCodecs? codecs)
    {
        var logs = services.GetRequiredService<ILoggerFactory>();
        _log = logs.CreateLogger<NodeRooms>();
        var catalog = ModelCatalog.Open(_configuration.Fusion.ModelsFolder);
        _models = new ModelRoom(catalog, InferenceOf(_configuration.Fusion));
        var pool = new VolumePool();
        _codecs = codecs is null ? CodecRoom.Open(_directory.FullPath) : CodecRoom.Of(codecs);
        if (_codecs.Problem is { } missing) HostingLog.NoCodecs(_log, missing.Code);

        Group = new GroupStage(Series, Instances, GroupOptions.From(_configuration), new QuartzGroupSchedule(services.GetRequiredService<ISchedulerFactory>()), Wake, _time, logs.CreateLogger<GroupStage>());
        Receive = new ReceiveService(_directory, ReceiveOptions.From(_configuration), Instances, Group, _time, logs.CreateLogger<ReceiveService>()) { BeforeListening = Group.Start };
        _match = new MatchPass(_configuration, Series, Instances, Cases, Outbox, catalog, _directory.SpoolPath, _time, logs.CreateLogger<MatchPass>()) { Codecs = _codecs.Codecs };

        var align = new AlignStage(_configuration, Cases, Instances, _workspace, new SeriesAligner(new AlignOptions { Codecs = _codecs.Codecs }, pool), _directory.SpoolPath, logs.CreateLogger<AlignStage>());
        var fuse = new FuseStage(
            _configuration, Cases, Instances, Results, _workspace, _models, new SeriesComposer(new FuseOptions { Threads = _configuration.Fusion.Threads }), _directory.FullPath, logs.CreateLogger<FuseStage>());
        Deliver = new DeliverStage(_configuration, Results, Outbox, new StoreScuSender(_directory.FullPath, _time), new DeliverOptions(), Wake, _time, logs.CreateLogger<DeliverStage>());
        var (ehr, ehrOptions) = EhrOf(_configuration.Ehr);
        var report = new ReportStage(
            _configuration, ehr, ehrOptions, Cases, ReportRows, Results, Instances, new ReportSources(_directory.FullPath, _directory.SpoolPath), _time, logs.CreateLogger<ReportStage>());

        StageLoop Loop(string name, params ICaseStage[] stages) => new(name, stages, Cases, Wake, _time, logs.CreateLogger<StageLoop>());
        Work = Loop("work", fuse, align);
        Queue = Loop("queue", Deliver.Enqueuing, Deliver.Completing);
        Reports = Loop("report", report);
        Retention = new RetentionSweep(_configuration.Retention, this, () => Receive.Spool, _directory.FullPath, _time, logs.CreateLogger<RetentionSweep>());
    }

    /// <summary>Loads and warms the models that rules name.</summary>
    public void WarmModels(CancellationToken cancellationToken) => _models!.Warm(_configuration.Rules.Select(rule => rule.Fuse.Model), _log!, cancellationToken);

    /// <summary>Matches patients whose series have settled, until cancelled.</summary>
    public async Task RunMatchesAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = Wake.Next;
            foreach (var patientKey in Series.MatchesDue())
                try
                {
                    if (_match!.Run(patientKey, cancellationToken) > 0) Wake.Pulse();
                }
                catch (Exception fault) when (fault is not OperationCanceledException)
                {
                    // One patient's fault must not keep the others waiting; the match stays due.
                    HostingLog.LoopFaulted(_log!, fault, "match");
                }
            await Task.WhenAny(changed, Task.Delay(TimeSpan.FromSeconds(2), time, cancellationToken)).ConfigureAwait(false);
        }
    }

    public ValueTask DisposeAsync()
    {
        _workspace.Dispose();
        _models?.Dispose();
        _codecs?.Dispose();
        _http?.Dispose();
        return Receive is null ? ValueTask.CompletedTask : Receive.DisposeAsync();
    }

    /// <summary>How networks are run, from the configuration.</summary>
    public static InferenceOptions InferenceOf(FusionSettings fusion) => new() { Providers = fusion.Providers, NativeLibraries = fusion.NativeLibraries };

    private (EhrClient? Client, EhrClientOptions? Options) EhrOf(EhrSettings? settings)
    {
        if (settings is null) return (null, null);
        var options = new EhrClientOptions
        {
            BaseAddress = settings.Url,
            BearerToken = settings.TokenFile is { } file ? File.ReadAllText(file).Trim() : null,
            AccessionSystem = settings.AccessionSystem,
            BackoffBase = settings.Retry.Initial,
            BackoffFactor = settings.Retry.Factor,
            BackoffCap = settings.Retry.Cap,
        };
        _http = new HttpClient(EhrClient.CreateHandler());
        return (new EhrClient(_http, options, _time), options);
    }
}
