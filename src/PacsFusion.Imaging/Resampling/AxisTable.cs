namespace PacsFusion.Imaging;

/// <summary>For one axis of a separable map: the lower neighbour and the weight of the upper one, for each fixed index inside.</summary>
internal sealed class AxisTable
{
    public AxisTable(double start, double slope, int fixedLength, int movingLength)
    {
        int low = 0, high = fixedLength;
        IndexMap.Clip(start, slope, movingLength, ref low, ref high);
        (Low, High) = (low, high);
        Lower = new int[fixedLength];
        Weight = new float[fixedLength];
        for (var i = low; i < high; i++)
        {
            var at = Math.Clamp(start + slope * i, 0, movingLength - 1);
            // A whole index but for rounding keeps the source value bit for bit.
            var whole = Math.Round(at);
            if (Math.Abs(at - whole) < 1e-7) at = whole;
            Lower[i] = Math.Min((int)at, Math.Max(0, movingLength - 2));
            Weight[i] = (float)(at - Lower[i]);
        }
    }

    /// <summary>First fixed index inside the moving volume.</summary>
    public int Low { get; }

    /// <summary>One past the last fixed index inside.</summary>
    public int High { get; }

    public int[] Lower { get; }

    public float[] Weight { get; }

    public bool Contains(int i) => i >= Low && i < High;
}
