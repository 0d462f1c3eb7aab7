namespace PacsFusion.Node.Receive;

/// <summary>The few file operations that durability rests on, behind a seam so that tests can order, delay and fail them.</summary>
internal interface IDurableStorage
{
    /// <summary>Creates a file that must not exist yet.</summary>
    public IDurableFile Create(string path);

    /// <summary>Opens an existing file to read and write.</summary>
    public IDurableFile Open(string path);

    /// <summary>Gives a file another name, replacing what has that name; durable after <see cref="SyncFolder"/> of the target's folder.</summary>
    public void Move(string from, string to);

    /// <summary>Removes a file; durable after <see cref="SyncFolder"/>.</summary>
    public void Delete(string path);

    /// <summary>Brings the names in a folder to stable storage.</summary>
    public void SyncFolder(string path);
}

/// <summary>A file written at given offsets. Not thread safe for writes; reads may run beside them.</summary>
internal interface IDurableFile : IDisposable
{
    /// <summary>Bytes in the file.</summary>
    public long Length { get; }

    /// <summary>Writes all of it, or throws <see cref="IOException"/>.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset);

    /// <summary>Writes the buffers one behind the other in one gathered call.</summary>
    public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset);

    /// <summary>Reads up to the length of <paramref name="destination"/>; 0 at the end of the file.</summary>
    public int Read(Span<byte> destination, long offset);

    /// <summary>Returns when everything written is on stable storage. After a failure nothing is known of what was written since the last success.</summary>
    public void Sync();
}
