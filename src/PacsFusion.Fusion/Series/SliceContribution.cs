using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>What each source gave to one slice, counted in whole numbers: sums over slices do not depend on their order.</summary>
public sealed record SliceContribution
{
    /// <summary>Grey level, of 255, from which the brighter source counts as having signal: a tenth of its window.</summary>
    public const int Signal = 26;

    /// <summary>Grey levels outside the sources' range from which a pixel counts as far outside.</summary>
    public const int Far = 8;

    internal ShareSum Body { get; init; }

    internal ShareSum Hottest { get; init; }

    internal ShareSum FixedOfSignal { get; init; }

    internal ShareSum MovingOfSignal { get; init; }

    internal long Present { get; init; }

    internal long OutsideLevels { get; init; }

    internal long FarOutside { get; init; }

    internal int Background { get; init; }

    /// <summary>
    /// Fills the slice's map of shares and counts. A share is w a / (w a + (1 - w) b); where both sources are 0 there is none.
    /// Shares are counted where the moving series covers; the guards everywhere.
    /// </summary>
    internal static SliceContribution Count(FusedSlice slice, ContributionRegions regions)
    {
        ReadOnlySpan<byte> fixedImage = slice.FixedBuffer, movingImage = slice.MovingBuffer, fused = slice.LuminanceBuffer, weight = slice.WeightBuffer;
        ReadOnlySpan<byte> inside = regions.Body(slice.Index), covered = regions.Covered(slice.Index);
        var uptake = regions.Uptake(slice.Index);
        var share = slice.ShareBuffer;
        ShareSum body = default, hottest = default, fixedOfSignal = default, movingOfSignal = default;
        long present = 0, outside = 0, far = 0;
        var background = 0;
        for (var i = 0; i < share.Length; i++)
        {
            int a = fixedImage[i], b = movingImage[i], f = fused[i];
            if ((a | b) == 0)
            {
                share[i] = 0;
                background = Math.Max(background, f);
                continue;
            }
            var s = Share(a, b, weight[i]);
            share[i] = (byte)s;
            present++;
            var beyond = Math.Max(Math.Min(a, b) - f, f - Math.Max(a, b));
            if (beyond > 0)
            {
                outside += beyond;
                if (beyond > Far) far++;
            }
            if (!covered.IsEmpty && covered[i] == 0) continue;
            if (inside[i] != 0)
            {
                body = body.Add(s);
                if (!uptake.IsEmpty && uptake[i] >= regions.HottestFrom) hottest = hottest.Add(s);
            }
            // Only where a source outshines the other is its absence a loss of something: elsewhere the other rightly covers it.
            if (a >= Signal && a > b) fixedOfSignal = fixedOfSignal.Add(s);
            else if (b >= Signal && b > a) movingOfSignal = movingOfSignal.Add(255 - s);
        }
        return new SliceContribution
        {
            Body = body,
            Hottest = hottest,
            FixedOfSignal = fixedOfSignal,
            MovingOfSignal = movingOfSignal,
            Present = present,
            OutsideLevels = outside,
            FarOutside = far,
            Background = background,
        };
    }

    // Where the only source has no weight nothing is seen, and the weight alone says whose pixel it is.
    private static int Share(int a, int b, int weight)
    {
        int fromA = weight * a, both = fromA + (255 - weight) * b;
        return both == 0 ? weight : (int)(((uint)(255 * fromA) + (uint)(both / 2)) / (uint)both);
    }
}

/// <summary>Shares in 255ths and how many they are.</summary>
internal readonly record struct ShareSum(long Sum, long Count)
{
    /// <summary>Fewer say nothing.</summary>
    private const int Least = 50;

    /// <summary>0 to 1; null where hardly a pixel was counted.</summary>
    public double? Mean => Count < Least ? null : Sum / (255.0 * Count);

    public static ShareSum operator +(ShareSum a, ShareSum b) => new(a.Sum + b.Sum, a.Count + b.Count);

    public ShareSum Add(int share) => new(Sum + share, Count + 1);
}
