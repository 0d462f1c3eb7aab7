namespace PacsFusion.Node.Receive;

/// <summary>One record on its way into a segment. The data belongs to it until <see cref="Completion"/> ends.</summary>
internal sealed class JournalAppend
{
    /// <param name="entry">The head.</param>
    /// <param name="data">The data set, in pieces; empty for an entry whose data set has a file of its own.</param>
    /// <param name="dataCrc">CRC-32C over the pieces, taken by the caller so that the lane only writes.</param>
    public JournalAppend(JournalEntry entry, IReadOnlyList<ReadOnlyMemory<byte>> data, uint dataCrc)
    {
        Entry = entry;
        Data = data;
        DataCrc = dataCrc;
        HeadLength = JournalFormat.HeadLength(entry);
        foreach (var piece in data) DataLength += piece.Length;
        RecordLength = JournalFormat.RecordLength(HeadLength, DataLength);
    }

    public JournalEntry Entry { get; }

    public IReadOnlyList<ReadOnlyMemory<byte>> Data { get; }

    public uint DataCrc { get; }

    public int HeadLength { get; }

    public long DataLength { get; }

    public long RecordLength { get; }

    /// <summary>Ends when the record is on stable storage, or with a <see cref="JournalException"/>.</summary>
    public TaskCompletionSource<JournalPlace> Completion { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>The journal could not take a record; nothing was acknowledged.</summary>
internal sealed class JournalException : IOException
{
    private JournalException(bool isFull, string message, Exception? inner)
        : base(message, inner) => IsFull = isFull;

    /// <summary>True where there is no room; false where a write or sync failed.</summary>
    public bool IsFull { get; }

    public static JournalException Full() => new(true, "The journal is full and nothing is being laid out.", null);

    public static JournalException Stopping() => new(false, "The journal is closed.", null);

    public static JournalException Failed(Exception inner) => new(false, "The journal could not bring a record to stable storage.", inner);
}
