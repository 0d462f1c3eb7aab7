namespace PacsFusion.Dicom;

/// <summary>Text to bytes with code extension (PS3.5 6.1.2.5): the current set is kept as long as it has the characters.</summary>
internal sealed class Iso2022Encoder
{
    private readonly CodeTable[] _tables;
    private readonly CodeTable _firstLow;
    private readonly CodeTable? _firstHigh;
    private readonly List<byte> _bytes;
    private CodeTable _low;
    private CodeTable? _high;

    private Iso2022Encoder(CodeTable[] tables, int length)
    {
        _tables = tables;
        // ISO-IR 13 stands for both halves of JIS X 0201, whose lower one is ISO-IR 14.
        _firstLow = tables[0] == CodeTable.JisKatakana ? CodeTable.JisRoman : CodeTable.Ascii;
        _firstHigh = IsHigh(tables[0]) ? tables[0] : null;
        _bytes = new List<byte>(length * 2 + 16);
        (_low, _high) = (_firstLow, _firstHigh);
    }

    /// <summary>Encodes text.</summary>
    /// <param name="tables">The sets in the order of (0008,0005).</param>
    /// <param name="text">The text.</param>
    /// <param name="bytes">The bytes, where the result is true.</param>
    /// <returns>False where none of the sets has a character.</returns>
    public static bool TryEncode(CodeTable[] tables, string text, out byte[] bytes)
    {
        var encoder = new Iso2022Encoder(tables, text.Length);
        bytes = [];
        foreach (var character in text)
        {
            if (!encoder.Append(character)) return false;
        }
        encoder.ToFirst();
        bytes = [.. encoder._bytes];
        return true;
    }

    private bool Append(char character)
    {
        if (character < 0x80)
        {
            if (_low != _firstLow) Designate(_low = _firstLow);
            if (character is '\\' or '^' or '=' or '\r' or '\n' or '\f' or '\t') _high = _firstHigh;
            _bytes.Add((byte)character);
            return true;
        }
        Span<byte> encoded = stackalloc byte[2];
        if (_high is { } current && current.Encode(character, encoded) is > 0 and var kept) return Add(encoded[..kept]);
        if (_low.Kind == CodeKind.LowDouble && _low.Encode(character, encoded) is > 0 and var low) return Add(encoded[..low]);
        foreach (var table in _tables)
        {
            if (table.Encode(character, encoded) is not (> 0 and var count)) continue;
            if (IsHigh(table)) _high = table;
            else _low = table;
            Designate(table);
            return Add(encoded[..count]);
        }
        return false;
    }

    private bool Add(ReadOnlySpan<byte> encoded)
    {
        _bytes.AddRange(encoded);
        return true;
    }

    private void ToFirst()
    {
        if (_low != _firstLow) Designate(_firstLow);
    }

    private void Designate(CodeTable table)
    {
        _bytes.Add(Iso2022Decoder.Escape);
        foreach (var letter in table.EscapeSequence) _bytes.Add((byte)letter);
    }

    private static bool IsHigh(CodeTable table) => table.Kind is CodeKind.HighSingle or CodeKind.HighDouble;
}
