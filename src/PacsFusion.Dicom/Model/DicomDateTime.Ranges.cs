namespace PacsFusion.Dicom;

/// <content>Ranges (PS3.4 C.2.2.2.5) and the extent of values that leave parts out.</content>
public static partial class DicomDateTime
{
    /// <summary>Reads <c>A-B</c>, <c>A-</c>, <c>-B</c> or one date, which is a range of that day.</summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="range">The range, where the result is true; the first day may come after the last.</param>
    public static bool TryParseDateRange(ReadOnlySpan<char> text, out DicomRange<DateOnly> range)
    {
        range = default;
        text = text.Trim(" \0");
        var hyphen = text.IndexOf('-');
        if (hyphen < 0)
        {
            if (!TryParseDate(text, out var day)) return false;
            range = new DicomRange<DateOnly>(day, day);
            return true;
        }
        DateOnly? first = null, last = null;
        if (!Half(text[..hyphen], ref first) || !Half(text[(hyphen + 1)..], ref last) || first is null && last is null) return false;
        range = new DicomRange<DateOnly>(first, last);
        return true;

        static bool Half(ReadOnlySpan<char> half, ref DateOnly? day)
        {
            if (half.Trim(' ').IsEmpty) return true;
            if (!TryParseDate(half, out var found)) return false;
            day = found;
            return true;
        }
    }

    /// <summary>
    /// Reads <c>A-B</c>, <c>A-</c>, <c>-B</c> or one time. A time that leaves parts out stands for all that they can be:
    /// <c>10</c> ends at 10:59:59.9999999.
    /// </summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="range">The range, where the result is true; over midnight its first time comes after its last.</param>
    public static bool TryParseTimeRange(ReadOnlySpan<char> text, out DicomRange<TimeOnly> range)
    {
        range = default;
        text = text.Trim(" \0");
        var hyphen = text.IndexOf('-');
        TimeOnly? first = null, last = null;
        if (hyphen < 0)
        {
            if (!TryParseTime(text, out var start)) return false;
            range = new DicomRange<TimeOnly>(start, start.Add(TimeExtent(text)));
            return true;
        }
        ReadOnlySpan<char> before = text[..hyphen].Trim(' '), after = text[(hyphen + 1)..].Trim(' ');
        if (!before.IsEmpty)
        {
            if (!TryParseTime(before, out var start)) return false;
            first = start;
        }
        if (!after.IsEmpty)
        {
            if (!TryParseTime(after, out var end)) return false;
            last = end.Add(TimeExtent(after));
        }
        if (first is null && last is null) return false;
        range = new DicomRange<TimeOnly>(first, last);
        return true;
    }

    /// <summary>
    /// Reads <c>A-B</c>, <c>A-</c>, <c>-B</c> or one date and time. One that leaves parts out stands for all that they can be:
    /// <c>2024</c> ends with its December. A hyphen and four digits that can be an offset from UTC are one, so <c>2024-0500</c>
    /// is a year; <c>2023-2024</c> is a range.
    /// </summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="defaultOffset">The offset from UTC of values that have none, such as that of (0008,0201).</param>
    /// <param name="range">The range, where the result is true; the first moment may come after the last.</param>
    public static bool TryParseDateTimeRange(ReadOnlySpan<char> text, TimeSpan defaultOffset, out DicomRange<DateTimeOffset> range)
    {
        range = default;
        text = text.Trim(" \0");
        if (TryExtent(text, defaultOffset, out var first, out var last))
        {
            range = new DicomRange<DateTimeOffset>(first, last);
            return true;
        }
        for (var hyphen = 0; hyphen < text.Length; hyphen++)
        {
            if (text[hyphen] != '-') continue;
            ReadOnlySpan<char> before = text[..hyphen].Trim(' '), after = text[(hyphen + 1)..].Trim(' ');
            if (before.IsEmpty && after.IsEmpty) return false;
            var startFits = TryExtent(before, defaultOffset, out first, out _);
            var endFits = TryExtent(after, defaultOffset, out _, out last);
            if (!(startFits || before.IsEmpty) || !(endFits || after.IsEmpty)) continue;
            range = new DicomRange<DateTimeOffset>(startFits ? first : null, endFits ? last : null);
            return true;
        }
        return false;
    }

    private static bool TryExtent(ReadOnlySpan<char> text, TimeSpan defaultOffset, out DateTimeOffset first, out DateTimeOffset last)
    {
        first = last = default;
        if (!TryParseDateTime(text, out var start, out var given)) return false;
        var sign = text.IndexOfAny('+', '-');
        var plain = sign < 0 ? text : text[..sign];
        var end = plain.Trim(' ').Length switch
        {
            4 => start.Year == 9999 ? DateTime.MaxValue : start.AddYears(1).AddTicks(-1),
            6 => start is { Year: 9999, Month: 12 } ? DateTime.MaxValue : start.AddMonths(1).AddTicks(-1),
            8 => start.AddTicks(TimeSpan.TicksPerDay - 1),
            _ => start + TimeExtent(plain[8..]),
        };
        var offset = given ?? defaultOffset;
        // Years 1 and 9999 may leave what can be counted once they are taken to UTC.
        if (start.Ticks - offset.Ticks < 0 || end.Ticks - offset.Ticks > DateTime.MaxValue.Ticks) return false;
        first = new DateTimeOffset(start, offset);
        last = new DateTimeOffset(end, offset);
        return true;
    }

    /// <summary>From the first to the last moment that a time can mean; zero where it says all seven decimals.</summary>
    private static TimeSpan TimeExtent(ReadOnlySpan<char> text)
    {
        text = text.Trim(" \0");
        var point = text.IndexOf('.');
        var whole = point < 0 ? text : text[..point];
        var digits = 0;
        foreach (var c in whole) digits += char.IsAsciiDigit(c) ? 1 : 0;
        // A leap second is read as the end of its minute already.
        if (digits == 6 && whole[^2..] is "60") return TimeSpan.Zero;
        var unit = digits switch { 2 => TimeSpan.TicksPerHour, 4 => TimeSpan.TicksPerMinute, _ => TimeSpan.TicksPerSecond };
        if (point >= 0)
            for (var i = text.Length - point - 1; i > 0 && unit > 1; i--) unit /= 10;
        return TimeSpan.FromTicks(unit - 1);
    }
}
