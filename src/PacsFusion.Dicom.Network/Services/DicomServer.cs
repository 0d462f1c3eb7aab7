using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace PacsFusion.Dicom.Network;

/// <summary>
/// A DICOM listener that answers C-ECHO and C-STORE. One task per connection; time limits are watched by one timer; nothing a
/// peer does stops the acceptance of others.
/// </summary>
public sealed class DicomServer : IAsyncDisposable
{
    private readonly DicomServerOptions _options;
    private readonly ScpContext _context;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;
    private readonly ConcurrentDictionary<long, (ScpSession Session, Task Task)> _sessions = new();
    private readonly CancellationTokenSource _stopping = new();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private ITimer? _watch;
    private long _lastId;
    private int _stopped;

    /// <summary>Creates a server; nothing is opened before <see cref="StartAsync"/>.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="policy">Who may associate, and for what.</param>
    /// <param name="store">Takes what is stored.</param>
    /// <param name="observer">Told of beginnings and ends; null for nobody.</param>
    /// <param name="logger">Event ids 1500 to 1599.</param>
    /// <param name="time">Clock and timers.</param>
    /// <exception cref="ArgumentException">A setting makes no sense; the message lists all of them.</exception>
    public DicomServer(DicomServerOptions options, IAssociationPolicy policy, IStoreScp store, IAssociationObserver? observer, ILogger logger, TimeProvider time)
    {
        var errors = options.Validate();
        if (errors.Count > 0) throw new ArgumentException(string.Join(' ', errors), nameof(options));
        _options = options;
        _logger = logger;
        _time = time;
        _context = new ScpContext(options, policy, store, observer, new AssociationSlots(options.MaxAssociations, options.MaxAssociationsPerPeer), logger, time);
    }

    /// <summary>Where it listens; the port is the real one where 0 was asked for. Port 0 before the start.</summary>
    public IPEndPoint LocalEndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Associations open now.</summary>
    public int OpenAssociations => _context.Slots.Open;

    /// <summary>Connections open now, those without an association included.</summary>
    public int OpenConnections => _sessions.Count;

    /// <summary>Opens the listener.</summary>
    /// <exception cref="ListenFailedException">The port is in use or not allowed, or the address is not ours.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_listener is not null) throw new InvalidOperationException("The server has been started already.");
        var listener = new Socket(_options.Bind.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (_options.Bind.Equals(IPAddress.IPv6Any)) listener.DualMode = true;
            listener.Bind(new IPEndPoint(_options.Bind, _options.Port));
            listener.Listen(512);
        }
        catch (SocketException error)
        {
            listener.Dispose();
            throw ListenFailed(error);
        }

        _listener = listener;
        LocalEndPoint = (IPEndPoint)listener.LocalEndPoint!;
        var period = WatchPeriod();
        _watch = _time.CreateTimer(_ => Watch(), null, period, period);
        _accepting = AcceptAsync(listener, _stopping.Token);
        NetworkLog.Listening(_logger, LocalEndPoint, _options.AeTitle);
        return Task.CompletedTask;
    }

    /// <summary>Takes no new associations, lets the open ones finish until the deadline, then aborts them. May be called again; the second call waits for the same end.</summary>
    /// <param name="drain">How long open associations may go on; zero aborts at once.</param>
    /// <param name="cancellationToken">Cuts the drain short; the stop still completes.</param>
    public async Task StopAsync(TimeSpan drain, CancellationToken cancellationToken)
    {
        var first = Interlocked.Exchange(ref _stopped, 1) == 0;
        _context.Draining = true;
        if (first)
        {
            // Both before the first await: who connects after the call is refused by the system.
            _stopping.Cancel();
            _listener?.Dispose();
            NetworkLog.Draining(_logger, OpenAssociations, drain);
        }

        await _accepting.ConfigureAwait(false);
        foreach (var (session, _) in _sessions.Values)
            if (!session.IsAssociated) session.Break(AssociationEndKind.Drained, "draining");
        var all = Task.WhenAll(_sessions.Values.Select(s => s.Task));
        try
        {
            if (drain > TimeSpan.Zero) await all.WaitAsync(drain, _time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            // The deadline has passed, or the caller will not wait for it: what is left is aborted below.
        }

        foreach (var (session, _) in _sessions.Values) session.Break(AssociationEndKind.Drained, "drain-deadline");
        await all.ConfigureAwait(false);
        if (_watch is { } watch) await watch.DisposeAsync().ConfigureAwait(false);
        if (first) NetworkLog.Stopped(_logger);
    }

    /// <summary>Stops without a drain.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync(TimeSpan.Zero, CancellationToken.None).ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            Socket socket;
            try
            {
                socket = await listener.AcceptAsync(stopping).ConfigureAwait(false);
            }
            catch (Exception error) when (stopping.IsCancellationRequested && error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
            catch (SocketException error)
            {
                // Out of descriptors or the like: go on, but not in a hot loop.
                NetworkLog.AcceptFailed(_logger, error.SocketErrorCode.ToString());
                await Task.Delay(TimeSpan.FromMilliseconds(100), _time, CancellationToken.None).ConfigureAwait(false);
                continue;
            }

            Begin(socket);
        }
    }

    private void Begin(Socket socket)
    {
        try
        {
            if (_sessions.Count >= _options.MaxConnections)
            {
                NetworkLog.TooManyConnections(_logger, socket.RemoteEndPoint ?? LocalEndPoint, _options.MaxConnections);
                socket.Dispose();
                return;
            }

            var id = ++_lastId;
            var session = new ScpSession(_context, new SocketTransport(socket, _options.KeepAliveTime), id);
            // Entered before it runs, so that its own removal cannot come first.
            var go = new TaskCompletionSource();
            _sessions[id] = (session, RunAsync(session, id, go.Task));
            go.SetResult();
        }
        catch (SocketException error)
        {
            // The peer was gone before we could set up its socket.
            NetworkLog.AcceptFailed(_logger, error.SocketErrorCode.ToString());
            socket.Dispose();
        }
    }

    private async Task RunAsync(ScpSession session, long id, Task go)
    {
        await go.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await session.RunAsync().ConfigureAwait(false);
        _sessions.TryRemove(id, out _);
    }

    private void Watch()
    {
        foreach (var (session, _) in _sessions.Values) session.CheckClock();
    }

    private TimeSpan WatchPeriod()
    {
        var shortest = new[] { _options.RequestTimeout, _options.IdleTimeout, _options.MinDataRateWindow }.Min() / 4;
        return shortest > TimeSpan.FromSeconds(1) ? TimeSpan.FromSeconds(1) : shortest < TimeSpan.FromMilliseconds(20) ? TimeSpan.FromMilliseconds(20) : shortest;
    }

    private ListenFailedException ListenFailed(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new("dicom-port-in-use", _options.Port, $"Port {_options.Port} on {_options.Bind} is in use by another program.", error),
        SocketError.AccessDenied => new("dicom-port-denied", _options.Port, $"Port {_options.Port} may not be opened by this user; ports below 1024 need a privilege.", error),
        _ => new("dicom-address-unavailable", _options.Port, $"{_options.Bind} cannot be listened on ({error.SocketErrorCode}).", error),
    };
}
