using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>
/// Codestreams inside a file format of boxes (ITU-T T.800 annex I, ISO/IEC 18181-2). DICOM wants them bare, but some writers
/// leave JP2 around JPEG 2000, and JPEG XL may come either way.
/// </summary>
internal static class BoxedCodestream
{
    private static ReadOnlySpan<byte> Jp2Signature => [0, 0, 0, 0x0C, (byte)'j', (byte)'P', (byte)' ', (byte)' ', 0x0D, 0x0A, 0x87, 0x0A];

    private static ReadOnlySpan<byte> JpegXlSignature => [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', 0x0D, 0x0A, 0x87, 0x0A];

    /// <summary>JPEG 2000 without its boxes; what has none comes back as it is.</summary>
    /// <exception cref="DicomPixelException">codestream-invalid: boxes without a codestream.</exception>
    public static ReadOnlySpan<byte> Jpeg2000(ReadOnlySpan<byte> stream) =>
        stream.StartsWith(Jp2Signature) ? Find(stream, "jp2c"u8, default) : stream;

    /// <summary>The beginning of JPEG XL without its boxes; what has none comes back as it is.</summary>
    /// <exception cref="DicomPixelException">codestream-invalid: boxes without a codestream.</exception>
    public static ReadOnlySpan<byte> JpegXlStart(ReadOnlySpan<byte> stream) =>
        stream.StartsWith(JpegXlSignature) ? Find(stream, "jxlc"u8, "jxlp"u8) : stream;

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> boxes, ReadOnlySpan<byte> whole, ReadOnlySpan<byte> part)
    {
        while (boxes.Length >= 8)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(boxes);
            var kind = boxes.Slice(4, 4);
            var header = 8;
            if (length == 1)
            {
                if (boxes.Length < 16) break;
                length = BinaryPrimitives.ReadInt64BigEndian(boxes[8..]);
                header = 16;
            }
            if (length == 0) length = boxes.Length;
            if (length < header || length > boxes.Length) break;
            var content = boxes[header..(int)length];
            if (kind.SequenceEqual(whole)) return content;
            // A part has a number of four bytes before it.
            if (kind.SequenceEqual(part) && content.Length >= 4) return content[4..];
            boxes = boxes[(int)length..];
        }
        throw CodestreamHeader.Invalid("A frame's boxes hold no codestream");
    }
}
