using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>Dates and times of the data set as local clock readings (PS3.5 6.2: DA, TM, DT), to 100 ns. No time zone is invented.</summary>
internal static class DicomClock
{
    /// <summary>A DA and a TM value as one reading; null where either is missing or invalid.</summary>
    public static DateTime? Combine(string? date, string? time) =>
        Date(date) is { } day && TimeOfDay(time) is { } clock ? day + clock : null;

    /// <summary>A DA value, YYYYMMDD.</summary>
    public static DateTime? Date(string? text) =>
        DateTime.TryParseExact(text?.Trim(), "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>A TM value, HH[MM[SS[.F]]]; second 60 counts as 59.</summary>
    public static TimeSpan? TimeOfDay(string? text)
    {
        var rest = text.AsSpan().Trim();
        if (rest.Length < 2 || rest.Length % 2 != 0 && rest.IndexOf('.') < 0) return null;
        var fraction = 0L;
        var point = rest.IndexOf('.');
        if (point >= 0)
        {
            if (point != 6 || !TryFraction(rest[(point + 1)..], out fraction)) return null;
            rest = rest[..point];
        }
        if (rest.Length is not (2 or 4 or 6)) return null;
        int minute = 0, second = 0;
        if (!TwoDigits(rest, 0, 23, out var hour) || rest.Length > 2 && !TwoDigits(rest, 2, 59, out minute) || rest.Length > 4 && !TwoDigits(rest, 4, 60, out second))
            return null;
        return new TimeSpan(hour, minute, Math.Min(second, 59)) + TimeSpan.FromTicks(fraction);
    }

    /// <summary>
    /// A DT value with at least date and hour. An offset from UTC is turned into the zone of the data set where that is known, and dropped
    /// where it is not: the other times of the same header are local too.
    /// </summary>
    /// <param name="text">The value.</param>
    /// <param name="datasetOffset">Timezone Offset From UTC (0008,0201), or null.</param>
    public static DateTime? DateAndTime(string? text, string? datasetOffset = null)
    {
        var value = text?.Trim() ?? "";
        TimeSpan? own = null;
        var sign = value.LastIndexOfAny(['+', '-']);
        if (sign >= 0)
        {
            own = Offset(value[sign..]);
            if (own is null) return null;
            value = value[..sign];
        }
        if (value.Length < 10 || Combine(value[..8], value[8..]) is not { } reading) return null;
        return own is { } from && Offset(datasetOffset) is { } to ? reading - from + to : reading;
    }

    private static TimeSpan? Offset(string? text)
    {
        var value = text?.Trim() ?? "";
        if (value.Length != 5 || value[0] is not ('+' or '-')) return null;
        if (!TwoDigits(value, 1, 14, out var hours) || !TwoDigits(value, 3, 59, out var minutes)) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return value[0] == '-' ? -offset : offset;
    }

    private static bool TwoDigits(ReadOnlySpan<char> text, int at, int maximum, out int value)
    {
        value = 0;
        if (at + 2 > text.Length || !char.IsAsciiDigit(text[at]) || !char.IsAsciiDigit(text[at + 1])) return false;
        value = (text[at] - '0') * 10 + text[at + 1] - '0';
        return value <= maximum;
    }

    private static bool TryFraction(ReadOnlySpan<char> digits, out long ticks)
    {
        ticks = 0;
        if (digits.Length is 0 or > 9) return false;
        for (var i = 0; i < 7; i++)
        {
            var digit = i < digits.Length ? digits[i] : '0';
            if (!char.IsAsciiDigit(digit)) return false;
            ticks = ticks * 10 + digit - '0';
        }
        return true;
    }
}
