using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Tests;

/// <summary>A destination inside the test: remembers every arrival, and can hold back its answers, stop and come back on the same port.</summary>
internal sealed class SinkPacs : IStoreScp, IAsyncDisposable
{
    public const string AeTitle = "SINK";
    private readonly Lock _gate = new();
    private readonly List<(string Series, string Sop, byte[] DataSet)> _arrivals = [];
    private readonly int _port;
    private DicomServer? _server;
    private TaskCompletionSource? _held;
    private int _answers;

    private SinkPacs(int port) => _port = port;

    /// <summary>The destination as the node's configuration writes it, with short waits between tries.</summary>
    public string Destination => DestinationAt(_port);

    public int Port => _port;

    /// <summary>Every object that arrived, in order, repetitions included.</summary>
    public IReadOnlyList<(string Series, string Sop, byte[] DataSet)> Arrivals
    {
        get { lock (_gate) return [.. _arrivals]; }
    }

    /// <summary>The series that arrived.</summary>
    public IReadOnlyList<string> Series => [.. Arrivals.Select(arrival => arrival.Series).Distinct(StringComparer.Ordinal)];

    /// <summary>A sink that listens.</summary>
    public static async Task<SinkPacs> StartAsync()
    {
        var sink = Stopped();
        await sink.ListenAsync();
        return sink;
    }

    /// <summary>A sink that does not listen yet.</summary>
    public static SinkPacs Stopped() => new(ChildProcess.FreePort());

    /// <summary>A destination's line of configuration.</summary>
    public static string DestinationAt(int port) => string.Create(
        System.Globalization.CultureInfo.InvariantCulture,
        $"{{ name: main-pacs, kind: dicom, aeTitle: {AeTitle}, host: 127.0.0.1, port: {port}, retry: {{ initial: 200ms, factor: 1, cap: 200ms }} }}");

    public async Task ListenAsync()
    {
        _server = new DicomServer(
            new DicomServerOptions { Bind = IPAddress.Loopback, Port = _port, AeTitle = AeTitle },
            new StorageAssociationPolicy(new StorageAssociationPolicyOptions { AeTitle = AeTitle }), this, observer: null, NullLogger.Instance, TimeProvider.System);
        await _server.StartAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>Goes away; what it had not answered is lost.</summary>
    public async Task StopAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _server = null;
    }

    /// <summary>Answers so many more objects; the next ones wait.</summary>
    public void HoldAfter(int answers)
    {
        lock (_gate) (_answers, _held) = (answers, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }

    /// <summary>Answers everything again.</summary>
    public void LetGo()
    {
        lock (_gate)
        {
            _held?.TrySetResult();
            _held = null;
        }
    }

    /// <summary>One fused series with so many slices and one key image, each as often as it came with the same bytes (invariants 3 and 4).</summary>
    public void AssertOneSeries(string seriesInstanceUid, int slices)
    {
        Assert.Equal([seriesInstanceUid, Assert.Single(Series, series => series != seriesInstanceUid)], Series.OrderBy(series => series != seriesInstanceUid));
        var bySop = Arrivals.GroupBy(arrival => arrival.Sop, StringComparer.Ordinal).ToList();
        Assert.Equal(slices, bySop.Count(copies => copies.First().Series == seriesInstanceUid));
        Assert.Equal(slices + 1, bySop.Count);
        Assert.All(bySop, copies => Assert.All(copies, copy => Assert.True(copy.DataSet.AsSpan().SequenceEqual(copies.First().DataSet))));
    }

    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IStoreReceiver>(new Receiver(this, request));

    public async ValueTask DisposeAsync()
    {
        LetGo();
        await StopAsync();
    }

    private async Task KeepAsync(StoreRequest request, byte[] dataSet, CancellationToken cancellationToken)
    {
        var series = DicomDataset.Parse(dataSet, DicomTransferSyntax.Find(request.TransferSyntaxUid)!, DicomReadOptions.Header).GetString(DicomTag.SeriesInstanceUID)!;
        Task wait;
        lock (_gate)
        {
            _arrivals.Add((series, request.SopInstanceUid, dataSet));
            wait = _held is not null && _answers-- <= 0 ? _held.Task : Task.CompletedTask;
        }
        await wait.WaitAsync(cancellationToken);
    }

    private sealed class Receiver(SinkPacs sink, StoreRequest request) : IStoreReceiver
    {
        private readonly MemoryStream _data = new();

        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken) => _data.WriteAsync(fragment, cancellationToken);

        public async ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken)
        {
            await sink.KeepAsync(request, _data.ToArray(), cancellationToken);
            return DimseStatus.Success;
        }

        public ValueTask DisposeAsync() => _data.DisposeAsync();
    }
}
