using System.Runtime.CompilerServices;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Deliver.Internal;

/// <summary>C-STORE (PS3.4 annex B) of our results over one association per batch.</summary>
internal sealed class StoreScuSender(string dataFolder, TimeProvider time) : IObjectSender
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<SendResult> SendAsync(DestinationSettings destination, IReadOnlyList<OutboxItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One context each, since a peer picks one syntax per context: results are written in Explicit VR Little Endian.
        var proposals = new[] { DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian }
            .Select(syntax => new PresentationContextProposal(DicomUid.SecondaryCaptureImageStorage, [syntax.Uid])).ToList();
        var client = await ReachAsync(() => DicomClient.ConnectAsync(
            new DicomPeer(destination.Host, destination.Port, destination.AeTitle, destination.CallingAeTitle), proposals, null, time, cancellationToken)).ConfigureAwait(false);
        await using var association = client.ConfigureAwait(false);

        var accepted = client.PresentationContexts.Where(context => context.IsAccepted).Select(context => context.TransferSyntax).ToHashSet(StringComparer.Ordinal);
        var syntax = accepted.Contains(DicomTransferSyntax.ExplicitVRLittleEndian.Uid) ? DicomTransferSyntax.ExplicitVRLittleEndian
            : accepted.Contains(DicomTransferSyntax.ImplicitVRLittleEndian.Uid) ? DicomTransferSyntax.ImplicitVRLittleEndian
            : throw new DestinationUnreachedException(DeliverReasons.NotAccepted, permanent: true, DeliverReasons.NotAccepted.Text);

        foreach (var item in items)
        {
            byte[] dataSet;
            string sopClass;
            SendResult? missing = null;
            try
            {
                var file = await DicomFile.ReadAsync(Path.Combine(dataFolder, item.Path), null, cancellationToken).ConfigureAwait(false);
                sopClass = file.Dataset.GetString(DicomTag.SOPClassUID) ?? DicomUid.SecondaryCaptureImageStorage;
                dataSet = file.Dataset.Encode(syntax);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DicomException)
            {
                missing = new SendResult(item.SopInstanceUid, SendVerdict.Never, DeliverReasons.ResultMissing, fault.GetType().Name);
                (sopClass, dataSet) = ("", []);
            }
            if (missing is not null)
            {
                yield return missing;
                continue;
            }
            var status = await ReachAsync(() => client.StoreAsync(sopClass, item.SopInstanceUid, syntax.Uid, dataSet, cancellationToken)).ConfigureAwait(false);
            yield return Judge(item.SopInstanceUid, status);
        }
        await ReachAsync(async () =>
        {
            await client.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
    }

    /// <summary>What a C-STORE status means for the queue (PS3.4 table B.2-1, PS3.7 annex C).</summary>
    internal static SendResult Judge(string sopInstanceUid, DimseStatus status)
    {
        if (status.IsSuccess || status.IsWarning) return new SendResult(sopInstanceUid, SendVerdict.Sent, DeliverReasons.Sent, status.ToString());
        return status.Code is (>= 0xA700 and <= 0xA7FF) or 0x0110
            ? new SendResult(sopInstanceUid, SendVerdict.Later, DeliverReasons.Busy, status.ToString())
            : new SendResult(sopInstanceUid, SendVerdict.Never, DeliverReasons.Refused, status.ToString());
    }

    private static async Task<T> ReachAsync<T>(Func<Task<T>> exchange)
    {
        try
        {
            return await exchange().ConfigureAwait(false);
        }
        catch (DicomNetworkException fault)
        {
            var reason = fault switch
            {
                AssociationRejectedException => DeliverReasons.Rejected,
                NoPresentationContextException => DeliverReasons.NotAccepted,
                _ => DeliverReasons.Unreachable,
            };
            throw new DestinationUnreachedException(reason, !fault.IsTransient, fault.Message, fault);
        }
    }
}
