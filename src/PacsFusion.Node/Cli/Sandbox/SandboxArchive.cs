using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli.Sandbox;

/// <summary>The files of the sandbox archive: an instance sent twice is kept once, what was cut off leaves nothing.</summary>
/// <param name="folder">Root of the files.</param>
/// <param name="capacity">Instances kept at most.</param>
internal sealed class SandboxArchive(string folder, int capacity) : IStoreScp
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Dictionary<string, string>> _series = new(StringComparer.Ordinal);
    private int _instances;
    private long _received;

    public IReadOnlyDictionary<string, int> Series()
    {
        lock (_gate) return _series.ToDictionary(s => s.Key, s => s.Value.Count, StringComparer.Ordinal);
    }

    public IReadOnlyList<string> Files(string series)
    {
        lock (_gate) return _series.TryGetValue(series, out var files) ? [.. files.Values.Order(StringComparer.Ordinal)] : [];
    }

    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken)
    {
        // UIDs become file names below: nothing but digits and dots may pass.
        if (!DicomUid.IsValid(request.SopInstanceUid)) return ValueTask.FromResult(StoreReceiver.Refuse(DimseStatus.InvalidObjectInstance));
        Directory.CreateDirectory(folder);
        var part = Path.Combine(folder, $"{Interlocked.Increment(ref _received).ToString(CultureInfo.InvariantCulture)}.part");
        var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous);
        DicomFile.WriteFileMeta(stream, request.SopClassUid, request.SopInstanceUid, request.TransferSyntaxUid, request.Association.CallingAeTitle);
        return ValueTask.FromResult<IStoreReceiver>(new Receiver(this, request, part, stream));
    }

    private DimseStatus Keep(StoreRequest request, string part)
    {
        DicomDataset header;
        try
        {
            header = DicomFile.Read(part, DicomReadOptions.Header).Dataset;
        }
        catch (DicomException)
        {
            return DimseStatus.CannotUnderstand;
        }
        if (header.GetString(DicomTag.SOPInstanceUID) != request.SopInstanceUid || header.GetString(DicomTag.SOPClassUID) != request.SopClassUid)
            return DimseStatus.DataSetDoesNotMatchSopClass;
        if (header.GetString(DicomTag.SeriesInstanceUID) is not { } series || !DicomUid.IsValid(series)) return DimseStatus.CannotUnderstand;

        lock (_gate)
        {
            if (!_series.TryGetValue(series, out var files)) files = [];
            if (!files.ContainsKey(request.SopInstanceUid) && _instances >= capacity) return DimseStatus.OutOfResources;
            var place = Path.Combine(folder, series, request.SopInstanceUid + ".dcm");
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(part, place, overwrite: true);
            if (files.TryAdd(request.SopInstanceUid, place)) _instances++;
            _series[series] = files;
            return DimseStatus.Success;
        }
    }

    private sealed class Receiver(SandboxArchive archive, StoreRequest request, string part, FileStream stream) : IStoreReceiver
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken) => stream.WriteAsync(fragment, cancellationToken);

        public async ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            return archive.Keep(request, part);
        }

        public async ValueTask DisposeAsync()
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            File.Delete(part);
        }
    }
}
