namespace PacsFusion.Dicom;

/// <summary>Puts the samples of a frame into one order: those of a pixel together, subsampled ones repeated.</summary>
internal static class SampleOrder
{
    /// <summary>Little endian samples as they are stored, to little endian samples of pixel after pixel.</summary>
    public static void Arrange(ReadOnlySpan<byte> stored, Span<byte> destination, PixelLayout layout)
    {
        if (layout.IsSubsampled) Repeat(stored, destination);
        else if (layout.IsPlanar) Interleave(stored, destination, layout.Samples, layout.SampleBytes);
        else stored[..destination.Length].CopyTo(destination);
    }

    public static void Interleave(ReadOnlySpan<byte> planes, Span<byte> pixels, int samples, int sampleBytes)
    {
        var plane = pixels.Length / samples;
        var stride = samples * sampleBytes;
        for (var s = 0; s < samples; s++)
        {
            for (var b = 0; b < sampleBytes; b++)
            {
                var source = planes.Slice(s * plane, plane);
                for (int i = b, at = s * sampleBytes + b; i < plane; i += sampleBytes, at += stride) pixels[at] = source[i];
            }
        }
    }

    // Y1 Y2 Cb Cr for two pixels: each gets the chrominance of both.
    private static void Repeat(ReadOnlySpan<byte> stored, Span<byte> pixels)
    {
        for (int i = 0, at = 0; at < pixels.Length; i += 4)
        {
            byte cb = stored[i + 2], cr = stored[i + 3];
            for (var k = 0; k < 2 && at < pixels.Length; k++)
            {
                pixels[at++] = stored[i + k];
                pixels[at++] = cb;
                pixels[at++] = cr;
            }
        }
    }
}
