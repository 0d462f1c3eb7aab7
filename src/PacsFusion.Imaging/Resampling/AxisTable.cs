namespace PacsFusion.Imaging;

/// <summary>For one axis of a separable trilinear map: the lower neighbour and the weight of the upper one, for each fixed index inside.</summary>
internal sealed class AxisTable
{
    public AxisTable(double start, double slope, int fixedLength, int movingLength)
    {
        int low = 0, high = fixedLength;
        AxisRange.Of(movingLength).Clip(start, slope, ref low, ref high);
        (Low, High) = (low, high);
        Lower = new int[fixedLength];
        Weight = new float[fixedLength];
        for (var i = low; i < high; i++)
        {
            var at = AxisTaps.Place(start + slope * i, movingLength);
            Lower[i] = (int)at;
            Weight[i] = (float)(at - Lower[i]);
        }
    }

    /// <summary>First fixed index inside the moving volume.</summary>
    public int Low { get; }

    /// <summary>One past the last fixed index inside.</summary>
    public int High { get; }

    /// <summary>May be the last voxel; its weight for the upper one is then 0.</summary>
    public int[] Lower { get; }

    public float[] Weight { get; }

    public bool Contains(int i) => i >= Low && i < High;
}
