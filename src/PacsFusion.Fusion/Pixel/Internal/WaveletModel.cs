namespace PacsFusion.Fusion.Internal;

/// <summary>Daubechies' second wavelet over four levels: of every detail the larger coefficient, of the rest the mean.</summary>
internal sealed class WaveletModel(FusionModelInfo info) : IFusionModel
{
    private const int Levels = 4;

    private static readonly double[] Low = Scaling();
    private static readonly double[] High = [-Low[3], Low[2], -Low[1], Low[0]];

    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        var fused = Combine(
            Field.From(input.A, input.Columns, input.Rows), Field.From(input.B, input.Columns, input.Rows), 0, cancellationToken);
        Derived.Write(fused.Values, input, output);
    }

    public void Dispose()
    {
    }

    private static Field Combine(Field a, Field b, int level, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (level == Levels || Math.Min(a.Columns, a.Rows) < Low.Length)
            return Field.Of(a.Columns, a.Rows, i => (a.Values[i] + b.Values[i]) / 2);
        var (lowA, highA) = Split(a);
        var (lowB, highB) = Split(b);
        var (smallA, acrossA) = Split(lowA);
        var (smallB, acrossB) = Split(lowB);
        var (alongA, bothA) = Split(highA);
        var (alongB, bothB) = Split(highB);
        var small = Combine(smallA, smallB, level + 1, cancellationToken);
        // Each split turns the image: rows become columns. Two of them, and it lies as before.
        var low = Join(small, Larger(acrossA, acrossB), a.Rows);
        var high = Join(Larger(alongA, alongB), Larger(bothA, bothB), a.Rows);
        return Join(low, high, a.Columns);
    }

    private static Field Larger(Field a, Field b) =>
        Field.Of(a.Columns, a.Rows, i => Math.Abs(a.Values[i]) >= Math.Abs(b.Values[i]) ? a.Values[i] : b.Values[i]);

    // Filters along each row, keeps every second value and writes the rows as columns.
    private static (Field Low, Field High) Split(Field z)
    {
        int half = (z.Columns + Low.Length - 1) / 2, rows = z.Rows;
        Field low = new(new double[half * rows], rows, half), high = new(new double[half * rows], rows, half);
        for (var y = 0; y < rows; y++)
            for (var k = 0; k < half; k++)
            {
                double l = 0, h = 0;
                for (var j = 0; j < Low.Length; j++)
                {
                    var value = z.At(2 * k + 1 - j, y);
                    l += Low[^(j + 1)] * value;
                    h += High[^(j + 1)] * value;
                }
                low.Values[k * rows + y] = l;
                high.Values[k * rows + y] = h;
            }
        return (low, high);
    }

    // The inverse of Split; an odd length was one longer in between.
    private static Field Join(Field low, Field high, int columns)
    {
        var rows = low.Columns;
        return Field.Of(columns, rows, i =>
        {
            int x = i % columns, y = i / columns, first = x % 2, k = x / 2;
            double Term(int tap, int place) => Low[tap] * low.Values[place * rows + y] + High[tap] * high.Values[place * rows + y];
            return Term(first, k + 1) + Term(first + 2, k);
        });
    }

    private static double[] Scaling()
    {
        double root = Math.Sqrt(3), norm = 4 * Math.Sqrt(2);
        return [(1 + root) / norm, (3 + root) / norm, (3 - root) / norm, (1 - root) / norm];
    }
}
