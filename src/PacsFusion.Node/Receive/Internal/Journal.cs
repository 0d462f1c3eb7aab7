using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Receive;

/// <summary>The segments of the spool and the lanes that write them. A segment goes round: free, in use, sealed, laid out, free.</summary>
internal sealed class Journal : IDisposable
{
    private const string Extension = ".segment";
    private const string NewExtension = ".new";
    private readonly string folder;
    private readonly SpoolOptions options;
    private readonly IDurableStorage storage;
    private readonly ILogger log;
    private readonly object gate = new();
    private readonly Queue<JournalSegment> free = new();
    private readonly List<JournalSegment> all = [];
    private JournalLane[] lanes = [];
    private ulong generation;
    private int creating;
    private bool stalled;
    private bool stopping;

    private Journal(string folder, SpoolOptions options, IDurableStorage storage, ILogger log)
    {
        this.folder = folder;
        this.options = options;
        this.storage = storage;
        this.log = log;
    }

    /// <summary>Opens the segments of the folder. Nothing can be appended before <see cref="Start"/>.</summary>
    public static Journal Open(string folder, SpoolOptions options, IDurableStorage storage, ILogger log)
    {
        Directory.CreateDirectory(folder);
        var journal = new Journal(folder, options, storage, log);
        // A segment that was still being made when the node ended holds nothing.
        foreach (var path in Directory.EnumerateFiles(folder, "*" + NewExtension)) storage.Delete(path);
        foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension).Order(StringComparer.Ordinal)) journal.OpenSegment(path);
        storage.SyncFolder(folder);
        return journal;
    }

    /// <summary>The segments found at start, oldest generation first; each may hold records to replay.</summary>
    public IReadOnlyList<JournalSegment> Found => [.. all.OrderBy(segment => segment.Generation)];

    /// <summary>Bytes of all segments.</summary>
    public long Bytes
    {
        get { lock (gate) return all.Sum(segment => segment.Capacity); }
    }

    /// <summary>Segments that hold records still to be laid out.</summary>
    public int BusySegments
    {
        get { lock (gate) return all.Count(segment => segment.Outstanding > 0); }
    }

    /// <summary>Whether more than half of the segments that may exist wait for the layout.</summary>
    public bool IsHalfFull => BusySegments * 2 > options.MaxSegments;

    public ulong NextGeneration() => Interlocked.Increment(ref generation);

    /// <summary>Frees every segment found at start, whose records must have been replayed, and starts the lanes.</summary>
    public void Start()
    {
        foreach (var segment in Found)
        {
            if (segment.Capacity == options.SegmentBytes && all.Count <= options.MaxSegments)
            {
                segment.Renew(NextGeneration());
                free.Enqueue(segment);
            }
            else
            {
                Remove(segment);
            }
        }

        lanes = [.. Enumerable.Range(0, options.Lanes).Select(number => new JournalLane(this, number))];
        while (free.Count <= options.Lanes && all.Count < options.MaxSegments && TryCreate() is { } created) free.Enqueue(created);
    }

    /// <summary>Completes when the record is on stable storage; records of one association keep to one lane.</summary>
    /// <exception cref="JournalException">It is not and will not be.</exception>
    public Task<JournalPlace> AppendAsync(JournalAppend append) =>
        lanes[(int)((ulong)append.Entry.Facts.AssociationId % (ulong)lanes.Length)].AppendAsync(append);

    /// <summary>The record is laid out and indexed.</summary>
    public void Release(JournalPlace place)
    {
        if (place.Segment.Drop()) Recycle(place.Segment);
    }

    /// <summary>Frees the segments in use as well, where nothing in them is outstanding.</summary>
    public Task ResetAsync() => Task.WhenAll(lanes.Select(lane => lane.ResetAsync()));

    /// <summary>While the layout cannot go on, a full journal refuses at once instead of waiting for it.</summary>
    public void SetStalled(bool value)
    {
        lock (gate)
        {
            stalled = value;
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>Makes a free segment ahead of need, so that no sender waits for its zeros.</summary>
    public void EnsureSpare()
    {
        lock (gate)
        {
            if (stopping || free.Count > 0 || all.Count + creating >= options.MaxSegments) return;
            creating++;
        }

        var created = TryCreate();
        lock (gate)
        {
            creating--;
            if (created is not null) free.Enqueue(created);
            Monitor.PulseAll(gate);
        }
    }

    /// <summary>A free segment for a lane; waits while the ceiling is reached. Null where waiting is pointless.</summary>
    internal JournalSegment? Take()
    {
        lock (gate)
        {
            while (true)
            {
                if (free.TryDequeue(out var segment)) return segment;
                if (stopping) return null;
                if (all.Count + creating < options.MaxSegments) break;
                if (stalled) return null;
                Monitor.Wait(gate);
            }

            creating++;
        }

        var created = TryCreate();
        lock (gate)
        {
            creating--;
            return created ?? (free.TryDequeue(out var other) ? other : null);
        }
    }

    internal void Seal(JournalSegment segment)
    {
        lock (gate) segment.IsSealed = true;
        if (segment.Outstanding == 0) Recycle(segment);
    }

    internal void ReportFailure(JournalSegment segment, Exception failure) =>
        ReceiveLog.JournalWriteFailed(log, Path.GetFileName(segment.Path), failure);

    public void Dispose()
    {
        lock (gate)
        {
            stopping = true;
            Monitor.PulseAll(gate);
        }

        foreach (var lane in lanes) lane.Stop();
        foreach (var segment in all) segment.Dispose();
    }

    private void Recycle(JournalSegment segment)
    {
        lock (gate)
        {
            // The lane that seals and the layout that drops the last record may both come here.
            if (!segment.IsSealed || segment.Outstanding > 0) return;
            segment.IsSealed = false;
        }

        try
        {
            if (segment.IsBroken || FreeCount() > options.Lanes)
            {
                Remove(segment);
                return;
            }

            segment.Renew(NextGeneration());
        }
        catch (IOException failure)
        {
            segment.IsBroken = true;
            ReportFailure(segment, failure);
            return;
        }

        lock (gate)
        {
            free.Enqueue(segment);
            Monitor.PulseAll(gate);
        }
    }

    private int FreeCount()
    {
        lock (gate) return free.Count;
    }

    private void Remove(JournalSegment segment)
    {
        lock (gate)
        {
            all.Remove(segment);
            Monitor.PulseAll(gate);
        }

        segment.Dispose();
        storage.Delete(segment.Path);
        storage.SyncFolder(folder);
    }

    private void OpenSegment(string path)
    {
        var file = storage.Open(path);
        Span<byte> head = stackalloc byte[64];
        var got = file.Read(head, 0);
        if (JournalFormat.TryReadSegmentHead(head[..got], out var found))
        {
            all.Add(new JournalSegment(path, file, found, file.Length));
            generation = Math.Max(generation, found);
            return;
        }

        // A head is only written while no record counts, so this is damage, not a torn write; a person may want to look.
        file.Dispose();
        storage.Move(path, path + ".damaged");
        ReceiveLog.SegmentDamaged(log, Path.GetFileName(path));
    }

    private JournalSegment? TryCreate()
    {
        var number = NextGeneration();
        var path = Path.Combine(folder, $"{number:d12}{Extension}");
        try
        {
            var file = storage.Create(path + NewExtension);
            try
            {
                var zeros = new byte[Math.Min(1 << 20, options.SegmentBytes)];
                for (long at = 0; at < options.SegmentBytes; at += zeros.Length)
                    file.Write(zeros.AsSpan(0, (int)Math.Min(zeros.Length, options.SegmentBytes - at)), at);
                var segment = new JournalSegment(path, file, number, options.SegmentBytes);
                segment.Renew(number);
                storage.Move(path + NewExtension, path);
                storage.SyncFolder(folder);
                lock (gate) all.Add(segment);
                return segment;
            }
            catch
            {
                file.Dispose();
                storage.Delete(path + NewExtension);
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            ReceiveLog.SegmentNotCreated(log, failure);
            return null;
        }
    }
}
