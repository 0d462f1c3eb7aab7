using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>The main header of JPEG 2000 and HTJ2K (ITU-T T.800 A.5.1, A.6.1).</summary>
internal static class Jpeg2000Header
{
    private const ushort StartOfCodestream = 0xFF4F, Size = 0xFF51, CodingStyle = 0xFF52, StartOfTile = 0xFF90;
    private const int FixedSize = 36, MostTiles = 65535;

    public static CodestreamHeader Read(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < 6 + FixedSize || UInt16(stream, 0) != StartOfCodestream || UInt16(stream, 2) != Size)
            throw CodestreamHeader.Invalid("A JPEG 2000 stream does not begin like one");
        int length = UInt16(stream, 4), components = UInt16(stream, 40);
        if (components == 0 || length != 38 + 3 * components || length > stream.Length - 4) throw CodestreamHeader.Invalid("A JPEG 2000 size segment is cut");
        long width = UInt32(stream, 8), height = UInt32(stream, 12), left = UInt32(stream, 16), top = UInt32(stream, 20);
        long tileWidth = UInt32(stream, 24), tileHeight = UInt32(stream, 28), tileLeft = UInt32(stream, 32), tileTop = UInt32(stream, 36);
        if (tileWidth == 0 || tileHeight == 0 || left >= width || top >= height || tileLeft > left || tileTop > top)
            throw CodestreamHeader.Invalid("A JPEG 2000 size segment makes no image");
        if ((width - tileLeft + tileWidth - 1) / tileWidth * ((height - tileTop + tileHeight - 1) / tileHeight) > MostTiles)
            throw CodestreamHeader.Invalid("A JPEG 2000 stream has more tiles than the standard allows");
        var precision = 0;
        var subsampled = false;
        for (var i = 0; i < components; i++)
        {
            var at = 42 + 3 * i;
            precision = Math.Max(precision, (stream[at] & 0x7F) + 1);
            subsampled |= stream[at + 1] != 1 || stream[at + 2] != 1;
        }
        return new CodestreamHeader
        {
            Width = width - left,
            Height = height - top,
            Components = components,
            Precision = precision,
            IsSubsampled = subsampled,
            HasColourTransform = UsesColourTransform(stream[(4 + length)..]),
        };
    }

    private static bool UsesColourTransform(ReadOnlySpan<byte> segments)
    {
        while (segments.Length >= 4 && UInt16(segments, 0) is var marker and not StartOfTile)
        {
            int length = UInt16(segments, 2);
            if (marker == CodingStyle) return length >= 7 && segments.Length >= 9 && segments[8] != 0;
            if (length < 2 || length > segments.Length - 2) break;
            segments = segments[(2 + length)..];
        }
        return false;
    }

    private static ushort UInt16(ReadOnlySpan<byte> stream, int at) => BinaryPrimitives.ReadUInt16BigEndian(stream[at..]);

    private static uint UInt32(ReadOnlySpan<byte> stream, int at) => BinaryPrimitives.ReadUInt32BigEndian(stream[at..]);
}
