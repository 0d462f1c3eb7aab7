using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using FsCheck.Xunit;

namespace PacsFusion.Fusion.Tests;

public sealed class PngTests
{
    [Property(MaxTest = 40)]
    public void What_is_written_is_read_back(byte columns, byte rows, bool colour, int seed)
    {
        int w = columns % 40 + 1, h = rows % 40 + 1, channels = colour ? 3 : 1;
        var pixels = new byte[w * h * channels];
        new Random(seed).NextBytes(pixels);
        using var stream = new MemoryStream();
        PngWriter.Write(stream, new PngImage(w, h, channels, pixels));
        var back = PngReader.Parse(stream.ToArray());
        Assert.Equal((w, h, channels), (back.Columns, back.Rows, back.Channels));
        Assert.Equal(pixels, back.Pixels.ToArray());
    }

    [Fact]
    public void Damage_is_noticed()
    {
        using var stream = new MemoryStream();
        PngWriter.Write(stream, new PngImage(8, 8, 1, new byte[64]));
        var bytes = stream.ToArray();
        bytes[45] ^= 1;
        Assert.Throws<InvalidDataException>(() => PngReader.Parse(bytes));
        Assert.Throws<InvalidDataException>(() => PngReader.Parse(bytes.AsSpan(0, 20)));
    }

    [Theory]
    [InlineData(0, 1, "", new byte[] { 0b1010_0000 }, new byte[] { 255, 0, 255 })]
    [InlineData(0, 4, "", new byte[] { 0x0F, 0x80 }, new byte[] { 0, 255, 136 })]
    [InlineData(3, 2, "0A0B0C 141516 1E1F20", new byte[] { 0b10_00_01_00 }, new byte[] { 30, 31, 32, 10, 11, 12, 20, 21, 22 })]
    [InlineData(3, 8, "0A0B0C 141516 1E1F20", new byte[] { 1, 2, 0 }, new byte[] { 20, 21, 22, 30, 31, 32, 10, 11, 12 })]
    [InlineData(4, 8, "", new byte[] { 7, 0, 8, 255, 9, 3 }, new byte[] { 7, 8, 9 })]
    [InlineData(6, 8, "", new byte[] { 1, 2, 3, 0, 4, 5, 6, 128, 7, 8, 9, 255 }, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Palettes_alpha_and_few_bits_are_read(byte colour, byte bits, string palette, byte[] row, byte[] expected)
    {
        var image = PngReader.Parse(Png(3, colour, bits, palette, row));

        Assert.Equal((3, 1, expected.Length / 3), (image.Columns, image.Rows, image.Channels));
        Assert.Equal(expected, image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(0, 16, "", new byte[] { 0, 1, 0, 2, 0, 3 }, "window it to 8 first")]
    [InlineData(2, 4, "", new byte[] { 0, 1, 0, 2, 0 }, "No PNG has")]
    [InlineData(3, 8, "0A0B0C", new byte[] { 0, 1, 0 }, "palette")]
    public void Other_forms_are_refused_with_the_reason(byte colour, byte bits, string palette, byte[] row, string reason) =>
        Assert.Contains(reason, Assert.Throws<InvalidDataException>(() => PngReader.Parse(Png(3, colour, bits, palette, row))).Message, StringComparison.Ordinal);

    private static byte[] Png(byte columns, byte colour, byte bits, string palette, byte[] row)
    {
        using var file = new MemoryStream();
        file.Write([137, 80, 78, 71, 13, 10, 26, 10]);
        Chunk("IHDR", [0, 0, 0, columns, 0, 0, 0, 1, bits, colour, 0, 0, 0]);
        if (palette.Length > 0) Chunk("PLTE", Convert.FromHexString(palette.Replace(" ", "", StringComparison.Ordinal)));
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write([0, .. row]);
        Chunk("IDAT", packed.ToArray());
        Chunk("IEND", []);
        return file.ToArray();

        void Chunk(string type, byte[] data)
        {
            byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
            Span<byte> number = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
            file.Write(number);
            file.Write(typed);
            BinaryPrimitives.WriteUInt32BigEndian(number, Crc(typed));
            file.Write(number);
        }
    }

    // Bit by bit, as annex D of ISO/IEC 15948 defines it.
    private static uint Crc(byte[] bytes)
    {
        var crc = ~0u;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
