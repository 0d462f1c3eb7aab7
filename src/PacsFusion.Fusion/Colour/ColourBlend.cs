namespace PacsFusion.Fusion;

/// <summary>
/// Joins a fused luminance with the chroma of a colour map. Brightness is the fusion's alone: 0.299 R + 0.587 G + 0.114 B
/// of the result, rounded, is exactly the luminance that went in, so metrics hold for the stored picture.
/// Where full chroma would leave 0..255 it shrinks, keeping its direction. Immutable after construction.
/// </summary>
public sealed class ColourBlend
{
    private const double RedShare = 0.299, GreenShare = 0.587, BlueShare = 0.114;
    private readonly byte[] _table = new byte[256 * 256 * 3];

    /// <summary>Prepares all 65 536 results for a map.</summary>
    public ColourBlend(ColourMap map)
    {
        ArgumentNullException.ThrowIfNull(map);
        Map = map;
        for (var value = 0; value < 256; value++)
        {
            var (r, g, b) = map[(byte)value];
            var own = RedShare * r + GreenShare * g + BlueShare * b;
            for (var luminance = 0; luminance < 256; luminance++)
                Fill(luminance, r - own, g - own, b - own, _table.AsSpan((value * 256 + luminance) * 3, 3));
        }
    }

    /// <summary>The map that the chroma comes from.</summary>
    public ColourMap Map { get; }

    /// <summary>
    /// Fills <paramref name="rgb"/> (3 bytes a pixel) from the fused luminance and the functional value that gives the hue.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public void Apply(ReadOnlySpan<byte> luminance, ReadOnlySpan<byte> value, Span<byte> rgb)
    {
        if (value.Length != luminance.Length || rgb.Length != 3 * luminance.Length)
            throw new ArgumentException("Luminance, value and RGB differ in size.");
        ReadOnlySpan<byte> table = _table;
        for (int i = 0, o = 0; i < luminance.Length; i++, o += 3)
        {
            var at = (value[i] * 256 + luminance[i]) * 3;
            rgb[o + 2] = table[at + 2];
            rgb[o + 1] = table[at + 1];
            rgb[o] = table[at];
        }
    }

    /// <summary>Lays the map's colours over a grey image: (1 - opacity) of the grey and opacity of the colour, rounded.</summary>
    /// <param name="map">The colours.</param>
    /// <param name="grey">The image below.</param>
    /// <param name="value">The values above; entry 0 covers too.</param>
    /// <param name="opacity">0 to 1.</param>
    /// <param name="rgb">The result, 3 bytes a pixel.</param>
    /// <exception cref="ArgumentException">The lengths do not match.</exception>
    public static void Overlay(ColourMap map, ReadOnlySpan<byte> grey, ReadOnlySpan<byte> value, double opacity, Span<byte> rgb)
    {
        ArgumentNullException.ThrowIfNull(map);
        if (value.Length != grey.Length || rgb.Length != 3 * grey.Length) throw new ArgumentException("Grey, value and RGB differ in size.");
        var above = map.Rgb;
        for (var i = 0; i < rgb.Length; i++)
            rgb[i] = (byte)((1 - opacity) * grey[i / 3] + opacity * above[3 * value[i / 3] + i % 3] + 0.5);
    }

    /// <summary>Gives a colour (red, green, blue) another luminance, exactly; its chroma shrinks where it would leave 0..255.</summary>
    internal static void Relight(Span<byte> rgb, byte luminance)
    {
        var own = RedShare * rgb[0] + GreenShare * rgb[1] + BlueShare * rgb[2];
        if (Luminance(rgb[0], rgb[1], rgb[2]) != luminance) Fill(luminance, rgb[0] - own, rgb[1] - own, rgb[2] - own, rgb);
    }

    /// <summary>Luminance 0..255 of an 8-bit RGB colour, rounded to the nearest grey level.</summary>
    public static byte Luminance(byte red, byte green, byte blue) =>
        (byte)Math.Round(RedShare * red + GreenShare * green + BlueShare * blue);

    private static void Fill(int luminance, double dr, double dg, double db, Span<byte> rgb)
    {
        for (var k = Math.Min(Room(luminance, dr), Math.Min(Room(luminance, dg), Room(luminance, db))); k > 0.004; k -= 0.004)
        {
            var red = (int)Math.Round(luminance + k * dr);
            var blue = (int)Math.Round(luminance + k * db);
            // Green last: one step of it changes the luminance by 0.587, so half a step always rounds back to the target.
            var green = (int)Math.Round((luminance - RedShare * red - BlueShare * blue) / GreenShare);
            if (red is < 0 or > 255 || green is < 0 or > 255 || blue is < 0 or > 255) continue;
            rgb[0] = (byte)red;
            rgb[1] = (byte)green;
            rgb[2] = (byte)blue;
            return;
        }
        rgb.Fill((byte)luminance);
    }

    private static double Room(int luminance, double direction) =>
        direction > 0 ? Math.Min((255 - luminance) / direction, 1) : direction < 0 ? Math.Min(luminance / -direction, 1) : 1;
}
