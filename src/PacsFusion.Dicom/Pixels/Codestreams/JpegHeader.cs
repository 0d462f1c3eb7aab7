using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>The frame header of JPEG (ITU-T T.81 B.2.2) and JPEG-LS (T.87 C.2.2).</summary>
internal static class JpegHeader
{
    private const byte Baseline = 0xC0, Extended = 0xC1, Lossless = 0xC3, JpegLs = 0xF7, StartOfScan = 0xDA, EndOfImage = 0xD9;

    public static CodestreamHeader Read(ReadOnlySpan<byte> stream, bool isJpegLs)
    {
        if (!stream.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8])) throw CodestreamHeader.Invalid("A JPEG stream does not begin like one");
        var position = 2;
        while (true)
        {
            // Any number of fill bytes may stand before a marker.
            while (position < stream.Length && stream[position] == 0xFF) position++;
            if (position >= stream.Length || position < 3 || stream[position - 1] != 0xFF) throw CodestreamHeader.Invalid("A JPEG marker is missing");
            var marker = stream[position++];
            if (marker is StartOfScan or EndOfImage) throw CodestreamHeader.Invalid("A JPEG stream has no frame header");
            if (stream.Length - position < 2) throw CodestreamHeader.Invalid("A JPEG segment is cut");
            int length = BinaryPrimitives.ReadUInt16BigEndian(stream[position..]);
            if (length < 2 || length > stream.Length - position) throw CodestreamHeader.Invalid("A JPEG segment is cut");
            var segment = stream.Slice(position + 2, length - 2);
            if (IsFrameHeader(marker))
            {
                if (isJpegLs ? marker != JpegLs : marker is not (Baseline or Extended or Lossless))
                    throw CodestreamHeader.NotSupported("The JPEG process of a frame is not decoded");
                return Frame(segment);
            }
            position += length;
        }
    }

    private static CodestreamHeader Frame(ReadOnlySpan<byte> segment)
    {
        if (segment.Length < 6 || segment.Length < 6 + 3 * segment[5] || segment[5] == 0) throw CodestreamHeader.Invalid("A JPEG frame header is cut");
        var sampling = segment[7];
        var subsampled = false;
        for (var i = 0; i < segment[5]; i++) subsampled |= segment[7 + 3 * i] != sampling;
        return new CodestreamHeader
        {
            Precision = segment[0],
            Height = BinaryPrimitives.ReadUInt16BigEndian(segment[1..]),
            Width = BinaryPrimitives.ReadUInt16BigEndian(segment[3..]),
            Components = segment[5],
            IsSubsampled = subsampled,
        };
    }

    // C4, C8 and CC are tables, not frames.
    private static bool IsFrameHeader(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC) or JpegLs;
}
