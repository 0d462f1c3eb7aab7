using System.Collections.Frozen;
using System.Globalization;

namespace PacsFusion.Fusion;

/// <summary>
/// A bitmap alphabet for the printable ASCII characters, 5 pixels wide and up to 9 high (7 above the base line), so that text on pictures
/// needs no font file of the machine. Anything else is drawn as '?'. Immutable; safe from several threads.
/// </summary>
public sealed class PictureFont
{
    /// <summary>Pixels from one character to the next at scale 1.</summary>
    public const int Advance = 6;

    /// <summary>Pixels from one line to the next at scale 1.</summary>
    public const int LineHeight = 11;

    private const int GlyphColumns = 5;
    private const string Resource = "PacsFusion.Fusion.Pictures.glyphs.txt";

    private readonly FrozenDictionary<char, byte[]> _rows;

    /// <summary>Reads the alphabet that is part of this assembly.</summary>
    public PictureFont()
    {
        using var stream = typeof(PictureFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"{Resource} is not part of the assembly.");
        using var reader = new StreamReader(stream);
        var rows = new Dictionary<char, byte[]> { [' '] = [] };
        while (reader.ReadLine() is { } line)
            if (line.Length > 1)
                rows[line[0]] = [.. line[2..].Split(' ').Select(hex => byte.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture))];
        _rows = rows.ToFrozenDictionary();
    }

    /// <summary>Whether there is a picture of the character; without one it is drawn as '?'.</summary>
    public bool Has(char character) => _rows.ContainsKey(character);

    /// <summary>Whether the pixel of a character is ink, at scale 1; false outside its box.</summary>
    public bool IsInk(char character, int column, int row)
    {
        var rows = _rows.TryGetValue(character, out var known) ? known : _rows['?'];
        return row >= 0 && row < rows.Length && column is >= 0 and < GlyphColumns && (rows[row] >> (GlyphColumns - 1 - column) & 1) != 0;
    }

    /// <summary>Pixels across that a text takes.</summary>
    public static int Width(string text, int scale = 1)
    {
        ArgumentNullException.ThrowIfNull(text);
        return text.Length == 0 ? 0 : (text.Length * Advance - 1) * scale;
    }
}
