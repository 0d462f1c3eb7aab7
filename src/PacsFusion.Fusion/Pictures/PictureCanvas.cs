namespace PacsFusion.Fusion;

/// <summary>A colour of 8 bits a channel.</summary>
public readonly record struct PictureColour(byte Red, byte Green, byte Blue)
{
    /// <summary>255, 255, 255.</summary>
    public static PictureColour White => new(255, 255, 255);

    /// <summary>0, 0, 0.</summary>
    public static PictureColour Black => new(0, 0, 0);

    /// <summary>A dim grey for lesser text.</summary>
    public static PictureColour Grey => new(170, 170, 170);

    /// <summary>Orange that the common kinds of colour blindness tell from grey and blue (Okabe and Ito 2008).</summary>
    public static PictureColour Warning => new(230, 159, 0);
}

/// <summary>An RGB picture to draw on, black at first; what lies outside is cut off. Not for use from several threads at once.</summary>
public sealed class PictureCanvas
{
    private readonly byte[] _pixels;
    private readonly PictureFont _font;

    /// <summary>An empty canvas.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1 or more than 16384.</exception>
    public PictureCanvas(int columns, int rows, PictureFont font)
    {
        ArgumentNullException.ThrowIfNull(font);
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, 16384);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, 16384);
        Columns = columns;
        Rows = rows;
        _pixels = new byte[3 * columns * rows];
        _font = font;
    }

    /// <summary>Pixels across.</summary>
    public int Columns { get; }

    /// <summary>Pixels down.</summary>
    public int Rows { get; }

    /// <summary>Sets one pixel.</summary>
    public void Set(int column, int row, PictureColour colour)
    {
        if ((uint)column >= (uint)Columns || (uint)row >= (uint)Rows) return;
        var at = 3 * (row * Columns + column);
        _pixels[at] = colour.Red;
        _pixels[at + 1] = colour.Green;
        _pixels[at + 2] = colour.Blue;
    }

    /// <summary>Fills a rectangle.</summary>
    public void Fill(int column, int row, int columns, int rows, PictureColour colour)
    {
        for (var y = Math.Max(0, row); y < Math.Min(Rows, row + rows); y++)
            for (var x = Math.Max(0, column); x < Math.Min(Columns, column + columns); x++) Set(x, y, colour);
    }

    /// <summary>Draws a picture into a box, as large as fits with its proportions kept, in the middle of the box; bilinear.</summary>
    public void Fit(PngImage image, int column, int row, int columns, int rows)
    {
        ArgumentNullException.ThrowIfNull(image);
        var scale = Math.Min((double)columns / image.Columns, (double)rows / image.Rows);
        int wide = Math.Max(1, (int)(image.Columns * scale)), high = Math.Max(1, (int)(image.Rows * scale));
        int left = column + (columns - wide) / 2, top = row + (rows - high) / 2;
        var source = image.Pixels.Span;
        for (var y = 0; y < high; y++)
        {
            var (y0, y1, fy) = Place(y, high, image.Rows);
            for (var x = 0; x < wide; x++)
            {
                var (x0, x1, fx) = Place(x, wide, image.Columns);
                byte Channel(ReadOnlySpan<byte> pixels, int c)
                {
                    double At(ReadOnlySpan<byte> p, int i, int j) => p[image.Channels * (j * image.Columns + i) + (image.Channels == 3 ? c : 0)];
                    var upper = At(pixels, x0, y0) * (1 - fx) + At(pixels, x1, y0) * fx;
                    var lower = At(pixels, x0, y1) * (1 - fx) + At(pixels, x1, y1) * fx;
                    return (byte)(upper * (1 - fy) + lower * fy + 0.5);
                }
                Set(left + x, top + y, new PictureColour(Channel(source, 0), Channel(source, 1), Channel(source, 2)));
            }
        }
    }

    /// <summary>Writes a line of text whose upper left corner is given.</summary>
    public void Text(int column, int row, string text, PictureColour colour, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        for (var i = 0; i < text.Length; i++)
            for (var y = 0; y < PictureFont.LineHeight; y++)
                for (var x = 0; x < PictureFont.Advance; x++)
                    if (_font.IsInk(text[i], x, y)) Fill(column + (i * PictureFont.Advance + x) * scale, row + y * scale, scale, scale, colour);
    }

    /// <summary>Writes text broken at blanks into lines of a greatest width; returns the row below the last line.</summary>
    public int Paragraph(int column, int row, int columns, string text, PictureColour colour, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        var line = "";
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && PictureFont.Width($"{line} {word}", scale) > columns)
            {
                Text(column, row, line, colour, scale);
                row += PictureFont.LineHeight * scale;
                line = "";
            }
            line = line.Length == 0 ? word : $"{line} {word}";
        }
        if (line.Length == 0) return row;
        Text(column, row, line, colour, scale);
        return row + PictureFont.LineHeight * scale;
    }

    /// <summary>The picture as it is now.</summary>
    public PngImage ToImage() => new(Columns, Rows, 3, _pixels.ToArray());

    private static (int First, int Second, double Share) Place(int at, int size, int count)
    {
        var source = Math.Clamp((at + 0.5) * count / size - 0.5, 0, count - 1);
        var first = (int)source;
        return (first, Math.Min(first + 1, count - 1), source - first);
    }
}
