using System.Collections.ObjectModel;

namespace PacsFusion.Fusion;

/// <summary>
/// The figures that describe one fused luminance image F against its sources A and B, or their means over several.
/// Definitions and what games each of them stand in docs/models.md; all are computed on grey levels 0..255.
/// A figure that the image is too small for is NaN, and <see cref="Undefined"/> says why.
/// </summary>
public sealed record FusionMetricValues
{
    /// <summary>Entropy of the 256-bin histogram of F, bits (0..8).</summary>
    public required double EN { get; init; }

    /// <summary>Standard deviation of F, grey levels.</summary>
    public required double SD { get; init; }

    /// <summary>Spatial frequency: root of the summed mean squares of horizontal and vertical first differences.</summary>
    public required double SF { get; init; }

    /// <summary>Average gradient: mean of sqrt((gx² + gy²)/2), central differences.</summary>
    public required double AG { get; init; }

    /// <summary>Mutual information I(F;A) + I(F;B), nats.</summary>
    public required double MI { get; init; }

    /// <summary>Nonlinear correlation information entropy of F, A and B (0..1).</summary>
    public required double NCIE { get; init; }

    /// <summary>Sum of the correlations of differences, r(A, F-B) + r(B, F-A) (up to 2).</summary>
    public required double SCD { get; init; }

    /// <summary>Mean correlation of F with its sources (up to 1).</summary>
    public required double CC { get; init; }

    /// <summary>Peak signal to noise ratio with the peak max(F), dB; 100 where F equals both sources.</summary>
    public required double PSNR { get; init; }

    /// <summary>Peak signal to noise ratio with the peak 255, dB; 100 where F equals both sources.</summary>
    public required double PSNR255 { get; init; }

    /// <summary>
    /// Pixel-domain visual information fidelity, VIF(A,F) + VIF(B,F). Of its four scales an image below 41 pixels a side
    /// has those that fit.
    /// </summary>
    public required double VIF { get; init; }

    /// <summary>Edge transfer of Xydeas and Petrovic (0..1).</summary>
    public required double Qabf { get; init; }

    /// <summary>SSIM(F,A) + SSIM(F,B) as the fusion literature computes it, with a data range of 2 on 0..255 images.</summary>
    public required double SSIMSum { get; init; }

    /// <summary>Mean of SSIM(F,A) and SSIM(F,B), 7x7 box, data range 255.</summary>
    public required double SSIM { get; init; }

    /// <summary>The worse of SSIM(F,A) and SSIM(F,B).</summary>
    public required double SSIMMin { get; init; }

    /// <summary>Contrast preservation: the share of the stronger source's local deviation that F keeps (0..1).</summary>
    public required double CP { get; init; }

    /// <summary>Contrast excess: local deviation that neither source has (0 is right).</summary>
    public required double CX { get; init; }

    /// <summary>Mean grey levels by which F leaves the range of its sources at a pixel (0 is right).</summary>
    public required double OOR { get; init; }

    /// <summary>Greatest F where both sources are 0 (0 is right).</summary>
    public required double BG { get; init; }

    /// <summary>Why a figure is NaN, by its key; empty where all are numbers.</summary>
    public IReadOnlyDictionary<string, string> Undefined { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Key and value of every metric, in the order and with the keys that reports and <c>--json</c> use.</summary>
    public IEnumerable<KeyValuePair<string, double>> Enumerate()
    {
        yield return new("EN", EN);
        yield return new("SD", SD);
        yield return new("SF", SF);
        yield return new("AG", AG);
        yield return new("MI", MI);
        yield return new("NCIE", NCIE);
        yield return new("SCD", SCD);
        yield return new("CC", CC);
        yield return new("PSNR", PSNR);
        yield return new("PSNR255", PSNR255);
        yield return new("VIF", VIF);
        yield return new("Qabf", Qabf);
        yield return new("SSIM_sum", SSIMSum);
        yield return new("SSIM", SSIM);
        yield return new("SSIM_min", SSIMMin);
        yield return new("CP", CP);
        yield return new("CX", CX);
        yield return new("OOR", OOR);
        yield return new("BG", BG);
    }

    /// <summary>The mean of each figure over the images that have it; NaN, with the first reason, where none has.</summary>
    /// <exception cref="ArgumentException">There is nothing to average.</exception>
    public static FusionMetricValues MeanOf(IReadOnlyCollection<FusionMetricValues> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (values.Count == 0) throw new ArgumentException("There is nothing to average.", nameof(values));
        return new FusionMetricValues
        {
            EN = Mean(values, v => v.EN),
            SD = Mean(values, v => v.SD),
            SF = Mean(values, v => v.SF),
            AG = Mean(values, v => v.AG),
            MI = Mean(values, v => v.MI),
            NCIE = Mean(values, v => v.NCIE),
            SCD = Mean(values, v => v.SCD),
            CC = Mean(values, v => v.CC),
            PSNR = Mean(values, v => v.PSNR),
            PSNR255 = Mean(values, v => v.PSNR255),
            VIF = Mean(values, v => v.VIF),
            Qabf = Mean(values, v => v.Qabf),
            SSIMSum = Mean(values, v => v.SSIMSum),
            SSIM = Mean(values, v => v.SSIM),
            SSIMMin = Mean(values, v => v.SSIMMin),
            CP = Mean(values, v => v.CP),
            CX = Mean(values, v => v.CX),
            OOR = Mean(values, v => v.OOR),
            BG = Mean(values, v => v.BG),
            Undefined = UndefinedInAll(values),
        };
    }

    private static double Mean(IReadOnlyCollection<FusionMetricValues> values, Func<FusionMetricValues, double> figure) =>
        values.Select(figure).Where(value => !double.IsNaN(value)).DefaultIfEmpty(double.NaN).Average();

    private static IReadOnlyDictionary<string, string> UndefinedInAll(IReadOnlyCollection<FusionMetricValues> values)
    {
        var first = values.First().Undefined;
        return first.Count == 0 ? first : first.Where(entry => values.All(v => v.Undefined.ContainsKey(entry.Key))).ToDictionary();
    }
}
