using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>
/// C-STORE over the spool: a cheap look at the head of each object, Success only once it is durable, every other answer with a reason code.
/// Thread safe.
/// </summary>
/// <param name="spool">Where objects go.</param>
/// <param name="keyring">Makes patient keys.</param>
/// <param name="space">Whether the volume may take more.</param>
/// <param name="listener">Told of every arrival.</param>
/// <param name="time">For refusals.</param>
/// <param name="log">For refusals and the end of associations.</param>
internal sealed class ReceiveStage(Spool spool, PatientKeyring keyring, FreeSpaceGuard space, IArrivalListener listener, TimeProvider time, ILogger log)
    : IStoreScp, IAssociationObserver
{
    private readonly DatasetHeader header = new(keyring);
    private readonly ConcurrentDictionary<long, AssociationTally> open = new();
    private readonly ConcurrentDictionary<string, long> refusals = new(StringComparer.Ordinal);
    private long stored;
    private long repeated;

    /// <summary>Instances stored since the start.</summary>
    public long Stored => Volatile.Read(ref stored);

    /// <summary>Instances acknowledged because the same bytes were there already, since the start.</summary>
    public long Repeated => Volatile.Read(ref repeated);

    /// <summary>Refused instances by reason code, since the start.</summary>
    public IReadOnlyDictionary<string, long> Refusals => new Dictionary<string, long>(refusals);

    /// <inheritdoc/>
    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken)
    {
        if (request.SopInstanceUid.Length > DatasetHeader.MaxUidLength || request.SopClassUid.Length > DatasetHeader.MaxUidLength)
            return ValueTask.FromResult(StoreReceiver.Refuse(Refuse(request, ReceiveReasons.UidTooLong)));
        if (!space.Take(0)) return ValueTask.FromResult(StoreReceiver.Refuse(Refuse(request, ReceiveReasons.StorageFull)));
        var incoming = spool.Begin(request.SopClassUid, request.SopInstanceUid, request.TransferSyntaxUid, request.Association.CallingAeTitle);
        return ValueTask.FromResult<IStoreReceiver>(new Receiver(this, request, incoming));
    }

    /// <inheritdoc/>
    public void Opened(AssociationInfo association)
    {
        open[association.Id] = new AssociationTally();
        listener.AssociationOpened(association.Id, association.CallingAeTitle);
    }

    /// <inheritdoc/>
    public void Closed(AssociationInfo association, AssociationEnd end)
    {
        if (!open.TryRemove(association.Id, out var tally)) return;
        listener.AssociationClosed(association.Id, end.Kind == AssociationEndKind.Released, tally.Series);
        spool.RequestLayout();
        ReceiveLog.AssociationEnded(log, association.Id, association.CallingAeTitle, end.ReasonCode, tally.Stored, tally.Repeated, tally.Refused, end.Counts.Bytes);
    }

    private async ValueTask<DimseStatus> StoreAsync(StoreRequest request, IncomingObject incoming, CancellationToken cancellationToken)
    {
        var (facts, reason) = await header.CheckAsync(incoming, request, cancellationToken).ConfigureAwait(false);
        if (facts is null) return Refuse(request, reason!);
        var outcome = await spool.StoreAsync(incoming, facts, cancellationToken).ConfigureAwait(false);
        if (!outcome.IsDurable) return Refuse(request, outcome.Reason!);

        open.TryGetValue(request.Association.Id, out var tally);
        tally?.Add(outcome);
        if (outcome.Kind == StoreOutcomeKind.Stored)
        {
            Interlocked.Increment(ref stored);
            listener.InstanceStored(outcome.Record!);
        }
        else
        {
            Interlocked.Increment(ref repeated);
        }

        return DimseStatus.Success;
    }

    private bool TakeSpace(int bytes) => space.Take(bytes);

    private void ReportFileFailure(StoreRequest request, Exception failure) => ReceiveLog.FileFailed(log, SpoolPaths.Component(request.SopInstanceUid), failure);

    private DimseStatus Refuse(StoreRequest request, ReasonCode reason)
    {
        var status = StatusOf(reason);
        refusals.AddOrUpdate(reason.Code, 1, (_, count) => count + 1);
        if (open.TryGetValue(request.Association.Id, out var tally)) tally.AddRefusal();
        // The UID of the command is the sender's text: cut before it goes anywhere, and not logged where it is no UID.
        var sop = request.SopInstanceUid.Length <= DatasetHeader.MaxUidLength ? request.SopInstanceUid : request.SopInstanceUid[..DatasetHeader.MaxUidLength];
        ReceiveLog.Refused(log, SpoolPaths.Component(sop), request.Association.CallingAeTitle, reason.Code);
        listener.InstanceRefused(new InstanceRefusal(reason, status.Code, sop, request.SopClassUid, request.Association.CallingAeTitle, request.Association.Id, time.GetUtcNow()));
        return status.WithComment(reason.Code);
    }

    // PS3.4 table B.2-1; C001H is in the range left to the implementation for "cannot understand".
    internal static DimseStatus StatusOf(ReasonCode reason) =>
        reason == ReceiveReasons.StorageFull || reason == ReceiveReasons.JournalFull || reason == ReceiveReasons.JournalFailed || reason == ReceiveReasons.StorageFailed
            ? DimseStatus.OutOfResources
            : reason == ReceiveReasons.SopClassMismatch || reason == ReceiveReasons.SopInstanceMismatch
                ? DimseStatus.DataSetDoesNotMatchSopClass
                : reason == ReceiveReasons.InstanceConflict
                    ? new DimseStatus(0xC001)
                    : DimseStatus.CannotUnderstand;

    private sealed class Receiver(ReceiveStage stage, StoreRequest request, IncomingObject incoming) : IStoreReceiver
    {
        private ReasonCode? refused;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken)
        {
            if (refused is not null) return ValueTask.CompletedTask;
            if (!stage.TakeSpace(fragment.Length))
            {
                refused = ReceiveReasons.StorageFull;
                return ValueTask.CompletedTask;
            }

            try
            {
                incoming.Append(fragment.Span);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                stage.ReportFileFailure(request, failure);
                refused = ReceiveReasons.StorageFailed;
            }

            return ValueTask.CompletedTask;
        }

        public async ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken) =>
            refused is not null ? stage.Refuse(request, refused) : await stage.StoreAsync(request, incoming, cancellationToken).ConfigureAwait(false);

        public ValueTask DisposeAsync()
        {
            incoming.Dispose();
            return ValueTask.CompletedTask;
        }
    }

    private sealed class AssociationTally
    {
        private readonly HashSet<string> series = new(StringComparer.Ordinal);
        private readonly Lock gate = new();

        public long Stored { get; private set; }

        public long Repeated { get; private set; }

        public long Refused { get; private set; }

        public IReadOnlyCollection<string> Series
        {
            get { lock (gate) return [.. series]; }
        }

        // A repeated instance counts for its series: the resend is what a suspect series waits for.
        public void Add(StoreOutcome outcome)
        {
            lock (gate)
            {
                series.Add(outcome.Record!.SeriesInstanceUid);
                if (outcome.Kind == StoreOutcomeKind.Stored) Stored++;
                else Repeated++;
            }
        }

        public void AddRefusal()
        {
            lock (gate) Refused++;
        }
    }
}
