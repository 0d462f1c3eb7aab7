namespace PacsFusion.Fusion;

/// <summary>What a figure of <see cref="FusionMetricValues"/> is, in words that stand beside it wherever it is shown.</summary>
/// <param name="Key">Its key, as in <see cref="FusionMetricValues.Enumerate"/>.</param>
/// <param name="Text">What it measures, in what unit and which value is best; short enough for a line.</param>
/// <param name="InMatrix">Whether it belongs to the performance matrix that reviews of image fusion ask for.</param>
public sealed record FusionMetricDefinition(string Key, string Text, bool InMatrix = false)
{
    /// <summary>Every figure: the performance matrix first, the others behind it.</summary>
    public static IReadOnlyList<FusionMetricDefinition> All { get; } =
    [
        new("SSIM", "structural similarity, mean of both sources; best 1", true),
        new("PSNR", "peak signal to noise against both sources, dB", true),
        new("EN", "entropy: information content of the image, 0-8 bits", true),
        new("MI", "mutual information with the sources, sum, nats", true),
        new("CP", "contrast preservation: share of local contrast; best 1", true),
        new("VIF", "visual information fidelity, sum over both sources", true),
        new("Qabf", "edge retention: share of the sources' edges; best 1", true),
        new("SD", "standard deviation, grey levels"),
        new("SF", "spatial frequency, grey levels"),
        new("AG", "average gradient, grey levels"),
        new("NCIE", "nonlinear correlation information entropy of the image and its sources; best 1"),
        new("SCD", "correlation of what is added to each source with the other, sum; best 2"),
        new("CC", "correlation with the sources, mean; best 1"),
        new("PSNR255", "peak signal to noise with the peak 255, dB"),
        new("SSIM_sum", "structural similarity as fusion papers compute it, sum over both sources; best 2"),
        new("SSIM_min", "structural similarity with the source that is matched worse; best 1"),
        new("CX", "local contrast that neither source has, share; best 0"),
        new("OOR", "grey levels outside the range of the sources, mean; best 0"),
        new("BG", "brightest grey level where both sources are black; best 0"),
    ];

    /// <summary>The definition of a figure; null for an unknown key.</summary>
    public static FusionMetricDefinition? Find(string key) => All.FirstOrDefault(definition => definition.Key == key);
}
