using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>A check picture and what it shows.</summary>
/// <param name="Name"><c>axial</c>, <c>coronal</c> or <c>sagittal</c>; fit for a file name.</param>
/// <param name="Image">RGB.</param>
public sealed record CheckPicture(string Name, PngImage Image);

/// <summary>What stands on check pictures. No personal data belongs on them.</summary>
public sealed record CheckPictureOptions
{
    /// <summary>What the fixed series is called, such as <c>CT</c>.</summary>
    public required string FixedLabel { get; init; }

    /// <summary>What the moving series is called, such as <c>PT</c>.</summary>
    public required string MovingLabel { get; init; }

    /// <summary>Figures of the alignment and warnings, a line each; long ones are broken.</summary>
    public IReadOnlyList<string> Caption { get; init; } = [];

    /// <summary>Patient point in mm that all three planes go through; null takes the greatest uptake, or the middle of the fixed body where the moving series shows none.</summary>
    public Vector3d? Through { get; init; }

    /// <summary>Side of a tile in mm, at least 1. Default 30.</summary>
    public double TileMillimetres { get; init; } = 30;

    /// <summary>Colours of the moving series; null takes hot iron for uptake and grey otherwise.</summary>
    public ColourMap? MovingColours { get; init; }

    /// <summary>Pixels of the longer side of a view, 64 to 2048. Default 480.</summary>
    public int ViewPixels { get; init; } = 480;
}

/// <summary>
/// Draws what a person needs to judge an alignment: for each of an axial, a coronal and a sagittal plane, both series in the tiles of a
/// checkerboard, and the moving series alone, both with the outline of the fixed body (skin, lungs, gas) in sky blue, which the common kinds
/// of colour blindness tell from grey and from hot iron. Where the moving series says nothing the picture is a flat dark grey.
/// </summary>
public static class CheckPictureRenderer
{
    private const int Margin = 12;
    private const int HeadHeight = 50;
    private const int LeastView = 300;
    private static readonly PictureColour Outline = new(86, 180, 233);
    private static readonly PictureColour Nothing = new(40, 40, 40);

    /// <summary>Draws the three pictures, axial first. Same input, same pixels.</summary>
    /// <param name="fixedVolume">The fixed series.</param>
    /// <param name="movingOnFixed">The moving series, already on the fixed grid.</param>
    /// <param name="fixedWindow">What is black and white in the fixed series.</param>
    /// <param name="movingWindow">The same for the moving one.</param>
    /// <param name="options">Labels, caption, place.</param>
    /// <param name="font">The alphabet.</param>
    /// <param name="cancellationToken">Stops between slices and pictures.</param>
    /// <exception cref="ArgumentException">The volumes differ in size, or an option is out of range.</exception>
    public static IReadOnlyList<CheckPicture> Render(Volume fixedVolume, Volume movingOnFixed, ResolvedWindow fixedWindow, ResolvedWindow movingWindow,
        CheckPictureOptions options, PictureFont font, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fixedVolume);
        ArgumentNullException.ThrowIfNull(movingOnFixed);
        ArgumentNullException.ThrowIfNull(fixedWindow);
        ArgumentNullException.ThrowIfNull(movingWindow);
        ArgumentNullException.ThrowIfNull(options);
        if (fixedVolume.Columns != movingOnFixed.Columns || fixedVolume.Rows != movingOnFixed.Rows || fixedVolume.Slices != movingOnFixed.Slices)
            throw new ArgumentException("The moving volume is not on the fixed grid.", nameof(movingOnFixed));
        if (options.ViewPixels is < 64 or > 2048 || !(options.TileMillimetres >= 1)) throw new ArgumentException("A size is out of range.", nameof(options));

        var body = BodyMask.Of(fixedVolume, cancellationToken);
        var through = CheckPlace.Choose(options.Through, body, movingOnFixed);
        var fixedSide = new Side(fixedVolume, fixedWindow, ColourMap.Grey);
        var movingSide = new Side(movingOnFixed, movingWindow, options.MovingColours ?? (CheckPlace.IsUptake(movingOnFixed.Unit) ? ColourMap.HotIron : ColourMap.Grey));
        var pictures = new List<CheckPicture>(3);
        foreach (var view in Enum.GetValues<PatientView>())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var plane = PatientPlane.Of(fixedVolume.Grid, view, through, options.ViewPixels);
            pictures.Add(new CheckPicture(view.ToString().ToLowerInvariant(), Draw(view, plane, body, fixedSide, movingSide, options, font)));
        }
        return pictures;
    }

    private static PngImage Draw(PatientView view, PatientPlane plane, BodyMask body, Side fixedSide, Side movingSide, CheckPictureOptions options, PictureFont font)
    {
        int boxWidth = Math.Max(plane.Columns, LeastView), left = Margin, right = 2 * Margin + boxWidth, width = 3 * Margin + 2 * boxWidth;
        string[] lines = [.. options.Caption, "For research use only. Not for diagnosis."];
        // Text is laid out once to know its height, then drawn.
        var textHeight = new PictureCanvas(width, 1, font).Lines(lines, 0, width);
        var canvas = new PictureCanvas(width, HeadHeight + plane.Rows + Margin + textHeight + Margin, font);
        canvas.Text(left, 8, $"{options.FixedLabel} and {options.MovingLabel}, {view.ToString().ToLowerInvariant()}", PictureColour.White, 2);
        var tile = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{options.FixedLabel} and {options.MovingLabel} in tiles of {options.TileMillimetres:0.#} mm");
        canvas.Text(left, 32, tile, PictureColour.Grey);
        canvas.Text(right, 32, $"{options.MovingLabel} with the outline of {options.FixedLabel}", Outline);

        var outline = OutlineOf(body, plane);
        for (var y = 0; y < plane.Rows; y++)
            for (var x = 0; x < plane.Columns; x++)
            {
                var at = plane.Index(x, y);
                var moving = movingSide.Colour(at);
                var odd = ((int)(x * plane.PixelMillimetres / options.TileMillimetres) + (int)(y * plane.PixelMillimetres / options.TileMillimetres)) % 2 != 0;
                var isOutline = outline[y * plane.Columns + x];
                canvas.Set(left + x, HeadHeight + y, isOutline ? Outline : odd ? moving : fixedSide.Colour(at));
                canvas.Set(right + x, HeadHeight + y, isOutline ? Outline : moving);
            }
        foreach (var column in (int[])[left, right]) DrawLetters(canvas, plane, column);
        canvas.Lines(lines, HeadHeight + plane.Rows + Margin, width);
        return canvas.ToImage();
    }

    private static int Lines(this PictureCanvas canvas, string[] lines, int row, int width)
    {
        for (var i = 0; i < lines.Length; i++)
            row = canvas.Paragraph(Margin, row, width - 2 * Margin, lines[i], i == lines.Length - 1 ? PictureColour.Warning : PictureColour.White, 2) + 2;
        return row;
    }

    private static void DrawLetters(PictureCanvas canvas, PatientPlane plane, int left)
    {
        const int high = PictureFont.LineHeight * 2;
        int middle = left + plane.Columns / 2, centre = HeadHeight + plane.Rows / 2 - high / 2;
        Letter(left + 4, centre, plane.Left);
        Letter(left + plane.Columns - 4 - PictureFont.Width(plane.Right, 2), centre, plane.Right);
        Letter(middle - PictureFont.Width(plane.Top, 2) / 2, HeadHeight + 4, plane.Top);
        Letter(middle - PictureFont.Width(plane.Bottom, 2) / 2, HeadHeight + plane.Rows - high, plane.Bottom);

        void Letter(int column, int row, string text)
        {
            // A dark rim keeps it readable on white.
            foreach (var (dx, dy) in ((int, int)[])[(-1, 0), (1, 0), (0, -1), (0, 1), (2, 2)]) canvas.Text(column + dx, row + dy, text, PictureColour.Black, 2);
            canvas.Text(column, row, text, PictureColour.White, 2);
        }
    }

    /// <summary>Pixels of the body that touch one outside it; the picture's own border is no outline.</summary>
    private static bool[] OutlineOf(BodyMask body, PatientPlane plane)
    {
        int columns = plane.Columns, rows = plane.Rows;
        var inside = new bool[columns * rows];
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++) inside[y * columns + x] = PlaneSample.Share(body, plane.Index(x, y)) >= 0.5;
        var outline = new bool[columns * rows];
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++)
            {
                var at = y * columns + x;
                outline[at] = inside[at] && ((x > 0 && !inside[at - 1]) || (x < columns - 1 && !inside[at + 1]) || (y > 0 && !inside[at - columns]) || (y < rows - 1 && !inside[at + columns]));
            }
        return outline;
    }

    private sealed record Side(Volume Volume, ResolvedWindow Window, ColourMap Colours)
    {
        public PictureColour Colour(Vector3d index)
        {
            if (!PlaneSample.TryValue(Volume, index, out var value)) return Nothing;
            var share = (value - Window.Low) / (Window.High - Window.Low);
            var (red, green, blue) = Colours[share > 0 ? (byte)(Math.Min(share, 1) * 255 + 0.5) : (byte)0];
            return new PictureColour(red, green, blue);
        }
    }
}
