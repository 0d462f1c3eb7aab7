using System.Collections.Concurrent;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace PacsFusion.Dicom.Network.Tests;

/// <summary>A server on a free port with a store in memory; notes beginnings, ends and log lines.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable, IAssociationObserver
{
    private readonly Channel<(AssociationInfo Info, AssociationEnd End)> _ends = Channel.CreateUnbounded<(AssociationInfo, AssociationEnd)>();

    private ServerUnderTest(DicomServerOptions options, IStoreScp? store, IAssociationPolicy? policy, TimeProvider? time)
    {
        Server = new DicomServer(options with { Port = 0 }, policy ?? new StorageAssociationPolicy(new()), store ?? Store, this, Log, time ?? TimeProvider.System);
    }

    public DicomServer Server { get; }

    public MemoryStore Store { get; } = new();

    public ListLogger Log { get; } = new();

    public ConcurrentQueue<AssociationRejection> Refusals { get; } = new();

    public int OpenedCount;

    public IPEndPoint EndPoint => Server.LocalEndPoint;

    public DicomPeer Peer => new("127.0.0.1", EndPoint.Port, "NODE", "TESTER");

    public static async Task<ServerUnderTest> StartAsync(DicomServerOptions? options = null, IStoreScp? store = null, IAssociationPolicy? policy = null, TimeProvider? time = null)
    {
        var server = new ServerUnderTest(options ?? new DicomServerOptions(), store, policy, time);
        await server.Server.StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>The next association that ended.</summary>
    public async Task<AssociationEnd> NextEndAsync() => (await _ends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).End;

    public bool NobodyEnded => _ends.Reader.Count == 0;

    /// <summary>Proves that the server still serves.</summary>
    public async Task EchoAsync()
    {
        await using var client = await DicomClient.ConnectAsync(Peer, [new(DicomUid.Verification, [Wire.Ile])]);
        Assert.True((await client.EchoAsync(CancellationToken.None)).IsSuccess);
        await client.ReleaseAsync(CancellationToken.None);
        while ((await _ends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20))).Info.CallingAeTitle != "TESTER")
        {
        }
    }

    public void Opened(AssociationInfo association) => Interlocked.Increment(ref OpenedCount);

    public void Closed(AssociationInfo association, AssociationEnd end) => _ends.Writer.TryWrite((association, end));

    public void Refused(AssociationInfo association, AssociationRejection rejection) => Refusals.Enqueue(rejection);

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Keeps what is stored.</summary>
internal sealed class MemoryStore : IStoreScp
{
    public ConcurrentQueue<(StoreRequest Request, byte[] Data)> Objects { get; } = new();

    public int Disposed;

    public int Cut;

    /// <summary>What to answer.</summary>
    public Func<StoreRequest, DimseStatus> Answer { get; set; } = _ => DimseStatus.Success;

    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IStoreReceiver>(new Receiver(this, request));

    private sealed class Receiver(MemoryStore store, StoreRequest request) : IStoreReceiver
    {
        private readonly MemoryStream _data = new();
        private bool _complete;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken)
        {
            _data.Write(fragment.Span);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken)
        {
            _complete = true;
            store.Objects.Enqueue((request, _data.ToArray()));
            return ValueTask.FromResult(store.Answer(request));
        }

        public ValueTask DisposeAsync()
        {
            if (!_complete) Interlocked.Increment(ref store.Cut);
            Interlocked.Increment(ref store.Disposed);
            return ValueTask.CompletedTask;
        }
    }
}

/// <summary>A store made of functions.</summary>
internal sealed class StoreOf(Func<StoreRequest, CancellationToken, ValueTask<IStoreReceiver>> begin) : IStoreScp
{
    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) => begin(request, cancellationToken);
}

/// <summary>A receiver made of functions.</summary>
internal sealed class ReceiverOf : IStoreReceiver
{
    public Func<ReadOnlyMemory<byte>, CancellationToken, ValueTask> Write { get; init; } = (_, _) => ValueTask.CompletedTask;

    public Func<CancellationToken, ValueTask<DimseStatus>> Complete { get; init; } = _ => ValueTask.FromResult(DimseStatus.Success);

    public Func<ValueTask> Dispose { get; init; } = () => ValueTask.CompletedTask;

    public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken) => Write(fragment, cancellationToken);

    public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken) => Complete(cancellationToken);

    public ValueTask DisposeAsync() => Dispose();
}

/// <summary>Keeps log lines.</summary>
internal sealed class ListLogger : ILogger
{
    public ConcurrentQueue<(EventId Id, LogLevel Level, string Text)> Lines { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId, logLevel, formatter(state, exception)));
}
