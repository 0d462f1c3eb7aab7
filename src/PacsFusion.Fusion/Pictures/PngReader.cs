using System.Buffers.Binary;
using System.IO.Compression;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>
/// Reads the PNG files that evaluation pairs come as: grey, RGB or palette of up to 8 bits, with or without alpha, not interlaced (ISO/IEC
/// 15948). Alpha is dropped; a palette becomes RGB; grey of 1, 2 or 4 bits is spread to 0..255.
/// </summary>
public static class PngReader
{
    private const int LargestSide = 16384;
    private const int Grey = 0, Rgb = 2, Palette = 3, GreyAlpha = 4, RgbAlpha = 6;

    /// <summary>Reads one picture.</summary>
    /// <exception cref="InvalidDataException">The bytes are no PNG, are damaged, or use a form that is not read here.</exception>
    public static PngImage Read(string path) => Parse(File.ReadAllBytes(path));

    /// <summary>Reads one picture from memory.</summary>
    /// <exception cref="InvalidDataException">The bytes are no PNG, are damaged, or use a form that is not read here.</exception>
    public static PngImage Parse(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith(PngFormat.Signature)) throw new InvalidDataException("No PNG signature.");
        bytes = bytes[PngFormat.Signature.Length..];
        PngHeader? header = null;
        ReadOnlySpan<byte> palette = [];
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
            if (type.SequenceEqual("IHDR"u8)) header = ReadHeader(data);
            else if (type.SequenceEqual("PLTE"u8)) palette = data;
            else if (type.SequenceEqual("IDAT"u8)) packed.Write(data);
            else if (type.SequenceEqual("IEND"u8)) break;
        }
        if (header is not { } form) throw new InvalidDataException("The PNG has no header.");
        packed.Position = 0;
        var stored = Unfilter(packed, form.Stride, form.Rows, Math.Max(1, form.Samples * form.Bits / 8));
        return form.Colour switch
        {
            Grey or Rgb when form.Bits == 8 => new PngImage(form.Columns, form.Rows, form.Samples, stored),
            Grey => new PngImage(form.Columns, form.Rows, 1, Spread(stored, form)),
            Palette => new PngImage(form.Columns, form.Rows, 3, Look(stored, form, palette)),
            _ => new PngImage(form.Columns, form.Rows, form.Samples - 1, WithoutAlpha(stored, form.Samples)),
        };
    }

    private static PngHeader ReadHeader(ReadOnlySpan<byte> data)
    {
        if (data.Length != 13) throw new InvalidDataException("The PNG header has the wrong length.");
        int columns = BinaryPrimitives.ReadInt32BigEndian(data), rows = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
        if (columns is < 1 or > LargestSide || rows is < 1 or > LargestSide) throw new InvalidDataException("The PNG's size is out of range.");
        int bits = data[8], colour = data[9];
        var samples = colour switch { Grey or Palette => 1, GreyAlpha => 2, Rgb => 3, RgbAlpha => 4, _ => 0 };
        if (bits == 16) throw new InvalidDataException("The PNG has 16 bits a sample; window it to 8 first.");
        if (samples == 0 || !(bits == 8 || (bits is 1 or 2 or 4 && samples == 1)))
            throw new InvalidDataException($"No PNG has colour type {colour} with {bits} bits.");
        if (data[12] != 0) throw new InvalidDataException("The PNG is interlaced; only plain ones are read.");
        return new PngHeader(columns, rows, bits, colour, samples);
    }

    private static int Sample(ReadOnlySpan<byte> stored, in PngHeader form, int row, int column)
    {
        var bit = column * form.Bits;
        return (stored[row * form.Stride + bit / 8] >> (8 - form.Bits - bit % 8)) & ((1 << form.Bits) - 1);
    }

    private static byte[] Spread(ReadOnlySpan<byte> stored, in PngHeader form)
    {
        var pixels = new byte[form.Columns * form.Rows];
        for (var i = 0; i < pixels.Length; i++) pixels[i] = (byte)(Sample(stored, form, i / form.Columns, i % form.Columns) * 255 / ((1 << form.Bits) - 1));
        return pixels;
    }

    private static byte[] Look(ReadOnlySpan<byte> stored, in PngHeader form, ReadOnlySpan<byte> palette)
    {
        var pixels = new byte[form.Columns * form.Rows * 3];
        for (var i = 0; i < pixels.Length / 3; i++)
        {
            var entry = 3 * Sample(stored, form, i / form.Columns, i % form.Columns);
            if (entry + 3 > palette.Length) throw new InvalidDataException("A PNG pixel names a colour that the palette has not.");
            palette.Slice(entry, 3).CopyTo(pixels.AsSpan(3 * i));
        }
        return pixels;
    }

    private static byte[] WithoutAlpha(ReadOnlySpan<byte> stored, int samples)
    {
        var pixels = new byte[stored.Length / samples * (samples - 1)];
        for (int from = 0, to = 0; from < stored.Length; from += samples, to += samples - 1) stored.Slice(from, samples - 1).CopyTo(pixels.AsSpan(to));
        return pixels;
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

    /// <param name="Columns">Pixels across.</param>
    /// <param name="Rows">Pixels down.</param>
    /// <param name="Bits">Bits a sample.</param>
    /// <param name="Colour">Colour type of ISO/IEC 15948.</param>
    /// <param name="Samples">Samples a pixel.</param>
    private readonly record struct PngHeader(int Columns, int Rows, int Bits, int Colour, int Samples)
    {
        public int Stride => (Columns * Samples * Bits + 7) / 8;
    }
}
