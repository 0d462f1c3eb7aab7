using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>Frames that codecs from outside decode: the stream is checked before, the samples are put right after.</summary>
internal sealed class CompressedFrames(
    FragmentTable fragments, PixelLayout layout, DicomTransferSyntax syntax, CodestreamFamily family, IFrameCodecSession codecs) : FragmentedFrames(fragments)
{
    private readonly FrameDescription _description = new(
        layout.Rows, layout.Columns, layout.Samples, layout.BitsAllocated, layout.BitsStored, layout.IsSigned, layout.Photometric);

    public override string? DecodedPhotometric => layout.Photometric switch
    {
        "YBR_RCT" or "YBR_ICT" => "RGB",
        "YBR_FULL_422" or "YBR_PARTIAL_422" or "YBR_PARTIAL_420" => "YBR_FULL",
        var same => same,
    };

    public override void Decode(int frame, Span<byte> destination)
    {
        var codestream = Frame(frame).Span;
        if (family is CodestreamFamily.Jpeg2000 or CodestreamFamily.HighThroughput) codestream = BoxedCodestream.Jpeg2000(codestream);
        CodestreamHeader.Read(family, codestream).Check(family, layout);
        codecs.Decode(syntax, codestream, _description, destination);
        CutToBitsStored(destination);
    }

    // Decoders hand out containers: what lies above the stored bits is noise, an overlay, or a sign that stops short.
    private void CutToBitsStored(Span<byte> samples)
    {
        var shift = layout.BitsAllocated - layout.BitsStored;
        if (shift == 0 || layout.HighBit != layout.BitsStored - 1) return;
        switch (layout.BitsAllocated)
        {
            case 16 when layout.IsSigned:
                foreach (ref var sample in MemoryMarshal.Cast<byte, short>(samples)) sample = (short)((short)(sample << shift) >> shift);
                break;
            case 16:
                foreach (ref var sample in MemoryMarshal.Cast<byte, ushort>(samples)) sample = (ushort)((ushort)(sample << shift) >> shift);
                break;
            case 8 when layout.IsSigned:
                foreach (ref var sample in MemoryMarshal.Cast<byte, sbyte>(samples)) sample = (sbyte)((sbyte)(sample << shift) >> shift);
                break;
            default:
                foreach (ref var sample in samples) sample = (byte)((byte)(sample << shift) >> shift);
                break;
        }
    }
}
