namespace PacsFusion.Imaging;

/// <summary>A range of voxel values, used to put a volume into histogram bins.</summary>
/// <param name="Low">Lower end, in the volume's unit.</param>
/// <param name="High">Upper end, in the volume's unit; greater than <paramref name="Low"/>.</param>
public readonly record struct ValueRange(double Low, double High)
{
    private const int SampleLimit = 1 << 20;

    /// <summary>
    /// The range worth comparing: CT -1024 to 1000 HU; SUV 0 to percentile 99.7 (a few hot voxels would take most of the bins);
    /// anything else percentile 0.5 to 99.7. Taken over the covered voxels.
    /// </summary>
    public static ValueRange Of(Volume volume)
    {
        ArgumentNullException.ThrowIfNull(volume);
        if (volume.Unit == VoxelUnit.HounsfieldUnits) return new(-1024, 1000);
        var sample = Sample(volume);
        if (sample.Length == 0) return new(0, 1);
        Array.Sort(sample);
        var low = volume.Unit.IsSuv() ? 0 : Percentile(sample, 0.5);
        var high = Percentile(sample, 99.7);
        return high > low ? new(low, high) : new(low, low + 1);
    }

    /// <summary>The value that parts the histogram of the covered voxels best in two classes (Otsu 1979), over 256 bins.</summary>
    internal static double OtsuThreshold(Volume volume) => OtsuThreshold(Sample(volume));

    /// <summary>The same over given values, none of which is NaN.</summary>
    internal static double OtsuThreshold(ReadOnlySpan<float> sample)
    {
        const int bins = 256;
        if (sample.Length == 0) return 0;
        double low = sample[0], high = sample[0];
        foreach (var value in sample)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }
        if (high <= low) return low;
        var histogram = new long[bins];
        foreach (var value in sample)
            histogram[Math.Min(bins - 1, (int)((value - low) / (high - low) * bins))]++;
        double total = sample.Length, weightedTotal = 0;
        for (var bin = 0; bin < bins; bin++) weightedTotal += (bin + 0.5) * histogram[bin];
        double below = 0, weightedBelow = 0, best = -1;
        int first = 0, last = 0;
        for (var bin = 0; bin < bins - 1; bin++)
        {
            below += histogram[bin];
            weightedBelow += (bin + 0.5) * histogram[bin];
            if (below == 0 || below == total) continue;
            var difference = weightedTotal * below / total - weightedBelow;
            var between = difference * difference / (below * (total - below));
            // Empty bins between two classes all part them equally well: take the middle of these.
            if (between > best * (1 + 1e-12)) (best, first, last) = (between, bin, bin);
            else if (between >= best * (1 - 1e-12)) last = bin;
        }
        return low + ((first + last) / 2.0 + 0.5) * (high - low) / bins;
    }

    // Every n-th voxel; n is odd and thus coprime to the usual powers of two of a row, so that columns are hit evenly.
    private static float[] Sample(Volume volume)
    {
        ReadOnlySpan<float> voxels = volume.Voxels.Span;
        ReadOnlySpan<byte> coverage = volume.Coverage is { } mask ? mask.Span : [];
        var stride = Math.Max(1, voxels.Length / SampleLimit);
        if (stride > 1) stride |= 1;
        var sample = new float[(voxels.Length + stride - 1) / stride];
        var count = 0;
        for (var i = 0; i < voxels.Length; i += stride)
            if (coverage.IsEmpty || coverage[i] != 0) sample[count++] = voxels[i];
        Array.Resize(ref sample, count);
        return sample;
    }

    private static double Percentile(float[] sorted, double percent)
    {
        var at = percent / 100 * (sorted.Length - 1);
        var low = (int)at;
        var next = Math.Min(low + 1, sorted.Length - 1);
        return sorted[low] + (at - low) * (sorted[next] - sorted[low]);
    }
}
