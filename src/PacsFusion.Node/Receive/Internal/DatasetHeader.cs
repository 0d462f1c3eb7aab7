using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>Reads the head of an arrived data set, up to its pixel data, and holds it against its command.</summary>
internal sealed class DatasetHeader(PatientKeyring keyring)
{
    /// <summary>Longest UID that is looked at; four times what the standard allows.</summary>
    public const int MaxUidLength = 256;

    // Heads longer than the last step are refused: functional groups of a million frames end far below.
    private static readonly long[] Steps = [BlockPool.BlockLength, 4 << 20, 64 << 20];
    private static readonly DicomReadOptions Options = DicomReadOptions.Header with { Truncation = TruncationRule.Refuse };

    // A head beyond the first block is copied into one piece, so only a few at a time.
    private readonly SemaphoreSlim large = new(2);

    /// <summary>The facts of the instance, or the reason to refuse it.</summary>
    public async ValueTask<(InstanceFacts? Facts, ReasonCode? Reason)> CheckAsync(IncomingObject incoming, StoreRequest request, CancellationToken cancellationToken)
    {
        if (DicomTransferSyntax.Find(request.TransferSyntaxUid) is not { } syntax || incoming.Length == 0) return (null, ReceiveReasons.DatasetUnreadable);
        if (!syntax.IsDeflated && !incoming.IsInFile)
        {
            var found = Check(incoming, Steps[0], syntax, request);
            if (found.Facts is not null || incoming.Length <= Steps[0]) return found;
        }

        await large.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            foreach (var step in Steps)
            {
                var found = Check(incoming, step, syntax, request);
                if (found.Facts is not null || incoming.Length <= step) return found;
            }

            return (null, ReceiveReasons.DatasetUnreadable);
        }
        finally
        {
            large.Release();
        }
    }

    private (InstanceFacts? Facts, ReasonCode? Reason) Check(IncomingObject incoming, long step, DicomTransferSyntax syntax, StoreRequest request)
    {
        DicomDataset dataset;
        var mislabelled = false;
        try
        {
            dataset = DicomDataset.Parse(incoming.Prefix(step), syntax, Options with { OnWarning = warning => mislabelled |= warning.Code == "transfer-syntax-mismatch" });
        }
        catch (DicomFormatException)
        {
            return (null, ReceiveReasons.DatasetUnreadable);
        }

        var found = FactsOf(dataset, request);
        if (found.Facts is null || mislabelled || syntax.IsDeflated || syntax.IsBigEndian) return found;
        // An unchanged data set encodes to the very bytes it was read from: their number is where the reading stopped.
        return DatasetTail.IsComplete(incoming, dataset.Encode(syntax).Length, syntax.IsExplicitVR) ? found : (null, ReceiveReasons.DatasetUnreadable);
    }

    private (InstanceFacts? Facts, ReasonCode? Reason) FactsOf(DicomDataset dataset, StoreRequest request)
    {
        // Bytes that are no data set may still parse into a few odd elements.
        if (!dataset.Contains(DicomTag.SOPClassUID) && !dataset.Contains(DicomTag.SOPInstanceUID)) return (null, ReceiveReasons.DatasetUnreadable);
        if (dataset.GetString(DicomTag.SOPClassUID) != request.SopClassUid) return (null, ReceiveReasons.SopClassMismatch);
        if (dataset.GetString(DicomTag.SOPInstanceUID) != request.SopInstanceUid) return (null, ReceiveReasons.SopInstanceMismatch);
        if (dataset.GetString(DicomTag.StudyInstanceUID) is not { Length: > 0 } study) return (null, ReceiveReasons.StudyUidMissing);
        if (dataset.GetString(DicomTag.SeriesInstanceUID) is not { Length: > 0 } series) return (null, ReceiveReasons.SeriesUidMissing);
        if (study.Length > MaxUidLength || series.Length > MaxUidLength) return (null, ReceiveReasons.UidTooLong);
        var modality = dataset.GetString(DicomTag.Modality) ?? "";
        return (new InstanceFacts
        {
            SopClassUid = request.SopClassUid,
            SopInstanceUid = request.SopInstanceUid,
            TransferSyntaxUid = request.TransferSyntaxUid,
            StudyInstanceUid = study,
            SeriesInstanceUid = series,
            // A code string has at most 16 characters (PS3.5 section 6.2).
            Modality = modality.Length <= 16 ? modality : modality[..16],
            PatientKey = keyring.KeyOf(dataset, request.Association.CallingAeTitle, study),
            CallingAeTitle = request.Association.CallingAeTitle,
            CalledAeTitle = request.Association.CalledAeTitle,
            AssociationId = request.Association.Id,
        }, null);
    }
}
