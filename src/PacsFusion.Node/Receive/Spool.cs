using Microsoft.Extensions.Logging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>
/// The received instances on disk: journal first, acknowledged after its sync, then laid out as Part 10 files and indexed in the background.
/// Thread safe.
/// </summary>
internal sealed class Spool : IAsyncDisposable
{
    private const int ReplayBatch = 512;
    private readonly string root;
    private readonly SpoolOptions options;
    private readonly IDurableStorage storage;
    private readonly IInstanceIndex index;
    private readonly TimeProvider time;
    private readonly ILogger log;
    private readonly BlockPool blocks;
    private readonly PendingInstances pending = new();
    private readonly Journal journal;
    private readonly SpoolLayout layout;
    private LayoutLoop? loop;

    private Spool(string root, SpoolOptions options, IDurableStorage storage, IInstanceIndex index, TimeProvider time, ILogger log)
    {
        this.root = root;
        this.options = options;
        this.storage = storage;
        this.index = index;
        this.time = time;
        this.log = log;
        blocks = new BlockPool(options.BufferBytes);
        var incoming = Path.Combine(root, "incoming");
        Directory.CreateDirectory(incoming);
        // Half-arrived large objects of an earlier run were never acknowledged.
        foreach (var path in Directory.EnumerateFiles(incoming)) storage.Delete(path);
        layout = new SpoolLayout(root, incoming, storage, log);
        journal = Journal.Open(Path.Combine(root, "journal"), options, storage, log);
    }

    /// <summary>Instances replayed from the journal when the spool was opened.</summary>
    public int Recovered { get; private set; }

    /// <summary>Acknowledged instances without file and row yet.</summary>
    public int Queued => loop?.Queued ?? 0;

    /// <summary>Bytes of memory lent to objects that are arriving.</summary>
    public long BufferedBytes => blocks.RentedBytes;

    /// <summary>Bytes of the journal's segments.</summary>
    public long JournalBytes => journal.Bytes;

    /// <summary>Opens the spool of a folder and replays what an earlier run acknowledged but did not lay out; all of it has files and rows on return.</summary>
    /// <exception cref="ArgumentException">The options do not hold together.</exception>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static async Task<Spool> OpenAsync(
        string root, SpoolOptions options, IDurableStorage storage, IInstanceIndex index, TimeProvider time, ILogger log, CancellationToken cancellationToken)
    {
        if (options.Validate() is { Count: > 0 } wrong) throw new ArgumentException(string.Join(' ', wrong), nameof(options));
        Directory.CreateDirectory(root);
        var spool = new Spool(root, options, storage, index, time, log);
        try
        {
            await spool.ReplayAsync(cancellationToken).ConfigureAwait(false);
            spool.journal.Start();
        }
        catch
        {
            spool.journal.Dispose();
            throw;
        }

        spool.loop = new LayoutLoop(spool.journal, spool.layout, index, spool.pending, options, time, log);
        return spool;
    }

    /// <summary>A place for the data set of an object that begins to arrive; the caller disposes it.</summary>
    public IncomingObject Begin(string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string callingAeTitle) =>
        new(blocks, options.LargeThreshold, layout.TemporaryPath(), () => SpoolFile.Head(sopClassUid, sopInstanceUid, transferSyntaxUid, callingAeTitle), storage);

    /// <summary>
    /// Stores a complete object; durable on return where the outcome says so. It cannot be cancelled once the write has begun, because nobody could say
    /// then whether it happened.
    /// </summary>
    public async Task<StoreOutcome> StoreAsync(IncomingObject incoming, InstanceFacts facts, CancellationToken cancellationToken)
    {
        PendingInstance claim;
        while (pending.ClaimOrFind(facts.SopInstanceUid, out claim) is { } other)
        {
            if (await other.Result.Task.WaitAsync(cancellationToken).ConfigureAwait(false) is { } first) return Compare(first, incoming.Sha256(), incoming.Length);
        }

        StoreOutcome? outcome = null;
        try
        {
            outcome = await FindEarlierAsync(incoming, facts, cancellationToken).ConfigureAwait(false)
                ?? (incoming.IsInFile ? await StoreFileAsync(incoming, facts).ConfigureAwait(false) : await StoreInlineAsync(incoming, facts).ConfigureAwait(false));
        }
        catch (JournalException failure)
        {
            outcome = StoreOutcome.Refused(failure.IsFull ? ReceiveReasons.JournalFull : ReceiveReasons.JournalFailed);
        }
        finally
        {
            if (outcome is { Kind: StoreOutcomeKind.Stored, Record: { } stored }) PendingInstances.Stored(claim, stored);
            else pending.Abandon(facts.SopInstanceUid, claim);
        }

        return outcome.Value;
    }

    /// <summary>Asks for files and rows now, as at the end of an association.</summary>
    public void RequestLayout() => loop?.Wake();

    /// <summary>Completes when everything acknowledged so far has its file and row and the journal is empty of it.</summary>
    /// <exception cref="IOException">Laying out failed; the instances stay in the journal.</exception>
    public Task FlushAsync(CancellationToken cancellationToken) => loop!.FlushAsync(cancellationToken);

    /// <summary>The full path of an instance's file, which is there once its row is.</summary>
    public string PathOf(InstanceRecord record) => SpoolPaths.Resolve(root, record.RelativePath);

    /// <summary>The Part 10 file of an instance; lays it out first where it is still in the journal.</summary>
    /// <exception cref="FileNotFoundException">The file was deleted.</exception>
    public async Task<Stream> OpenReadAsync(InstanceRecord record, CancellationToken cancellationToken)
    {
        var path = PathOf(record);
        if (!File.Exists(path)) await FlushAsync(cancellationToken).ConfigureAwait(false);
        return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 64 << 10, FileOptions.Asynchronous | FileOptions.SequentialScan);
    }

    /// <summary>
    /// Removes files, and folders that this leaves empty, durably; the rows are the caller's. The journal is emptied first, so that no replay
    /// brings a deleted instance back.
    /// </summary>
    /// <param name="relativePaths">Paths as in <see cref="InstanceRecord.RelativePath"/>; what is not there is no error.</param>
    /// <param name="cancellationToken">Ends the wait for the layout.</param>
    /// <returns>How many files were removed.</returns>
    /// <exception cref="ArgumentException">A path is not one of the spool; nothing was removed.</exception>
    public async Task<int> DeleteInstancesAsync(IReadOnlyList<string> relativePaths, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken).ConfigureAwait(false);
        return await Task.Factory.StartNew(() => layout.Delete(relativePaths), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
    }

    /// <summary>Makes rows from the files where the ledger lost them or lags; what it knows already is left.</summary>
    /// <param name="keyring">Makes the patient keys.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>How many rows were added.</returns>
    public Task<long> RebuildIndexAsync(PatientKeyring keyring, CancellationToken cancellationToken) =>
        new IndexRebuild(root, index, keyring, log).RunAsync(cancellationToken);

    /// <summary>Ends without laying out what is queued; that is replayed at the next start. Call <see cref="FlushAsync"/> first for a clean end.</summary>
    public async ValueTask DisposeAsync()
    {
        if (loop is not null) await loop.DisposeAsync().ConfigureAwait(false);
        journal.Dispose();
    }

    private async Task<StoreOutcome> StoreInlineAsync(IncomingObject incoming, InstanceFacts facts)
    {
        var entry = new JournalEntry(JournalEntryKind.Inline, facts, "", time.GetUtcNow(), incoming.Length);
        var written = journal.AppendAsync(new JournalAppend(entry, incoming.Pieces(), incoming.Crc));
        // Hashed while the disk works.
        var record = entry.ToRecord(incoming.Sha256());
        loop!.Enqueue(new SpooledInstance(record, await written.ConfigureAwait(false), IsInFile: false));
        return StoreOutcome.Stored(record);
    }

    private async Task<StoreOutcome> StoreFileAsync(IncomingObject incoming, InstanceFacts facts)
    {
        var entry = new JournalEntry(JournalEntryKind.File, facts, incoming.Sha256(), time.GetUtcNow(), incoming.Length);
        var record = entry.ToRecord(entry.Sha256);
        try
        {
            // Seconds, for a large object: not on a pool thread.
            await Task.Factory.StartNew(
                () =>
                {
                    incoming.FinishFile();
                    layout.Place(incoming.FilePath, record);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            incoming.Discard();
            ReceiveLog.FileFailed(log, facts.SopInstanceUid, failure);
            return StoreOutcome.Refused(ReceiveReasons.StorageFailed);
        }

        var place = await journal.AppendAsync(new JournalAppend(entry, [], 0)).ConfigureAwait(false);
        loop!.Enqueue(new SpooledInstance(record, place, IsInFile: true));
        return StoreOutcome.Stored(record);
    }

    /// <summary>Null where nothing is known of the instance yet.</summary>
    private async Task<StoreOutcome?> FindEarlierAsync(IncomingObject incoming, InstanceFacts facts, CancellationToken cancellationToken)
    {
        var row = await index.FindAsync(facts.SopInstanceUid, cancellationToken).ConfigureAwait(false);
        if (row is not null)
        {
            var outcome = Compare(row, incoming.Sha256(), incoming.Length);
            // The same bytes are taken once more where somebody removed the file behind the row.
            return outcome.IsDurable && !File.Exists(PathOf(row)) ? null : outcome;
        }

        // A file without a row: a ledger that was lost, or a large object whose sender never got its answer.
        var path = SpoolPaths.Resolve(root, SpoolPaths.RelativePath(facts.StudyInstanceUid, facts.SeriesInstanceUid, facts.SopInstanceUid));
        if (!File.Exists(path)) return null;
        try
        {
            var (sha256, length) = await SpoolLayout.HashDatasetAsync(path, cancellationToken).ConfigureAwait(false);
            return length == incoming.Length && sha256 == incoming.Sha256() ? null : StoreOutcome.Refused(ReceiveReasons.InstanceConflict);
        }
        catch (InvalidDataException)
        {
            // Not a file of ours; the layout moves it aside and says so.
            return null;
        }
    }

    private static StoreOutcome Compare(InstanceRecord first, string sha256, long length) =>
        first.Sha256 == sha256 && first.Length == length
            ? StoreOutcome.Repeated(first)
            : StoreOutcome.Refused(ReceiveReasons.InstanceConflict, first);

    private async Task ReplayAsync(CancellationToken cancellationToken)
    {
        var segments = 0;
        foreach (var segment in journal.Found)
        {
            var before = Recovered;
            foreach (var records in JournalReader.Read(segment.File, segment.Generation).Chunk(ReplayBatch))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var batch = records.Select(record => ToInstance(segment, record)).ToArray();
                layout.Run(batch);
                await index.AddAsync([.. batch.Select(instance => instance.Record)], cancellationToken).ConfigureAwait(false);
                Recovered += batch.Length;
            }

            if (Recovered > before) segments++;
        }

        if (Recovered > 0) ReceiveLog.Recovered(log, Recovered, segments);
    }

    private static SpooledInstance ToInstance(JournalSegment segment, JournalRecord record)
    {
        var place = new JournalPlace(segment, record.DataOffset, record.DataLength);
        var isInFile = record.Entry.Kind == JournalEntryKind.File;
        return new SpooledInstance(record.Entry.ToRecord(isInFile ? record.Entry.Sha256 : JournalReader.Sha256(segment.File, place)), place, isInFile);
    }
}
