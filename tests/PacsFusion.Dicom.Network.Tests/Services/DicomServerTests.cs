using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;

namespace PacsFusion.Dicom.Network.Tests;

public class DicomServerTests
{
    private static readonly PresentationContextProposal[] Proposals = [new(DicomUid.Verification, [Wire.Ile]), new(Wire.CtClass, [Wire.Ele])];

    [Fact]
    public async Task EchoIsAnsweredAndTheReleaseIsRecorded()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        Assert.Equal(DimseStatus.Success, await client.EchoAsync(CancellationToken.None));
        Assert.Equal(1, server.Server.OpenAssociations);
        await client.ReleaseAsync(CancellationToken.None);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.Released, "released"), (end.Kind, end.ReasonCode));
        Assert.Equal(new AssociationCounts(1, 0, 0, 0, 0), end.Counts);
        Assert.Equal(0, server.Server.OpenAssociations);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(262_132)]
    [InlineData(262_134)]
    [InlineData(3_000_002)]
    public async Task ADataSetArrivesByteForByte(int length)
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        var data = Wire.Pattern(length);
        Assert.True((await client.StoreAsync(Wire.CtClass, "1.2.3", Wire.Ele, data, CancellationToken.None)).IsSuccess);
        Assert.True((await client.StoreAsync(Wire.CtClass, "1.2.4", Wire.Ele, new MemoryStream(data), length, CancellationToken.None)).IsSuccess);
        await client.ReleaseAsync(CancellationToken.None);
        Assert.Equal(["1.2.3", "1.2.4"], server.Store.Objects.Select(o => o.Request.SopInstanceUid));
        Assert.All(server.Store.Objects, o => Assert.True(data.AsSpan().SequenceEqual(o.Data)));
        var request = server.Store.Objects.First().Request;
        Assert.Equal((Wire.CtClass, Wire.Ele, "TESTER"), (request.SopClassUid, request.TransferSyntaxUid, request.Association.CallingAeTitle));
        Assert.Equal(new AssociationCounts(2, 2, 0, 0, 2L * length), (await server.NextEndAsync()).Counts);
    }

    [Fact]
    public async Task FragmentsAndPdusMayBeCutAnywhere()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        var command = Wire.Store().Encode();
        var data = Wire.Pattern(1000);
        // The command in two PDUs, its end and the first data in one PDU, an empty fragment, and all of it in pieces of 7 bytes.
        byte[] bytes =
        [
            .. Wire.Value(Wire.Ct, true, false, command[..10]),
            .. PduCodec.Encode(new DataTransferPdu([new(Wire.Ct, true, true, command[10..]), new(Wire.Ct, false, false, data[..300])])),
            .. Wire.Data(Wire.Ct, [], isLast: false),
            .. Wire.Data(Wire.Ct, data[300..]),
        ];
        foreach (var piece in bytes.Chunk(7)) await peer.SendAsync(piece);
        Assert.Equal((ushort)0, (await peer.ReadResponseAsync()).Status);
        Assert.Equal(data, Assert.Single(server.Store.Objects).Data);
    }

    [Fact]
    public async Task AnswersComeInPdusThatThePeerTakes()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint, maxPdu: 32);
        await peer.SendAsync(Wire.Command(Wire.Verification, Wire.Echo(3)));
        var bytes = new MemoryStream();
        while (true)
        {
            var value = Assert.Single(Assert.IsType<DataTransferPdu>(await peer.ReadAsync()).Values);
            Assert.InRange(value.Data.Length, 1, 26);
            bytes.Write(value.Data.Span);
            if (value.IsLast) break;
        }

        Assert.Equal((ushort)3, CommandSet.Decode(bytes.ToArray()).RespondedToMessageId);
    }

    [Fact]
    public async Task AReceiverThatFailsCostsOneStatusAndNotTheAssociation()
    {
        var ended = 0;
        var calls = 0;
        var store = new StoreOf((_, _) => (calls++) switch
        {
            0 => throw new InvalidOperationException("begin"),
            1 => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf { Write = (_, _) => throw new IOException("write"), Dispose = Count }),
            2 => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf { Complete = _ => throw new IOException("complete"), Dispose = Count }),
            3 => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf { Dispose = () => throw new IOException("dispose") }),
            4 => ValueTask.FromResult(StoreReceiver.Refuse(DimseStatus.OutOfResources.WithComment("no room"))),
            _ => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf { Dispose = Count }),
        });
        await using var server = await ServerUnderTest.StartAsync(store: store);
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        var statuses = new List<ushort>();
        string? comment = null;
        for (var i = 0; i < 6; i++)
        {
            var status = await client.StoreAsync(Wire.CtClass, $"1.2.{i}", Wire.Ele, Wire.Pattern(600_000), CancellationToken.None);
            statuses.Add(status.Code);
            comment ??= status.ErrorComment;
        }

        await client.ReleaseAsync(CancellationToken.None);
        Assert.Equal([0x0110, 0x0110, 0x0110, 0x0000, 0xA700, 0x0000], statuses);
        Assert.Equal("no room", comment);
        Assert.Equal(3, ended);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.Released, 2L, 4L), (end.Kind, end.Counts.Stored, end.Counts.Failed));

        ValueTask Count()
        {
            Interlocked.Increment(ref ended);
            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task ASlowReceiverHoldsThePeerBackAndMemoryStaysBounded()
    {
        var gate = new TaskCompletionSource();
        var largest = 0;
        var taken = 0L;
        var store = new StoreOf((_, _) => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf
        {
            Write = async (fragment, _) =>
            {
                largest = Math.Max(largest, fragment.Length);
                await gate.Task;
                Interlocked.Add(ref taken, fragment.Length);
            },
        }));
        await using var server = await ServerUnderTest.StartAsync(store: store);
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        const int length = 64 << 20;
        var data = new ZeroStream(length);
        var sending = client.StoreAsync(Wire.CtClass, "1.2.3", Wire.Ele, data, length, CancellationToken.None);
        // The sender runs until the socket buffers are full, and no further.
        await Waiting.UntilAsync(() => data.IsQuiet);
        Assert.False(sending.IsCompleted);
        Assert.InRange(data.Position, 1, length - 1);
        Assert.Equal(0, taken);
        gate.SetResult();
        Assert.True((await sending).IsSuccess);
        Assert.Equal(length, taken);
        Assert.InRange(largest, 1, 262_144);
    }

    [Fact]
    public async Task FourAssociationsStoreAtOnce()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async n =>
        {
            await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
            for (var i = 0; i < 20; i++) Assert.True((await client.StoreAsync(Wire.CtClass, $"1.{n}.{i}", Wire.Ele, Wire.Pattern(100_000 + 2 * n), CancellationToken.None)).IsSuccess);
            await client.ReleaseAsync(CancellationToken.None);
        }));
        Assert.Equal(80, server.Store.Objects.Count);
        Assert.All(server.Store.Objects, o => Assert.Equal(Wire.Pattern(100_000 + 2 * int.Parse(o.Request.SopInstanceUid.Split('.')[1], System.Globalization.CultureInfo.InvariantCulture)), o.Data));
        for (var i = 0; i < 4; i++) Assert.Equal(20, (await server.NextEndAsync()).Counts.Stored);
        Assert.Equal(4, server.OpenedCount);
    }

    [Fact]
    public async Task OneMoreThanTheLimitIsRejectedForNowAndAnEndedOneMakesRoom()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxAssociations = 2 });
        await using var first = await DicomClient.ConnectAsync(server.Peer, Proposals);
        await using var second = await DicomClient.ConnectAsync(server.Peer, Proposals);
        var error = await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(server.Peer, Proposals));
        Assert.Equal(AssociationRejection.LocalLimitExceeded, error.Rejection);
        Assert.True(error.IsTransient);
        Assert.Equal(AssociationRejection.LocalLimitExceeded, Assert.Single(server.Refusals));
        await first.ReleaseAsync(CancellationToken.None);
        await server.NextEndAsync();
        await using var third = await DicomClient.ConnectAsync(server.Peer, Proposals);
        Assert.Equal(2, server.Server.OpenAssociations);
    }

    [Fact]
    public async Task APeerHasItsOwnLimit()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxAssociationsPerPeer = 1 });
        await using var first = await DicomClient.ConnectAsync(server.Peer, Proposals);
        await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(server.Peer, Proposals));
        await using var other = await DicomClient.ConnectAsync(server.Peer with { CallingAeTitle = "OTHER" }, Proposals);
        Assert.True((await other.EchoAsync(CancellationToken.None)).IsSuccess);
    }

    [Fact]
    public async Task StoppingLetsAnOpenAssociationFinishAndTakesNoNewOne()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        var peer = server.Peer;
        var stopping = server.Server.StopAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        await Assert.ThrowsAsync<PeerUnreachableException>(() => DicomClient.ConnectAsync(peer, Proposals));
        Assert.True((await client.StoreAsync(Wire.CtClass, "1.2.3", Wire.Ele, Wire.Pattern(10), CancellationToken.None)).IsSuccess);
        Assert.False(stopping.IsCompleted);
        await client.ReleaseAsync(CancellationToken.None);
        await client.DisposeAsync();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(AssociationEndKind.Released, (await server.NextEndAsync()).Kind);
    }

    [Fact]
    public async Task PastTheDrainDeadlineOpenAssociationsAreAborted()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var server = await ServerUnderTest.StartAsync(new() { IdleTimeout = TimeSpan.FromHours(20), LingerTimeout = TimeSpan.FromHours(20) }, time: time);
        using var silent = await ScriptedPeer.ConnectAsync(server.EndPoint);
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        var stopping = server.Server.StopAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        // Who has not asked for an association yet is not waited for.
        Assert.Null(await silent.ReadAsync());
        var aborted = await time.AdvanceUntilAsync(peer.ReadAsync());
        Assert.IsType<AbortPdu>(aborted);
        peer.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.Drained, "drain-deadline"), (end.Kind, end.ReasonCode));
    }

    [Fact]
    public async Task StoppingAbortsAReceiverThatHangs()
    {
        var cut = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        var store = new StoreOf((_, _) => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf
        {
            Complete = async token =>
            {
                entered.SetResult();
                await Task.Delay(Timeout.Infinite, token);
                return DimseStatus.Success;
            },
            Dispose = () =>
            {
                cut.SetResult();
                return ValueTask.CompletedTask;
            },
        }));
        await using var server = await ServerUnderTest.StartAsync(store: store);
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()), Wire.Data(Wire.Ct, [1, 2]));
        await entered.Task.WaitAsync(TimeSpan.FromSeconds(20));
        var stopping = server.Server.StopAsync(TimeSpan.Zero, CancellationToken.None);
        await peer.ExpectAbortAsync();
        peer.Dispose();
        await stopping.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(cut.Task.IsCompleted);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.Drained, 1L), (end.Kind, end.Counts.Unfinished));
    }

    [Fact]
    public async Task APortInUseIsATypedErrorThatNamesIt()
    {
        await using var server = await ServerUnderTest.StartAsync();
        await using var second = new DicomServer(new() { Port = server.EndPoint.Port }, new StorageAssociationPolicy(new()), server.Store, null, NullLogger.Instance, TimeProvider.System);
        var error = await Assert.ThrowsAsync<ListenFailedException>(() => second.StartAsync(CancellationToken.None));
        Assert.Equal(("dicom-port-in-use", server.EndPoint.Port), (error.Code, error.Port));
        Assert.Contains(server.EndPoint.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void EverySettingThatMakesNoSenseIsNamedAtOnce()
    {
        var options = new DicomServerOptions { Port = -1, AeTitle = "", MaxPduLength = 10, IdleTimeout = TimeSpan.Zero };
        var error = Assert.Throws<ArgumentException>(() => new DicomServer(options, new StorageAssociationPolicy(new()), new MemoryStore(), null, NullLogger.Instance, TimeProvider.System));
        foreach (var name in new[] { "Port", "AeTitle", "MaxPduLength", "IdleTimeout" }) Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnObserverThatFailsChangesNothing()
    {
        await using var server = new DicomServer(new() { Port = 0 }, new StorageAssociationPolicy(new()), new MemoryStore(), new FailingObserver(), NullLogger.Instance, TimeProvider.System);
        await server.StartAsync(CancellationToken.None);
        await using var client = await DicomClient.ConnectAsync(new DicomPeer("127.0.0.1", server.LocalEndPoint.Port, "NODE", "TESTER"), Proposals);
        Assert.True((await client.EchoAsync(CancellationToken.None)).IsSuccess);
        await client.ReleaseAsync(CancellationToken.None);
    }

    [Fact]
    public async Task APolicyThatFailsOrAcceptsWhatWasNotProposedRejects()
    {
        var policy = new PolicyOf(_ => throw new InvalidOperationException("policy"));
        await using var server = await ServerUnderTest.StartAsync(policy: policy);
        Assert.Equal(AssociationRejection.NoReason, (await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(server.Peer, Proposals))).Rejection);
        policy.Decision = r => AssociationDecision.Accept([.. r.PresentationContexts.Select(c => new PresentationContext(c.Id, c.AbstractSyntax, PresentationContextResult.Acceptance, "1.2.3"))]);
        Assert.Equal(AssociationRejection.NoReason, (await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(server.Peer, Proposals))).Rejection);
        Assert.Equal(0, server.Server.OpenAssociations);
    }

    [Fact]
    public async Task TheServerAcceptsIPv4OnTheIPv6Wildcard()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6, "IPv6 is not here");
        await using var server = await ServerUnderTest.StartAsync(new() { Bind = IPAddress.IPv6Any });
        await server.EchoAsync();
    }

    [Fact]
    public async Task NoLogLineCarriesAUidOrDataOfTheObject()
    {
        await using var server = await ServerUnderTest.StartAsync(store: new StoreOf((_, _) => ValueTask.FromResult(StoreReceiver.Refuse(DimseStatus.OutOfResources))));
        await using var client = await DicomClient.ConnectAsync(server.Peer, Proposals);
        await client.StoreAsync(Wire.CtClass, "1.2.3.44444", Wire.Ele, Wire.Pattern(10), CancellationToken.None);
        await client.ReleaseAsync(CancellationToken.None);
        await server.NextEndAsync();
        Assert.NotEmpty(server.Log.Lines);
        Assert.All(server.Log.Lines, l => Assert.InRange(l.Id.Id, 1500, 1599));
        Assert.DoesNotContain(server.Log.Lines, l => l.Text.Contains("44444", StringComparison.Ordinal));
    }

    private sealed class FailingObserver : IAssociationObserver
    {
        public void Opened(AssociationInfo association) => throw new InvalidOperationException("opened");

        public void Closed(AssociationInfo association, AssociationEnd end) => throw new InvalidOperationException("closed");
    }

    private sealed class PolicyOf(Func<AssociationRequest, AssociationDecision> decision) : IAssociationPolicy
    {
        public Func<AssociationRequest, AssociationDecision> Decision { get; set; } = decision;

        public AssociationDecision Decide(AssociationRequest request) => Decision(request);
    }

    /// <summary>Zeros; knows when nobody has read for a while.</summary>
    private sealed class ZeroStream(long length) : Stream
    {
        private long _position;
        private long _lastRead = TimeProvider.System.GetTimestamp();

        public bool IsQuiet => Interlocked.Read(ref _position) > 0 && TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _lastRead)) > TimeSpan.FromMilliseconds(200);

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => Interlocked.Read(ref _position); set => throw new NotSupportedException(); }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var take = (int)Math.Min(count, length - _position);
            buffer.AsSpan(offset, take).Clear();
            Interlocked.Add(ref _position, take);
            Interlocked.Exchange(ref _lastRead, TimeProvider.System.GetTimestamp());
            return take;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
