using System.Net;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
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
using PacsFusion.Node.Web;
using Quartz;

namespace PacsFusion.Node.Hosting;

/// <summary>
/// The running node: opens what it left, starts the stages in the order that loses nothing, and stops them in reverse.
/// Order at start: ledger, spool (replays the journal), group (takes up what had not settled), loops, then the ports.
/// </summary>
internal sealed class NodeHost : IAsyncDisposable, INodeProbe
{
    private readonly DataDirectory _directory;
    private readonly LedgerDatabase _ledger;
    private readonly WebApplication _web;
    private readonly NodeRooms _rooms;
    private readonly ILogger<NodeHost> _log;
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<Task> _loops = [];
    private bool _stopped;

    private NodeHost(DataDirectory directory, LedgerDatabase ledger, WebApplication web, NodeRooms rooms, ILogger<NodeHost> log)
    {
        _directory = directory;
        _ledger = ledger;
        _web = web;
        _rooms = rooms;
        _log = log;
    }

    /// <inheritdoc/>
    public bool Ready { get; private set; }

    /// <inheritdoc/>
    public int Associations => _rooms.Receive.OpenAssociations;

    /// <summary>The DICOM port that is listened on.</summary>
    public int DicomPort => _rooms.Receive.Port;

    /// <summary>The address that the web side listens on.</summary>
    public Uri WebUrl { get; private set; } = new("http://127.0.0.1/");

    /// <summary>What the stages share.</summary>
    public NodeRooms Rooms => _rooms;

    /// <summary>Starts a node. Codecs that are given take the place of those beside the program; the caller disposes them, after the node.</summary>
    /// <exception cref="DataDirectoryException">The data folder cannot be used, or another node uses it.</exception>
    /// <exception cref="LedgerException">The ledger cannot be opened.</exception>
    /// <exception cref="PacsFusion.Dicom.Network.ListenFailedException">The DICOM port is taken.</exception>
    /// <exception cref="WebPortException">The web port is taken.</exception>
    public static async Task<NodeHost> StartAsync(NodeConfiguration configuration, string dataFolder, TimeProvider time, Action<ILoggingBuilder> logging, CancellationToken cancellationToken, IFrameCodecs? codecs = null)
    {
        var directory = DataDirectory.Open(dataFolder, new DurableStorage());
        LedgerDatabase? ledger = null;
        NodeHost? host = null;
        try
        {
            ledger = LedgerDatabase.Open(Path.Combine(directory.LedgerPath, "ledger.db"));
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            logging(builder.Logging);
            builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(60));
            builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, configuration.Web.Url));
            var rooms = NodeRooms.Register(builder.Services, configuration, directory, ledger, time);
            var web = builder.Build();
            rooms.Resolve(web.Services, codecs);
            host = new NodeHost(directory, ledger, web, rooms, web.Services.GetRequiredService<ILogger<NodeHost>>());
            await host.RunAsync(configuration, time, cancellationToken).ConfigureAwait(false);
            return host;
        }
        catch
        {
            if (host is not null)
            {
                await host.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                ledger?.Dispose();
                directory.Dispose();
            }
            throw;
        }
    }

    private static void Listen(Microsoft.AspNetCore.Server.Kestrel.Core.KestrelServerOptions kestrel, Uri url)
    {
        kestrel.AddServerHeader = false;
        if (IPAddress.TryParse(url.Host, out var address)) kestrel.Listen(address, url.Port);
        else kestrel.ListenLocalhost(url.Port);
    }

    private async Task RunAsync(NodeConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        _rooms.Cases.Recover();
        await _rooms.Receive.StartAsync(cancellationToken).ConfigureAwait(false);
        // Rules or models may have changed since the last run: cases are keyed by both, so looking again is harmless.
        _rooms.Series.AskForMatchOfAll();
        WebEndpoints.Map(_web, _ledger, this, time);
        try
        {
            await _web.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (IOException fault)
        {
            throw new WebPortException($"The web side cannot listen on {configuration.Web.Url}: {fault.Message}", fault);
        }
        WebUrl = new Uri(_web.Urls.First());
        var scheduler = await _web.Services.GetRequiredService<ISchedulerFactory>().GetScheduler(cancellationToken).ConfigureAwait(false);
        await scheduler.Start(cancellationToken).ConfigureAwait(false);

        var token = _stopping.Token;
        Loop("group", () => _rooms.Group.RunSweepAsync(token));
        Loop("match", () => _rooms.RunMatchesAsync(time, token));
        Loop("work", () =>
        {
            _rooms.WarmModels(token);
            return _rooms.Work.RunAsync(token);
        });
        Loop("queue", () => _rooms.Queue.RunAsync(token));
        Loop("report", () => _rooms.Reports.RunAsync(token));
        Loop("retention", () => _rooms.Retention.RunAsync(token));
        foreach (var destination in configuration.Destinations) Loop($"deliver {destination.Name}", () => _rooms.Deliver.RunDestinationAsync(destination, token));
        Ready = true;
        HostingLog.Ready(_log, NodeStatus.Version, configuration.Node.AeTitle, $"{configuration.Node.Bind}:{DicomPort}", WebUrl.ToString());
    }

    /// <summary>Runs a loop until the node stops; a fault is logged and the loop goes on after a pause.</summary>
    private void Loop(string name, Func<Task> run) => _loops.Add(Task.Run(async () =>
    {
        while (!_stopping.IsCancellationRequested)
            try
            {
                await run().ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
            {
            }
            catch (Exception fault)
            {
                HostingLog.LoopFaulted(_log, fault, name);
                await Task.Delay(TimeSpan.FromSeconds(1), CancellationToken.None).ConfigureAwait(false);
            }
    }));

    /// <summary>Drains and stops: no new associations, current ones finish, work in hand is given back, queues stay.</summary>
    public async Task StopAsync()
    {
        if (_stopped) return;
        _stopped = true;
        Ready = false;
        HostingLog.Stopping(_log);
        await _rooms.Receive.StopAsync(CancellationToken.None).ConfigureAwait(false);
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_loops).ConfigureAwait(false);
        var scheduler = await _web.Services.GetRequiredService<ISchedulerFactory>().GetScheduler().ConfigureAwait(false);
        await scheduler.Shutdown(waitForJobsToComplete: true).ConfigureAwait(false);
        await _rooms.Group.DisposeAsync().ConfigureAwait(false);
        await _web.StopAsync().ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _rooms.DisposeAsync().ConfigureAwait(false);
        await _web.DisposeAsync().ConfigureAwait(false);
        _ledger.Dispose();
        _directory.Dispose();
        _stopping.Dispose();
    }
}

/// <summary>The web side cannot listen.</summary>
internal sealed class WebPortException(string message, Exception inner) : IOException(message, inner);
