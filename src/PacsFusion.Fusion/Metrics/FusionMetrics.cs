using System.Collections.ObjectModel;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>Measures a fused luminance image against its two sources.</summary>
public static class FusionMetrics
{
    /// <summary>The smallest side at which every figure is a number.</summary>
    public const int SmallestSide = VisualInformationFidelity.LargestKernel;

    /// <summary>
    /// Every metric of one image. All three images are row-major, 8 bit, <paramref name="columns"/> x <paramref name="rows"/>.
    /// Below <see cref="SmallestSide"/> some are NaN and <see cref="FusionMetricValues.Undefined"/> says why.
    /// Pure and safe to call from several threads.
    /// </summary>
    /// <exception cref="ArgumentException">A length does not match, or there is no pixel.</exception>
    public static FusionMetricValues Measure(
        ReadOnlySpan<byte> fused, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, int columns, int rows)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
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
            PSNR255 = statistics.PeakSignalToNoise255,
            OOR = statistics.OutOfRange,
            BG = statistics.Background,
            VIF = VisualInformationFidelity.Measure(f, pa, pb),
            Qabf = EdgeTransfer.Measure(f, pa, pb),
            SSIMSum = structure.Literature,
            SSIM = structure.Mean,
            SSIMMin = structure.Worse,
            CP = contrast.Kept,
            CX = contrast.Excess,
            Undefined = UndefinedAt(columns, rows),
        };
    }

    private static IReadOnlyDictionary<string, string> UndefinedAt(int columns, int rows)
    {
        if (Math.Min(columns, rows) >= SmallestSide) return ReadOnlyDictionary<string, string>.Empty;
        var undefined = new Dictionary<string, string>(StringComparer.Ordinal);
        Needs(VisualInformationFidelity.LargestKernel, "VIF");
        Needs(StructuralSimilarity.Window, "SSIM_sum", "SSIM", "SSIM_min");
        Needs(2, "SF", "AG");
        return undefined;

        void Needs(int side, params ReadOnlySpan<string> keys)
        {
            if (Math.Min(columns, rows) >= side) return;
            foreach (var key in keys) undefined[key] = $"{key} needs {side} pixels a side; the image has {columns} x {rows}.";
        }
    }
}
