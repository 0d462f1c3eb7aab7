using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>A row-major image of doubles with the smoothing that the classical models share; borders are mirrored about the pixel edge.</summary>
internal sealed class Field(double[] values, int columns, int rows)
{
    public double[] Values => values;

    public int Columns => columns;

    public int Rows => rows;

    public static Field From(ReadOnlySpan<float> pixels, int columns, int rows)
    {
        var field = new Field(new double[pixels.Length], columns, rows);
        TensorPrimitives.ConvertTruncating(pixels, field.Values);
        return field;
    }

    public static Field Of(int columns, int rows, Func<int, double> value)
    {
        var field = new Field(new double[columns * rows], columns, rows);
        for (var i = 0; i < field.Values.Length; i++) field.Values[i] = value(i);
        return field;
    }

    /// <summary>Mean over a square of 2 <paramref name="radius"/> + 1 pixels.</summary>
    public Field Box(int radius)
    {
        var result = new Field(new double[values.Length], columns, rows);
        var count = 2.0 * radius + 1;
        // Running sums cost the same for every radius: along each row first, then of whole rows.
        for (var y = 0; y < rows; y++)
        {
            ReadOnlySpan<double> line = Row(values, y);
            var target = Row(result.Values, y);
            var sum = 0.0;
            for (var i = -radius; i <= radius; i++) sum += line[Mirror(i, columns)];
            for (var x = 0; x < columns; x++)
            {
                target[x] = sum / count;
                sum += line[Mirror(x + radius + 1, columns)] - line[Mirror(x - radius, columns)];
            }
        }
        var across = result.Values.AsSpan().ToArray();
        var sums = new double[columns];
        for (var i = -radius; i <= radius; i++) TensorPrimitives.Add(sums, Row(across, Mirror(i, rows)), sums);
        for (var y = 0; y < rows; y++)
        {
            TensorPrimitives.Divide(sums, count, Row(result.Values, y));
            TensorPrimitives.Add(sums, Row(across, Mirror(y + radius + 1, rows)), sums);
            TensorPrimitives.Subtract(sums, Row(across, Mirror(y - radius, rows)), sums);
        }
        return result;
    }

    /// <summary>Gaussian of the given deviation, cut off at four of them.</summary>
    public Field Gaussian(double sigma)
    {
        var radius = (int)(4 * sigma + 0.5);
        var kernel = new double[2 * radius + 1];
        for (var i = 0; i < kernel.Length; i++) kernel[i] = Math.Exp(-0.5 * (i - radius) * (i - radius) / (sigma * sigma));
        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<double>(kernel), kernel);

        var down = new double[values.Length];
        for (var y = 0; y < rows; y++)
            for (var j = 0; j < kernel.Length; j++)
                TensorPrimitives.MultiplyAdd(Row(values, Mirror(y + j - radius, rows)), kernel[j], Row(down, y), Row(down, y));
        var result = new Field(new double[values.Length], columns, rows);
        var wide = new double[columns + 2 * radius];
        for (var y = 0; y < rows; y++)
        {
            ReadOnlySpan<double> line = Row(down, y);
            for (var i = 0; i < wide.Length; i++) wide[i] = line[Mirror(i - radius, columns)];
            var target = Row(result.Values, y);
            for (var j = 0; j < kernel.Length; j++) TensorPrimitives.MultiplyAdd(wide.AsSpan(j, columns), kernel[j], target, target);
        }
        return result;
    }

    /// <summary>The pixel at a place that may lie outside.</summary>
    public double At(int x, int y) => values[Mirror(y, rows) * columns + Mirror(x, columns)];

    // Where a place outside comes to lie inside, however far out it is.
    private static int Mirror(int i, int n)
    {
        if ((uint)i < (uint)n) return i;
        var place = ((i % (2 * n)) + 2 * n) % (2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }

    private Span<double> Row(double[] of, int y) => of.AsSpan(y * columns, columns);
}
