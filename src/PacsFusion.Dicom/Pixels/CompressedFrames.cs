namespace PacsFusion.Dicom;

/// <summary>Frames that codecs from outside decode: the stream is checked before, the samples are put right after.</summary>
internal sealed class CompressedFrames(
    FragmentTable fragments, PixelLayout layout, DicomTransferSyntax syntax, CodestreamFamily family, IFrameCodecSession codecs) : FragmentedFrames(fragments)
{
    private readonly FrameDescription _description = new(
        layout.Rows, layout.Columns, layout.Samples, layout.BitsAllocated, layout.BitsStored, layout.IsSigned, layout.Photometric);

    // Blank images compress without bound; beyond what is usual for one frame, a stream has to be there for it.
    public override long MostBytes(int frame) => Math.Max(64L << 20, Fragments.Length(frame) * 1000);

    public override string? DecodedPhotometric => layout.Photometric switch
    {
        "YBR_RCT" or "YBR_ICT" or "XYB" => "RGB",
        // The chrominance of a JPEG stream is part of the JPEG XL codestream, and its decoder undoes it.
        _ when layout.Samples == 3 && syntax == DicomTransferSyntax.JpegXLJpegRecompression => "RGB",
        "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_PARTIAL_420" => "YBR_FULL",
        var same => same,
    };

    public override void Decode(int frame, Span<byte> destination)
    {
        var codestream = Frame(frame).Span;
        if (family is CodestreamFamily.Jpeg2000 or CodestreamFamily.HighThroughput) codestream = BoxedCodestream.Jpeg2000(codestream);
        CodestreamHeader.Read(family, codestream).Check(family, layout);
        codecs.Decode(syntax, codestream, _description, destination);
        // Decoders hand out containers.
        StoredBits.Cut(destination, layout.BitsAllocated, layout.BitsStored, layout.HighBit, layout.IsSigned);
    }
}
