using System.Globalization;

namespace PacsFusion.Dicom;

/// <summary>Dates and times as they stand in DA, TM and DT (PS3.5 6.2), with the older forms that files still hold. Without state: safe for all threads.</summary>
public static partial class DicomDateTime
{
    /// <summary>Reads <c>YYYYMMDD</c> or the <c>YYYY.MM.DD</c> of ACR-NEMA.</summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="date">The date, where the result is true.</param>
    /// <returns>False where it is anything else, or no day of the calendar.</returns>
    public static bool TryParseDate(ReadOnlySpan<char> text, out DateOnly date)
    {
        text = text.Trim(" \0");
        date = default;
        var digits = text.Length == 10 && text[4] == '.' && text[7] == '.' ? (int[])[0, 5, 8] : text.Length == 8 ? [0, 4, 6] : [];
        if (digits.Length == 0 || !Number(text.Slice(digits[0], 4), out var year) || !Number(text.Slice(digits[1], 2), out var month) || !Number(text.Slice(digits[2], 2), out var day))
            return false;
        return TryDate(year, month, day, out date);
    }

    /// <summary>
    /// Reads <c>HH[MM[SS[.F…]]]</c>, with or without colons. Parts left out count as zero, a leap second as the end of its
    /// minute; digits beyond 100 ns are cut.
    /// </summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="time">The time of day, where the result is true.</param>
    public static bool TryParseTime(ReadOnlySpan<char> text, out TimeOnly time)
    {
        text = text.Trim(" \0");
        time = default;
        Span<char> plain = stackalloc char[32];
        if (text.Length is 0 or > 32) return false;
        if (text.Length > 2 && text[2] == ':')
        {
            if (text.Length < 5 || text.Length > 5 && text[5] != ':') return false;
            text[..2].CopyTo(plain);
            text.Slice(3, 2).CopyTo(plain[2..]);
            var length = 4;
            if (text.Length > 6)
            {
                text[6..].CopyTo(plain[4..]);
                length += text.Length - 6;
            }
            return TryPlainTime(plain[..length], out time);
        }
        return TryPlainTime(text, out time);
    }

    /// <summary>Reads <c>YYYY[MM[DD[HH[MM[SS[.F…]]]]]][&amp;ZZXX]</c>. Parts left out count as the first.</summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="local">Date and time as written.</param>
    /// <param name="offset">The offset from UTC where the value has one; else (0008,0201) or the site decides.</param>
    public static bool TryParseDateTime(ReadOnlySpan<char> text, out DateTime local, out TimeSpan? offset)
    {
        text = text.Trim(" \0");
        local = default;
        offset = null;
        var sign = text.IndexOfAny('+', '-');
        if (sign >= 0)
        {
            if (!TryParseOffset(text[sign..], out var given)) return false;
            offset = given;
            text = text[..sign];
        }
        var point = text.IndexOf('.');
        var digits = point < 0 ? text.Length : point;
        if (digits < 4 || (digits & 1) != 0 || digits > 14 || point >= 0 && digits != 14) return false;
        int month = 1, day = 1;
        if (!Number(text[..4], out var year) || digits >= 6 && !Number(text.Slice(4, 2), out month) || digits >= 8 && !Number(text.Slice(6, 2), out day)) return false;
        if (!TryDate(year, month, day, out var date)) return false;
        var time = TimeOnly.MinValue;
        if (digits > 8 && !TryPlainTime(text[8..], out time)) return false;
        local = date.ToDateTime(time, DateTimeKind.Unspecified);
        return true;
    }

    /// <summary>Reads an offset from UTC as in (0008,0201): <c>+HHMM</c> or <c>-HHMM</c>, from -1200 to +1400.</summary>
    /// <param name="text">The value; spaces around it are ignored.</param>
    /// <param name="offset">The offset, where the result is true.</param>
    public static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        text = text.Trim(" \0");
        offset = default;
        if (text.Length != 5 || text[0] is not ('+' or '-') || !Number(text.Slice(1, 2), out var hours) || !Number(text.Slice(3, 2), out var minutes) || minutes > 59) return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-') offset = -offset;
        return offset >= TimeSpan.FromHours(-12) && offset <= TimeSpan.FromHours(14);
    }

    /// <summary>Writes a date as DA.</summary>
    /// <param name="date">The date.</param>
    public static string FormatDate(DateOnly date) => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    /// <summary>Writes a time of day as TM, with microseconds where there are any.</summary>
    /// <param name="time">The time of day.</param>
    public static string FormatTime(TimeOnly time) =>
        time.ToString(time.Ticks % TimeSpan.TicksPerSecond / 10 == 0 ? "HHmmss" : "HHmmss.ffffff", CultureInfo.InvariantCulture);

    /// <summary>Writes date, time and offset as DT, with microseconds where there are any.</summary>
    /// <param name="value">The moment.</param>
    public static string FormatDateTime(DateTimeOffset value)
    {
        var text = FormatDate(DateOnly.FromDateTime(value.DateTime)) + FormatTime(TimeOnly.FromDateTime(value.DateTime));
        var offset = value.Offset;
        return text + (offset < TimeSpan.Zero ? "-" : "+") + offset.Duration().ToString("hhmm", CultureInfo.InvariantCulture);
    }

    private static bool TryPlainTime(ReadOnlySpan<char> text, out TimeOnly time)
    {
        time = default;
        var point = text.IndexOf('.');
        var digits = point < 0 ? text.Length : point;
        if (digits is not (2 or 4 or 6) || point >= 0 && digits != 6) return false;
        int minute = 0, second = 0;
        if (!Number(text[..2], out var hour) || digits >= 4 && !Number(text.Slice(2, 2), out minute) || digits == 6 && !Number(text.Slice(4, 2), out second)) return false;
        if (hour > 23 || minute > 59 || second > 60) return false;
        long fraction = 0;
        if (point >= 0)
        {
            long unit = TimeSpan.TicksPerSecond;
            foreach (var c in text[(point + 1)..])
            {
                if (!char.IsAsciiDigit(c)) return false;
                unit /= 10;
                fraction += (c - '0') * unit;
            }
        }
        if (second == 60)
        {
            second = 59;
            fraction = TimeSpan.TicksPerSecond - 1;
        }
        time = new TimeOnly(((hour * 60L + minute) * 60 + second) * TimeSpan.TicksPerSecond + fraction);
        return true;
    }

    private static bool TryDate(int year, int month, int day, out DateOnly date)
    {
        var valid = year >= 1 && month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month);
        date = valid ? new DateOnly(year, month, day) : default;
        return valid;
    }

    private static bool Number(ReadOnlySpan<char> text, out int value) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
