namespace PacsFusion.Fusion.Internal;

/// <summary>CIE L*a*b* (D65) against sRGB, as far as building and checking colour maps needs it.</summary>
internal static class PerceptualColour
{
    /// <summary>
    /// 256 sRGB entries with L* = 0..100 in even steps and the hue going evenly between two angles (degrees).
    /// Chroma follows half a sine wave up to <paramref name="chroma"/> and shrinks where sRGB holds less.
    /// </summary>
    public static byte[] BuildEvenLightness(double fromHue, double toHue, double chroma)
    {
        var rgb = new byte[768];
        for (var i = 0; i < 256; i++)
        {
            var t = i / 255.0;
            var hue = (fromHue + (toHue - fromHue) * t) * Math.PI / 180;
            double high = chroma * Math.Sin(Math.PI * t), low = 0;
            var inside = Fits(100 * t, high, hue) ? high : 0;
            if (inside == 0)
            {
                for (var round = 0; round < 40; round++)
                {
                    var middle = (low + high) / 2;
                    if (Fits(100 * t, middle, hue)) low = middle;
                    else high = middle;
                }
                inside = low;
            }
            Put(rgb, i, 100 * t, inside, hue);
        }
        return rgb;
    }

    /// <summary>
    /// 256 sRGB entries between two hues (degrees) of equal lightness and chroma, both falling to a light neutral in the middle.
    /// Chroma shrinks where sRGB holds less, at both ends alike.
    /// </summary>
    public static byte[] BuildDiverging(double fromHue, double toHue, double endLightness, double middleLightness, double chroma)
    {
        var rgb = new byte[768];
        for (var i = 0; i < 128; i++)
        {
            var away = 1 - i / 127.5;
            var lightness = middleLightness + (endLightness - middleLightness) * away;
            double first = fromHue * Math.PI / 180, second = toHue * Math.PI / 180, inside = chroma * away;
            while (inside > 0 && !(Fits(lightness, inside, first) && Fits(lightness, inside, second))) inside -= 0.25;
            Put(rgb, i, lightness, Math.Max(inside, 0), first);
            Put(rgb, 255 - i, lightness, Math.Max(inside, 0), second);
        }
        return rgb;
    }

    /// <summary>CIE L* of an sRGB colour, 0..100.</summary>
    public static double Lightness(byte red, byte green, byte blue)
    {
        var y = 0.2126 * Linear(red) + 0.7152 * Linear(green) + 0.0722 * Linear(blue);
        return y > 216.0 / 24389 ? 116 * Math.Cbrt(y) - 16 : y * 24389 / 27;
    }

    private static void Put(byte[] rgb, int entry, double lightness, double chroma, double hue)
    {
        var (r, g, b) = ToLinear(lightness, chroma, hue);
        byte red = Quantise(r), blue = Quantise(b);
        rgb[3 * entry] = red;
        rgb[3 * entry + 1] = BestGreen(lightness, red, Quantise(g), blue);
        rgb[3 * entry + 2] = blue;
    }

    // Rounding three channels apart could let L* fall by a step; green carries most of it and puts it right.
    private static byte BestGreen(double lightness, byte red, byte green, byte blue)
    {
        var best = green;
        for (var candidate = Math.Max(green - 3, 0); candidate <= Math.Min(green + 3, 255); candidate++)
            if (Math.Abs(Lightness(red, (byte)candidate, blue) - lightness) < Math.Abs(Lightness(red, best, blue) - lightness))
                best = (byte)candidate;
        return best;
    }

    private static bool Fits(double lightness, double chroma, double hue)
    {
        var (r, g, b) = ToLinear(lightness, chroma, hue);
        return Math.Min(r, Math.Min(g, b)) >= -1e-6 && Math.Max(r, Math.Max(g, b)) <= 1 + 1e-6;
    }

    private static (double R, double G, double B) ToLinear(double lightness, double chroma, double hue)
    {
        var fy = (lightness + 16) / 116;
        var x = 0.95047 * Inverse(fy + chroma * Math.Cos(hue) / 500);
        var y = Inverse(fy);
        var z = 1.08883 * Inverse(fy - chroma * Math.Sin(hue) / 200);
        return (3.2404542 * x - 1.5371385 * y - 0.4985314 * z,
            -0.9692660 * x + 1.8760108 * y + 0.0415560 * z,
            0.0556434 * x - 0.2040259 * y + 1.0572252 * z);

        static double Inverse(double t) => t > 6.0 / 29 ? t * t * t : 3 * 36.0 / 841 * (t - 4.0 / 29);
    }

    private static double Linear(byte value)
    {
        var v = value / 255.0;
        return v <= 0.04045 ? v / 12.92 : Math.Pow((v + 0.055) / 1.055, 2.4);
    }

    private static byte Quantise(double linear)
    {
        var v = Math.Clamp(linear, 0, 1);
        v = v <= 0.0031308 ? 12.92 * v : 1.055 * Math.Pow(v, 1 / 2.4) - 0.055;
        return (byte)Math.Round(255 * v);
    }
}
