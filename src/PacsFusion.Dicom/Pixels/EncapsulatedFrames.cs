namespace PacsFusion.Dicom;

/// <summary>Frames out of fragments.</summary>
internal abstract class FragmentedFrames(FragmentTable fragments) : FrameSource
{
    protected FragmentTable Fragments => fragments;

    public override IReadOnlyList<string> Warnings => fragments.IsShort ? ["frames-fewer"] : [];

    public override long MostBytes(int frame) => fragments.Length(frame) * 8;

    protected ReadOnlyMemory<byte> Frame(int frame) => fragments.Frame(frame);
}

/// <summary>Encapsulated Uncompressed Explicit VR Little Endian (PS3.5 A.4.11): native frames in fragments.</summary>
internal sealed class EncapsulatedNativeFrames(FragmentTable fragments, PixelLayout layout) : FragmentedFrames(fragments)
{
    public override void Decode(int frame, Span<byte> destination)
    {
        var stored = Frame(frame).Span;
        StoredFrame.Unpack(stored, destination, layout);
    }
}

/// <summary>Deflated Image Frame Compression (PS3.5 A.4.12): each frame a raw deflate stream of its own.</summary>
internal sealed class DeflatedFrames(FragmentTable fragments, PixelLayout layout) : FragmentedFrames(fragments)
{
    // Deflate makes at most 1032 bytes of one, and of 1-bit data eight samples come out of a byte.
    public override long MostBytes(int frame) => Fragments.Length(frame) * 1032 * 8;

    public override void Decode(int frame, Span<byte> destination)
    {
        var stored = new byte[(layout.StoredBits + 7) / 8];
        int length;
        try
        {
            length = Inflater.Inflate(Frame(frame), stored);
        }
        catch (DicomFormatException e)
        {
            throw new DicomPixelException("deflate-invalid", "A frame cannot be inflated", DicomTag.PixelData, e);
        }
        StoredFrame.Unpack(stored.AsSpan(0, length), destination, layout);
    }
}

/// <summary>One frame that stands alone in little endian byte order.</summary>
internal static class StoredFrame
{
    public static void Unpack(ReadOnlySpan<byte> stored, Span<byte> destination, PixelLayout layout)
    {
        if (stored.Length < (layout.StoredBits + 7) / 8)
            throw new DicomPixelException("frame-short", "A frame has fewer bytes than the header says", DicomTag.PixelData);
        if (layout.BitsAllocated == PixelLayout.Packed) throw new DicomPixelException("pixel-layout-not-supported", "Packed samples are not read from fragments", DicomTag.BitsAllocated);
        if (layout.BitsAllocated != 1)
        {
            SampleOrder.Arrange(stored, destination, layout);
            return;
        }
        for (var i = 0; i < destination.Length; i++) destination[i] = (byte)(stored[i >> 3] >> (i & 7) & 1);
    }
}
