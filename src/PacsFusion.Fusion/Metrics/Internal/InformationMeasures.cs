using System.Buffers;

namespace PacsFusion.Fusion.Internal;

/// <summary>Entropy and mutual information of the grey-level histograms, and the NCIE built from them.</summary>
internal readonly record struct InformationMeasures(double Entropy, double MutualInformation, double Ncie)
{
    private const int Levels = 256;

    public static InformationMeasures Measure(ReadOnlySpan<byte> fused, ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        var fa = Mutual(fused, a);
        var fb = Mutual(fused, b);
        var ab = Mutual(a, b);
        return new InformationMeasures(EntropyOf(fused), fa + fb, NcieOf(ab, fa, fb));
    }

    private static double EntropyOf(ReadOnlySpan<byte> image)
    {
        Span<int> histogram = stackalloc int[Levels];
        histogram.Clear();
        foreach (var level in image) histogram[level]++;
        var sum = 0.0;
        foreach (var n in histogram)
        {
            if (n == 0) continue;
            var p = (double)n / image.Length;
            sum -= p * Math.Log2(p);
        }
        return sum;
    }

    private static double Mutual(ReadOnlySpan<byte> x, ReadOnlySpan<byte> y)
    {
        var joint = ArrayPool<int>.Shared.Rent(Levels * Levels);
        Array.Clear(joint, 0, Levels * Levels);
        Span<int> px = stackalloc int[Levels], py = stackalloc int[Levels];
        px.Clear();
        py.Clear();
        for (var i = 0; i < x.Length; i++)
        {
            joint[x[i] * Levels + y[i]]++;
            px[x[i]]++;
            py[y[i]]++;
        }
        double sum = 0, total = x.Length;
        for (var level = 0; level < Levels; level++)
        {
            if (px[level] == 0) continue;
            var row = joint.AsSpan(level * Levels, Levels);
            for (var other = 0; other < Levels; other++)
                if (row[other] != 0) sum += row[other] / total * Math.Log(row[other] * total / ((double)px[level] * py[other]));
        }
        ArrayPool<int>.Shared.Return(joint);
        return sum;
    }

    private static double NcieOf(double ab, double fa, double fb)
    {
        var scale = Math.Log(Levels);
        ab /= scale;
        fa /= scale;
        fb /= scale;
        // Eigenvalues of [[1, ab, fa], [ab, 1, fb], [fa, fb, 1]]: 1 + roots of t³ - 3 p t - 2 q, by the cosine rule.
        var p = (ab * ab + fa * fa + fb * fb) / 3;
        var root = Math.Sqrt(p);
        var angle = root < 1e-12 ? 0 : Math.Acos(Math.Clamp(ab * fa * fb / (p * root), -1, 1)) / 3;
        var sum = 0.0;
        for (var k = 0; k < 3; k++)
        {
            var share = Math.Max(1 + 2 * root * Math.Cos(angle + 2 * Math.PI * k / 3), 1e-12) / 3;
            sum += share * Math.Log(share);
        }
        return 1 + sum / scale;
    }
}
