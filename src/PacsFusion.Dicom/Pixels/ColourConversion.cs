namespace PacsFusion.Dicom;

/// <summary>Colour of 8 bits to RGB (PS3.3 C.7.6.3.1.2).</summary>
internal static class ColourConversion
{
    /// <summary>YBR_FULL to RGB in place, rounded to the nearest.</summary>
    public static void FromYbrFull(Span<byte> pixels)
    {
        for (var i = 0; i + 2 < pixels.Length; i += 3)
        {
            double y = pixels[i], cb = pixels[i + 1] - 128, cr = pixels[i + 2] - 128;
            pixels[i] = Byte(y + 1.402 * cr);
            pixels[i + 1] = Byte(y - 0.114 * 1.772 / 0.587 * cb - 0.299 * 1.402 / 0.587 * cr);
            pixels[i + 2] = Byte(y + 1.772 * cb);
        }
    }

    private static byte Byte(double value) => (byte)Math.Clamp(Math.Round(value, MidpointRounding.AwayFromZero), 0, 255);
}
