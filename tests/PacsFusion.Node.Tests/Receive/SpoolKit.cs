using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

/// <summary>A folder of its own for one test, a small spool in it, and objects to store.</summary>
internal sealed class SpoolKit : IDisposable
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("pf-spool-").FullName;

    public string Root => Path.Combine(Folder, "spool");

    public ObservedStorage Storage { get; } = new();

    public MemoryIndex Index { get; set; } = new();

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 3, 1, 8, 0, 0, TimeSpan.Zero));

    public SpoolOptions Options { get; set; } =
        new() { SegmentBytes = 64 << 10, JournalBytes = 512 << 10, Lanes = 2, LargeObjectBytes = 24 << 10, BufferBytes = 64L << 20, MinFreeBytes = 0 };

    public Task<Spool> OpenAsync() => Spool.OpenAsync(Root, Options, Storage, Index, Time, NullLogger.Instance, CancellationToken.None);

    public static InstanceFacts Facts(string sop, long association = 1, string study = "1.2.3", string series = "1.2.3.4") => new()
    {
        SopClassUid = "1.2.840.10008.5.1.4.1.1.2",
        SopInstanceUid = sop,
        TransferSyntaxUid = "1.2.840.10008.1.2.1",
        StudyInstanceUid = study,
        SeriesInstanceUid = series,
        Modality = "CT",
        PatientKey = "00112233445566778899aabbccddeeff",
        CallingAeTitle = "SENDER",
        CalledAeTitle = "NODE",
        AssociationId = association,
    };

    /// <summary>Bytes that differ from those of another seed.</summary>
    public static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static async Task<StoreOutcome> StoreAsync(Spool spool, InstanceFacts facts, byte[] dataset, int fragment = 1000)
    {
        using var incoming = spool.Begin(facts.SopClassUid, facts.SopInstanceUid, facts.TransferSyntaxUid, facts.CallingAeTitle);
        for (var at = 0; at < dataset.Length; at += fragment) incoming.Append(dataset.AsSpan(at, Math.Min(fragment, dataset.Length - at)));
        return await spool.StoreAsync(incoming, facts, CancellationToken.None);
    }

    /// <summary>The data set bytes of every file below the spool, by path.</summary>
    public Dictionary<string, byte[]> Datasets() =>
        Directory.EnumerateFiles(Root, "*.dcm", SearchOption.AllDirectories)
            .ToDictionary(path => Path.GetRelativePath(Root, path).Replace('\\', '/'), DatasetOf);

    public static byte[] DatasetOf(string path)
    {
        using var handle = File.OpenHandle(path);
        return File.ReadAllBytes(path)[(int)SpoolFile.TryDatasetOffset(handle)!.Value..];
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}

/// <summary>The table of instances in memory; can be made to fail.</summary>
internal sealed class MemoryIndex : IInstanceIndex
{
    private readonly Dictionary<string, InstanceRecord> rows = [];

    public bool Fails { get; set; }

    public IReadOnlyList<InstanceRecord> Rows
    {
        get { lock (rows) return [.. rows.Values]; }
    }

    public ValueTask AddAsync(IReadOnlyList<InstanceRecord> records, CancellationToken cancellationToken)
    {
        if (Fails) throw new IOException("The index is out of order.");
        lock (rows)
        {
            foreach (var record in records) rows.TryAdd(record.SopInstanceUid, record);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<InstanceRecord?> FindAsync(string sopInstanceUid, CancellationToken cancellationToken)
    {
        lock (rows) return ValueTask.FromResult(rows.GetValueOrDefault(sopInstanceUid));
    }

    public ValueTask<long> CountAsync(CancellationToken cancellationToken)
    {
        lock (rows) return ValueTask.FromResult((long)rows.Count);
    }
}
