using System.Text;

namespace PacsFusion.Dicom;

/// <summary>
/// The text encoding that Specific Character Set (0008,0005) names (PS3.3 C.12.1.1.2, PS3.5 6.1). Immutable. Decoding
/// never throws: bytes that mean nothing become U+FFFD, and bytes above 7FH without a declared set are read as ISO 8859-1.
/// </summary>
public sealed class DicomCharacterSet
{
    private readonly CodeTable[] _tables;
    private readonly bool _extended;

    private DicomCharacterSet(CodeTable[] tables, bool extended, IReadOnlyList<string> terms)
    {
        _tables = tables;
        _extended = extended;
        Terms = terms;
    }

    /// <summary>The default repertoire, ISO-IR 6.</summary>
    public static DicomCharacterSet Default { get; } = new([CodeTable.Ascii], false, []);

    /// <summary>UTF-8, ISO_IR 192.</summary>
    public static DicomCharacterSet Utf8 { get; } = new([CodeTable.Utf8], false, [CodeTable.Utf8Term]);

    /// <summary>The values of (0008,0005) as they stand.</summary>
    public IReadOnlyList<string> Terms { get; }

    /// <summary>True where every term is one of the standard, or a known misspelling of one.</summary>
    public bool IsKnown { get; private init; } = true;

    internal bool IsUtf8 => _tables[0] == CodeTable.Utf8;

    /// <summary>The character set of the values of (0008,0005); unknown terms count as the default repertoire.</summary>
    /// <param name="terms">The values; none or one empty value mean the default repertoire.</param>
    public static DicomCharacterSet Parse(IReadOnlyList<string> terms)
    {
        if (terms.Count == 0 || terms.Count == 1 && terms[0].Length == 0) return Default;
        var tables = new List<CodeTable>(terms.Count);
        var known = true;
        foreach (var term in terms)
        {
            var table = CodeTable.Find(term);
            known &= table is not null;
            tables.Add(table ?? CodeTable.Ascii);
        }
        // A stand-alone set such as UTF-8 cannot be extended; where it stands first the rest means nothing.
        if (tables[0].StandsAlone) tables = [tables[0]];
        var extended = !tables[0].StandsAlone && (tables.Count > 1 || terms[0].Contains("2022", StringComparison.Ordinal));
        return new DicomCharacterSet([.. tables], extended, [.. terms]) { IsKnown = known };
    }

    /// <summary>Decodes text.</summary>
    /// <param name="bytes">The bytes of a value.</param>
    /// <param name="vr">Its value representation, which decides where escape sequences end.</param>
    public string Decode(ReadOnlySpan<byte> bytes, DicomVR vr) => Decode(bytes, vr, keep: false);

    /// <summary>
    /// Encodes text, where this set has every character of it. Under code extension escape sequences are written, and the
    /// first set is active again before delimiters, ends of lines and the end (PS3.5 6.1.2.5.3).
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The bytes, where the result is true.</param>
    public bool TryEncode(string text, out byte[] bytes)
    {
        if (Ascii.IsValid(text))
        {
            bytes = Encoding.ASCII.GetBytes(text);
            return true;
        }
        if (!_extended) return _tables[0].TryEncode(text, out bytes);
        return Iso2022Encoder.TryEncode(_tables, text, out bytes) && Decode(bytes, DicomVR.PN) == text;
    }

    /// <summary>Decodes text that is to be encoded anew: bytes without meaning become the characters of their numbers.</summary>
    internal string DecodeKeepingBytes(ReadOnlySpan<byte> bytes, DicomVR vr) => Decode(bytes, vr, keep: true);

    private string Decode(ReadOnlySpan<byte> bytes, DicomVR vr, bool keep)
    {
        // Escape sequences are made of 7-bit bytes, so their absence has to be seen too.
        if (Ascii.IsValid(bytes) && !bytes.Contains(Iso2022Decoder.Escape)) return Encoding.ASCII.GetString(bytes);
        if (_extended || bytes.Contains(Iso2022Decoder.Escape) && !_tables[0].StandsAlone)
            return new Iso2022Decoder(_tables, vr, keep).Decode(bytes);
        return _tables[0].Decode(bytes, keep);
    }

    internal bool SameAs(DicomCharacterSet other) => ReferenceEquals(this, other) || Terms.SequenceEqual(other.Terms, StringComparer.Ordinal);
}
