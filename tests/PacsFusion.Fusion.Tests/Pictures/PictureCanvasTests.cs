using Xunit;

namespace PacsFusion.Fusion.Tests;

public sealed class PictureCanvasTests
{
    private static readonly PictureFont Font = new();

    [Fact]
    public void EveryPrintableCharacterHasAPictureOfItsOwn()
    {
        var pictures = new Dictionary<string, char>(StringComparer.Ordinal);
        for (var character = '!'; character <= '~'; character++)
        {
            Assert.True(Font.Has(character), $"'{character}' is missing.");
            var picture = string.Concat(Enumerable.Range(0, 9).SelectMany(y => Enumerable.Range(0, 5).Select(x => Font.IsInk(character, x, y) ? '#' : '.')));
            Assert.Contains('#', picture);
            Assert.True(pictures.TryAdd(picture, character), $"'{character}' looks like '{pictures[picture]}'.");
        }
    }

    [Fact]
    public void AnLIsDrawnUprightAndNotMirrored()
    {
        var canvas = new PictureCanvas(7, 9, Font);
        canvas.Text(1, 1, "L", PictureColour.White);
        var image = canvas.ToImage();
        bool Ink(int x, int y) => image.Pixels.Span[3 * (y * 7 + x)] != 0;
        for (var y = 1; y <= 7; y++) Assert.True(Ink(1, y));
        for (var x = 1; x <= 5; x++) Assert.True(Ink(x, 7));
        Assert.False(Ink(5, 1));
    }

    [Fact]
    public void TextLongerThanTheCanvasIsCutOffAndUnknownCharactersAreQuestionMarks()
    {
        var canvas = new PictureCanvas(20, 12, Font);
        canvas.Text(-3, -2, new string('ß', 50), PictureColour.White, 2);
        Assert.Contains((byte)255, canvas.ToImage().Pixels.ToArray());
        Assert.True(Font.IsInk('ß', 1, 0) == Font.IsInk('?', 1, 0));
    }

    [Fact]
    public void AParagraphBreaksAtBlanksAndSaysWhereItEnds()
    {
        var canvas = new PictureCanvas(100, 100, Font);
        Assert.Equal(10 + 3 * PictureFont.LineHeight, canvas.Paragraph(0, 10, PictureFont.Width("one two"), "one two three four", PictureColour.White));
        Assert.Equal(10, canvas.Paragraph(0, 10, 50, "", PictureColour.White));
    }

    [Fact]
    public void AFittedPictureKeepsItsProportions()
    {
        var canvas = new PictureCanvas(40, 40, Font);
        canvas.Fit(new PngImage(2, 1, 1, new byte[] { 255, 255 }), 0, 0, 40, 40);
        var pixels = canvas.ToImage().Pixels.ToArray();
        Assert.Equal(40 * 20, Enumerable.Range(0, 1600).Count(i => pixels[3 * i] == 255));
        Assert.Equal(255, pixels[3 * (20 * 40)]);
        Assert.Equal(0, pixels[3 * (5 * 40)]);
    }
}
