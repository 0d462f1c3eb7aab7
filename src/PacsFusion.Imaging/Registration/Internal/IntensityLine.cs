using System.Runtime.Intrinsics;

namespace PacsFusion.Imaging;

/// <summary>Adds image lines up voxel by voxel, leaving out what is not known.</summary>
internal static class IntensityLine
{
    /// <summary>Adds covered finite values to <paramref name="sums"/> and one for each to <paramref name="counts"/>.</summary>
    /// <param name="values">A line of voxels.</param>
    /// <param name="covered">Its coverage; empty where all is covered.</param>
    /// <param name="sums">As long as the line.</param>
    /// <param name="counts">As long as the line.</param>
    public static void Add(ReadOnlySpan<float> values, ReadOnlySpan<byte> covered, Span<float> sums, Span<float> counts)
    {
        var i = 0;
        if (covered.IsEmpty && Vector256.IsHardwareAccelerated)
        {
            var one = Vector256<float>.One;
            for (; i + 8 <= values.Length; i += 8)
            {
                var value = Vector256.Create(values.Slice(i, 8));
                // Infinities and NaN differ from themselves after this.
                var known = Vector256.Equals(value - value, Vector256<float>.Zero);
                (Vector256.Create<float>(sums.Slice(i, 8)) + (value & known)).CopyTo(sums.Slice(i, 8));
                (Vector256.Create<float>(counts.Slice(i, 8)) + (one & known)).CopyTo(counts.Slice(i, 8));
            }
        }
        for (; i < values.Length; i++)
        {
            if (!float.IsFinite(values[i]) || (!covered.IsEmpty && covered[i] == 0)) continue;
            sums[i] += values[i];
            counts[i]++;
        }
    }

    /// <summary>Whether every value is a finite number.</summary>
    public static bool AllFinite(ReadOnlySpan<float> values)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; i + 8 <= values.Length; i += 8)
            {
                var value = Vector256.Create(values.Slice(i, 8));
                if (!Vector256.EqualsAll(value - value, Vector256<float>.Zero)) return false;
            }
        for (; i < values.Length; i++)
            if (!float.IsFinite(values[i])) return false;
        return true;
    }
}
