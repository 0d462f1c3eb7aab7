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
}
