using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

/// <summary>The real file system, with a record of what was done in which order, and gates and failures on demand.</summary>
internal sealed class ObservedStorage : IDurableStorage
{
    private readonly DurableStorage real = new();
    private readonly List<string> events = [];

    /// <summary>Called before records are written to ("write") or synced in ("sync") a segment in use.</summary>
    public Action<string> BeforeSegment { get; set; } = _ => { };

    /// <summary>Called before any other write or rename, with the path.</summary>
    public Action<string> BeforeFile { get; set; } = _ => { };

    public IReadOnlyList<string> Events
    {
        get { lock (events) return [.. events]; }
    }

    public void Note(string what)
    {
        lock (events) events.Add(what);
    }

    public IDurableFile Create(string path) => new Observed(this, real.Create(path), path);

    public IDurableFile Open(string path) => new Observed(this, real.Open(path), path);

    public void Move(string from, string to)
    {
        BeforeFile(to);
        real.Move(from, to);
        Note($"move {Path.GetFileName(to)}");
    }

    public void Delete(string path) => real.Delete(path);

    public void SyncFolder(string path)
    {
        real.SyncFolder(path);
        Note($"sync-folder {Path.GetFileName(path)}");
    }

    private sealed class Observed(ObservedStorage owner, IDurableFile file, string path) : IDurableFile
    {
        private readonly bool isSegment = path.Contains(".segment", StringComparison.Ordinal);
        private bool hasRecords;

        public long Length => file.Length;

        public void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            if (!isSegment) owner.BeforeFile(path);
            file.Write(bytes, offset);
        }

        public void Write(IReadOnlyList<ReadOnlyMemory<byte>> buffers, long offset)
        {
            owner.BeforeSegment("write");
            file.Write(buffers, offset);
            owner.Note("write");
            hasRecords = true;
        }

        public int Read(Span<byte> destination, long offset) => file.Read(destination, offset);

        public void Sync()
        {
            if (hasRecords) owner.BeforeSegment("sync");
            file.Sync();
            if (hasRecords) owner.Note("sync");
            else if (!isSegment) owner.Note($"sync-file {Path.GetFileName(path)}");
            hasRecords = false;
        }

        public void Dispose() => file.Dispose();
    }
}
