using System.Runtime.CompilerServices;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Deliver.Internal;

/// <summary>C-STORE (PS3.4 annex B) of our results over one association per batch.</summary>
internal sealed class StoreScuSender(string dataFolder, TimeProvider time) : IObjectSender
{
    private static readonly string[] SopClasses = [DicomUid.SecondaryCaptureImageStorage, DicomUid.SpatialRegistrationStorage];
    private static readonly DicomTransferSyntax[] Syntaxes = [DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian];

    /// <inheritdoc/>
    public async IAsyncEnumerable<SendResult> SendAsync(DestinationSettings destination, IReadOnlyList<OutboxItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // One context each, since a peer picks one syntax per context: results are written in Explicit VR Little Endian.
        var proposals = SopClasses.SelectMany(_ => Syntaxes, (sopClass, syntax) => new PresentationContextProposal(sopClass, [syntax.Uid])).ToList();
        var client = await ReachAsync(() => DicomClient.ConnectAsync(
            new DicomPeer(destination.Host, destination.Port, destination.AeTitle, destination.CallingAeTitle), proposals, null, time, cancellationToken)).ConfigureAwait(false);
        await using var association = client.ConfigureAwait(false);

        if (SyntaxFor(client, DicomUid.SecondaryCaptureImageStorage) is null)
            throw new DestinationUnreachedException(DeliverReasons.NotAccepted, permanent: true, DeliverReasons.NotAccepted.Text);

        foreach (var item in items)
        {
            byte[] dataSet;
            string sopClass;
            DicomTransferSyntax? syntax = null;
            SendResult? unsent = null;
            try
            {
                var file = await DicomFile.ReadAsync(Path.Combine(dataFolder, item.Path), null, cancellationToken).ConfigureAwait(false);
                sopClass = file.Dataset.GetString(DicomTag.SOPClassUID) ?? DicomUid.SecondaryCaptureImageStorage;
                syntax = SyntaxFor(client, sopClass);
                dataSet = syntax is null ? [] : file.Dataset.Encode(syntax);
                // An archive without Spatial Registration has the fused series all the same; the rest of the case must not wait for it.
                if (syntax is null) unsent = new SendResult(item.SopInstanceUid, SendVerdict.Declined, DeliverReasons.KindDeclined, DicomUid.NameOf(sopClass) ?? sopClass);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or DicomException)
            {
                unsent = new SendResult(item.SopInstanceUid, SendVerdict.Never, DeliverReasons.ResultMissing, fault.GetType().Name);
                (sopClass, dataSet) = ("", []);
            }
            if (unsent is not null)
            {
                yield return unsent;
                continue;
            }
            var status = await ReachAsync(() => client.StoreAsync(sopClass, item.SopInstanceUid, syntax!.Uid, dataSet, cancellationToken)).ConfigureAwait(false);
            yield return Judge(item.SopInstanceUid, status);
        }
        await ReachAsync(async () =>
        {
            await client.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }).ConfigureAwait(false);
    }

    private static DicomTransferSyntax? SyntaxFor(DicomClient client, string sopClass) => Syntaxes.FirstOrDefault(syntax =>
        client.PresentationContexts.Any(context => context.IsAccepted && context.AbstractSyntax == sopClass && context.TransferSyntax == syntax.Uid));

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
