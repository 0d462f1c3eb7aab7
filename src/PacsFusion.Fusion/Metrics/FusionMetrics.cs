using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>Measures a fused luminance image against its two sources.</summary>
public static class FusionMetrics
{
    /// <summary>The smallest side that the four scales of VIF leave anything of.</summary>
    public const int SmallestSide = 41;

    /// <summary>
    /// Every metric of one image. All three images are row-major, 8 bit, <paramref name="columns"/> x <paramref name="rows"/>.
    /// Pure and safe to call from several threads.
    /// </summary>
    /// <exception cref="ArgumentException">A length does not match, or a side is below <see cref="SmallestSide"/>.</exception>
    public static FusionMetricValues Measure(
        ReadOnlySpan<byte> fused, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int columns, int rows)
    {
        if (columns < SmallestSide || rows < SmallestSide)
            throw new ArgumentException($"Metrics need at least {SmallestSide} pixels a side.");
        var count = columns * rows;
        if (fused.Length != count || a.Length != count || b.Length != count)
            throw new ArgumentException("The three images differ in size.");

        using var f = Plane.From(fused, columns, rows);
        using var pa = Plane.From(a, columns, rows);
        using var pb = Plane.From(b, columns, rows);
        var info = InformationMeasures.Measure(fused, a, b);
        var statistics = PixelStatistics.Measure(f, pa, pb);
        var structure = StructuralSimilarity.Measure(f, pa, pb);
        var contrast = LocalContrast.Measure(f, pa, pb);
        return new FusionMetricValues
        {
            EN = info.Entropy,
            MI = info.MutualInformation,
            NCIE = info.Ncie,
            SD = statistics.Deviation,
            SF = statistics.SpatialFrequency,
            AG = statistics.AverageGradient,
            SCD = statistics.DifferenceCorrelation,
            CC = statistics.Correlation,
            PSNR = statistics.PeakSignalToNoise,
            OOR = statistics.OutOfRange,
            BG = statistics.Background,
            VIF = VisualInformationFidelity.Measure(f, pa, pb),
            Qabf = EdgeTransfer.Measure(f, pa, pb),
            SSIMSum = structure.Literature,
            SSIM = structure.Mean,
            SSIMMin = structure.Worse,
            CP = contrast.Kept,
            CX = contrast.Excess,
        };
    }
}
