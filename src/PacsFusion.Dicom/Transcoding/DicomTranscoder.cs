namespace PacsFusion.Dicom;

/// <summary>
/// Changes the transfer syntax of a file without loss: what cannot be written exactly is refused. Safe for use from several
/// threads.
/// </summary>
public static class DicomTranscoder
{
    private static readonly DicomTag[] OffsetTables = [DicomTag.ExtendedOffsetTable, DicomTag.ExtendedOffsetTableLengths];

    /// <summary>Whether pixel data can be written in a transfer syntax.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="codecs">Codecs for those that this library does not write itself; null: none.</param>
    public static bool CanEncode(DicomTransferSyntax syntax, IFrameCodecs? codecs = null)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return FrameEncoder.IsManaged(syntax) || codecs?.CanEncode(syntax) == true;
    }

    /// <summary>
    /// The same object in another transfer syntax. Elements are kept as they are, private and nested ones included; of pixel
    /// data, the attributes that say how they are stored follow. Where nothing has to change, the result is byte for byte
    /// the source.
    /// </summary>
    /// <param name="file">The file; not changed.</param>
    /// <param name="syntax">The transfer syntax to write.</param>
    /// <param name="codecs">Codecs for syntaxes that this library does not read or write itself; null: none.</param>
    /// <param name="cancellationToken">Stops between frames.</param>
    /// <exception cref="DicomPixelException">
    /// transfer-syntax-not-encodable: this syntax is not written; transcoding-not-exact: what a codec wrote does not decode to the
    /// same pixels; and everything that decoding can say.
    /// </exception>
    public static DicomFile Transcode(DicomFile file, DicomTransferSyntax syntax, IFrameCodecs? codecs = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        ArgumentNullException.ThrowIfNull(syntax);
        if (syntax == file.TransferSyntax) return file;
        var dataset = file.Dataset.Clone();
        var hasPixels = dataset.Contains(DicomTag.PixelData);
        if (syntax.IsUnknown || syntax.IsEncapsulated && !CanEncode(syntax, codecs) || !syntax.IsEncapsulated && !FrameSource.IsNative(syntax))
            throw new DicomPixelException("transfer-syntax-not-encodable", $"{syntax.Name} ({syntax.Uid}) is not written here", DicomTag.TransferSyntaxUID);
        if (hasPixels && (file.TransferSyntax.IsEncapsulated || syntax.IsEncapsulated)) ChangePixels(dataset, file.TransferSyntax, syntax, codecs, cancellationToken);
        // A data set without pixel data in an encapsulated syntax is plain explicit VR little endian.
        return file.WithDataset(dataset, syntax);
    }

    private static void ChangePixels(DicomDataset dataset, DicomTransferSyntax from, DicomTransferSyntax to, IFrameCodecs? codecs, CancellationToken cancellationToken)
    {
        using var session = codecs is not null && (codecs.CanDecode(from) || codecs.CanEncode(to)) ? codecs.OpenSession() : null;
        var pixels = DicomPixelData.Open(dataset, from, session);
        if (pixels.Warnings.Contains("frames-fewer"))
            throw new DicomPixelException("frame-missing", "There are fewer frames than the header says", DicomTag.NumberOfFrames);
        var photometric = pixels.DecodedPhotometricInterpretation;
        if (to.IsEncapsulated)
        {
            var encoder = new FrameEncoder(to, pixels, session);
            var frames = new ReadOnlyMemory<byte>[pixels.NumberOfFrames];
            for (var i = 0; i < frames.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                frames[i] = encoder.Encode(pixels.DecodeFrame(i));
            }
            if (encoder.UsesColourTransform && photometric == "RGB") photometric = "YBR_RCT";
            dataset.SetEncapsulatedPixelData(frames);
        }
        else
        {
            dataset.SetBytes(DicomTag.PixelData, pixels.BitsAllocated > 8 ? DicomVR.OW : DicomVR.OB, Join(pixels, cancellationToken));
        }
        foreach (var table in OffsetTables) dataset.Remove(table);
        if (pixels.SamplesPerPixel > 1) dataset.Set(DicomTag.PlanarConfiguration, 0);
        if (photometric != pixels.PhotometricInterpretation) dataset.Set(DicomTag.PhotometricInterpretation, photometric);
    }

    private static byte[] Join(DicomPixelData pixels, CancellationToken cancellationToken)
    {
        if (pixels.BitsAllocated is 1 or PixelLayout.Packed)
            throw new DicomPixelException("transfer-syntax-not-encodable", "Packed samples are not written anew", DicomTag.BitsAllocated);
        var length = (long)pixels.FrameLength * pixels.NumberOfFrames;
        if (length > Array.MaxLength) throw new DicomPixelException("pixel-data-too-large", "The frames are larger than can be held", DicomTag.PixelData);
        var all = GC.AllocateUninitializedArray<byte>((int)length);
        for (var i = 0; i < pixels.NumberOfFrames; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pixels.DecodeFrame(i, all.AsSpan(i * pixels.FrameLength, pixels.FrameLength));
        }
        return all;
    }
}
