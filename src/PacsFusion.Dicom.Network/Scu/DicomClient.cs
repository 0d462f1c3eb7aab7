using System.Net.Sockets;

namespace PacsFusion.Dicom.Network;

/// <summary>
/// One association as SCU. One operation at a time. Every way it can fail is a <see cref="DicomNetworkException"/> of its own type;
/// after one of them, or after a cancellation, the association is over. Disposing without <see cref="ReleaseAsync"/> aborts.
/// </summary>
public sealed partial class DicomClient : IAsyncDisposable
{
    private const int MaxCommandLength = 65_536;
    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);

    private readonly AssociationLink _link;
    private readonly DicomClientOptions _options;
    private readonly TimeProvider _time;
    private readonly DimseReader _reader;
    private readonly MessageWriter _writer;
    private readonly ContextTable _contexts;
    private ushort _lastMessageId;
    private bool _disposed;

    private DicomClient(AssociationLink link, AssociateAcceptPdu accept, ContextTable contexts, DicomClientOptions options, TimeProvider time)
    {
        _link = link;
        _options = options;
        _time = time;
        _contexts = contexts;
        _reader = new DimseReader(link, contexts, MaxCommandLength);
        _writer = new MessageWriter(link, accept.User.MaxPduLength, 262_144);
        PeerMaxPduLength = accept.User.MaxPduLength;
        PeerImplementationClassUid = accept.User.ImplementationClassUid;
        PeerImplementationVersionName = accept.User.ImplementationVersionName;
    }

    /// <summary>Every proposed context with the peer's answer, in the order proposed.</summary>
    public IReadOnlyList<PresentationContext> PresentationContexts => _contexts.All;

    /// <summary>Longest P-DATA-TF the peer takes, in bytes; 0 = no limit.</summary>
    public uint PeerMaxPduLength { get; }

    /// <summary>The peer's implementation class UID; empty where not sent.</summary>
    public string PeerImplementationClassUid { get; }

    /// <summary>The peer's implementation version name; null where not sent.</summary>
    public string? PeerImplementationVersionName { get; }

    /// <summary>Whether the association still stands, as far as is known.</summary>
    public bool IsOpen => _link.End is null;

    /// <summary>Whether the peer accepted the SOP class with this transfer syntax.</summary>
    public bool Accepts(string sopClassUid, string transferSyntaxUid) => _contexts.Find(sopClassUid, transferSyntaxUid) is not null;

    /// <summary>Connects and associates.</summary>
    /// <param name="peer">Whom to call.</param>
    /// <param name="proposals">1 to 128 presentation contexts.</param>
    /// <param name="options">Limits; null = defaults.</param>
    /// <param name="time">Clock and timers; null = the system's.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="PeerUnreachableException">No TCP connection.</exception>
    /// <exception cref="AssociationRejectedException">The peer said no.</exception>
    /// <exception cref="AssociationAbortedException">A-ABORT instead of an answer, or an answer that broke the protocol.</exception>
    /// <exception cref="ConnectionLostException">The connection closed instead.</exception>
    /// <exception cref="NetworkTimeoutException">No answer in time.</exception>
    public static async Task<DicomClient> ConnectAsync(
        DicomPeer peer, IReadOnlyList<PresentationContextProposal> proposals, DicomClientOptions? options = null, TimeProvider? time = null, CancellationToken cancellationToken = default)
    {
        options ??= DicomClientOptions.Default;
        time ??= TimeProvider.System;
        if (proposals.Count is 0 or > 128) throw new ArgumentException("An association takes 1 to 128 presentation contexts.", nameof(proposals));
        if (!Ae.IsValid(peer.CalledAeTitle) || !Ae.IsValid(peer.CallingAeTitle)) throw new ArgumentException("An AE title has 1 to 16 printable characters without backslash.", nameof(peer));
        if (options.MaxPduLength is < 4096 or > 16 << 20) throw new ArgumentException($"{nameof(options.MaxPduLength)} must be 4096 to 16777216.", nameof(options));

        var socket = await OpenSocketAsync(peer, options.ConnectTimeout, time, cancellationToken).ConfigureAwait(false);
        var link = new AssociationLink(new SocketTransport(socket, options.KeepAliveTime), isRequestor: true, new PduLimits(options.MaxPduLength, 262_144), clock: null);
        try
        {
            var request = Negotiation.Request(peer, proposals, options.MaxPduLength);
            using (Guard(link, options.AssociationTimeout, "association-timeout", time, cancellationToken))
            {
                await link.SendFirstAsync(PduCodec.Encode(request)).ConfigureAwait(false);
                var read = await link.ReadAsync().ConfigureAwait(false);
                if (read.Pdu is AssociateRejectPdu { Rejection: var rejection })
                {
                    link.Break(AssociationEndKind.Released, "rejected");
                    throw new AssociationRejectedException(rejection);
                }

                if (read.Pdu is not AssociateAcceptPdu accept) throw Failure(link, cancellationToken);
                if (accept.User.MaxPduLength is > 0 and < MessageWriter.LeastPduLength)
                {
                    link.Break(AssociationEndKind.ProtocolError, "peer-pdu-length-unusable");
                    throw Failure(link, cancellationToken);
                }

                link.GrowBuffer();
                return new DicomClient(link, accept, new ContextTable(Negotiation.Outcome(request, accept)), options, time);
            }
        }
        catch
        {
            await EndAsync(link, time).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>C-ECHO.</summary>
    /// <exception cref="NoPresentationContextException">Verification was not proposed or not accepted.</exception>
    public async Task<DimseStatus> EchoAsync(CancellationToken cancellationToken)
    {
        var context = Require(DicomUid.Verification, null);
        using var guard = Guard(_link, _options.ResponseTimeout, "response-timeout", _time, cancellationToken);
        var command = new CommandSet { AffectedSopClassUid = DicomUid.Verification, Field = CommandField.EchoRequest, MessageId = NextMessageId() };
        if (!await _writer.WriteCommandAsync(context.Id, command).ConfigureAwait(false) || !await _writer.FlushAsync().ConfigureAwait(false)) throw Failure(_link, cancellationToken);
        return (await ResponseAsync(command, cancellationToken).ConfigureAwait(false)).ToStatus();
    }

    /// <summary>C-STORE of a data set that is in memory.</summary>
    /// <param name="sopClassUid">SOP class.</param>
    /// <param name="sopInstanceUid">SOP instance.</param>
    /// <param name="transferSyntaxUid">The transfer syntax that the data set is in.</param>
    /// <param name="dataSet">The data set without meta header.</param>
    /// <param name="cancellationToken">Aborts the association.</param>
    /// <exception cref="NoPresentationContextException">The peer did not accept the class with this transfer syntax.</exception>
    /// <exception cref="ArgumentException">The length is odd and the transfer syntax is not a deflated one: that is no data set, and peers abort over it.</exception>
    public async Task<DimseStatus> StoreAsync(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, ReadOnlyMemory<byte> dataSet, CancellationToken cancellationToken)
    {
        CheckLength(transferSyntaxUid, dataSet.Length);
        var context = Require(sopClassUid, transferSyntaxUid);
        using var guard = Guard(_link, _options.ResponseTimeout, "response-timeout", _time, cancellationToken);
        var command = StoreCommand(sopClassUid, sopInstanceUid);
        if (!await _writer.WriteCommandAsync(context.Id, command).ConfigureAwait(false)
            || !await _writer.WriteAsync(context.Id, isCommand: false, dataSet, isEnd: true).ConfigureAwait(false)
            || !await _writer.FlushAsync().ConfigureAwait(false)) throw await SendFailureAsync(cancellationToken).ConfigureAwait(false);
        return (await ResponseAsync(command, cancellationToken).ConfigureAwait(false)).ToStatus();
    }

    /// <summary>C-STORE of a data set that is read while it is sent; it is never whole in memory.</summary>
    /// <param name="sopClassUid">SOP class.</param>
    /// <param name="sopInstanceUid">SOP instance.</param>
    /// <param name="transferSyntaxUid">The transfer syntax that the data set is in.</param>
    /// <param name="dataSet">Positioned at the first byte of the data set.</param>
    /// <param name="length">Bytes to take from it.</param>
    /// <param name="cancellationToken">Aborts the association.</param>
    /// <exception cref="NoPresentationContextException">The peer did not accept the class with this transfer syntax.</exception>
    /// <exception cref="ArgumentException">The length is odd and the transfer syntax is not a deflated one: that is no data set, and peers abort over it.</exception>
    /// <exception cref="IOException">The stream failed or was short; the association is aborted, since half an object has left.</exception>
    public async Task<DimseStatus> StoreAsync(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, Stream dataSet, long length, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        CheckLength(transferSyntaxUid, length);
        var context = Require(sopClassUid, transferSyntaxUid);
        var command = StoreCommand(sopClassUid, sopInstanceUid);
        using var guard = Guard(_link, _options.ResponseTimeout, "response-timeout", _time, cancellationToken);
        try
        {
            if (!await _writer.WriteCommandAsync(context.Id, command).ConfigureAwait(false)
                || !await _writer.WriteAsync(context.Id, dataSet, length, () => guard.Restart(), _link.Ending).ConfigureAwait(false)
                || !await _writer.FlushAsync().ConfigureAwait(false)) throw await SendFailureAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_link.End is not null)
        {
            throw Failure(_link, cancellationToken);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _link.Break(AssociationEndKind.Faulted, "data-set-unreadable");
            throw;
        }

        guard.Restart();
        return (await ResponseAsync(command, cancellationToken).ConfigureAwait(false)).ToStatus();
    }

    /// <summary>Releases the association (A-RELEASE) and closes the connection. Does nothing where it is over already.</summary>
    /// <exception cref="NetworkTimeoutException">No A-RELEASE-RP in time.</exception>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        if (_link.End is not null) return;
        using var guard = Guard(_link, _options.AssociationTimeout, "release-timeout", _time, cancellationToken);
        await _link.SendAsync(AssociationEvent.ReleaseRequestLocal, PduCodec.Encode(new ReleaseRequestPdu())).ConfigureAwait(false);
        while (true)
        {
            var read = await _link.ReadAsync().ConfigureAwait(false);
            // Many peers close instead of answering; the objects were acknowledged, so that is an end too.
            if (read.IsEnd && _link.End is { Kind: AssociationEndKind.Lost }) return;
            if (read.IsEnd) throw Failure(_link, cancellationToken);
            if (read.Pdu is ReleaseRequestPdu)
            {
                // Release collision (PS3.8 section 7.2.3): answer, then wait for our own answer.
                await _link.SendAsync(AssociationEvent.ReleaseResponseLocal, PduCodec.Encode(new ReleaseResponsePdu())).ConfigureAwait(false);
                continue;
            }

            if (read.Pdu is not ReleaseResponsePdu) continue;
            _link.Break(AssociationEndKind.Released, "released");
            return;
        }
    }

    /// <summary>Aborts the association (A-ABORT) and closes the connection.</summary>
    public async Task AbortAsync()
    {
        _link.Break(AssociationEndKind.Cancelled, "aborted");
        await DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Closes the connection; an association that was not released is aborted.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_disposed) return;
        _disposed = true;
        await EndAsync(_link, _time).ConfigureAwait(false);
        _writer.Dispose();
    }

    /// <summary>Whether bytes of this length can be a data set: even, or deflated, which is padded on its way (PS3.5 annex A.5).</summary>
    internal static bool IsSendable(string transferSyntaxUid, long length) => length % 2 == 0 || DicomTransferSyntax.Find(transferSyntaxUid) is { IsDeflated: true };

    private static void CheckLength(string transferSyntaxUid, long length)
    {
        if (!IsSendable(transferSyntaxUid, length)) throw new ArgumentException("A data set has an even number of bytes.");
    }

    private static CommandSet NewStoreCommand(string sopClassUid, string sopInstanceUid, ushort messageId) => new()
    {
        AffectedSopClassUid = sopClassUid,
        Field = CommandField.StoreRequest,
        MessageId = messageId,
        Priority = 0,
        DataSetType = 0,
        AffectedSopInstanceUid = sopInstanceUid,
    };

    private CommandSet StoreCommand(string sopClassUid, string sopInstanceUid) => NewStoreCommand(sopClassUid, sopInstanceUid, NextMessageId());

    private ushort NextMessageId() => ++_lastMessageId == 0 ? ++_lastMessageId : _lastMessageId;

    private PresentationContext Require(string sopClassUid, string? transferSyntaxUid)
    {
        if (_link.End is not null) throw Failure(_link, CancellationToken.None);
        return _contexts.Find(sopClassUid, transferSyntaxUid) ?? throw new NoPresentationContextException(sopClassUid, transferSyntaxUid);
    }

    private async ValueTask<CommandSet> ResponseAsync(CommandSet request, CancellationToken cancellationToken)
    {
        _link.MessageInProgress = true;
        var read = await _reader.ReadCommandAsync().ConfigureAwait(false);
        if (read.Command is not { } response)
        {
            // The peer may only ask for release between operations.
            if (read.Pdu is not null) _link.Break(AssociationEndKind.ProtocolError, "release-instead-of-response");
            throw Failure(_link, cancellationToken);
        }

        if (response.Field == (request.Field | CommandField.ResponseBit) && response.RespondedToMessageId == request.MessageId) return response;
        _link.Break(AssociationEndKind.ProtocolError, "response-mismatch");
        throw Failure(_link, cancellationToken);
    }

    /// <summary>After a failed send the peer's A-ABORT may lie unread: it says more than the broken connection.</summary>
    private async ValueTask<DicomNetworkException> SendFailureAsync(CancellationToken cancellationToken)
    {
        if (_link.End is { Kind: AssociationEndKind.Lost } && await _link.FindAbortAsync().ConfigureAwait(false))
            return new AssociationAbortedException("aborted-by-peer", "The peer aborted the association.");
        return Failure(_link, cancellationToken);
    }

    private static async ValueTask EndAsync(AssociationLink link, TimeProvider time)
    {
        link.Break(AssociationEndKind.Cancelled, "closed-without-release");
        await link.SayFarewellAsync(FarewellTimeout, time).ConfigureAwait(false);
        await link.LingerAsync(FarewellTimeout, time).ConfigureAwait(false);
        link.Dispose();
    }

    private static DicomNetworkException Failure(AssociationLink link, CancellationToken cancellationToken)
    {
        var end = link.End ?? new LinkEnd(AssociationEndKind.ProtocolError, "unexpected-pdu");
        if (end.Kind == AssociationEndKind.Cancelled) cancellationToken.ThrowIfCancellationRequested();
        return end.Kind switch
        {
            AssociationEndKind.TimedOut => new NetworkTimeoutException(end.Code, $"The peer did not answer in time ({end.Code})."),
            AssociationEndKind.Lost => new ConnectionLostException("The connection to the peer went away."),
            AssociationEndKind.AbortedByPeer => new AssociationAbortedException(end.Code, "The peer aborted the association."),
            _ => new AssociationAbortedException(end.Code, $"The association is over ({end.Code}). {end.Detail}".TrimEnd()),
        };
    }

    private static async ValueTask<Socket> OpenSocketAsync(DicomPeer peer, TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(peer.Host, peer.Port, either.Token).ConfigureAwait(false);
            return socket;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            var why = error is SocketException { SocketErrorCode: var code } ? code.ToString() : $"no answer within {timeout.TotalSeconds} s";
            throw new PeerUnreachableException($"{peer.Host}:{peer.Port} cannot be reached ({why}).", error);
        }
    }

    private static OperationGuard Guard(AssociationLink link, TimeSpan timeout, string code, TimeProvider time, CancellationToken cancellationToken) =>
        new(link, timeout, code, time, cancellationToken);
}
