namespace PacsFusion.Imaging;

/// <summary>
/// A joint histogram with a cubic B-spline window on the moving side, its entropies, and the derivative of the mutual information by the
/// place of one sample within its moving bin.
/// </summary>
internal sealed class JointBins
{
    /// <summary>Bins that the window reaches beyond the moving values, both ends together.</summary>
    public const int Margin = 4;

    private readonly int _bins, _stride;
    private readonly double[] _joint, _fixed, _moving;

    public JointBins(int bins)
    {
        _bins = bins;
        _stride = bins + Margin;
        _joint = new double[bins * _stride];
        _fixed = new double[bins];
        _moving = new double[_stride];
        Derivative = new float[bins * _stride * 4];
    }

    /// <summary>Numbers in a histogram of slots: (fixed bin, moving bin) times four moments.</summary>
    public int SlotLength => _bins * _stride * 4;

    /// <summary>For each slot three coefficients c0 + c1 w + c2 w^2 of d(MI)/d(moving bin) of one sample, and a spare.</summary>
    public float[] Derivative { get; }

    public double MutualInformation { get; private set; }

    public double NormalizedMutualInformation { get; private set; }

    /// <summary>Forms the histogram from summed moments of <paramref name="count"/> samples and computes the entropies.</summary>
    public void Fill(ReadOnlySpan<double> moments, int count)
    {
        Array.Clear(_joint);
        Array.Clear(_fixed);
        Array.Clear(_moving);
        var inverse = 1.0 / (6.0 * count);
        for (var f = 0; f < _bins; f++)
            for (var b = 2; b < _stride - 2; b++)
            {
                var m = moments.Slice((f * _stride + b) * 4, 4);
                if (m[0] == 0) continue;
                var h = _joint.AsSpan(f * _stride + b - 1, 4);
                // The four pieces of the cubic B-spline as polynomials in w.
                h[0] += (m[0] - 3 * m[1] + 3 * m[2] - m[3]) * inverse;
                h[1] += (4 * m[0] - 6 * m[2] + 3 * m[3]) * inverse;
                h[2] += (m[0] + 3 * m[1] + 3 * m[2] - 3 * m[3]) * inverse;
                h[3] += m[3] * inverse;
            }
        for (var f = 0; f < _bins; f++)
            for (var b = 0; b < _stride; b++)
            {
                var h = _joint[f * _stride + b];
                _fixed[f] += h;
                _moving[b] += h;
            }
        double both = Entropy(_joint), sides = Entropy(_fixed) + Entropy(_moving);
        MutualInformation = sides - both;
        NormalizedMutualInformation = both > 0 ? sides / both : 1;
    }

    /// <summary>Forms <see cref="Derivative"/> from the histogram.</summary>
    public void Differentiate()
    {
        var logs = new double[_stride];
        for (var f = 0; f < _bins; f++)
        {
            for (var b = 0; b < _stride; b++)
            {
                var h = _joint[f * _stride + b];
                logs[b] = h > Tiny ? Math.Log(h / _moving[b]) : 0;
            }
            for (var b = 2; b < _stride - 2; b++)
            {
                double l0 = logs[b - 1], l1 = logs[b], l2 = logs[b + 1], l3 = logs[b + 2];
                var at = (f * _stride + b) * 4;
                Derivative[at] = (float)(0.5 * (l2 - l0));
                Derivative[at + 1] = (float)(l0 - 2 * l1 + l2);
                Derivative[at + 2] = (float)(0.5 * (l3 - l0) + 1.5 * (l1 - l2));
            }
        }
    }

    private const double Tiny = 1e-12;

    private static double Entropy(ReadOnlySpan<double> shares)
    {
        var sum = 0.0;
        foreach (var p in shares)
            if (p > Tiny) sum -= p * Math.Log(p);
        return sum;
    }
}
