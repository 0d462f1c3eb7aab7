namespace PacsFusion.Fusion;

/// <summary>An 8-bit picture: grey (1 byte a pixel) or RGB (3 bytes a pixel), row-major, top row first.</summary>
/// <param name="Columns">Pixels across.</param>
/// <param name="Rows">Pixels down.</param>
/// <param name="Channels">1 or 3.</param>
/// <param name="Pixels">Columns x Rows x Channels bytes.</param>
public sealed record PngImage(int Columns, int Rows, int Channels, ReadOnlyMemory<byte> Pixels)
{
    /// <summary>The rounded luminance 0.299 R + 0.587 G + 0.114 B of every pixel; the pixels themselves where grey.</summary>
    public byte[] ToLuminance()
    {
        var pixels = Pixels.Span;
        if (Channels == 1) return pixels.ToArray();
        var luminance = new byte[Columns * Rows];
        for (var i = 0; i < luminance.Length; i++)
            luminance[i] = ColourBlend.Luminance(pixels[3 * i], pixels[3 * i + 1], pixels[3 * i + 2]);
        return luminance;
    }
}
