namespace PacsFusion.Dicom.Network;

/// <summary>
/// Sends Part 10 files by C-STORE: data sets verbatim in their own transfer syntax, in as few associations as 128 contexts allow.
/// Where the peer refuses an uncompressed syntax, the data set is written anew in one that it takes. Files end as values; only
/// a cancellation throws.
/// </summary>
/// <param name="options">Limits; null = defaults.</param>
/// <param name="time">Clock and timers; null = the system's.</param>
public sealed class StoreScu(DicomClientOptions? options = null, TimeProvider? time = null)
{
    private const int MaxContexts = 128;

    /// <summary>Sends the files in order.</summary>
    /// <param name="peer">Whom to call.</param>
    /// <param name="files">Paths of Part 10 files.</param>
    /// <param name="progress">Told the outcome of each file as it comes; null for nobody.</param>
    /// <param name="cancellationToken">Aborts; throws <see cref="OperationCanceledException"/>.</param>
    public async Task<StoreReport> SendAsync(DicomPeer peer, IReadOnlyList<string> files, IProgress<StoreOutcome>? progress, CancellationToken cancellationToken)
    {
        var run = new Run(files.Count, progress);
        var waiting = new List<FileToSend>(files.Count);
        for (var i = 0; i < files.Count; i++)
        {
            try
            {
                waiting.Add(await FileToSend.ReadAsync(i, files[i], cancellationToken).ConfigureAwait(false));
            }
            catch (Exception error) when (error is DicomException or IOException or UnauthorizedAccessException)
            {
                run.Set(i, new StoreOutcome(files[i], error is DicomException { Code: var code } ? code : "file-unreadable", error is DicomException ? error.Message : "The file cannot be read."));
            }
        }

        while (waiting.Count > 0)
        {
            var (batch, proposals) = Plan(waiting);
            var answered = 0;
            try
            {
                await using var client = await DicomClient.ConnectAsync(peer, proposals, options, time, cancellationToken).ConfigureAwait(false);
                run.Associations++;
                for (; answered < batch.Count; answered++) run.Set(batch[answered].Index, await SendAsync(client, batch[answered], cancellationToken).ConfigureAwait(false));
                waiting.RemoveRange(0, batch.Count);
                await client.ReleaseAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (DicomNetworkException error)
            {
                run.Failure = error;
                if (answered == batch.Count) continue;
                // The object in flight has failed; the rest is tried again only where this association got something done.
                var lost = answered > 0 ? answered + 1 : waiting.Count;
                for (var i = answered; i < lost; i++) run.Set(waiting[i].Index, Describe(waiting[i]) with { Code = error.Code, Text = error.Message, IsTransient = error.IsTransient });
                waiting.RemoveRange(0, lost);
            }
        }

        return new StoreReport(run.Outcomes, run.Associations, run.Failure);
    }

    /// <summary>The files, from the first on, whose contexts fit into one association.</summary>
    internal static (List<FileToSend> Batch, List<PresentationContextProposal> Proposals) Plan(IReadOnlyList<FileToSend> files)
    {
        var contexts = new HashSet<(string, string)>();
        var proposals = new List<PresentationContextProposal>();
        var batch = new List<FileToSend>();
        foreach (var file in files)
        {
            var added = file.Contexts().Where(c => !contexts.Contains(c)).ToList();
            if (contexts.Count + added.Count > MaxContexts) break;
            foreach (var context in added)
            {
                contexts.Add(context);
                proposals.Add(new PresentationContextProposal(context.SopClass, [context.Syntax]));
            }

            batch.Add(file);
        }

        return (batch, proposals);
    }

    private static async Task<StoreOutcome> SendAsync(DicomClient client, FileToSend file, CancellationToken cancellationToken)
    {
        var syntax = client.Accepts(file.SopClassUid, file.Syntax.Uid) ? file.Syntax : file.Alternatives().FirstOrDefault(s => client.Accepts(file.SopClassUid, s.Uid));
        if (syntax is null) return Describe(file) with { Code = "no-presentation-context", Text = "The peer takes neither the SOP class with this transfer syntax nor one that it can be turned into." };
        if (syntax == file.Syntax && !DicomClient.IsSendable(syntax.Uid, file.FileLength - file.DataSetOffset))
            return Describe(file) with { Code = "data-set-odd-length", Text = "The data set has an odd number of bytes; the file is cut or damaged." };
        try
        {
            var status = syntax == file.Syntax
                ? await SendVerbatimAsync(client, file, cancellationToken).ConfigureAwait(false)
                : await SendReencodedAsync(client, file, syntax, cancellationToken).ConfigureAwait(false);
            var (code, text) = status switch
            {
                { IsSuccess: true } => ("stored", "The peer has stored it."),
                { IsWarning: true } => ("stored-with-warning", $"The peer has stored it with status {status}."),
                _ => ("refused-by-peer", $"The peer answered status {status}."),
            };
            return Describe(file) with { Code = code, Text = text, Status = status, TransferSyntaxUid = syntax.Uid, IsTransient = status.Code is >= 0xA700 and <= 0xA7FF };
        }
        catch (DicomException error)
        {
            return Describe(file) with { Code = error.Code, Text = error.Message };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException && client.IsOpen)
        {
            return Describe(file) with { Code = "file-unreadable", Text = "The file cannot be read." };
        }
        catch (IOException)
        {
            throw new AssociationAbortedException("data-set-unreadable", "The file could not be read to its end; the association was aborted.");
        }
    }

    private static async Task<DimseStatus> SendVerbatimAsync(DicomClient client, FileToSend file, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(file.Path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        stream.Position = file.DataSetOffset;
        return await client.StoreAsync(file.SopClassUid, file.SopInstanceUid, file.Syntax.Uid, stream, file.FileLength - file.DataSetOffset, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<DimseStatus> SendReencodedAsync(DicomClient client, FileToSend file, DicomTransferSyntax syntax, CancellationToken cancellationToken)
    {
        var whole = await DicomFile.ReadAsync(file.Path, null, cancellationToken).ConfigureAwait(false);
        return await client.StoreAsync(file.SopClassUid, file.SopInstanceUid, syntax.Uid, whole.Dataset.Encode(syntax), cancellationToken).ConfigureAwait(false);
    }

    private static StoreOutcome Describe(FileToSend file) => new(file.Path, "", "") { SopClassUid = file.SopClassUid, SopInstanceUid = file.SopInstanceUid };

    private sealed class Run(int count, IProgress<StoreOutcome>? progress)
    {
        public StoreOutcome[] Outcomes { get; } = new StoreOutcome[count];

        public int Associations { get; set; }

        public DicomNetworkException? Failure { get; set; }

        public void Set(int index, StoreOutcome outcome)
        {
            Outcomes[index] = outcome;
            progress?.Report(outcome);
        }
    }
}
