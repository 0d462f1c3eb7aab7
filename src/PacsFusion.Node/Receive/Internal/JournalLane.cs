using System.Buffers;

namespace PacsFusion.Node.Receive;

/// <summary>
/// Group commit over one segment at a time. A thread of its own takes everything that waits, writes it in one gathered call, syncs once and
/// lets all of it go: no timer, the next batch forms while this one syncs. A thread, because a sync blocks for milliseconds and two of them
/// would hold every pool thread of a two-core machine.
/// </summary>
internal sealed class JournalLane
{
    // Bounds one gathered write; far more than there are associations.
    private const int MaxBatch = 256;

    private readonly Journal journal;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim work = new(0);
    private readonly Thread thread;
    private readonly List<ReadOnlyMemory<byte>> pieces = [];
    private readonly List<byte[]> rented = [];
    private List<JournalAppend> waiting = [];
    private List<TaskCompletionSource> resets = [];
    private bool stopping;
    private JournalSegment? current;

    public JournalLane(Journal journal, int number)
    {
        this.journal = journal;
        thread = new Thread(Run) { IsBackground = true, Name = $"journal lane {number}" };
        thread.Start();
    }

    /// <summary>Completes when the record is on stable storage.</summary>
    public Task<JournalPlace> AppendAsync(JournalAppend append)
    {
        lock (gate)
        {
            if (stopping) return Task.FromException<JournalPlace>(JournalException.Stopping());
            waiting.Add(append);
        }

        work.Release();
        return append.Completion.Task;
    }

    /// <summary>Frees the segment in use where everything in it is laid out, so that an idle node has an empty journal.</summary>
    public Task ResetAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (stopping) return Task.CompletedTask;
            resets.Add(done);
        }

        work.Release();
        return done.Task;
    }

    /// <summary>Commits what waits, then ends the thread.</summary>
    public void Stop()
    {
        lock (gate) stopping = true;
        work.Release();
        thread.Join();
    }

    private void Run()
    {
        List<JournalAppend> taken = [];
        List<TaskCompletionSource> asked = [];
        while (true)
        {
            work.Wait();
            bool last;
            lock (gate)
            {
                (waiting, taken) = (taken, waiting);
                (resets, asked) = (asked, resets);
                last = stopping;
            }

            CommitAll(taken);
            taken.Clear();
            if (asked.Count > 0) Reset();
            foreach (var reset in asked) reset.SetResult();
            asked.Clear();
            if (last) break;
        }
    }

    private void CommitAll(List<JournalAppend> appends)
    {
        for (var next = 0; next < appends.Count;)
        {
            var segment = SegmentFor(appends[next].RecordLength);
            if (segment is null)
            {
                appends[next++].Completion.SetException(JournalException.Full());
                continue;
            }

            var room = segment.Capacity - segment.NextOffset;
            var count = 0;
            while (next + count < appends.Count && count < MaxBatch && appends[next + count].RecordLength <= room)
                room -= appends[next + count++].RecordLength;
            Commit(segment, appends, next, count);
            next += count;
        }
    }

    private JournalSegment? SegmentFor(long recordLength)
    {
        if (current is { IsBroken: false } && recordLength <= current.Capacity - current.NextOffset) return current;
        if (current is not null) journal.Seal(current);
        current = journal.Take();
        return current;
    }

    private void Commit(JournalSegment segment, List<JournalAppend> appends, int first, int count)
    {
        var batch = appends.GetRange(first, count);
        var start = segment.NextOffset;
        var offset = start;
        try
        {
            foreach (var append in batch)
            {
                Gather(append, segment.Generation);
                offset += append.RecordLength;
            }

            segment.File.Write(pieces, start);
            segment.File.Sync();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // What a failed sync left on the disk is unknown and stays so: the segment takes nothing more.
            segment.IsBroken = true;
            journal.ReportFailure(segment, failure);
            foreach (var append in batch) append.Completion.SetException(JournalException.Failed(failure));
            return;
        }
        finally
        {
            foreach (var array in rented) ArrayPool<byte>.Shared.Return(array);
            rented.Clear();
            pieces.Clear();
        }

        segment.NextOffset = offset;
        offset = start;
        foreach (var append in batch)
        {
            segment.Hold();
            var place = new JournalPlace(segment, offset + append.HeadLength, append.DataLength);
            offset += append.RecordLength;
            append.Completion.SetResult(place);
        }
    }

    private void Gather(JournalAppend append, ulong generation)
    {
        var tailLength = (int)(append.RecordLength - append.HeadLength - append.DataLength);
        var frame = ArrayPool<byte>.Shared.Rent(append.HeadLength + tailLength);
        rented.Add(frame);
        var headCrc = JournalFormat.WriteHead(frame.AsSpan(0, append.HeadLength), append.Entry, generation, append.DataLength);
        var tail = frame.AsSpan(append.HeadLength, tailLength);
        JournalFormat.WriteTrailer(tail, append.DataCrc, headCrc);
        tail[JournalFormat.TrailerLength..].Clear();
        pieces.Add(frame.AsMemory(0, append.HeadLength));
        foreach (var piece in append.Data) pieces.Add(piece);
        pieces.Add(frame.AsMemory(append.HeadLength, tailLength));
    }

    private void Reset()
    {
        if (current is not { IsBroken: false, Outstanding: 0 } segment || segment.NextOffset == JournalFormat.SegmentHeadLength) return;
        try
        {
            segment.Renew(journal.NextGeneration());
        }
        catch (IOException failure)
        {
            segment.IsBroken = true;
            journal.ReportFailure(segment, failure);
        }
    }
}
