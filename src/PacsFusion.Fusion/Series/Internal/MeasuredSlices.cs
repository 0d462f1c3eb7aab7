using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Chooses the slices that a series is measured on.</summary>
internal static class MeasuredSlices
{
    private const float Visible = 8f / 255;
    private const double SmallestShare = 0.01;

    /// <summary>At most so many slices, evenly among those where a hundredth of the fixed image is visible.</summary>
    public static IEnumerable<int> Choose(Volume volume, ResolvedWindow window, int most)
    {
        if (most <= 0) return [];
        var threshold = window.Low + (window.High - window.Low) * Visible;
        List<int> filled = [];
        for (var k = 0; k < volume.Slices; k++)
        {
            var values = volume.Slice(k);
            var visible = 0;
            foreach (var value in values)
                if (value > threshold) visible++;
            if (visible > SmallestShare * values.Length) filled.Add(k);
        }
        var count = Math.Min(most, filled.Count);
        return Enumerable.Range(0, count).Select(i => filled[(int)((i + 0.5) * filled.Count / count)]).ToArray();
    }
}
