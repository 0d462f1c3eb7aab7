using System.Text;
using Microsoft.Extensions.Time.Testing;

namespace PacsFusion.Dicom.Network.Tests;

/// <summary>Peers that break the rules: each costs its own connection and nothing else.</summary>
public class HostilePeerTests
{
    // The made-up clock runs on while an A-ABORT is on its way; the farewell must not run out with it.
    private static readonly TimeSpan Patient = TimeSpan.FromHours(20);

    public static TheoryData<string> Garbage => ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001", "\0\0\0\0", "ÿÿÿÿÿÿÿÿ"];

    [Theory]
    [MemberData(nameof(Garbage))]
    public async Task BytesThatAreNoPduAreAbortedAtOnce(string garbage)
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Encoding.Latin1.GetBytes(garbage));
        await peer.ExpectAbortAsync(AbortSource.ServiceProvider, AbortReason.UnrecognizedPdu);
        await server.EchoAsync();
    }

    [Fact]
    public async Task ASecondAssociationRequestIsAborted()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Request());
        await peer.ExpectAbortAsync(AbortSource.ServiceProvider, AbortReason.UnexpectedPdu);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.ProtocolError, "unexpected-pdu"), (end.Kind, end.ReasonCode));
        await server.EchoAsync();
    }

    [Fact]
    public async Task DataBeforeAnAssociationIsAborted()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Verification, Wire.Echo()));
        await peer.ExpectAbortAsync();
        Assert.Equal(0, server.OpenedCount);
    }

    public static TheoryData<string, byte[], string> Broken => new()
    {
        { "value longer than its PDU", [4, 0, 0, 0, 0, 10, 0, 0, 0, 9, 1, 3, 0, 0, 0, 0], "pdv-too-long" },
        { "value of length 0", [4, 0, 0, 0, 0, 6, 0, 0, 0, 0, 1, 3], "pdv-too-short" },
        { "value of length 1", [4, 0, 0, 0, 0, 6, 0, 0, 0, 1, 1, 3], "pdv-too-short" },
        { "PDU that ends within a value's header", [4, 0, 0, 0, 0, 9, 0, 0, 0, 2, 1, 1, 0, 0, 0], "pdv-too-short" },
        { "empty PDU", [4, 0, 0, 0, 0, 0], "pdu-too-short" },
        { "2 GiB header", [4, 0, 0x7F, 0xFF, 0xFF, 0xFF], "pdu-too-long" },
        { "release of 2 GiB", [5, 0, 0x7F, 0xFF, 0xFF, 0xFF], "pdu-too-long" },
        { "type 9", [9, 0, 0, 0, 0, 4, 0, 0, 0, 0], "pdu-unrecognized" },
        { "context that was not accepted", Wire.Command(Wire.Unproposed, Wire.Echo()), "unaccepted-presentation-context" },
        { "data set without a command", Wire.Data(Wire.Ct, [1, 2, 3]), "data-set-without-command" },
        { "command within a data set", [.. Wire.Command(Wire.Ct, Wire.Store()), .. Wire.Command(Wire.Verification, Wire.Echo())], "command-within-data-set" },
        { "data set in another context", [.. Wire.Command(Wire.Ct, Wire.Store()), .. Wire.Data(Wire.Verification, [1])], "context-changed-within-message" },
        { "command over two contexts", [.. Wire.Value(Wire.Ct, true, false, [0, 0]), .. Wire.Value(Wire.Verification, true, true, [0, 0])], "context-changed-within-message" },
        { "release within a message", [.. Wire.Command(Wire.Ct, Wire.Store()), .. PduCodec.Encode(new ReleaseRequestPdu())], "release-within-message" },
        { "command set cut in an element", Wire.Value(Wire.Verification, true, true, [0, 0, 2, 0, 200, 0, 0, 0, 1]), "command-set-truncated" },
        { "command set without a field", Wire.Value(Wire.Verification, true, true, [0, 0, 0x10, 1, 2, 0, 0, 0, 1, 0]), "command-field-missing" },
        { "data set sent as a command", Wire.Value(Wire.Verification, true, true, [8, 0, 5, 0, 2, 0, 0, 0, 1, 0]), "command-set-foreign-group" },
        { "response to nothing", Wire.Command(Wire.Verification, Wire.Echo().Respond(DimseStatus.Success)), "unexpected-response" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task ABrokenSequenceIsAbortedWithItsReason(string what, byte[] bytes, string code)
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(bytes);
        await peer.ExpectAbortAsync();
        var end = await server.NextEndAsync();
        Assert.True(end.Kind == AssociationEndKind.ProtocolError && end.ReasonCode == code, $"{what}: {end.Kind} {end.ReasonCode}");
        Assert.Empty(server.Store.Objects);
        await server.EchoAsync();
        Assert.Equal(server.Store.Disposed, server.Store.Cut);
    }

    [Fact]
    public async Task ADataPduOverTheAnnouncedLengthIsRefusedByItsHeader()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxPduLength = 4096 });
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync([4, 0, 0, 0, 0x10, 1]);
        await peer.ExpectAbortAsync(AbortSource.ServiceProvider, AbortReason.InvalidPduParameter);
    }

    [Fact]
    public async Task ACommandSetWithoutEndIsCutOffAtItsLimit()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        var sent = await peer.FloodAsync(Wire.Value(Wire.Verification, true, false, new byte[8192]), 64 << 20);
        Assert.InRange(sent, 1, 32 << 20);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.LimitExceeded, "command-set-too-long"), (end.Kind, end.ReasonCode));
        await server.EchoAsync();
    }

    [Fact]
    public async Task ADataSetOverItsLimitCostsOneStatusAndOneWithoutEndTheAssociation()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxDataSetLength = 100_000 });
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()), Wire.Data(Wire.Ct, new byte[90_000], isLast: false), Wire.Data(Wire.Ct, new byte[20_000]));
        Assert.Equal((ushort)0xA700, (await peer.ReadResponseAsync()).Status);
        Assert.Equal(1, server.Store.Cut);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()));
        Assert.InRange(await peer.FloodAsync(Wire.Data(Wire.Ct, new byte[50_000], isLast: false), 64 << 20), 1, 32 << 20);
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.LimitExceeded, "data-set-too-long", 1L, 1L), (end.Kind, end.ReasonCode, end.Counts.Failed, end.Counts.Unfinished));
        await server.EchoAsync();
    }

    [Fact]
    public async Task AnUnknownCommandIsAnswered0211AndItsDataSetPassedOver()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        var find = new CommandSet { Field = CommandField.FindRequest, MessageId = 4, AffectedSopClassUid = Wire.CtClass, DataSetType = 1 };
        await peer.SendAsync(Wire.Command(Wire.Ct, find), Wire.Data(Wire.Ct, [1, 2, 3]));
        var response = await peer.ReadResponseAsync();
        Assert.Equal(((ushort)0x0211, (ushort)0x8020, (ushort)4), (response.Status, response.Field, response.RespondedToMessageId));
        await peer.SendAsync(Wire.Command(Wire.Verification, new CommandSet { Field = CommandField.CancelRequest, RespondedToMessageId = 4 }));
        await peer.SendAsync(Wire.Command(Wire.Verification, Wire.Echo(5)));
        Assert.Equal((ushort)5, (await peer.ReadResponseAsync()).RespondedToMessageId);
        await peer.ReleaseAsync();
    }

    [Fact]
    public async Task AStoreWithoutADataSetIsAnsweredAndTheAssociationGoesOn()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        var command = Wire.Store();
        command.DataSetType = CommandSet.NoDataSet;
        await peer.SendAsync(Wire.Command(Wire.Ct, command));
        Assert.Equal((ushort)0xC000, (await peer.ReadResponseAsync()).Status);
        await peer.ReleaseAsync();
    }

    [Fact]
    public async Task UidsAreHandedOnAsTheyCome()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store(instance: "../../tmp/x")), Wire.Data(Wire.Ct, [1]));
        await peer.ReadResponseAsync();
        Assert.Equal("../../tmp/x", Assert.Single(server.Store.Objects).Request.SopInstanceUid);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(1, 1)]
    public async Task ContextIdsThatAreEvenOrTwiceThereAreAborted(byte first, byte second)
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Wire.RequestPdu(contexts: [new(first, DicomUid.Verification, [Wire.Ile]), new(second, DicomUid.Verification, [Wire.Ile])]));
        await peer.ExpectAbortAsync(AbortSource.ServiceProvider, AbortReason.InvalidPduParameter);
    }

    [Fact]
    public async Task AForeignProtocolIsRejectedForGood()
    {
        await using var server = await ServerUnderTest.StartAsync();
        foreach (var (request, expected) in new[]
                 {
                     (Wire.RequestPdu() with { ProtocolVersion = 2 }, AssociationRejection.ProtocolVersionNotSupported),
                     (Wire.RequestPdu() with { ApplicationContext = "1.2.3" }, AssociationRejection.ApplicationContextNotSupported),
                     (Wire.RequestPdu(maxPdu: 7), new AssociationRejection(1, 2, 1)),
                 })
        {
            using var peer = await ScriptedPeer.ConnectAsync(server.EndPoint);
            await peer.SendAsync(request);
            Assert.Equal(expected, Assert.IsType<AssociateRejectPdu>(await peer.ReadAsync()).Rejection);
            Assert.Null(await peer.ReadAsync());
        }

        Assert.Equal(0, server.OpenedCount);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(50)]
    public async Task AConnectionThatDoesNotAskIsClosedAfterTheRequestTimeout(int bytes)
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerUnderTest.StartAsync(time: time);
        using var peer = await ScriptedPeer.ConnectAsync(server.EndPoint);
        await peer.SendAsync(Wire.Request()[..bytes]);
        await Waiting.UntilAsync(() => server.Server.OpenConnections == 1);
        Assert.Null(await time.AdvanceUntilAsync(peer.ReadAsync()));
        await Waiting.UntilAsync(() => server.Server.OpenConnections == 0);
        Assert.Equal(0, server.OpenedCount);
        Assert.Contains(server.Log.Lines, l => l.Text.Contains("request-timeout", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task ASilentAssociationIsAborted(int bytesOfAHeader)
    {
        var time = new FakeTimeProvider();
        await using var server = await ServerUnderTest.StartAsync(new() { LingerTimeout = Patient }, time: time);
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Verification, Wire.Echo())[..bytesOfAHeader]);
        Assert.IsType<AbortPdu>(await time.AdvanceUntilAsync(peer.ReadAsync()));
        peer.Dispose();
        // Which limit it was depends on where the server stood when the made-up clock ran; PeerClockTests hold them apart.
        Assert.Equal(AssociationEndKind.TimedOut, (await server.NextEndAsync()).Kind);
    }

    [Fact]
    public async Task SilenceWithinADataSetIsAbortedAndTheObjectCut()
    {
        var time = new FakeTimeProvider();
        var written = new TaskCompletionSource();
        var cut = 0;
        var store = new StoreOf((_, _) => ValueTask.FromResult<IStoreReceiver>(new ReceiverOf
        {
            Write = (_, _) =>
            {
                written.TrySetResult();
                return ValueTask.CompletedTask;
            },
            Dispose = () =>
            {
                cut++;
                return ValueTask.CompletedTask;
            },
        }));
        await using var server = await ServerUnderTest.StartAsync(new() { MinDataRate = null, LingerTimeout = Patient }, store, time: time);
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()), Wire.Data(Wire.Ct, [1, 2], isLast: false));
        await written.Task.WaitAsync(TimeSpan.FromSeconds(20));
        Assert.IsType<AbortPdu>(await time.AdvanceUntilAsync(peer.ReadAsync()));
        peer.Dispose();
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.TimedOut, "message-timeout", 1L), (end.Kind, end.ReasonCode, end.Counts.Unfinished));
        Assert.Equal(1, cut);
    }

    [Fact]
    public async Task APeerThatGoesAwayWithoutAWordIsLostAndItsObjectCut()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()), Wire.Data(Wire.Ct, [1, 2], isLast: false));
        await Waiting.UntilAsync(() => server.Server.OpenAssociations == 1);
        peer.Reset();
        var end = await server.NextEndAsync();
        Assert.Equal(AssociationEndKind.Lost, end.Kind);
        Assert.Empty(server.Store.Objects);
        await server.EchoAsync();
    }

    [Fact]
    public async Task AnAbortOfThePeerIsToldFromALostConnection()
    {
        await using var server = await ServerUnderTest.StartAsync();
        using var peer = await ScriptedPeer.AssociateAsync(server.EndPoint);
        await peer.SendAsync(Wire.Command(Wire.Ct, Wire.Store()), Wire.Data(Wire.Ct, [1, 2], isLast: false), PduCodec.Encode(new AbortPdu(0, 0)));
        var end = await server.NextEndAsync();
        Assert.Equal((AssociationEndKind.AbortedByPeer, 1L), (end.Kind, end.Counts.Unfinished));
        Assert.Equal(1, server.Store.Cut);
    }

    [Fact]
    public async Task SilentConnectionsTakeNoAssociationAndNeverStopTheAcceptance()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxAssociations = 2 });
        var silent = new List<ScriptedPeer>();
        for (var i = 0; i < 200; i++) silent.Add(await ScriptedPeer.ConnectAsync(server.EndPoint));
        await server.EchoAsync();
        foreach (var peer in silent) peer.Dispose();
    }

    [Fact]
    public async Task OneConnectionTooManyIsClosedUnheard()
    {
        await using var server = await ServerUnderTest.StartAsync(new() { MaxAssociations = 2, MaxConnections = 2 });
        using var first = await ScriptedPeer.AssociateAsync(server.EndPoint);
        using var second = await ScriptedPeer.AssociateAsync(server.EndPoint);
        using var third = await ScriptedPeer.ConnectAsync(server.EndPoint);
        Assert.Null(await third.ReadAsync());
        await first.ReleaseAsync();
        first.Dispose();
        await Waiting.UntilAsync(() => server.Server.OpenConnections == 1);
        await server.EchoAsync();
    }
}
