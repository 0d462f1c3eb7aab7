using System.Globalization;

namespace PacsFusion.Fusion;

/// <summary>What one end of the colour scale to the other means.</summary>
/// <param name="Label">What is shown, such as <c>PT</c>.</param>
/// <param name="Low">Value at the lower end.</param>
/// <param name="High">Value at the upper end.</param>
/// <param name="Unit">Unit of both, such as <c>SUVbw</c>; empty where there is none.</param>
/// <param name="Colours">The colours between them.</param>
public sealed record KeyImageScale(string Label, double Low, double High, string Unit, ColourMap Colours);

/// <summary>A named figure as people read it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value with the unit.</param>
/// <param name="Meaning">What it measures, at most <see cref="KeyImageRenderer.MeaningLength"/> characters; empty where the name says it.</param>
public sealed record KeyImageFigure(string Name, string Value, string Meaning = "");

/// <summary>What stands on a key image. No personal data: the picture says nothing of who the patient is.</summary>
public sealed record KeyImageContent
{
    /// <summary>Heading, such as <c>CT + PT fused</c>.</summary>
    public required string Title { get; init; }

    /// <summary>Axial, coronal and sagittal view of the fused series.</summary>
    public required IReadOnlyList<PngImage> Views { get; init; }

    /// <summary>The scales of the fixed and the moving image, and of whatever else is shown in colours; at most three.</summary>
    public required IReadOnlyList<KeyImageScale> Scales { get; init; }

    /// <summary>How well the two series fit.</summary>
    public required IReadOnlyList<KeyImageFigure> Alignment { get; init; }

    /// <summary>What the fusion kept of its sources: those with a meaning stand in lines of their own, the others together below.</summary>
    public required IReadOnlyList<KeyImageFigure> Metrics { get; init; }

    /// <summary>Which source the result shows where. Default: nothing is said.</summary>
    public IReadOnlyList<KeyImageFigure> Shares { get; init; } = [];

    /// <summary>Whatever a reader must know, most important first.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>Rule, model and software, one line each.</summary>
    public required IReadOnlyList<string> Origin { get; init; }
}

/// <summary>
/// Draws the key image of a fused series: three views, the scales with their units, the figures of alignment and fusion, the warnings and
/// the research-use wording on one picture of 1024 x 1024 pixels.
/// </summary>
public static class KeyImageRenderer
{
    /// <summary>Pixels of a side.</summary>
    public const int Side = 1024;

    /// <summary>Most characters of a figure's meaning; more would leave the picture.</summary>
    public const int MeaningLength = 54;

    private const int Margin = 16;
    private const int ViewTop = 84;
    private const int ViewSide = 440;
    private const int SharesTop = 592;
    private const int TextTop = 622;
    private const int LineStep = 22;

    /// <summary>Draws it. Same content, same pixels.</summary>
    /// <exception cref="ArgumentException">There are not three views.</exception>
    public static PngImage Render(KeyImageContent content, PictureFont font)
    {
        ArgumentNullException.ThrowIfNull(content);
        if (content.Views.Count != 3) throw new ArgumentException("A key image has three views.", nameof(content));
        var canvas = new PictureCanvas(Side, Side, font);
        canvas.Text(Margin, 10, content.Title, PictureColour.White, 3);
        canvas.Text(Margin, 50, "FOR RESEARCH USE ONLY. NOT FOR DIAGNOSIS.", PictureColour.Warning, 2);
        DrawViews(canvas, content.Views);
        DrawScales(canvas, content.Scales);
        canvas.Text(Margin, SharesTop, string.Join("   ", content.Shares.Select(share => $"{share.Name} {share.Value}")), PictureColour.White, 2);
        DrawFigures(canvas, Margin, "Alignment", content.Alignment);
        DrawMetrics(canvas, Side / 2, content.Metrics);
        DrawNotes(canvas, content);
        return canvas.ToImage();
    }

    private static void DrawViews(PictureCanvas canvas, IReadOnlyList<PngImage> views)
    {
        const int rest = Side - 3 * Margin - ViewSide;
        canvas.Fit(views[0], Margin, ViewTop, ViewSide, ViewSide);
        canvas.Fit(views[1], 2 * Margin + ViewSide, ViewTop, rest / 2, ViewSide);
        canvas.Fit(views[2], 2 * Margin + ViewSide + rest / 2, ViewTop, rest / 2, ViewSide);
    }

    private static void DrawScales(PictureCanvas canvas, IReadOnlyList<KeyImageScale> scales)
    {
        const int top = ViewTop + ViewSide + 12, height = 16, width = 256;
        for (var i = 0; i < scales.Count; i++)
        {
            var scale = scales[i];
            var left = Margin + i * (Side / Math.Max(2, scales.Count));
            for (var x = 0; x < width; x++)
            {
                var (red, green, blue) = scale.Colours[(byte)x];
                canvas.Fill(left + x, top, 1, height, new PictureColour(red, green, blue));
            }
            canvas.Text(left, top + height + 6, string.Create(CultureInfo.InvariantCulture, $"{scale.Label} {scale.Low:0.##} .. {scale.High:0.##} {scale.Unit}"), PictureColour.White, 2);
        }
    }

    // As many as there is room for, closer together where they are many; the JSON and the report have all of them.
    private static void DrawFigures(PictureCanvas canvas, int left, string heading, IReadOnlyList<KeyImageFigure> figures)
    {
        canvas.Text(left, TextTop, heading, PictureColour.Grey, 2);
        const int roomy = 9, most = 12, close = 17;
        var step = figures.Count > roomy ? close : LineStep;
        for (var i = 0; i < Math.Min(figures.Count, most); i++)
            canvas.Text(left, TextTop + LineStep + i * step, $"{figures[i].Name} {figures[i].Value}", PictureColour.White, 2);
    }

    // A figure without its meaning invites a wrong reading, and a page of meanings hides the figures: the first lines have both.
    private static void DrawMetrics(PictureCanvas canvas, int left, IReadOnlyList<KeyImageFigure> figures)
    {
        canvas.Text(left, TextTop, "Fusion, mean over measured slices", PictureColour.Grey, 2);
        const int meaningAt = 164, most = 8;
        var row = 1;
        foreach (var figure in figures.Where(figure => figure.Meaning.Length > 0).Take(most))
        {
            var top = TextTop + row++ * LineStep;
            canvas.Text(left, top, $"{figure.Name} {figure.Value}", PictureColour.White, 2);
            canvas.Text(left + meaningAt, top + 4, figure.Meaning, PictureColour.Grey);
        }
        canvas.Paragraph(left, TextTop + row * LineStep, Side - Margin - left, string.Join("   ", figures.Where(figure => figure.Meaning.Length == 0).Select(figure => $"{figure.Name} {figure.Value}")), PictureColour.White);
    }

    private static void DrawNotes(PictureCanvas canvas, KeyImageContent content)
    {
        const int originHeight = 14;
        var originTop = Side - Margin - content.Origin.Count * originHeight;
        var row = TextTop + 10 * LineStep + 8;
        for (var i = 0; i < content.Warnings.Count; i++)
        {
            if (row > originTop - 3 * PictureFont.LineHeight)
            {
                canvas.Text(Margin, row, $"and {content.Warnings.Count - i} more: see the report", PictureColour.Warning);
                break;
            }
            row = canvas.Paragraph(Margin, row, Side - 2 * Margin, "! " + content.Warnings[i], PictureColour.Warning, i == 0 ? 2 : 1) + 3;
        }
        for (var i = 0; i < content.Origin.Count; i++)
            canvas.Text(Margin, originTop + i * originHeight, content.Origin[i], PictureColour.Grey);
    }
}
