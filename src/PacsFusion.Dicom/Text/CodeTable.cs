using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace PacsFusion.Dicom;

/// <summary>One coded character set of PS3.3 C.12.1.1.2: its terms, its escape sequence and how its bytes are read.</summary>
internal sealed class CodeTable
{
    public const string Utf8Term = "ISO_IR 192";

    private static readonly EncoderFallback Strict = EncoderFallback.ExceptionFallback;
    private static readonly DecoderFallback Mark = new DecoderReplacementFallback("\uFFFD");
    private static readonly DecoderFallback Keep = new ByteKeepingFallback();

    public static readonly CodeTable Ascii = new("6", "(B", codePage: 28591, CodeKind.SevenBit);
    public static readonly CodeTable Utf8 = new("192", "", codePage: 65001, CodeKind.Alone);
    public static readonly CodeTable JisRoman = new("14", "(J", codePage: 28591, CodeKind.SevenBit);
    public static readonly CodeTable JisKatakana = new("13", ")I", codePage: 932, CodeKind.HighSingle);
    public static readonly CodeTable JisKanji = new("87", "$B", codePage: 51932, CodeKind.LowDouble);
    public static readonly CodeTable JisSupplement = new("159", "$(D", codePage: 20932, CodeKind.LowDouble);
    public static readonly CodeTable Korean = new("149", "$)C", codePage: 949, CodeKind.HighDouble);
    public static readonly CodeTable SimplifiedChinese = new("58", "$)A", codePage: 936, CodeKind.HighDouble);

    private static readonly CodeTable[] Tables =
    [
        Ascii, Utf8, JisRoman, JisKatakana, JisKanji, JisSupplement, Korean, SimplifiedChinese,
        new("100", "-A", 28591, CodeKind.HighSingle),
        new("101", "-B", 28592, CodeKind.HighSingle),
        new("109", "-C", 28593, CodeKind.HighSingle),
        new("110", "-D", 28594, CodeKind.HighSingle),
        new("144", "-L", 28595, CodeKind.HighSingle),
        new("127", "-G", 28596, CodeKind.HighSingle),
        new("126", "-F", 28597, CodeKind.HighSingle),
        new("138", "-H", 28598, CodeKind.HighSingle),
        new("148", "-M", 28599, CodeKind.HighSingle),
        new("203", "-b", 28605, CodeKind.HighSingle),
        new("166", "-T", 874, CodeKind.HighSingle),
        new("GB18030", "", 54936, CodeKind.Alone),
        new("GBK", "", 936, CodeKind.Alone),
    ];

    private static readonly FrozenDictionary<string, CodeTable> ByNumber = Tables.ToFrozenDictionary(t => t._number, StringComparer.Ordinal);

    private readonly string _number;
    // The last leaves characters out that the set lacks: an exception for each would take its time.
    private readonly Encoding _encoding, _keeping, _single;

    private CodeTable(string number, string escape, int codePage, CodeKind kind)
    {
        _number = number;
        EscapeSequence = escape;
        Kind = kind;
        _encoding = GetEncoding(codePage, Strict, Mark);
        _keeping = GetEncoding(codePage, Strict, Keep);
        _single = GetEncoding(codePage, new EncoderReplacementFallback(""), Mark);
    }

    /// <summary>What follows ESC; empty where the set takes no part in code extension.</summary>
    public string EscapeSequence { get; }

    public CodeKind Kind { get; }

    public bool StandsAlone => Kind == CodeKind.Alone;

    /// <summary>
    /// Finds a defined term. Spelling is forgiving in what real files get wrong: case, "ISO 2020", and ISO_IR, ISO-IR
    /// or ISO 2022 in each other's place.
    /// </summary>
    public static CodeTable? Find(string term)
    {
        var plain = term.Trim().ToUpperInvariant().Replace('_', ' ').Replace('-', ' ');
        if (plain.Length == 0) return Ascii;
        if (plain is "UTF 8" or "UTF8") return Utf8;
        if (ByNumber.TryGetValue(plain, out var named) && named.StandsAlone) return named;
        var at = plain.LastIndexOf("IR", StringComparison.Ordinal);
        return at >= 0 && plain.StartsWith("ISO", StringComparison.Ordinal)
            && int.TryParse(plain.AsSpan(at + 2).Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? ByNumber.GetValueOrDefault(number.ToString(CultureInfo.InvariantCulture))
            : null;
    }

    /// <summary>The set that the bytes after ESC designate, and how many bytes these are.</summary>
    public static CodeTable? Designated(ReadOnlySpan<byte> afterEscape, out int length)
    {
        foreach (var table in Tables)
        {
            length = table.EscapeSequence.Length;
            if (length > 0 && afterEscape.Length >= length && Matches(afterEscape, table.EscapeSequence)) return table;
        }
        // JIS C 6226-1978, the older Kanji set; close enough that its text is read as JIS X 0208.
        length = 2;
        return afterEscape.StartsWith("$@"u8) ? JisKanji : null;
    }

    /// <summary>Decodes bytes of this set.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="keep">True: a byte without meaning becomes the character of its number; false: U+FFFD.</param>
    public string Decode(ReadOnlySpan<byte> bytes, bool keep) =>
        Kind == CodeKind.LowDouble ? DecodeLowDouble(bytes, keep) : (keep ? _keeping : _encoding).GetString(bytes);

    public bool TryEncode(string text, out byte[] bytes)
    {
        bytes = [];
        if (Kind is CodeKind.SevenBit or CodeKind.LowDouble) return false;
        try
        {
            bytes = _encoding.GetBytes(text);
            // Shift JIS and UHC reach further than the sets of the standard do: only what reads back the same way counts.
            return Kind is CodeKind.Alone || Kind == CodeKind.HighSingle && bytes.Length == text.Length && Decode(bytes, keep: false) == text;
        }
        catch (EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The bytes of one character beyond ASCII as they stand behind this set's escape sequence.</summary>
    /// <param name="character">The character; surrogates are in none of these sets.</param>
    /// <param name="bytes">Room for two bytes.</param>
    /// <returns>How many bytes it has: 0 where the set lacks it.</returns>
    public int Encode(char character, Span<byte> bytes)
    {
        if (character < 0x80 || char.IsSurrogate(character) || Kind is CodeKind.SevenBit or CodeKind.Alone) return 0;
        Span<byte> encoded = stackalloc byte[8];
        var count = _single.GetBytes([character], encoded);
        if (Kind == CodeKind.HighSingle)
        {
            bytes[0] = encoded[0];
            return count == 1 && encoded[0] >= 0xA0 ? 1 : 0;
        }
        // The code pages reach beyond the sets of the standard: only rows and cells of these count.
        if (count != 2 || encoded[0] is < 0xA1 or 0xFF || this == JisKanji && encoded[0] is > 0xA8 and < 0xB0 or > 0xF4) return 0;
        // A second byte that is high in code page 20932 says JIS X 0208.
        if (this == JisSupplement && encoded[1] >= 0x80) return 0;
        var second = this == JisSupplement ? encoded[1] | 0x80 : encoded[1];
        if (second is < 0xA1 or 0xFF) return 0;
        var mask = Kind == CodeKind.LowDouble ? 0x7F : 0xFF;
        bytes[0] = (byte)(encoded[0] & mask);
        bytes[1] = (byte)(second & mask);
        return 2;
    }

    // The 94x94 sets in their 7-bit form are the EUC forms with the high bits off; JIS X 0212 keeps the second byte low
    // in code page 20932.
    private string DecodeLowDouble(ReadOnlySpan<byte> bytes, bool keep)
    {
        var shifted = bytes.ToArray();
        for (var i = 0; i < shifted.Length; i++)
        {
            if (this == JisKanji || (i & 1) == 0) shifted[i] |= 0x80;
        }
        return (keep ? _keeping : _encoding).GetString(shifted);
    }

    private static bool Matches(ReadOnlySpan<byte> bytes, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (bytes[i] != text[i]) return false;
        }
        return true;
    }

    private static Encoding GetEncoding(int codePage, EncoderFallback encoderFallback, DecoderFallback fallback) =>
        codePage is 65001 or 28591
            ? Encoding.GetEncoding(codePage, encoderFallback, fallback)
            : CodePagesEncodingProvider.Instance.GetEncoding(codePage, encoderFallback, fallback)
              ?? throw new InvalidOperationException("The framework lacks a code page.");

    /// <summary>Bytes without meaning become characters of the same number, so that none is lost.</summary>
    private sealed class ByteKeepingFallback : DecoderFallback
    {
        public override int MaxCharCount => 4;

        public override DecoderFallbackBuffer CreateFallbackBuffer() => new Kept();

        private sealed class Kept : DecoderFallbackBuffer
        {
            private byte[] _bytes = [];
            private int _next;

            public override int Remaining => _bytes.Length - _next;

            public override bool Fallback(byte[] bytesUnknown, int index)
            {
                _bytes = bytesUnknown;
                _next = 0;
                return bytesUnknown.Length > 0;
            }

            public override char GetNextChar() => _next < _bytes.Length ? (char)_bytes[_next++] : '\0';

            public override bool MovePrevious() => _next > 0 && _next-- > 0;
        }
    }
}

/// <summary>How the bytes of a coded character set look.</summary>
internal enum CodeKind
{
    /// <summary>One byte below 80H.</summary>
    SevenBit,
    /// <summary>One byte from A0H up, beside ASCII.</summary>
    HighSingle,
    /// <summary>Two bytes below 80H.</summary>
    LowDouble,
    /// <summary>Two bytes from A1H up, beside ASCII.</summary>
    HighDouble,
    /// <summary>A complete encoding without code extension.</summary>
    Alone,
}
