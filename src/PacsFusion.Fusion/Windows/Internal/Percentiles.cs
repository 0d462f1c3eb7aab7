using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>Percentiles of a volume's values, over at most a million of them in even steps.</summary>
internal static class Percentiles
{
    private const int LargestSample = 1_000_000;

    /// <summary>
    /// The two percentiles of the covered values above the smallest one: air and padding lie at the minimum, and where they fill
    /// half the volume they would otherwise decide.
    /// </summary>
    public static (float Low, float High) Of(Volume volume, double low, double high)
    {
        var values = volume.Voxels.Span;
        var coverage = volume.Coverage is { } mask ? mask.Span : default;
        var minimum = float.PositiveInfinity;
        for (var i = 0; i < values.Length; i++)
            if (values[i] < minimum && (coverage.IsEmpty || coverage[i] != 0)) minimum = values[i];

        // An odd step does not fall into step with even row lengths.
        var step = values.Length / LargestSample | 1;
        List<float> sample = new(values.Length / step + 1);
        for (var i = 0; i < values.Length; i += step)
            if (values[i] > minimum && float.IsFinite(values[i]) && (coverage.IsEmpty || coverage[i] != 0)) sample.Add(values[i]);
        if (sample.Count == 0) return (0, 0);
        sample.Sort();
        return (At(sample, low), At(sample, high));
    }

    private static float At(List<float> sorted, double percent)
    {
        var place = percent / 100 * (sorted.Count - 1);
        var index = (int)place;
        var next = Math.Min(index + 1, sorted.Count - 1);
        return (float)(sorted[index] + (place - index) * (sorted[next] - sorted[index]));
    }
}
