using System.Collections.Concurrent;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Interop.Tests;

/// <summary>Our server with a store in memory, for senders of other makers.</summary>
internal sealed class Receiver : IStoreScp, IAssociationObserver, IAsyncDisposable
{
    private readonly Channel<AssociationEnd> _ends = Channel.CreateUnbounded<AssociationEnd>();
    private readonly DicomServer _server;

    private Receiver() => _server = new DicomServer(new DicomServerOptions { Port = 0 }, new StorageAssociationPolicy(new()), this, this, NullLogger.Instance, TimeProvider.System);

    public ConcurrentQueue<(StoreRequest Request, byte[] Data)> Objects { get; } = new();

    public string Port => _server.LocalEndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture);

    public static async Task<Receiver> StartAsync()
    {
        var receiver = new Receiver();
        await receiver._server.StartAsync(CancellationToken.None);
        return receiver;
    }

    public async Task<AssociationEnd> NextEndAsync() => await _ends.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IStoreReceiver>(new One(this, request));

    public void Opened(AssociationInfo association)
    {
    }

    public void Closed(AssociationInfo association, AssociationEnd end) => _ends.Writer.TryWrite(end);

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class One(Receiver owner, StoreRequest request) : IStoreReceiver
    {
        private readonly MemoryStream _data = new();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken)
        {
            _data.Write(fragment.Span);
            return ValueTask.CompletedTask;
        }

        public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken)
        {
            owner.Objects.Enqueue((request, _data.ToArray()));
            return ValueTask.FromResult(DimseStatus.Success);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
