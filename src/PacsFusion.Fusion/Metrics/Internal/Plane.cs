using System.Buffers;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace PacsFusion.Fusion.Internal;

/// <summary>A row-major image of doubles in a rented array, with the separable filters that the metrics share.</summary>
internal sealed class Plane : IDisposable
{
    private double[]? _rented;

    public Plane(int columns, int rows)
    {
        Columns = columns;
        Rows = rows;
        _rented = ArrayPool<double>.Shared.Rent(columns * rows);
    }

    public int Columns { get; }

    public int Rows { get; }

    public Span<double> Values => _rented.AsSpan(0, Columns * Rows);

    public Span<double> Row(int y) => _rented.AsSpan(y * Columns, Columns);

    public static Plane From(ReadOnlySpan<byte> pixels, int columns, int rows)
    {
        var plane = new Plane(columns, rows);
        var values = plane.Values;
        for (var i = 0; i < pixels.Length; i++) values[i] = pixels[i];
        return plane;
    }

    public static Plane Product(Plane x, Plane y)
    {
        var product = new Plane(x.Columns, x.Rows);
        TensorPrimitives.Multiply(x.Values, y.Values, product.Values);
        return product;
    }

    /// <summary>Correlation with kernel x kernel, only where it lies wholly inside: (n - 1) smaller in both directions.</summary>
    public Plane FilterValid(ReadOnlySpan<double> kernel)
    {
        var n = kernel.Length;
        var result = new Plane(Columns - n + 1, Rows - n + 1);
        var line = ArrayPool<double>.Shared.Rent(Columns);
        var sums = line.AsSpan(0, Columns);
        for (var y = 0; y < result.Rows; y++)
        {
            Weigh(_rented.AsSpan(y * Columns), Columns, kernel, sums);
            Weigh(sums, 1, kernel, result.Row(y));
        }
        ArrayPool<double>.Shared.Return(line);
        return result;
    }

    // target[x] = sum of kernel[j] source[x + j step]. The sums stay in registers: stores would cost more than the products.
    private static void Weigh(ReadOnlySpan<double> source, int step, ReadOnlySpan<double> kernel, Span<double> target)
    {
        const int lanes = 4;
        var x = 0;
        if (Vector256.IsHardwareAccelerated)
            for (; x + 2 * lanes <= target.Length; x += 2 * lanes)
            {
                Vector256<double> left = Vector256<double>.Zero, right = left;
                for (var j = 0; j < kernel.Length; j++)
                {
                    var weight = Vector256.Create(kernel[j]);
                    var taps = source.Slice(x + j * step, 2 * lanes);
                    left += Vector256.Create(taps) * weight;
                    right += Vector256.Create(taps[lanes..]) * weight;
                }
                left.CopyTo(target[x..]);
                right.CopyTo(target[(x + lanes)..]);
            }
        for (; x < target.Length; x++)
        {
            var sum = 0.0;
            for (var j = 0; j < kernel.Length; j++) sum += source[x + j * step] * kernel[j];
            target[x] = sum;
        }
    }

    /// <summary>Every second column and row, from the first.</summary>
    public Plane Halve()
    {
        var half = new Plane((Columns + 1) / 2, (Rows + 1) / 2);
        for (var y = 0; y < half.Rows; y++)
        {
            var source = Row(2 * y);
            var target = half.Row(y);
            for (var x = 0; x < target.Length; x++) target[x] = source[2 * x];
        }
        return half;
    }

    /// <summary>A copy with <paramref name="margin"/> pixels mirrored about the outer pixel edges (d c b a | a b c d).</summary>
    public Plane Reflect(int margin)
    {
        var wide = new Plane(Columns + 2 * margin, Rows + 2 * margin);
        for (var y = 0; y < wide.Rows; y++)
        {
            var source = Row(Mirror(y - margin, Rows));
            var target = wide.Row(y);
            source.CopyTo(target[margin..]);
            for (var x = 0; x < margin; x++)
            {
                target[margin - 1 - x] = source[Mirror(-1 - x, Columns)];
                target[margin + Columns + x] = source[Mirror(Columns + x, Columns)];
            }
        }
        return wide;
    }

    public void Dispose()
    {
        if (_rented is null) return;
        ArrayPool<double>.Shared.Return(_rented);
        _rented = null;
    }

    private static int Mirror(int i, int n)
    {
        // A window wider than the image sees it mirrored more than once.
        var place = ((i % (2 * n)) + 2 * n) % (2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }
}
