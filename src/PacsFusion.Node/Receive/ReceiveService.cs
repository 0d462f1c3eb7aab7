using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>The running receiver: opens the spool (replaying what a crash left), listens, and on stop lets open associations end and empties the journal.</summary>
/// <param name="directory">The open data folder; the caller's.</param>
/// <param name="options">Settings.</param>
/// <param name="index">The table of instances.</param>
/// <param name="listener">Told of every arrival.</param>
/// <param name="time">The clock.</param>
/// <param name="log">The log.</param>
internal sealed class ReceiveService(DataDirectory directory, ReceiveOptions options, IInstanceIndex index, IArrivalListener listener, TimeProvider time, ILogger<ReceiveService> log)
    : IHostedService, IAsyncDisposable
{
    private readonly TaskCompletionSource<Spool> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DicomServer? server;
    private Spool? spool;

    /// <summary>Called between the replay and the first association: what listens must know what an earlier run left before more comes.</summary>
    public Action? BeforeListening { get; init; }

    /// <summary>The stage; null before the start.</summary>
    public ReceiveStage? Stage { get; private set; }

    /// <summary>The spool, once it is open.</summary>
    public Task<Spool> Spool => opened.Task;

    /// <summary>The port that is listened on; 0 before the start.</summary>
    public int Port => server?.LocalEndPoint.Port ?? 0;

    /// <summary>Associations open now.</summary>
    public int OpenAssociations => server?.OpenAssociations ?? 0;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var storage = new DurableStorage();
        try
        {
            spool = await Receive.Spool.OpenAsync(directory.SpoolPath, options.Spool, storage, index, time, log, cancellationToken).ConfigureAwait(false);
            if (await index.CountAsync(cancellationToken).ConfigureAwait(false) == 0) await RebuildAsync(spool, cancellationToken).ConfigureAwait(false);
            Stage = new ReceiveStage(
                spool, Keyring, new FreeSpaceGuard(FreeSpaceGuard.ProbeOf(directory.SpoolPath), options.Spool.MinFreeBytes, time), listener, time, log);
            server = new DicomServer(
                new DicomServerOptions
                {
                    AeTitle = options.AeTitle,
                    Bind = options.Bind,
                    Port = options.Port,
                    MaxAssociations = options.MaxAssociations,
                    MaxAssociationsPerPeer = options.MaxAssociationsPerPeer,
                    IdleTimeout = options.IdleTimeout,
                },
                new CallerPolicy(options), Stage, Stage, log, time);
            BeforeListening?.Invoke();
            await server.StartAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            opened.TrySetException(failure);
            throw;
        }

        opened.TrySetResult(spool);
        ReceiveLog.Started(log, options.AeTitle, Port);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (server is null || spool is null) return;
        await server.StopAsync(options.DrainTime, cancellationToken).ConfigureAwait(false);
        ReceiveLog.Stopped(log, server.OpenAssociations);
        // What cannot be laid out now is replayed at the next start.
        try
        {
            await spool.FlushAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException)
        {
            ReceiveLog.LayoutFailed(log, failure);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync().ConfigureAwait(false);
        if (spool is not null) await spool.DisposeAsync().ConfigureAwait(false);
    }

    private PatientKeyring Keyring => new(directory.Key, options.IssuerFor);

    private Task<long> RebuildAsync(Spool open, CancellationToken cancellationToken) => open.RebuildIndexAsync(Keyring, cancellationToken);
}
