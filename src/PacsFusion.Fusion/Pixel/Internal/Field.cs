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
    public Field Box(int radius) => Along(line => Running(line, radius));

    /// <summary>Gaussian of the given deviation, cut off at four of them.</summary>
    public Field Gaussian(double sigma)
    {
        var radius = (int)(4 * sigma + 0.5);
        var kernel = new double[2 * radius + 1];
        for (var i = 0; i < kernel.Length; i++) kernel[i] = Math.Exp(-0.5 * (i - radius) * (i - radius) / (sigma * sigma));
        TensorPrimitives.Divide(kernel, TensorPrimitives.Sum<double>(kernel), kernel);
        return Along(line => Correlate(line, kernel));
    }

    /// <summary>The pixel at a place that may lie outside.</summary>
    public double At(int x, int y) => values[Mirror(y, rows) * columns + Mirror(x, columns)];

    /// <summary>Where a place outside 0..<paramref name="n"/>-1 comes to lie inside, however far out it is.</summary>
    public static int Mirror(int i, int n)
    {
        var place = ((i % (2 * n)) + 2 * n) % (2 * n);
        return place < n ? place : 2 * n - 1 - place;
    }

    // Rows first, then columns; each filter gets a line and gives one of the same length.
    private Field Along(Func<double[], double[]> filter)
    {
        var result = new double[values.Length];
        for (var y = 0; y < rows; y++) filter(values[(y * columns)..((y + 1) * columns)]).CopyTo(result.AsSpan(y * columns));
        var line = new double[rows];
        for (var x = 0; x < columns; x++)
        {
            for (var y = 0; y < rows; y++) line[y] = result[y * columns + x];
            var smooth = filter(line);
            for (var y = 0; y < rows; y++) result[y * columns + x] = smooth[y];
        }
        return new Field(result, columns, rows);
    }

    // A running sum costs the same for every radius.
    private static double[] Running(double[] line, int radius)
    {
        var result = new double[line.Length];
        var sum = 0.0;
        for (var i = -radius; i <= radius; i++) sum += line[Mirror(i, line.Length)];
        for (var i = 0; i < line.Length; i++)
        {
            result[i] = sum / (2 * radius + 1);
            sum += line[Mirror(i + radius + 1, line.Length)] - line[Mirror(i - radius, line.Length)];
        }
        return result;
    }

    private static double[] Correlate(double[] line, double[] kernel)
    {
        var radius = kernel.Length / 2;
        var wide = new double[line.Length + 2 * radius];
        for (var i = 0; i < wide.Length; i++) wide[i] = line[Mirror(i - radius, line.Length)];
        var result = new double[line.Length];
        for (var j = 0; j < kernel.Length; j++)
            TensorPrimitives.MultiplyAdd(wide.AsSpan(j, line.Length), kernel[j], result, result);
        return result;
    }
}
