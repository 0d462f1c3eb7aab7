using System.Text;

namespace PacsFusion.Fhir;

/// <summary>Free text from DICOM made fit for FHIR strings and for markup.</summary>
internal static class PlainText
{
    /// <summary>Without control characters, broken surrogates and what XML forbids; runs of white space become one space; null when nothing is left.</summary>
    public static string? Clean(string? text)
    {
        if (text is null) return null;
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || Rune.IsWhiteSpace(rune))
            {
                if (clean.Length > 0 && clean[^1] != ' ') clean.Append(' ');
            }
            else if ((rune.Value & 0xFFFE) != 0xFFFE)
            {
                clean.Append(rune.ToString());
            }
        }
        var result = clean.ToString().TrimEnd();
        return result.Length == 0 ? null : result;
    }

    /// <summary>Cleaned and escaped for element content and attributes of HTML and XHTML.</summary>
    public static string Escape(string? text) =>
        (Clean(text) ?? "")
            .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
            .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal).Replace("'", "&#39;", StringComparison.Ordinal);
}
