using System.Net;
using Microsoft.Extensions.Logging;

namespace PacsFusion.Dicom.Network;

/// <summary>What all sessions of a server share.</summary>
internal sealed record ScpContext(DicomServerOptions Options, IAssociationPolicy Policy, IStoreScp Store, IAssociationObserver? Observer, AssociationSlots Slots, ILogger Logger, TimeProvider Time)
{
    private volatile bool _draining;

    /// <summary>Whether new associations are refused because the server stops.</summary>
    public bool Draining
    {
        get => _draining;
        set => _draining = value;
    }
}

/// <summary>One accepted connection: negotiate, serve, end.</summary>
internal sealed class ScpSession
{
    private readonly ScpContext _server;
    private readonly AssociationLink _link;
    private readonly PeerClock _clock;
    private readonly long _id;
    private readonly EndPoint _remote;
    private readonly DateTimeOffset _openedAt;
    private AssociationInfo? _info;
    private string? _slot;
    private long _requests, _stored, _failed, _unfinished, _bytes;

    public ScpSession(ScpContext server, ITransport transport, long id)
    {
        _server = server;
        _id = id;
        _remote = transport.Remote;
        _openedAt = server.Time.GetUtcNow();
        _clock = new PeerClock(server.Options, server.Time);
        _link = new AssociationLink(transport, isRequestor: false, new PduLimits(server.Options.MaxPduLength, server.Options.MaxAssociateRequestLength), _clock);
    }

    /// <summary>Whether an association stands.</summary>
    public bool IsAssociated => Volatile.Read(ref _info) is not null;

    /// <summary>Ends the session from outside.</summary>
    public void Break(AssociationEndKind kind, string code) => _link.Break(kind, code);

    /// <summary>Ends the session where the peer is past a time limit.</summary>
    public void CheckClock()
    {
        if (_clock.Overdue() is { } code) _link.Break(AssociationEndKind.TimedOut, code);
    }

    /// <summary>Runs to the end of the connection; never throws.</summary>
    public async Task RunAsync()
    {
        try
        {
            if (await NegotiateAsync().ConfigureAwait(false) is { } request) await ServeAsync(request).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            NetworkLog.Faulted(_server.Logger, error, _id);
            _link.Break(AssociationEndKind.Faulted, "internal-fault");
        }

        await _link.SayFarewellAsync(_server.Options.LingerTimeout, _server.Time).ConfigureAwait(false);
        Report();
        await _link.LingerAsync(_server.Options.LingerTimeout, _server.Time).ConfigureAwait(false);
        _link.Dispose();
    }

    private async ValueTask<AssociateRequestPdu?> NegotiateAsync()
    {
        var read = await _link.ReadAsync().ConfigureAwait(false);
        if (read.Pdu is not AssociateRequestPdu request) return null;
        if (!Negotiation.HasValidContextIds(request))
        {
            _link.Break(new LinkEnd(AssociationEndKind.ProtocolError, "presentation-context-id-invalid", AbortSource.ServiceProvider, AbortReason.InvalidPduParameter));
            return null;
        }

        var info = new AssociationInfo { Id = _id, CallingAeTitle = request.CallingAeTitle, CalledAeTitle = request.CalledAeTitle, Remote = _remote, OpenedAt = _openedAt };
        var (rejection, contexts) = Decide(request);
        if (rejection is { } no)
        {
            NetworkLog.Rejected(_server.Logger, _id, info.CallingAeTitle, info.CalledAeTitle, _remote, no.Text);
            Tell(observer => observer.Refused(info, no));
            await _link.SendAsync(AssociationEvent.AssociateRejectLocal, PduCodec.Encode(new AssociateRejectPdu(no))).ConfigureAwait(false);
            _link.Break(AssociationEndKind.Released, "rejected");
            return null;
        }

        _contexts = new ContextTable(contexts);
        NetworkLog.Accepted(_server.Logger, _id, info.CallingAeTitle, _remote, contexts.Count(c => c.IsAccepted), contexts.Count);
        Volatile.Write(ref _info, info);
        // Before the answer leaves: the peer may store at once, and its association must be known by then.
        Tell(observer => observer.Opened(info));
        var accept = PduCodec.Encode(Negotiation.Accept(request, contexts, _server.Options.MaxPduLength));
        if (!await _link.SendAsync(AssociationEvent.AssociateAcceptLocal, accept).ConfigureAwait(false)) return null;
        _link.GrowBuffer();
        return request;
    }

    private ContextTable _contexts = new([]);

    private (AssociationRejection? Rejection, IReadOnlyList<PresentationContext> Contexts) Decide(AssociateRequestPdu request)
    {
        if (Negotiation.Check(request) is { } fault) return (fault, []);
        if (_server.Draining) return (AssociationRejection.TemporaryCongestion, []);
        IReadOnlyList<PresentationContext> contexts;
        try
        {
            var decision = _server.Policy.Decide(new AssociationRequest
            {
                CallingAeTitle = request.CallingAeTitle,
                CalledAeTitle = request.CalledAeTitle,
                Remote = _remote,
                PresentationContexts = request.Contexts,
                ImplementationClassUid = request.User.ImplementationClassUid,
                ImplementationVersionName = request.User.ImplementationVersionName,
                MaxPduLength = request.User.MaxPduLength,
                Roles = request.User.Roles,
                UserIdentity = request.User.Identity,
            });
            if (decision.Rejection is { } no) return (no, []);
            contexts = Negotiation.Answer(request, decision);
        }
        catch (Exception error)
        {
            NetworkLog.PolicyFailed(_server.Logger, error, _id);
            return (AssociationRejection.NoReason, []);
        }

        // After the policy, so that strangers cannot find out how busy we are.
        var slot = $"{(_remote as IPEndPoint)?.Address}\n{request.CallingAeTitle}";
        if (!_server.Slots.TryTake(slot)) return (AssociationRejection.LocalLimitExceeded, []);
        _slot = slot;
        return (null, contexts);
    }

    private async Task ServeAsync(AssociateRequestPdu request)
    {
        var reader = new DimseReader(_link, _contexts, _server.Options.MaxCommandLength);
        var store = new StoreService(_server.Store, _link, reader, _server.Options.MaxDataSetLength, _server.Logger);
        using var writer = new MessageWriter(_link, request.User.MaxPduLength, 16_384);
        while (true)
        {
            var read = await reader.ReadCommandAsync().ConfigureAwait(false);
            if (read.Pdu is ReleaseRequestPdu)
            {
                await _link.SendAsync(AssociationEvent.ReleaseResponseLocal, PduCodec.Encode(new ReleaseResponsePdu())).ConfigureAwait(false);
                _link.Break(AssociationEndKind.Released, "released");
            }

            if (read.Command is not { } command || read.Context is not { } context) return;
            if (command.Field == CommandField.CancelRequest) continue;
            if (command.IsResponse)
            {
                _link.Break(AssociationEndKind.ProtocolError, "unexpected-response");
                return;
            }

            _requests++;
            if (command.Field == CommandField.StoreRequest && command.HasDataSet)
            {
                if (!await StoreAsync(command, context, store, writer).ConfigureAwait(false)) return;
                continue;
            }

            var status = command.Field switch
            {
                CommandField.EchoRequest => DimseStatus.Success,
                CommandField.StoreRequest => DimseStatus.CannotUnderstand.WithComment("no data set"),
                _ => DimseStatus.UnrecognizedOperation,
            };
            if (status.Code == DimseStatus.UnrecognizedOperation.Code) NetworkLog.UnknownCommand(_server.Logger, _id, command.Field);
            if (command.HasDataSet && !await reader.SkipDataAsync(context.Id, _server.Options.MaxCommandLength).ConfigureAwait(false)) return;
            if (!await AnswerAsync(command, context, status, writer).ConfigureAwait(false)) return;
        }
    }

    private async ValueTask<bool> StoreAsync(CommandSet command, PresentationContext context, StoreService store, MessageWriter writer)
    {
        _unfinished = 1;
        var result = await store.RunAsync(
            new StoreRequest
            {
                Association = _info!,
                SopClassUid = command.AffectedSopClassUid ?? "",
                SopInstanceUid = command.AffectedSopInstanceUid ?? "",
                TransferSyntaxUid = context.TransferSyntax!,
                AbstractSyntaxUid = context.AbstractSyntax,
                MessageId = command.MessageId ?? 0,
            },
            context.Id).ConfigureAwait(false);
        _bytes += result.Bytes;
        if (result.Status is not { } status) return false;
        if (status.IsFailure) NetworkLog.StoreRefused(_server.Logger, _id, command.MessageId ?? 0, status.ToString());
        // An object whose answer did not leave stays unfinished: the peer will send it again.
        if (!await AnswerAsync(command, context, status, writer).ConfigureAwait(false)) return false;
        _unfinished = 0;
        if (status.IsFailure) _failed++;
        else _stored++;
        return true;
    }

    private static async ValueTask<bool> AnswerAsync(CommandSet command, PresentationContext context, DimseStatus status, MessageWriter writer) =>
        await writer.WriteCommandAsync(context.Id, command.Respond(status)).ConfigureAwait(false) && await writer.FlushAsync().ConfigureAwait(false);

    private void Report()
    {
        // RunAsync gets here only after an end; the fallback keeps a missed one visible.
        _link.Break(AssociationEndKind.Faulted, "ended-without-reason");
        var end = _link.End!;
        if (_slot is { } slot) _server.Slots.Give(slot);
        if (_info is not { } info)
        {
            if (end.Code != "rejected") NetworkLog.NeverAssociated(_server.Logger, _id, _remote, end.Kind, end.Code);
            return;
        }

        if (end.Kind == AssociationEndKind.Released) NetworkLog.Ended(_server.Logger, _id, end.Kind, end.Code, _stored, _failed, _unfinished, _bytes);
        else NetworkLog.EndedBadly(_server.Logger, _id, end.Kind, end.Code, _stored, _failed, _unfinished, _bytes, end.Detail);
        var told = new AssociationEnd
        {
            Kind = end.Kind,
            ReasonCode = end.Code,
            ClosedAt = _server.Time.GetUtcNow(),
            Counts = new AssociationCounts(_requests, _stored, _failed, _unfinished, _bytes),
        };
        Tell(observer => observer.Closed(info, told));
    }

    private void Tell(Action<IAssociationObserver> call)
    {
        if (_server.Observer is not { } observer) return;
        try
        {
            call(observer);
        }
        catch (Exception error)
        {
            NetworkLog.ObserverFailed(_server.Logger, error, _id);
        }
    }
}
