namespace PacsFusion.Node.Receive;

/// <summary>Limits and sizes of the spool. All sizes are bytes.</summary>
internal sealed record SpoolOptions
{
    /// <summary>Bytes of one journal segment, written with zeros once so that a sync moves no metadata. Default 64 MiB (measured floor, ingest notes).</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Segments written side by side; one lane's write runs while another's sync waits. Default 2: one per two to four associations.</summary>
    public int Lanes { get; init; } = 2;

    /// <summary>Ceiling of all segments together. Senders wait at the ceiling until files are laid out. Default 1 GiB; at least <see cref="Lanes"/> + 1 segments are kept whatever it says.</summary>
    public long JournalBytes { get; init; } = 1L << 30;

    /// <summary>An object longer than this gets a file of its own instead of a place in the journal. Default 32 MiB, at most half a segment.</summary>
    public int LargeObjectBytes { get; init; } = 32 << 20;

    /// <summary>Ceiling of memory for objects that are arriving; beyond it further objects go to files. Default 256 MiB.</summary>
    public long BufferBytes { get; init; } = 256L << 20;

    /// <summary>Free space of the volume below which nothing new is taken (A700H). Default 10 GB, the default of <c>retention.minFreeSpace</c>; 0 takes until the volume is full.</summary>
    public long MinFreeBytes { get; init; } = 10_000_000_000;

    /// <summary>Longest time between an answer and its file and index row; an association's end brings them sooner. Default 2 s.</summary>
    public TimeSpan LayoutInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The threshold that holds: <see cref="LargeObjectBytes"/>, or what half a segment allows.</summary>
    internal int LargeThreshold => Math.Min(LargeObjectBytes, SegmentBytes / 2);

    /// <summary>How many segments may exist at once.</summary>
    internal int MaxSegments => (int)Math.Max(Lanes + 1, JournalBytes / SegmentBytes);

    /// <summary>Everything that is wrong with these numbers, one sentence each; empty where all is well.</summary>
    public IReadOnlyList<string> Validate()
    {
        var found = new List<string>();
        if (SegmentBytes < 16 << 10 || SegmentBytes % JournalFormat.Alignment != 0) found.Add("segmentBytes must be at least 16 KiB and a multiple of 4 KiB.");
        if (Lanes is < 1 or > 16) found.Add("lanes must be 1 to 16.");
        if (LargeObjectBytes < 1) found.Add("largeObjectBytes must be positive.");
        if (BufferBytes < 0 || MinFreeBytes < 0 || JournalBytes < 0) found.Add("bufferBytes, minFreeBytes and journalBytes must not be negative.");
        if (LayoutInterval <= TimeSpan.Zero) found.Add("layoutInterval must be positive.");
        return found;
    }
}
