using System.Diagnostics;

namespace PacsFusion.Node.Receive;

/// <summary>One segment file. Written by its lane alone; read by the layout; freed when none of its records is outstanding.</summary>
internal sealed class JournalSegment(string path, IDurableFile file, ulong generation, long capacity) : IDisposable
{
    private int outstanding;

    public string Path { get; } = path;

    public IDurableFile File { get; } = file;

    /// <summary>Changes only while no record is outstanding.</summary>
    public ulong Generation { get; private set; } = generation;

    public long Capacity { get; } = capacity;

    /// <summary>Where the next record goes; a multiple of the alignment.</summary>
    public long NextOffset { get; set; } = JournalFormat.SegmentHeadLength;

    /// <summary>Its lane has gone on to another segment.</summary>
    public bool IsSealed { get; set; }

    /// <summary>A write or sync failed: nothing more is written to it, and it is deleted rather than used again.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Records that are acknowledged but not laid out and indexed yet.</summary>
    public int Outstanding => Volatile.Read(ref outstanding);

    public void Hold() => Interlocked.Increment(ref outstanding);

    /// <summary>One record is laid out and indexed; true where it was the last.</summary>
    public bool Drop()
    {
        var left = Interlocked.Decrement(ref outstanding);
        Debug.Assert(left >= 0, "A record was released twice.");
        return left == 0;
    }

    /// <summary>Makes all records invalid, durably, so that the space can be used again.</summary>
    public void Renew(ulong newGeneration)
    {
        Debug.Assert(Outstanding == 0, "A segment was freed while the layout still needs it.");
        Span<byte> head = stackalloc byte[JournalFormat.SegmentHeadLength];
        JournalFormat.WriteSegmentHead(head, newGeneration);
        File.Write(head, 0);
        File.Sync();
        Generation = newGeneration;
        NextOffset = JournalFormat.SegmentHeadLength;
        IsSealed = false;
    }

    public void Dispose() => File.Dispose();
}

/// <summary>Where a durable record's data set lies in the journal.</summary>
internal readonly record struct JournalPlace(JournalSegment Segment, long DataOffset, long DataLength);
