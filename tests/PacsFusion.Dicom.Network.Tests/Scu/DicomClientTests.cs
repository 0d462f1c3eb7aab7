using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;

namespace PacsFusion.Dicom.Network.Tests;

public sealed class DicomClientTests : IDisposable
{
    private static readonly PresentationContextProposal[] Proposals = [new(DicomUid.Verification, [Wire.Ile]), new(Wire.CtClass, [Wire.Ele]), new(DicomUid.StudyRootQueryRetrieveFind, [Wire.Ile])];
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);

    public DicomClientTests()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
    }

    private DicomPeer Peer => new("127.0.0.1", ((IPEndPoint)_listener.LocalEndPoint!).Port, "PACS", "NODE");

    public void Dispose() => _listener.Dispose();

    [Fact]
    public async Task ARejectionSaysResultSourceAndReason()
    {
        var connecting = DicomClient.ConnectAsync(Peer, Proposals);
        using var peer = await ScriptedPeer.AcceptAsync(_listener);
        var request = Assert.IsType<AssociateRequestPdu>(await peer.ReadAsync());
        Assert.Equal(("PACS", "NODE"), (request.CalledAeTitle, request.CallingAeTitle));
        Assert.Equal([1, 3, 5], request.Contexts.Select(c => (int)c.Id));
        await peer.SendAsync(new AssociateRejectPdu(AssociationRejection.CalledAeTitleNotRecognized));
        peer.Dispose();
        var error = await Assert.ThrowsAsync<AssociationRejectedException>(() => connecting);
        Assert.False(error.IsTransient);
        Assert.Contains("called AE title not recognized", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NobodyThereIsUnreachable()
    {
        var peer = Peer;
        _listener.Dispose();
        var error = await Assert.ThrowsAsync<PeerUnreachableException>(() => DicomClient.ConnectAsync(peer, Proposals));
        Assert.True(error.IsTransient);
        Assert.Equal("peer-unreachable", error.Code);
    }

    [Fact]
    public async Task AnAbortInsteadOfAnAnswerIsAborted()
    {
        var connecting = DicomClient.ConnectAsync(Peer, Proposals);
        using var peer = await ScriptedPeer.AcceptAsync(_listener);
        await peer.SendAsync(new AbortPdu(2, 0));
        Assert.Equal("aborted-by-peer", (await Assert.ThrowsAsync<AssociationAbortedException>(() => connecting)).Code);
    }

    [Fact]
    public async Task AClosedConnectionInsteadOfAnAnswerIsLost()
    {
        var connecting = DicomClient.ConnectAsync(Peer, Proposals);
        using (await ScriptedPeer.AcceptAsync(_listener))
        {
        }

        await Assert.ThrowsAsync<ConnectionLostException>(() => connecting);
    }

    [Fact]
    public async Task SomethingElseThatListensIsAborted()
    {
        var connecting = DicomClient.ConnectAsync(Peer, Proposals);
        using var peer = await ScriptedPeer.AcceptAsync(_listener);
        await peer.SendAsync("SSH-2.0-x\r\n"u8.ToArray());
        peer.CloseSending();
        Assert.IsType<AssociateRequestPdu>(await peer.ReadAsync());
        Assert.IsType<AbortPdu>(await peer.ReadAsync());
        peer.Dispose();
        Assert.Equal("pdu-unrecognized", (await Assert.ThrowsAsync<AssociationAbortedException>(() => connecting)).Code);
    }

    [Fact]
    public async Task NoAnswerInTimeIsATimeout()
    {
        var time = new FakeTimeProvider();
        var connecting = DicomClient.ConnectAsync(Peer, Proposals, time: time);
        using var peer = await ScriptedPeer.AcceptAsync(_listener);
        Assert.IsType<AssociateRequestPdu>(await peer.ReadAsync());
        var failing = Assert.ThrowsAsync<NetworkTimeoutException>(() => connecting);
        Assert.Equal("association-timeout", (await time.AdvanceUntilAsync(failing)).Code);
    }

    [Fact]
    public async Task CancellingAConnectAborts()
    {
        using var cancel = new CancellationTokenSource();
        var connecting = DicomClient.ConnectAsync(Peer, Proposals, cancellationToken: cancel.Token);
        using var peer = await ScriptedPeer.AcceptAsync(_listener);
        Assert.IsType<AssociateRequestPdu>(await peer.ReadAsync());
        await cancel.CancelAsync();
        Assert.IsType<AbortPdu>(await peer.ReadAsync());
        peer.Dispose();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting);
    }

    [Fact]
    public async Task AContextThatWasNotAcceptedIsATypedErrorAndCostsNothing()
    {
        var (client, peer) = await AssociateAsync(c => c.AbstractSyntax == DicomUid.Verification);
        using var _ = peer;
        var error = await Assert.ThrowsAsync<NoPresentationContextException>(() => client.StoreAsync(Wire.CtClass, "1.2", Wire.Ele, new byte[2], CancellationToken.None));
        Assert.Equal((Wire.CtClass, Wire.Ele), (error.SopClassUid, error.TransferSyntaxUid));
        Assert.True(client.IsOpen);
        var echoing = client.EchoAsync(CancellationToken.None);
        var message = (await peer.ReadMessageAsync())!.Value;
        await peer.SendAsync(Wire.Command(message.ContextId, message.Command.Respond(DimseStatus.Success)));
        Assert.True((await echoing).IsSuccess);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(256u)]
    [InlineData(4097u)]
    [InlineData(16_384u)]
    [InlineData(0u)]
    public async Task ADataSetLeavesInPdusThatThePeerTakes(uint maxPdu)
    {
        var (client, peer) = await AssociateAsync(maxPdu: maxPdu);
        using var _ = peer;
        var data = Wire.Pattern(400_002);
        var storing = client.StoreAsync(Wire.CtClass, "1.2.3", Wire.Ele, data, CancellationToken.None);
        var received = new MemoryStream();
        CommandSet? command = null;
        for (var last = false; !last;)
        {
            var pdu = Assert.IsType<DataTransferPdu>(await peer.ReadAsync());
            if (maxPdu > 0) Assert.InRange(PduCodec.Encode(pdu).Length - 6, 1, (int)maxPdu);
            var value = Assert.Single(pdu.Values);
            Assert.Equal(0, value.Data.Length % 2);
            if (value.IsCommand) command = CommandSet.Decode(value.Data.Span);
            else received.Write(value.Data.Span);
            last = value is { IsCommand: false, IsLast: true };
        }

        Assert.Equal(data, received.ToArray());
        await peer.SendAsync(Wire.Command(3, command!.Respond(new DimseStatus(0xB000, "coerced"))));
        var status = await storing;
        Assert.True(status.IsWarning);
        Assert.Equal("coerced", status.ErrorComment);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task ADeflatedDataSetOfOddLengthIsPaddedAndAnotherRefused()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var deflated = DicomTransferSyntax.DeflatedExplicitVRLittleEndian.Uid;
        await using var client = await DicomClient.ConnectAsync(server.Peer, [new(Wire.CtClass, [deflated]), new(Wire.CtClass, [Wire.Ele])]);
        Assert.True((await client.StoreAsync(Wire.CtClass, "1.2.3", deflated, new byte[] { 1, 2, 3 }, CancellationToken.None)).IsSuccess);
        Assert.True((await client.StoreAsync(Wire.CtClass, "1.2.4", deflated, new MemoryStream([4, 5, 6]), 3, CancellationToken.None)).IsSuccess);
        Assert.Equal([[1, 2, 3, 0], [4, 5, 6, 0]], server.Store.Objects.Select(o => o.Data));
        await Assert.ThrowsAsync<ArgumentException>(() => client.StoreAsync(Wire.CtClass, "1.2.5", Wire.Ele, new byte[3], CancellationToken.None));
        await client.ReleaseAsync(CancellationToken.None);
    }

    [Fact]
    public async Task APeerThatAbortsWhileWeSendIsNotALostConnection()
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        var storing = client.StoreAsync(Wire.CtClass, "1.2.3", Wire.Ele, new byte[64 << 20], CancellationToken.None);
        Assert.NotNull(await peer.ReadAsync());
        await peer.SendAsync(new AbortPdu(0, 0));
        peer.Dispose();
        await Assert.ThrowsAsync<AssociationAbortedException>(() => storing);
        Assert.False(client.IsOpen);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task AnAnswerToAnotherMessageAborts()
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        var echoing = client.EchoAsync(CancellationToken.None);
        var message = (await peer.ReadMessageAsync())!.Value;
        message.Command.MessageId = 999;
        await peer.SendAsync(Wire.Command(message.ContextId, message.Command.Respond(DimseStatus.Success)));
        Assert.Equal("response-mismatch", (await Assert.ThrowsAsync<AssociationAbortedException>(() => echoing)).Code);
        var disposing = client.DisposeAsync().AsTask();
        Assert.IsType<AbortPdu>(await peer.ReadAsync());
        peer.Dispose();
        await disposing;
    }

    [Fact]
    public async Task MatchesComeAsTheyArriveAndAFailureIsTyped()
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        var finding = FindAsync(client, 10, CancellationToken.None);
        var message = (await peer.ReadMessageAsync())!.Value;
        Assert.Equal(CommandField.FindRequest, message.Command.Field);
        Assert.Equal("STUDY", DicomDataset.Parse(message.Data, DicomTransferSyntax.ImplicitVRLittleEndian).GetString(DicomTag.QueryRetrieveLevel));
        for (var i = 0; i < 3; i++) await SendMatchAsync(peer, message.Command, $"1.2.{i}");
        await peer.SendAsync(Wire.Command(5, message.Command.Respond(DimseStatus.Success)));
        Assert.Equal(["1.2.0", "1.2.1", "1.2.2"], await finding);

        finding = FindAsync(client, 10, CancellationToken.None);
        message = (await peer.ReadMessageAsync())!.Value;
        await peer.SendAsync(Wire.Command(5, message.Command.Respond(DimseStatus.OutOfResources)));
        var error = await Assert.ThrowsAsync<DimseFailureException>(() => finding);
        Assert.Equal((0xA700, true), (error.Status.Code, error.IsTransient));
        Assert.True(client.IsOpen);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task LeavingAQueryEarlySendsCancelAndKeepsTheAssociation(bool byToken)
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        using var cancel = new CancellationTokenSource();
        var finding = FindAsync(client, byToken ? 10 : 1, cancel.Token, byToken ? cancel : null);
        var message = (await peer.ReadMessageAsync())!.Value;
        await SendMatchAsync(peer, message.Command, "1.2.1");
        var cancelled = (await peer.ReadMessageAsync())!.Value;
        Assert.Equal(CommandField.CancelRequest, cancelled.Command.Field);
        Assert.Equal(message.Command.MessageId, cancelled.Command.RespondedToMessageId);
        await SendMatchAsync(peer, message.Command, "1.2.2");
        await peer.SendAsync(Wire.Command(5, message.Command.Respond(DimseStatus.Cancel)));
        if (byToken) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => finding);
        else Assert.Equal(["1.2.1"], await finding);

        var echoing = client.EchoAsync(CancellationToken.None);
        message = (await peer.ReadMessageAsync())!.Value;
        await peer.SendAsync(Wire.Command(message.ContextId, message.Command.Respond(DimseStatus.Success)));
        Assert.True((await echoing).IsSuccess);
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task ReleaseCollisionEndsInRelease()
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        var releasing = client.ReleaseAsync(CancellationToken.None);
        Assert.IsType<ReleaseRequestPdu>(await peer.ReadAsync());
        await peer.SendAsync(new ReleaseRequestPdu());
        Assert.IsType<ReleaseResponsePdu>(await peer.ReadAsync());
        await peer.SendAsync(new ReleaseResponsePdu());
        await releasing;
        peer.Dispose();
        await client.DisposeAsync();
    }

    [Fact]
    public async Task DisposingWithoutReleaseAborts()
    {
        var (client, peer) = await AssociateAsync();
        using var _ = peer;
        var disposing = client.DisposeAsync().AsTask();
        Assert.IsType<AbortPdu>(await peer.ReadAsync());
        peer.Dispose();
        await disposing;
        Assert.False(client.IsOpen);
    }

    [Fact]
    public async Task MoreContextsThanAnAssociationTakesIsTheCallersMistake() =>
        await Assert.ThrowsAsync<ArgumentException>(() => DicomClient.ConnectAsync(Peer, [.. Enumerable.Range(0, 129).Select(i => new PresentationContextProposal($"1.2.{i}", [Wire.Ile]))]));

    private static Task SendMatchAsync(ScriptedPeer peer, CommandSet request, string study)
    {
        var response = request.Respond(DimseStatus.Pending);
        response.DataSetType = 1;
        var identifier = new DicomDataset().Set(DicomTag.StudyInstanceUID, study).Encode(DicomTransferSyntax.ImplicitVRLittleEndian);
        return peer.SendAsync(Wire.Command(5, response), Wire.Data(5, identifier));
    }

    private static async Task<List<string?>> FindAsync(DicomClient client, int most, CancellationToken cancellationToken, CancellationTokenSource? cancelAfterFirst = null)
    {
        var found = new List<string?>();
        var keys = new DicomDataset().Set(DicomTag.QueryRetrieveLevel, "STUDY").SetEmpty(DicomTag.StudyInstanceUID);
        await foreach (var match in client.FindAsync(DicomUid.StudyRootQueryRetrieveFind, keys, cancellationToken))
        {
            found.Add(match.Identifier.GetString(DicomTag.StudyInstanceUID));
            if (cancelAfterFirst is not null) await cancelAfterFirst.CancelAsync();
            if (found.Count == most) break;
        }

        return found;
    }

    private async Task<(DicomClient Client, ScriptedPeer Peer)> AssociateAsync(Func<ProposedPresentationContext, bool>? accepts = null, uint maxPdu = 16_384)
    {
        var connecting = DicomClient.ConnectAsync(Peer, Proposals);
        var peer = await ScriptedPeer.AcceptAsync(_listener);
        var request = Assert.IsType<AssociateRequestPdu>(await peer.ReadAsync());
        var contexts = request.Contexts.Select(c => new PresentationContext(
            c.Id, c.AbstractSyntax, accepts?.Invoke(c) ?? true ? PresentationContextResult.Acceptance : PresentationContextResult.AbstractSyntaxNotSupported, c.TransferSyntaxes[0])).ToList();
        var accept = Negotiation.Accept(request, contexts, 16_384);
        await peer.SendAsync(accept with { User = accept.User with { MaxPduLength = maxPdu } });
        return (await connecting, peer);
    }
}
