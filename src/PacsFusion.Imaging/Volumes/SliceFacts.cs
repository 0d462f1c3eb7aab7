namespace PacsFusion.Imaging;

/// <summary>Extremes and coverage of one slice; indices within the slice, -1 where nothing is covered.</summary>
internal record struct SliceFacts(int Covered, float Min, int MinIndex, float Max, int MaxIndex)
{
    public static SliceFacts Empty => new(0, float.PositiveInfinity, -1, float.NegativeInfinity, -1);
}

/// <summary>Fills a slice that is not there.</summary>
internal static class MissingSlice
{
    /// <summary>The mean of both neighbours, where both say something.</summary>
    /// <param name="volume">A volume with coverage; both neighbours of the slice are read already.</param>
    /// <param name="slice">Neither the first nor the last.</param>
    public static SliceFacts Fill(Volume volume, int slice)
    {
        ReadOnlySpan<float> before = volume.Slice(slice - 1), after = volume.Slice(slice + 1);
        ReadOnlySpan<byte> coveredBefore = volume.CoverageSlice(slice - 1), coveredAfter = volume.CoverageSlice(slice + 1);
        Span<float> values = volume.Slice(slice);
        Span<byte> coverage = volume.CoverageSlice(slice);
        var fill = Resampler.FillOf(volume.Unit);
        var facts = SliceFacts.Empty;
        for (var i = 0; i < values.Length; i++)
        {
            coverage[i] = (byte)(coveredBefore[i] & coveredAfter[i]);
            values[i] = coverage[i] != 0 ? 0.5f * (before[i] + after[i]) : fill;
            if (coverage[i] == 0) continue;
            facts.Covered++;
            if (values[i] > facts.Max) (facts.Max, facts.MaxIndex) = (values[i], i);
            if (values[i] < facts.Min) (facts.Min, facts.MinIndex) = (values[i], i);
        }
        return facts;
    }
}
