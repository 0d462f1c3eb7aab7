using System.Buffers.Binary;
using System.IO.Compression;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>Writes 8-bit grey or RGB pictures as PNG (ISO/IEC 15948). The same picture gives the same bytes.</summary>
public static class PngWriter
{
    /// <summary>Writes one picture.</summary>
    /// <exception cref="ArgumentException">Channels is not 1 or 3, or the pixels do not fill the size.</exception>
    public static void Write(Stream target, PngImage image)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(image);
        if (image.Channels is not (1 or 3)) throw new ArgumentException("A picture has 1 or 3 channels.", nameof(image));
        var stride = image.Columns * image.Channels;
        if (image.Columns < 1 || image.Rows < 1 || image.Pixels.Length != stride * image.Rows)
            throw new ArgumentException("The pixels do not fill the size.", nameof(image));

        target.Write(PngFormat.Signature);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, image.Columns);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], image.Rows);
        header[8] = 8;
        header[9] = (byte)(image.Channels == 3 ? 2 : 0);
        header[10..].Clear();
        WriteChunk(target, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            var line = new byte[stride + 1];
            var pixels = image.Pixels.Span;
            for (var y = 0; y < image.Rows; y++)
            {
                var row = pixels.Slice(y * stride, stride);
                var above = y > 0 ? pixels.Slice((y - 1) * stride, stride) : default;
                // Filter "up": smooth images shrink well and decoding stays trivial.
                line[0] = (byte)(y > 0 ? 2 : 0);
                for (var i = 0; i < stride; i++) line[i + 1] = (byte)(row[i] - (y > 0 ? above[i] : 0));
                zlib.Write(line);
            }
        }
        WriteChunk(target, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        WriteChunk(target, "IEND"u8, []);
    }

    /// <summary>Writes one picture to a file, replacing it.</summary>
    public static void Write(string path, PngImage image)
    {
        using var file = File.Create(path);
        Write(file, image);
    }

    private static void WriteChunk(Stream target, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        Span<byte> word = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(word, data.Length);
        target.Write(word);
        target.Write(type);
        target.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(word, PngFormat.Checksum(type, data));
        target.Write(word);
    }
}
