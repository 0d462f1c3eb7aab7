using System.Buffers;
using System.Net.Sockets;

namespace PacsFusion.Dicom.Network;

/// <summary>What <see cref="AssociationLink.ReadAsync"/> returns.</summary>
/// <param name="Pdu">A whole PDU that the machine has let pass; null for a fragment, and at the end.</param>
/// <param name="Data">The fragment, good until the next read; empty for a PDU.</param>
/// <param name="ContextId">Presentation context of the fragment.</param>
/// <param name="IsCommand">Whether the fragment is of a command set.</param>
/// <param name="IsLast">Whether the command set or data set ends here.</param>
/// <param name="IsEnd">The association is over; see <see cref="AssociationLink.End"/>.</param>
internal readonly record struct LinkRead(Pdu? Pdu, ReadOnlyMemory<byte> Data, byte ContextId, bool IsCommand, bool IsLast, bool IsEnd);

/// <summary>Why a link ended; set once.</summary>
internal sealed record LinkEnd(AssociationEndKind Kind, string Code, AbortSource AbortSource = AbortSource.ServiceUser, AbortReason AbortReason = AbortReason.NotSpecified, string? Detail = null);

/// <summary>
/// One association at the upper layer: machine, receive buffer and transport. There is one way to end it, <c>Break</c>,
/// which keeps the first reason and wakes whoever waits. Reads and sends come from one task; Break may come from any.
/// </summary>
internal sealed class AssociationLink : IDisposable
{
    // What a peer in the middle of an object may still have under way when it is aborted; more is a flood.
    private const int MaxThrownAway = 4 << 20;

    private readonly ITransport _transport;
    private readonly AssociationMachine _machine;
    private readonly PeerClock? _clock;
    private readonly CancellationTokenSource _ending = new();
    private PduScanner _scanner;
    private byte[] _buffer;
    // Unread bytes lie in [_start, _end).
    private int _start;
    private int _end;
    private LinkEnd? _linkEnd;
    private bool _sendBroken;

    public AssociationLink(ITransport transport, bool isRequestor, PduLimits limits, PeerClock? clock)
    {
        _transport = transport;
        _machine = new AssociationMachine(isRequestor);
        _scanner = new PduScanner(limits);
        _clock = clock;
        Limits = limits;
        // Small until an association stands, so that many silent connections cost little.
        _buffer = ArrayPool<byte>.Shared.Rent(4096);
        _machine.Fire(isRequestor ? AssociationEvent.AssociateRequestLocal : AssociationEvent.TransportIndication);
        if (isRequestor) _machine.Fire(AssociationEvent.TransportConfirm);
    }

    public PduLimits Limits { get; }

    public AssociationState State => _machine.State;

    /// <summary>Why it ended; null while it lives.</summary>
    public LinkEnd? End => Volatile.Read(ref _linkEnd);

    /// <summary>Cancelled when the association ends.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Whether a message has begun and not been answered: bytes are acknowledged at once and the data rate counts.</summary>
    public bool MessageInProgress { get; set; }

    /// <summary>Ends the association for this reason, unless it has ended already. Returns whether this reason was the first.</summary>
    public bool Break(LinkEnd end)
    {
        if (Interlocked.CompareExchange(ref _linkEnd, end, null) is not null) return false;
        _ending.Cancel();
        return true;
    }

    public bool Break(AssociationEndKind kind, string code) => Break(new LinkEnd(kind, code));

    /// <summary>Makes room for whole data PDUs; called once the association stands.</summary>
    public void GrowBuffer() => Resize(Limits.MaxDataTransferLength);

    /// <summary>The next PDU or fragment, or the end. Never throws for what a peer or the network does.</summary>
    public async ValueTask<LinkRead> ReadAsync()
    {
        while (true)
        {
            if (End is not null) return Over;
            PduToken token;
            int consumed;
            try
            {
                if (!_scanner.TryRead(_buffer.AsSpan(_start, _end - _start), out token, out consumed))
                {
                    _start += consumed;
                    if (!await ReceiveAsync().ConfigureAwait(false)) return Over;
                    continue;
                }
            }
            catch (PduFormatException error)
            {
                _machine.Fire(AssociationEvent.InvalidPdu);
                Break(new LinkEnd(AssociationEndKind.ProtocolError, error.Code, AbortSource.ServiceProvider, error.AbortReason, error.Message));
                return Over;
            }

            var from = _start;
            _start += consumed;
            if (Take(token, from) is { } read) return read;
        }
    }

    /// <summary>Fires a local event and sends bytes. False where the association is over.</summary>
    public async ValueTask<bool> SendAsync(AssociationEvent happened, ReadOnlyMemory<byte> bytes)
    {
        if (End is not null) return false;
        var action = _machine.Fire(happened);
        if (action == AssociationAction.Aa8) throw new InvalidOperationException($"{happened} is not allowed now.");
        return await SendRawAsync(bytes, Ending).ConfigureAwait(false);
    }

    /// <summary>Sends the A-ASSOCIATE-RQ of a requestor; the machine stands in Sta5 since the connection was confirmed (AE-2).</summary>
    public async ValueTask SendFirstAsync(ReadOnlyMemory<byte> bytes) => await SendRawAsync(bytes, Ending).ConfigureAwait(false);

    /// <summary>Whether an A-ABORT lies among the bytes that came before the connection broke.</summary>
    public async ValueTask<bool> FindAbortAsync()
    {
        try
        {
            while (true)
            {
                var found = _scanner.TryRead(_buffer.AsSpan(_start, _end - _start), out var token, out var consumed);
                _start += consumed;
                if (token.Pdu is AbortPdu) return true;
                if (found) continue;
                _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
                (_start, _end) = (0, _end - _start);
                var count = await _transport.ReceiveAsync(_buffer.AsMemory(_end), CancellationToken.None).ConfigureAwait(false);
                if (count == 0) return false;
                _end += count;
            }
        }
        catch (Exception error) when (IsNetworkError(error) || error is PduFormatException)
        {
            return false;
        }
    }

    /// <summary>Where the end calls for it, tells the peer by A-ABORT. Call once, after the end.</summary>
    public async ValueTask SayFarewellAsync(TimeSpan patience, TimeProvider time)
    {
        if (End is not { } end || end.Kind is AssociationEndKind.Released or AssociationEndKind.AbortedByPeer or AssociationEndKind.Lost) return;
        var inviting = State == AssociationState.Sta2;
        if (State != AssociationState.Sta13) _machine.Fire(inviting ? AssociationEvent.ArtimExpired : AssociationEvent.AbortLocal);
        // AA-2: who never asked for an association is not told that there is none.
        if (_sendBroken || inviting) return;
        using var deadline = new CancellationTokenSource(patience, time);
        await SendRawAsync(PduCodec.Encode(new AbortPdu((byte)end.AbortSource, (byte)end.AbortReason)), deadline.Token).ConfigureAwait(false);
    }

    /// <summary>
    /// Waits for the peer to close first (ARTIM in Sta13), throwing away what still comes: closing with unread bytes would reset
    /// the connection and could take our last PDU with it.
    /// </summary>
    public async ValueTask LingerAsync(TimeSpan patience, TimeProvider time)
    {
        if (State != AssociationState.Sta13 || _sendBroken) return;
        _transport.ShutdownSend();
        using var deadline = new CancellationTokenSource(patience, time);
        try
        {
            var thrownAway = 0;
            while (thrownAway < MaxThrownAway)
            {
                var count = await _transport.ReceiveAsync(_buffer, deadline.Token).ConfigureAwait(false);
                if (count == 0) break;
                thrownAway += count;
            }
        }
        catch (Exception error) when (IsNetworkError(error) || error is OperationCanceledException)
        {
            // Either way the connection closes now; the reason of the end is recorded already.
        }
    }

    public void Dispose()
    {
        // The token source is left alone: a watch may still be cancelling it, and without a timer it holds nothing.
        Break(AssociationEndKind.Faulted, "disposed");
        _transport.Dispose();
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private static LinkRead Over => new(null, default, 0, false, false, true);

    internal static bool IsNetworkError(Exception error) => error is SocketException or IOException or ObjectDisposedException;

    private LinkRead? Take(in PduToken token, int from)
    {
        var action = _machine.Fire(token.Pdu is null ? AssociationEvent.DataPdu : EventOf(token.Pdu));
        switch (action)
        {
            case AssociationAction.Dt2 or AssociationAction.Ar6:
                return new LinkRead(null, _buffer.AsMemory(from + token.Offset, token.Length), token.ContextId, token.IsCommand, token.IsLast, false);
            case AssociationAction.Aa6:
                return null;
            case AssociationAction.Aa1 or AssociationAction.Aa7 or AssociationAction.Aa8:
                Break(new LinkEnd(AssociationEndKind.ProtocolError, "unexpected-pdu", AbortSource.ServiceProvider, AbortReason.UnexpectedPdu));
                return Over;
            case AssociationAction.Aa2 or AssociationAction.Aa3:
                Break(AssociationEndKind.AbortedByPeer, "aborted-by-peer");
                return Over;
            default:
                return new LinkRead(token.Pdu, default, 0, false, false, false);
        }
    }

    private static AssociationEvent EventOf(Pdu pdu) => pdu.Type switch
    {
        PduType.AssociateRequest => AssociationEvent.AssociateRequestPdu,
        PduType.AssociateAccept => AssociationEvent.AssociateAcceptPdu,
        PduType.AssociateReject => AssociationEvent.AssociateRejectPdu,
        PduType.ReleaseRequest => AssociationEvent.ReleaseRequestPdu,
        PduType.ReleaseResponse => AssociationEvent.ReleaseResponsePdu,
        PduType.Abort => AssociationEvent.AbortPdu,
        _ => AssociationEvent.DataPdu,
    };

    private async ValueTask<bool> ReceiveAsync()
    {
        var unread = _end - _start;
        if (unread == 0)
        {
            (_start, _end) = (0, 0);
        }
        else if (_end == _buffer.Length)
        {
            if (_start > 0)
            {
                _buffer.AsSpan(_start, unread).CopyTo(_buffer);
                (_start, _end) = (0, unread);
            }
            else
            {
                // Grows by what has come, never by what was announced; the PDU's length is within its limit by now.
                Resize(_buffer.Length * 2);
            }
        }

        var incomplete = MessageInProgress || unread > 0 || _scanner.InsideDataTransfer || State == AssociationState.Sta2;
        var phase = State == AssociationState.Sta2 ? WaitPhase.Request : incomplete ? WaitPhase.RestOfMessage : WaitPhase.NextMessage;
        if (incomplete) _transport.AcknowledgeNow();
        var count = 0;
        _clock?.Begin(phase);
        try
        {
            count = await _transport.ReceiveAsync(_buffer.AsMemory(_end), Ending).ConfigureAwait(false);
        }
        catch (Exception error) when (IsNetworkError(error) || error is OperationCanceledException)
        {
            if (error is not OperationCanceledException) Break(AssociationEndKind.Lost, "connection-lost");
        }
        finally
        {
            _clock?.End(count);
        }

        if (End is not null) return false;
        if (count == 0)
        {
            _machine.Fire(AssociationEvent.TransportClosed);
            Break(AssociationEndKind.Lost, State == AssociationState.Sta1 && MessageInProgress ? "connection-lost-within-message" : "connection-lost");
            return false;
        }

        _end += count;
        // Before the bytes are handled: the sender's last, short segment may be waiting for this acknowledgement.
        _transport.AcknowledgeNow();
        return true;
    }

    private async ValueTask<bool> SendRawAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        _clock?.Begin(WaitPhase.Send);
        try
        {
            await _transport.SendAsync(bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (IsNetworkError(error) || error is OperationCanceledException)
        {
            _sendBroken = true;
            if (error is not OperationCanceledException) Break(AssociationEndKind.Lost, "connection-lost");
            return false;
        }
        finally
        {
            _clock?.End(0);
        }
    }

    private void Resize(int size)
    {
        if (_buffer.Length >= size) return;
        var larger = ArrayPool<byte>.Shared.Rent(size);
        var unread = _end - _start;
        _buffer.AsSpan(_start, unread).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
        (_start, _end) = (0, unread);
    }
}
