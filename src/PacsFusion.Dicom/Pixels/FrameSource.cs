namespace PacsFusion.Dicom;

/// <summary>Where the frames of one image come from: one implementation per way of storing them.</summary>
internal abstract class FrameSource
{
    public virtual bool CanDecode => true;

    public virtual IReadOnlyList<string> Warnings => [];

    /// <summary>Photometric Interpretation of the decoded samples; null where decoding does not change it.</summary>
    public virtual string? DecodedPhotometric => null;

    /// <summary>
    /// The most bytes that a frame can decode to, going by what is there of it: a header of few bytes must not make anybody
    /// take memory for gigapixels.
    /// </summary>
    public virtual long MostBytes(int frame) => long.MaxValue;

    /// <summary>Fills a buffer of exactly the decoded length.</summary>
    public abstract void Decode(int frame, Span<byte> destination);

    /// <summary>The decoded bytes without a copy, where they lie in the data set just so.</summary>
    public virtual bool TryGetLittleEndian(int frame, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        return false;
    }

    public static FrameSource Open(DicomDataset dataset, DicomTransferSyntax syntax, PixelLayout layout, IFrameCodecSession? codecs)
    {
        if (dataset.Find(layout.Source) is not { } element)
            throw new DicomPixelException("pixel-data-absent", "There is no Pixel Data", DicomTag.PixelData);
        if (element.Length == 0) throw new DicomPixelException("pixel-data-empty", "Pixel Data are empty", DicomTag.PixelData);
        if (syntax.IsUnknown || !syntax.IsEncapsulated && !IsNative(syntax)) return new OpaqueFrames(syntax);
        if (!syntax.IsEncapsulated)
        {
            if (element.IsEncapsulated)
                throw new DicomPixelException("pixel-data-encapsulated", "Pixel Data are encapsulated in a syntax without encapsulation", DicomTag.PixelData);
            return new NativeFrames(dataset, element, layout);
        }
        if (layout.IsFloat) return new NativeFrames(dataset, element, layout);
        if (!element.IsEncapsulated)
            throw new DicomPixelException("pixel-data-not-encapsulated", "Pixel Data are not encapsulated in a syntax that asks for it", DicomTag.PixelData);
        var fragments = FragmentTable.Read(dataset, element, layout);
        if (syntax == DicomTransferSyntax.RleLossless) return new RleFrames(fragments, layout);
        if (syntax == DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian) return new EncapsulatedNativeFrames(fragments, layout);
        if (syntax == DicomTransferSyntax.DeflatedImageFrame) return new DeflatedFrames(fragments, layout);
        if (CodestreamFamilies.Of(syntax) is not (var family and not CodestreamFamily.None) || codecs?.CanDecode(syntax) != true) return new OpaqueFrames(syntax);
        // No codec here goes further: JPEG 2000 of 32 bits is refused by its decoder, HTJ2K comes out wrong.
        return layout.BitsAllocated is 8 or 16
            ? new CompressedFrames(fragments, layout, syntax, family, codecs)
            : throw new DicomPixelException("pixel-layout-not-supported", $"Compressed samples of {layout.BitsAllocated} bits are not decoded", DicomTag.BitsAllocated);
    }

    /// <summary>True for syntaxes whose pixel data are written plainly.</summary>
    public static bool IsNative(DicomTransferSyntax syntax) =>
        syntax == DicomTransferSyntax.ImplicitVRLittleEndian
        || syntax == DicomTransferSyntax.ExplicitVRLittleEndian
        || syntax == DicomTransferSyntax.ExplicitVRBigEndian
        || syntax == DicomTransferSyntax.DeflatedExplicitVRLittleEndian;
}

/// <summary>Frames of a transfer syntax that is stored and passed on, never decoded.</summary>
internal sealed class OpaqueFrames(DicomTransferSyntax syntax) : FrameSource
{
    public override bool CanDecode => false;

    public override void Decode(int frame, Span<byte> destination) =>
        throw new DicomPixelException("transfer-syntax-not-decodable", $"{syntax.Name} ({syntax.Uid}) is not decoded here", DicomTag.PixelData);
}
