using System.Text;

namespace PacsFusion.Dicom;

/// <summary>
/// Text with code extension (PS3.5 6.1.2.4 and 6.1.2.5): escape sequences put a set into G0 (bytes below 80H) or G1;
/// both fall back to those of the first value at the ends of lines, values and name components.
/// </summary>
internal ref struct Iso2022Decoder
{
    public const byte Escape = 0x1B;

    private readonly CodeTable? _firstHigh;
    private readonly CodeTable? _anyHigh;
    private readonly DicomVR _vr;
    private readonly bool _keep;
    private CodeTable _low;
    private CodeTable? _high;
    private CodeTable? _lastHigh;

    public Iso2022Decoder(CodeTable[] tables, DicomVR vr, bool keep)
    {
        _vr = vr;
        _keep = keep;
        _low = CodeTable.Ascii;
        _firstHigh = IsHigh(tables[0]) ? tables[0] : null;
        _anyHigh = Array.Find(tables, IsHigh);
        _high = _firstHigh;
        _lastHigh = null;
    }

    public string Decode(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        var at = 0;
        while (at < bytes.Length)
        {
            var b = bytes[at];
            if (b == Escape)
            {
                var designated = Designate(bytes[(at + 1)..]);
                if (designated == 0 && _keep) text.Append((char)Escape);
                at += 1 + designated;
                continue;
            }
            var end = at;
            if (b >= 0x80)
            {
                while (end < bytes.Length && bytes[end] >= 0x80) end++;
                // Writers that forget to designate the set anew after a delimiter are common.
                var table = _high ?? _lastHigh ?? _anyHigh ?? CodeTable.Ascii;
                text.Append(table.Decode(bytes[at..end], _keep));
            }
            else if (_low.Kind == CodeKind.LowDouble)
            {
                while (end < bytes.Length && bytes[end] is > 0x20 and < 0x7F) end++;
                if (end == at)
                {
                    text.Append((char)b);
                    at++;
                    if (IsDelimiter(b)) Reset();
                    continue;
                }
                text.Append(_low.Decode(bytes[at..end], _keep));
            }
            else
            {
                while (end < bytes.Length && bytes[end] < 0x80 && bytes[end] != Escape)
                {
                    if (IsDelimiter(bytes[end])) Reset();
                    end++;
                }
                text.Append(Encoding.Latin1.GetString(bytes[at..end]));
            }
            at = end;
        }
        return text.ToString();
    }

    private int Designate(ReadOnlySpan<byte> after)
    {
        var table = CodeTable.Designated(after, out var length);
        // An unknown escape sequence: the ESC goes, what follows is shown as it is.
        if (table is null) return 0;
        if (IsHigh(table)) _high = _lastHigh = table;
        else _low = table;
        return length;
    }

    private void Reset()
    {
        _low = CodeTable.Ascii;
        _high = _firstHigh;
    }

    private readonly bool IsDelimiter(byte b) => b switch
    {
        (byte)'\r' or (byte)'\n' or (byte)'\f' or (byte)'\t' => true,
        (byte)'\\' => (VrFacts.Of(_vr) & VrTraits.MultiValued) != 0,
        (byte)'^' or (byte)'=' => _vr == DicomVR.PN,
        _ => false,
    };

    private static bool IsHigh(CodeTable table) => table.Kind is CodeKind.HighSingle or CodeKind.HighDouble;
}
