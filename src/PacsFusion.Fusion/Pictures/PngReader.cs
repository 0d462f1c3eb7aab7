using System.Buffers.Binary;
using System.IO.Compression;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>Reads the plain PNG files that evaluation pairs come as: 8-bit grey or RGB, not interlaced.</summary>
public static class PngReader
{
    private const int LargestSide = 16384;

    /// <summary>Reads one picture.</summary>
    /// <exception cref="InvalidDataException">The bytes are no PNG, are damaged, or use a form that is not read here.</exception>
    public static PngImage Read(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>Reads one picture from memory.</summary>
    /// <exception cref="InvalidDataException">The bytes are no PNG, are damaged, or use a form that is not read here.</exception>
    public static PngImage Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(PngFormat.Signature)) throw new InvalidDataException("No PNG signature.");
        bytes = bytes[PngFormat.Signature.Length..];
        int columns = 0, rows = 0, channels = 0;
        using var packed = new MemoryStream();
        while (true)
        {
            if (bytes.Length < 12) throw new InvalidDataException("The PNG ends inside a chunk.");
            var length = BinaryPrimitives.ReadInt32BigEndian(bytes);
            if (length < 0 || length > bytes.Length - 12) throw new InvalidDataException("A PNG chunk is longer than the file.");
            var type = bytes.Slice(4, 4);
            var data = bytes.Slice(8, length);
            if (PngFormat.Checksum(type, data) != BinaryPrimitives.ReadUInt32BigEndian(bytes[(8 + length)..]))
                throw new InvalidDataException("A PNG chunk fails its checksum.");
            bytes = bytes[(12 + length)..];
            if (type.SequenceEqual("IHDR"u8)) (columns, rows, channels) = ReadHeader(data);
            else if (type.SequenceEqual("IDAT"u8)) packed.Write(data);
            else if (type.SequenceEqual("IEND"u8)) break;
        }
        if (channels == 0) throw new InvalidDataException("The PNG has no header.");
        packed.Position = 0;
        return new PngImage(columns, rows, channels, Unfilter(packed, columns * channels, rows, channels));
    }

    private static (int Columns, int Rows, int Channels) ReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) throw new InvalidDataException("The PNG header has the wrong length.");
        int columns = BinaryPrimitives.ReadInt32BigEndian(data), rows = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
        if (columns is < 1 or > LargestSide || rows is < 1 or > LargestSide) throw new InvalidDataException("The PNG's size is out of range.");
        var channels = data[9] switch { 0 => 1, 2 => 3, _ => 0 };
        if (data[8] != 8 || channels == 0 || data[12] != 0)
            throw new InvalidDataException("Only 8-bit grey or RGB PNG without interlace is read.");
        return (columns, rows, channels);
    }

    private static byte[] Unfilter(Stream packed, int stride, int rows, int channels)
    {
        var pixels = new byte[(long)stride * rows];
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        Span<byte> above = new byte[stride];
        Span<byte> filter = stackalloc byte[1];
        for (var y = 0; y < rows; y++)
        {
            var row = pixels.AsSpan(y * stride, stride);
            try
            {
                zlib.ReadExactly(filter);
                zlib.ReadExactly(row);
            }
            catch (EndOfStreamException e)
            {
                throw new InvalidDataException("The PNG's pixels end early.", e);
            }
            for (var i = 0; i < stride; i++)
            {
                int left = i >= channels ? row[i - channels] : 0, up = above[i], corner = i >= channels ? above[i - channels] : 0;
                row[i] += filter[0] switch
                {
                    0 => 0,
                    1 => (byte)left,
                    2 => (byte)up,
                    3 => (byte)((left + up) / 2),
                    4 => (byte)Paeth(left, up, corner),
                    _ => throw new InvalidDataException("Unknown PNG filter."),
                };
            }
            above = row;
        }
        return pixels;
    }

    private static int Paeth(int left, int up, int corner)
    {
        int guess = left + up - corner, dl = Math.Abs(guess - left), du = Math.Abs(guess - up), dc = Math.Abs(guess - corner);
        return dl <= du && dl <= dc ? left : du <= dc ? up : corner;
    }
}
