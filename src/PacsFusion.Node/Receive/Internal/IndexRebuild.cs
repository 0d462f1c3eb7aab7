using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>Makes rows from the files of the spool where the ledger lost them. Calling AE title comes from the meta group, the time from the file's; the called AE title is not in the file.</summary>
internal sealed class IndexRebuild(string root, IInstanceIndex index, PatientKeyring keyring, ILogger log)
{
    private const int Batch = 256;
    private static readonly DicomReadOptions Options = DicomReadOptions.Header with { Truncation = TruncationRule.Refuse };

    /// <summary>Adds what the index does not know; returns how many rows that were.</summary>
    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        long added = 0;
        var batch = new List<InstanceRecord>(Batch);
        foreach (var path in Files())
        {
            if (await ReadAsync(path, cancellationToken).ConfigureAwait(false) is not { } record) continue;
            if (await index.FindAsync(record.SopInstanceUid, cancellationToken).ConfigureAwait(false) is not null) continue;
            batch.Add(record);
            added++;
            if (batch.Count < Batch) continue;
            await index.AddAsync([.. batch], cancellationToken).ConfigureAwait(false);
            batch.Clear();
        }

        if (batch.Count > 0) await index.AddAsync(batch, cancellationToken).ConfigureAwait(false);
        if (added > 0) ReceiveLog.Reindexed(log, added);
        return added;
    }

    private IEnumerable<string> Files() =>
        from study in Directory.EnumerateDirectories(root)
        where SpoolPaths.IsComponent(Path.GetFileName(study))
        from path in Directory.EnumerateFiles(study, "*" + SpoolPaths.Extension, SearchOption.AllDirectories)
        select path;

    private async Task<InstanceRecord?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var relative = Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/');
        try
        {
            var file = await DicomFile.ReadAsync(path, Options, cancellationToken).ConfigureAwait(false);
            var study = file.Dataset.GetString(DicomTag.StudyInstanceUID) ?? "";
            var series = file.Dataset.GetString(DicomTag.SeriesInstanceUID) ?? "";
            var sop = file.Dataset.GetString(DicomTag.SOPInstanceUID) ?? "";
            if (SpoolPaths.RelativePath(study, series, sop) != relative)
            {
                ReceiveLog.FileNotIndexed(log, relative, "misplaced");
                return null;
            }

            var (sha256, length) = await SpoolLayout.HashDatasetAsync(path, cancellationToken).ConfigureAwait(false);
            var calling = file.FileMeta.GetString(DicomTag.SourceApplicationEntityTitle) ?? "";
            return new InstanceRecord
            {
                SopInstanceUid = sop,
                SopClassUid = file.Dataset.GetString(DicomTag.SOPClassUID) ?? "",
                TransferSyntaxUid = file.FileMeta.GetString(DicomTag.TransferSyntaxUID) ?? "",
                StudyInstanceUid = study,
                SeriesInstanceUid = series,
                Modality = file.Dataset.GetString(DicomTag.Modality) ?? "",
                PatientKey = keyring.KeyOf(file.Dataset, calling, study),
                RelativePath = relative,
                Length = length,
                Sha256 = sha256,
                ReceivedAt = new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero),
                CallingAeTitle = calling,
                CalledAeTitle = "",
                AssociationId = 0,
            };
        }
        catch (Exception failure) when (failure is DicomException or IOException or InvalidDataException)
        {
            ReceiveLog.FileNotIndexed(log, relative, (failure as DicomException)?.Code ?? "unreadable");
            return null;
        }
    }
}
