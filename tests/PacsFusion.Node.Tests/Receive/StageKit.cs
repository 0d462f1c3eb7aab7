using System.Net;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

/// <summary>A stage over a small spool, called as the network would.</summary>
internal sealed class StageKit : IAsyncDisposable
{
    public static readonly byte[] Key = SpoolKit.Bytes(32, 7);

    private StageKit(SpoolKit spoolKit, Spool spool, Func<long> free, long minFree)
    {
        SpoolKit = spoolKit;
        Spool = spool;
        Stage = new ReceiveStage(spool, Keyring, new FreeSpaceGuard(free, minFree, spoolKit.Time), Arrivals, spoolKit.Time, Log);
    }

    public static PatientKeyring Keyring { get; } = new(Key, ae => ae == "SITE-B" ? "B" : "A");

    public SpoolKit SpoolKit { get; }

    public Spool Spool { get; }

    public ReceiveStage Stage { get; }

    public Arrivals Arrivals { get; } = new();

    public TextLog Log { get; } = new();

    public static async Task<StageKit> OpenAsync(Func<long>? free = null, long minFree = 0)
    {
        var kit = new SpoolKit();
        return new StageKit(kit, await kit.OpenAsync(), free ?? (() => long.MaxValue / 2), minFree);
    }

    /// <summary>A small CT image, complete.</summary>
    public static DicomDataset Image(string sop = "1.2.3.4.5") => new DicomDataset()
        .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage)
        .Set(DicomTag.SOPInstanceUID, sop)
        .Set(DicomTag.StudyInstanceUID, "1.2.3")
        .Set(DicomTag.SeriesInstanceUID, "1.2.3.4")
        .Set(DicomTag.Modality, "CT")
        .Set(DicomTag.PatientID, "SECRET-4711")
        .Set(DicomTag.PatientName, "Doe^Jane")
        .Set(DicomTag.Rows, 8)
        .Set(DicomTag.Columns, 8)
        .SetBytes(DicomTag.PixelData, DicomVR.OW, SpoolKit.Bytes(128, 1));

    public static AssociationInfo Association(long id = 1, string calling = "SENDER") => new()
    {
        Id = id,
        CallingAeTitle = calling,
        CalledAeTitle = "NODE",
        Remote = new IPEndPoint(IPAddress.Loopback, 4711),
        OpenedAt = DateTimeOffset.UnixEpoch,
    };

    public static AssociationEnd End(AssociationEndKind kind) => new() { Kind = kind, ReasonCode = "test", ClosedAt = DateTimeOffset.UnixEpoch, Counts = default };

    public Task<DimseStatus> SendAsync(DicomDataset dataset, AssociationInfo? association = null, string? sop = null, string? sopClass = null) => SendAsync(
        dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), sop ?? dataset.GetString(DicomTag.SOPInstanceUID) ?? "", association,
        sopClass ?? dataset.GetString(DicomTag.SOPClassUID) ?? "");

    public async Task<DimseStatus> SendAsync(byte[] bytes, string sop, AssociationInfo? association = null, string sopClass = DicomUid.CTImageStorage, string? syntax = null)
    {
        var request = new StoreRequest
        {
            Association = association ?? Association(),
            SopClassUid = sopClass,
            SopInstanceUid = sop,
            AbstractSyntaxUid = sopClass,
            TransferSyntaxUid = syntax ?? DicomTransferSyntax.ExplicitVRLittleEndian.Uid,
            MessageId = 1,
        };
        await using var receiver = await Stage.BeginAsync(request, CancellationToken.None);
        foreach (var fragment in bytes.Chunk(4000)) await receiver.WriteAsync(fragment, CancellationToken.None);
        return await receiver.CompleteAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Spool.DisposeAsync();
        SpoolKit.Dispose();
    }
}

/// <summary>Remembers what a listener is told.</summary>
internal sealed class Arrivals : IArrivalListener
{
    public List<InstanceRecord> Stored { get; } = [];

    public List<InstanceRefusal> Refused { get; } = [];

    public List<string> Associations { get; } = [];

    public void InstanceStored(InstanceRecord record)
    {
        lock (Stored) Stored.Add(record);
    }

    public void InstanceRefused(InstanceRefusal refusal)
    {
        lock (Refused) Refused.Add(refusal);
    }

    public void AssociationOpened(long associationId, string callingAeTitle)
    {
        lock (Associations) Associations.Add($"open {associationId} {callingAeTitle}");
    }

    public void AssociationClosed(long associationId, bool clean, IReadOnlyCollection<string> seriesStored)
    {
        lock (Associations) Associations.Add($"{(clean ? "clean" : "unclean")} {associationId} {string.Join(',', seriesStored.Order())}");
    }
}

/// <summary>Every line that is logged, exceptions included.</summary>
internal sealed class TextLog : ILogger
{
    private readonly List<string> lines = [];

    public string Text
    {
        get { lock (lines) return string.Join('\n', lines); }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (lines) lines.Add($"{eventId.Id} {formatter(state, exception)} {exception}");
    }
}
