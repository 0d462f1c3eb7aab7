namespace PacsFusion.Imaging;

/// <summary>
/// For one axis of a separable map: which moving voxels make each fixed one, with which weight. The weights are the interpolation's,
/// spread by the low-pass where the fixed grid is coarser. Beyond the borders the axis is mirrored.
/// </summary>
internal sealed class AxisTaps
{
    public AxisTaps(double start, double slope, int fixedLength, int movingLength, AxisRange known, Interpolation interpolation, double sigma)
    {
        int low = 0, high = fixedLength;
        known.Clip(start, slope, ref low, ref high);
        (Low, High) = (low, high);
        var blur = LowPass.Kernel(sigma);
        var basis = new double[interpolation switch { Interpolation.Nearest => 1, Interpolation.Trilinear => 2, _ => 4 }];
        var window = basis.Length + blur.Length - 1;
        Count = Math.Min(window, movingLength);
        First = new int[fixedLength];
        Stride = fixedLength;
        Weights = new float[Count * fixedLength];
        var folded = new double[Count];
        for (var i = low; i < high; i++)
        {
            var lowest = Basis(Place(start + slope * i, movingLength), basis) - blur.Length / 2;
            var first = Math.Clamp(lowest, 0, movingLength - Count);
            Array.Clear(folded);
            for (var t = 0; t < basis.Length; t++)
                for (var u = 0; u < blur.Length; u++)
                    folded[Mirror(lowest + t + u, movingLength) - first] += basis[t] * blur[u];
            First[i] = first;
            for (var t = 0; t < Count; t++) Weights[t * fixedLength + i] = (float)folded[t];
        }
    }

    /// <summary>First fixed index inside the moving volume.</summary>
    public int Low { get; }

    /// <summary>One past the last fixed index inside.</summary>
    public int High { get; }

    /// <summary>Moving voxels that each fixed one is made of.</summary>
    public int Count { get; }

    /// <summary>The lowest of them, for each fixed index.</summary>
    public int[] First { get; }

    /// <summary>Distance in <see cref="Weights"/> from one tap to the next of the same fixed index.</summary>
    public int Stride { get; }

    /// <summary>The weight of tap t of fixed index i stands at t * <see cref="Stride"/> + i.</summary>
    public float[] Weights { get; }

    public bool Contains(int i) => i >= Low && i < High;

    /// <summary>A moving index limited to the outer centres. A whole index but for rounding is made whole: it keeps the source value bit for bit.</summary>
    public static double Place(double at, int length)
    {
        at = Math.Clamp(at, 0, length - 1);
        var whole = Math.Round(at);
        return Math.Abs(at - whole) < 1e-7 ? whole : at;
    }

    private static int Basis(double at, double[] weights)
    {
        if (weights.Length == 1)
        {
            weights[0] = 1;
            return (int)Math.Floor(at + 0.5);
        }
        var below = (int)at;
        var f = at - below;
        if (weights.Length == 2)
        {
            (weights[0], weights[1]) = (1 - f, f);
            return below;
        }
        double g = 1 - f, f2 = f * f, f3 = f2 * f;
        weights[0] = g * g * g / 6;
        weights[1] = (3 * f3 - 6 * f2 + 4) / 6;
        weights[2] = (-3 * f3 + 3 * f2 + 3 * f + 1) / 6;
        weights[3] = f3 / 6;
        return below - 1;
    }

    /// <summary>The voxel of an axis that an index beyond its borders stands for.</summary>
    public static int Mirror(int index, int length)
    {
        if (length == 1) return 0;
        var period = 2 * (length - 1);
        index = Math.Abs(index) % period;
        return index < length ? index : period - index;
    }
}
