using System.Buffers;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>
/// The files of the spool: written under a temporary name, synced, renamed, and then their folders synced. Everything here may be done again
/// after a crash at any point: a file that is there already with the same bytes is left.
/// </summary>
internal sealed class SpoolLayout(string root, string incoming, IDurableStorage storage, ILogger log)
{
    // Syncs asked for side by side share one commit of the file system.
    private const int Writers = 4;
    private const int BlockLength = 256 << 10;

    // Forgotten when it gets long; the price is a folder sync too many.
    private const int RememberedFolders = 4096;
    private readonly Lock folders = new();
    private readonly HashSet<string> durableFolders = new(StringComparer.Ordinal);
    private long temporaryNumber;

    /// <summary>A free name for a file that has none yet.</summary>
    public string TemporaryPath() => Path.Combine(incoming, $"{Interlocked.Increment(ref temporaryNumber)}.part");

    /// <summary>Returns when every instance of the batch has its file under its name on stable storage. Blocks for the syncs.</summary>
    public void Run(IReadOnlyList<SpooledInstance> batch)
    {
        // In a replay one instance may stand in two segments; the files would be equal, one is enough.
        var wanted = batch.Where(instance => instance.Place is not null).DistinctBy(instance => instance.Record.RelativePath).ToArray();
        var written = new string?[wanted.Length];
        try
        {
            WriteAll(wanted, written);
            Name([.. wanted.Select((instance, i) => (written[i], instance.Record.RelativePath))]);
        }
        catch
        {
            // Tried again under new names: what is left of this try must not pile up.
            foreach (var path in written) if (path is not null) storage.Delete(path);
            throw;
        }
    }

    /// <summary>Gives a synced file its name; durable on return. A file of that name is replaced: the caller has seen that it holds the same.</summary>
    public void Place(string path, InstanceRecord record) => Name([(path, record.RelativePath)]);

    /// <summary>Removes files and the folders that this leaves empty; durable on return. What is not there is no error.</summary>
    /// <returns>How many files were removed.</returns>
    public int Delete(IReadOnlyList<string> relativePaths)
    {
        var paths = relativePaths.Select(path => SpoolPaths.Resolve(root, path)).ToArray();
        var removed = 0;
        lock (folders)
        {
            var touched = new HashSet<string>(StringComparer.Ordinal);
            foreach (var path in paths)
            {
                if (!File.Exists(path)) continue;
                storage.Delete(path);
                touched.Add(Path.GetDirectoryName(path)!);
                removed++;
            }

            var sync = new HashSet<string>(StringComparer.Ordinal);
            foreach (var series in touched) RemoveIfEmpty(series, sync);
            foreach (var folder in sync.Where(Directory.Exists)) storage.SyncFolder(folder);
        }

        return removed;
    }

    /// <summary>SHA-256 of the data set in a file of the spool, in hexadecimal.</summary>
    /// <exception cref="InvalidDataException">It is no file of the spool.</exception>
    public static async Task<(string Sha256, long Length)> HashDatasetAsync(string path, CancellationToken cancellationToken)
    {
        var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);
        await using (stream.ConfigureAwait(false))
        {
            stream.Position = SpoolFile.TryDatasetOffset(stream.SafeFileHandle) ?? throw new InvalidDataException("A file of the spool does not begin with a meta group.");
            var length = stream.Length - stream.Position;
            var digest = await SHA256.HashDataAsync(stream, cancellationToken).ConfigureAwait(false);
            return (Convert.ToHexStringLower(digest), length);
        }
    }

    private void WriteAll(SpooledInstance[] wanted, string?[] written)
    {
        var writers = Math.Clamp(wanted.Length / 2, 1, Writers);
        if (writers == 1)
        {
            WriteShare(wanted, written, 0, 1);
            return;
        }

        var work = Enumerable.Range(0, writers).Select(first => Task.Factory.StartNew(
            () => WriteShare(wanted, written, first, writers), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default));
        try
        {
            Task.WaitAll([.. work]);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    private void WriteShare(SpooledInstance[] wanted, string?[] written, int first, int step)
    {
        for (var i = first; i < wanted.Length; i += step) WriteTemporary(wanted[i], ref written[i]);
    }

    private void WriteTemporary(SpooledInstance instance, ref string? path)
    {
        var place = instance.Place!.Value;
        var target = SpoolPaths.Resolve(root, instance.Record.RelativePath);
        var block = ArrayPool<byte>.Shared.Rent(BlockLength);
        try
        {
            if (File.Exists(target))
            {
                if (IsSame(target, place, block)) return;
                Displace(target, instance.Record.SopInstanceUid);
            }

            path = TemporaryPath();
            using var file = storage.Create(path);
            var head = SpoolFile.Head(instance.Record);
            file.Write(head, 0);
            for (long done = 0; done < place.DataLength;)
            {
                var count = place.Segment.File.Read(block.AsSpan(0, (int)Math.Min(block.Length, place.DataLength - done)), place.DataOffset + done);
                if (count == 0) throw new EndOfStreamException("A journal segment ended within a record.");
                file.Write(block.AsSpan(0, count), head.Length + done);
                done += count;
            }

            file.Sync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private void Name(IReadOnlyList<(string? Temporary, string RelativePath)> files)
    {
        lock (folders)
        {
            var sync = new HashSet<string>(StringComparer.Ordinal);
            foreach (var (temporary, relativePath) in files)
            {
                var target = SpoolPaths.Resolve(root, relativePath);
                var series = Path.GetDirectoryName(target)!;
                var study = Path.GetDirectoryName(series)!;
                Directory.CreateDirectory(series);
                // A folder that an earlier run made may be known to the page cache alone.
                if (!durableFolders.Contains(study)) sync.Add(root);
                if (!durableFolders.Contains(series)) sync.Add(study);
                if (temporary is not null) storage.Move(temporary, target);
                sync.Add(series);
            }

            foreach (var folder in sync) storage.SyncFolder(folder);
            if (durableFolders.Count > RememberedFolders) durableFolders.Clear();
            foreach (var (_, relativePath) in files)
            {
                var series = Path.GetDirectoryName(SpoolPaths.Resolve(root, relativePath))!;
                durableFolders.Add(series);
                durableFolders.Add(Path.GetDirectoryName(series)!);
            }
        }
    }

    private void RemoveIfEmpty(string series, HashSet<string> sync)
    {
        sync.Add(series);
        if (Directory.EnumerateFileSystemEntries(series).Any()) return;
        Directory.Delete(series);
        durableFolders.Remove(series);
        var study = Path.GetDirectoryName(series)!;
        sync.Add(study);
        if (Directory.EnumerateFileSystemEntries(study).Any()) return;
        Directory.Delete(study);
        durableFolders.Remove(study);
        sync.Add(root);
    }

    private static bool IsSame(string path, JournalPlace place, byte[] block)
    {
        using var handle = File.OpenHandle(path);
        if (SpoolFile.TryDatasetOffset(handle) is not { } offset) return false;
        if (RandomAccess.GetLength(handle) - offset != place.DataLength) return false;
        var half = block.Length / 2;
        for (long done = 0; done < place.DataLength;)
        {
            var ours = block.AsSpan(0, (int)Math.Min(half, place.DataLength - done));
            var count = place.Segment.File.Read(ours, place.DataOffset + done);
            var theirs = block.AsSpan(half, count);
            for (var got = 0; got < count;)
            {
                var more = RandomAccess.Read(handle, theirs[got..], offset + done + got);
                if (more == 0) return false;
                got += more;
            }

            if (count == 0 || !ours[..count].SequenceEqual(theirs)) return false;
            done += count;
        }

        return true;
    }

    // Only a hand in the spool can bring this about: every instance is compared with what is known before it is acknowledged.
    private void Displace(string target, string sopInstanceUid)
    {
        var number = 1;
        while (File.Exists($"{target}.displaced-{number}")) number++;
        var aside = $"{target}.displaced-{number}";
        storage.Move(target, aside);
        ReceiveLog.FileDisplaced(log, sopInstanceUid, Path.GetFileName(aside));
    }
}

/// <summary>An acknowledged instance on its way to its file and its row.</summary>
/// <param name="Record">The row.</param>
/// <param name="JournalPlace">Its record in the journal.</param>
/// <param name="IsInFile">The data set has its file already; the record in the journal only promises the row.</param>
internal sealed record SpooledInstance(InstanceRecord Record, JournalPlace JournalPlace, bool IsInFile)
{
    /// <summary>Where the bytes are to be copied from; null where there is nothing to copy.</summary>
    public JournalPlace? Place => IsInFile ? null : JournalPlace;
}
