using System.Buffers;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Burt and Adelson's pyramid: at every scale the detail with more local energy, the brighter base.
/// The result is held to 0..1 and to 0 where both sources are 0, so that ringing never reaches the background.
/// </summary>
internal sealed class LaplacianPyramidModel(FusionModelInfo info) : IFusionModel
{
    private const int Levels = 4;

    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        var fused = Combine(
            new Grid(input.A.ToArray(), input.Columns, input.Rows), new Grid(input.B.ToArray(), input.Columns, input.Rows),
            0, cancellationToken);
        for (var i = 0; i < output.Fused.Length; i++)
        {
            float a = input.A[i], b = input.B[i];
            var value = a == 0 && b == 0 ? 0 : Math.Clamp(fused.Values[i], 0, 1);
            output.Fused[i] = value;
            if (!output.Weight.IsEmpty) output.Weight[i] = a == b ? 0.5f : Math.Clamp((value - b) / (a - b), 0, 1);
        }
    }

    public void Dispose()
    {
    }

    private static Grid Combine(Grid a, Grid b, int level, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (level == Levels || Math.Min(a.Columns, a.Rows) < 8)
        {
            for (var i = 0; i < a.Values.Length; i++) a.Values[i] = Math.Max(a.Values[i], b.Values[i]);
            return a;
        }
        var smallA = a.Reduce();
        var smallB = b.Reduce();
        a.Subtract(smallA.Expand(a.Columns, a.Rows));
        b.Subtract(smallB.Expand(b.Columns, b.Rows));
        var energyA = a.LocalEnergy();
        var energyB = b.LocalEnergy();
        var result = Combine(smallA, smallB, level + 1, cancellationToken).Expand(a.Columns, a.Rows);
        for (var i = 0; i < result.Values.Length; i++)
            result.Values[i] += energyA[i] >= energyB[i] ? a.Values[i] : b.Values[i];
        return result;
    }

    private sealed class Grid(float[] values, int columns, int rows)
    {
        private static readonly float[] Kernel = [1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f];

        public float[] Values => values;

        public int Columns => columns;

        public int Rows => rows;

        public Grid Reduce()
        {
            int halfColumns = (columns + 1) / 2, halfRows = (rows + 1) / 2;
            var across = new float[halfColumns * rows];
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < halfColumns; x++)
                {
                    var sum = 0f;
                    for (var j = -2; j <= 2; j++) sum += Kernel[j + 2] * values[y * columns + Inside(2 * x + j, columns)];
                    across[y * halfColumns + x] = sum;
                }
            var half = new float[halfColumns * halfRows];
            for (var y = 0; y < halfRows; y++)
                for (var j = -2; j <= 2; j++)
                {
                    var source = Inside(2 * y + j, rows) * halfColumns;
                    for (var x = 0; x < halfColumns; x++) half[y * halfColumns + x] += Kernel[j + 2] * across[source + x];
                }
            return new Grid(half, halfColumns, halfRows);
        }

        public Grid Expand(int wideColumns, int wideRows)
        {
            var across = new float[wideColumns * rows];
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < wideColumns; x++)
                    across[y * wideColumns + x] = Between(values.AsSpan(y * columns, columns), x);
            var wide = new float[wideColumns * wideRows];
            var line = ArrayPool<float>.Shared.Rent(rows);
            for (var x = 0; x < wideColumns; x++)
            {
                for (var y = 0; y < rows; y++) line[y] = across[y * wideColumns + x];
                for (var y = 0; y < wideRows; y++) wide[y * wideColumns + x] = Between(line.AsSpan(0, rows), y);
            }
            ArrayPool<float>.Shared.Return(line);
            return new Grid(wide, wideColumns, wideRows);
        }

        public void Subtract(Grid other)
        {
            for (var i = 0; i < values.Length; i++) values[i] -= other.Values[i];
        }

        public float[] LocalEnergy()
        {
            var energy = new float[values.Length];
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < columns; x++)
                {
                    var sum = 0f;
                    for (var v = Math.Max(y - 1, 0); v <= Math.Min(y + 1, rows - 1); v++)
                        for (var u = Math.Max(x - 1, 0); u <= Math.Min(x + 1, columns - 1); u++)
                            sum += Math.Abs(values[v * columns + u]);
                    energy[y * columns + x] = sum;
                }
            return energy;
        }

        // Interpolation with the same kernel: even places 1-6-1 over 8, odd places the mean of both neighbours.
        private static float Between(ReadOnlySpan<float> line, int x)
        {
            var i = x / 2;
            var next = line[Math.Min(i + 1, line.Length - 1)];
            return x % 2 == 1 ? (line[i] + next) / 2 : (line[Math.Max(i - 1, 0)] + 6 * line[i] + next) / 8;
        }

        private static int Inside(int i, int n)
        {
            if (i < 0) i = -i;
            if (i >= n) i = 2 * n - 2 - i;
            return Math.Clamp(i, 0, n - 1);
        }
    }
}
