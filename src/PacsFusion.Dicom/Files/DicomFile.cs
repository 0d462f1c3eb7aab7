using System.Buffers;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>
/// A file of PS3.10: preamble, meta information (group 0002) and data set. Reading from several threads is safe while no
/// thread changes it. It holds no open file; a buffer that it was parsed from is kept, not copied, and must not change.
/// </summary>
public sealed class DicomFile
{
    internal const int MostWarnings = 256;

    private readonly bool _hasPrefix;

    /// <summary>A new file around a data set; the meta information is made from its SOP Class and SOP Instance UID.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="syntax">How it is to be written.</param>
    /// <exception cref="DicomException">Code sop-uid-missing: the data set lacks (0008,0016) or (0008,0018).</exception>
    public DicomFile(DicomDataset dataset, DicomTransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(syntax);
        Preamble = new byte[FileMeta10.PreambleLength];
        _hasPrefix = true;
        Dataset = dataset;
        TransferSyntax = syntax;
        FileMeta = FileMeta10.Create(
            Required(dataset, DicomTag.SOPClassUID), Required(dataset, DicomTag.SOPInstanceUID), syntax.Uid, null);
        Warnings = [];
    }

    internal DicomFile(
        ReadOnlyMemory<byte> preamble, bool hasPrefix, DicomDataset fileMeta, DicomDataset dataset, DicomTransferSyntax syntax, IReadOnlyList<DicomReadWarning> warnings)
    {
        Preamble = preamble;
        _hasPrefix = hasPrefix;
        FileMeta = fileMeta;
        Dataset = dataset;
        TransferSyntax = syntax;
        Warnings = warnings;
    }

    /// <summary>The 128 bytes before <c>DICM</c>; empty where the file has none.</summary>
    public ReadOnlyMemory<byte> Preamble { get; }

    /// <summary>Group 0002.</summary>
    public DicomDataset FileMeta { get; }

    /// <summary>The data set.</summary>
    public DicomDataset Dataset { get; }

    /// <summary>How the data set is written: as declared, unless <see cref="Warnings"/> says transfer-syntax-mismatch.</summary>
    public DicomTransferSyntax TransferSyntax { get; }

    /// <summary>Deviations that reading tolerated; the first 256 of them.</summary>
    public IReadOnlyList<DicomReadWarning> Warnings { get; }

    /// <summary>
    /// Reads a file. With <see cref="DicomReadOptions.StopBefore"/> only as much as that needs is read from disk. The file
    /// is closed again before this returns; large uncompressed pixel data are read from it again when they are asked for
    /// (<see cref="DicomReadOptions.LeaveInFile"/>).
    /// </summary>
    /// <param name="path">Where it is.</param>
    /// <param name="options">Limits and tolerances; null for the defaults.</param>
    /// <exception cref="DicomFormatException">The file is not one of DICOM, or a limit is exceeded.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static DicomFile Read(string path, DicomReadOptions? options = null) =>
        FileReader.Read(path, options ?? DicomReadOptions.Default);

    /// <summary>As <see cref="Read"/>, without blocking on the disk.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="options">Limits and tolerances; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static Task<DicomFile> ReadAsync(string path, DicomReadOptions? options = null, CancellationToken cancellationToken = default) =>
        FileReader.ReadAsync(path, options ?? DicomReadOptions.Default, cancellationToken);

    /// <summary>Reads a file that is in memory.</summary>
    /// <param name="bytes">Its bytes. They are kept, not copied, and must not change afterwards.</param>
    /// <param name="options">Limits and tolerances; null for the defaults.</param>
    /// <exception cref="DicomFormatException">The bytes are no DICOM file, or a limit is exceeded.</exception>
    public static DicomFile Parse(ReadOnlyMemory<byte> bytes, DicomReadOptions? options = null) =>
        FileParser.Parse(bytes, options ?? DicomReadOptions.Default);

    /// <summary>Writes the file; one that was read and not changed comes out byte for byte.</summary>
    /// <param name="stream">Where to.</param>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        FileMeta10.Write(stream, Preamble.Span, _hasPrefix, FileMeta);
        Dataset.WriteTo(stream, TransferSyntax);
    }

    /// <summary>Writes the file to disk, replacing what is there. Durability and atomic replacement are the caller's.</summary>
    /// <param name="path">Where to.</param>
    public void Write(string path)
    {
        // It may be the very file that the pixel data are still in.
        if (File.Exists(path)) Dataset.LoadFromFile();
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        Write(stream);
    }

    /// <summary>
    /// Writes preamble and meta information only, so that a data set can be put behind them as it was received. The
    /// preamble is all zero.
    /// </summary>
    /// <param name="output">Where to.</param>
    /// <param name="sopClassUid">SOP class of the instance.</param>
    /// <param name="sopInstanceUid">SOP instance.</param>
    /// <param name="transferSyntaxUid">The syntax that the data set is in.</param>
    /// <param name="sourceAeTitle">Who sent it (0002,0016); null to leave that out.</param>
    public static void WriteFileMeta(
        IBufferWriter<byte> output, string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string? sourceAeTitle = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var stream = new MemoryStream(512);
        WriteFileMeta(stream, sopClassUid, sopInstanceUid, transferSyntaxUid, sourceAeTitle);
        output.Write(stream.GetBuffer().AsSpan(0, (int)stream.Length));
    }

    /// <summary>As the other overload, to a stream.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="sopClassUid">SOP class of the instance.</param>
    /// <param name="sopInstanceUid">SOP instance.</param>
    /// <param name="transferSyntaxUid">The syntax that the data set is in.</param>
    /// <param name="sourceAeTitle">Who sent it (0002,0016); null to leave that out.</param>
    public static void WriteFileMeta(
        Stream output, string sopClassUid, string sopInstanceUid, string transferSyntaxUid, string? sourceAeTitle = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        var meta = FileMeta10.Create(sopClassUid, sopInstanceUid, transferSyntaxUid, sourceAeTitle);
        FileMeta10.Write(output, new byte[FileMeta10.PreambleLength], hasPrefix: true, meta);
    }

    /// <summary>Moves what is kept out of a rented array into one of just the size needed.</summary>
    internal DicomFile MovedTo(byte[] rented)
    {
        var kept = 0;
        foreach (var part in (ReadOnlySpan<ReadOnlyMemory<byte>>)[Preamble, FileMeta.Source, Dataset.Source])
        {
            if (MemoryMarshal.TryGetArray(part, out var segment) && ReferenceEquals(segment.Array, rented)) kept = Math.Max(kept, segment.Offset + segment.Count);
        }
        var own = rented.AsSpan(0, kept).ToArray();
        FileMeta.Rebase(rented, own);
        Dataset.Rebase(rented, own);
        return new DicomFile(own.AsMemory(0, Preamble.Length), _hasPrefix, FileMeta, Dataset, TransferSyntax, Warnings);
    }

    /// <summary>The same file around another data set: preamble and meta information stay, the transfer syntax follows.</summary>
    internal DicomFile WithDataset(DicomDataset dataset, DicomTransferSyntax syntax)
    {
        var meta = FileMeta.Clone().Set(DicomTag.TransferSyntaxUID, syntax.Uid);
        return new DicomFile(Preamble, _hasPrefix, meta, dataset, syntax, []);
    }

    private static string Required(DicomDataset dataset, DicomTag tag) =>
        dataset.GetString(tag) ?? throw new DicomException("sop-uid-missing", $"The data set lacks {tag}", tag);
}
