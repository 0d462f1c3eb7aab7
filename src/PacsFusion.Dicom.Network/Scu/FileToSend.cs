namespace PacsFusion.Dicom.Network;

/// <summary>A Part 10 file of which only the head has been read.</summary>
internal sealed record FileToSend(int Index, string Path, string SopClassUid, string SopInstanceUid, DicomTransferSyntax Syntax, long DataSetOffset, long FileLength)
{
    // SOP class and instance are all that is needed of the data set.
    private static readonly DicomReadOptions Head = new() { StopBefore = new DicomTag(0x0008, 0x0019) };

    /// <summary>Whether the data set can be written in another uncompressed syntax where the peer refuses its own.</summary>
    public bool CanReencode => !Syntax.IsEncapsulated;

    /// <summary>Reads the head. Throws <see cref="DicomException"/> for what is no DICOM file, <see cref="IOException"/> or UnauthorizedAccessException for the disk.</summary>
    public static async Task<FileToSend> ReadAsync(int index, string path, CancellationToken cancellationToken)
    {
        var file = await DicomFile.ReadAsync(path, Head, cancellationToken).ConfigureAwait(false);
        var sopClass = file.Dataset.GetString(DicomTag.SOPClassUID) ?? file.FileMeta.GetString(DicomTag.MediaStorageSOPClassUID);
        var instance = file.Dataset.GetString(DicomTag.SOPInstanceUID) ?? file.FileMeta.GetString(DicomTag.MediaStorageSOPInstanceUID);
        if (sopClass is null || instance is null) throw new DicomException("sop-uid-missing", "The file names no SOP class or no SOP instance.");
        // A meta header that was read and not changed encodes to the bytes that it came from.
        var meta = file.FileMeta.Encode(DicomTransferSyntax.ExplicitVRLittleEndian).Length;
        var prefix = file.Preamble.IsEmpty ? await PrefixAsync(path, cancellationToken).ConfigureAwait(false) : file.Preamble.Length + 4;
        return new FileToSend(index, path, sopClass, instance, file.TransferSyntax, prefix + meta, new FileInfo(path).Length);
    }

    /// <summary>Single-syntax contexts, so that the answer says what the peer takes: the file's own, then the uncompressed ones it can be turned into.</summary>
    public IEnumerable<(string SopClass, string Syntax)> Contexts()
    {
        yield return (SopClassUid, Syntax.Uid);
        foreach (var other in Alternatives()) yield return (SopClassUid, other.Uid);
    }

    /// <summary>Uncompressed syntaxes other than its own that the data set may be sent in; the default transfer syntax of PS3.5 section 10.1 last.</summary>
    public IEnumerable<DicomTransferSyntax> Alternatives()
    {
        if (!CanReencode) yield break;
        foreach (var other in new[] { DicomTransferSyntax.ExplicitVRLittleEndian, DicomTransferSyntax.ImplicitVRLittleEndian })
            if (other.Uid != Syntax.Uid) yield return other;
    }

    private static async Task<int> PrefixAsync(string path, CancellationToken cancellationToken)
    {
        var start = new byte[4];
        using var stream = File.OpenRead(path);
        await stream.ReadAtLeastAsync(start, 4, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        return start.AsSpan().SequenceEqual("DICM"u8) ? 4 : 0;
    }
}
