using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>The kinds of single values that a configuration is made of.</summary>
internal static partial class Scalars
{
    private static readonly (string Unit, double Seconds)[] TimeUnits =
        [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)];

    private static readonly (string Unit, double Bytes)[] SizeUnits =
        [("B", 1), ("kB", 1e3), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9), ("TB", 1e12), ("KiB", 1L << 10), ("MiB", 1L << 20), ("GiB", 1L << 30), ("TiB", 1L << 40)];

    private static readonly (string Unit, double Millimetres)[] LengthUnits = [("mm", 1), ("cm", 10)];

    /// <summary>Text of 1 to <paramref name="maxLength"/> characters; an empty one only where <paramref name="orEmpty"/>.</summary>
    public static ScalarShape Text(string expected, int maxLength = 200, bool orEmpty = false) => new("text", expected, text =>
        text.Length == 0 && !orEmpty ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"must be {expected}; it is empty.")
        : text.Length > maxLength ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"has {text.Length} characters; at most {maxLength} are taken.")
        : new(text));

    /// <summary>Text of a pattern that an editor can check too.</summary>
    public static ScalarShape Matching(string expected, string pattern) => new("text", expected, text =>
        Regex.IsMatch(text, pattern, RegexOptions.CultureInvariant) ? new(text)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be {expected}, not '{text}'."))
    { Pattern = pattern };

    /// <summary>An AE title: PS3.5 6.2, 1 to 16 characters, no backslash, no control characters, not only spaces.</summary>
    public static ScalarShape AeTitle() => new("text", "an AE title", text =>
        text.Trim() is { Length: >= 1 and <= 16 } trimmed && trimmed.All(c => c is >= ' ' and <= '~' and not '\\') ? new(trimmed)
        : ScalarOutcome.Refuse(text.Trim().Length is 0 or > 16 ? FindingCodes.OutOfRange : FindingCodes.InvalidValue,
            $"must be an AE title, not '{text}'.", "An AE title has 1 to 16 characters of ASCII without backslash."))
    { Pattern = @"^[ -\[\]-~]{1,16}$" };

    /// <summary>A whole number.</summary>
    public static ScalarShape Integer(int minimum, int maximum) => new("integer", "a whole number", text =>
        !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            ? Plain().IsMatch(text)
                ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"is {text}; it must lie between {Show(minimum)} and {Show(maximum)}.")
                : ScalarOutcome.Refuse(FindingCodes.WrongType, $"must be a whole number, not '{text}'.", $"A number from {Show(minimum)} to {Show(maximum)}, without unit.")
        : value < minimum || value > maximum
            ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"is {text}; it must lie between {Show(minimum)} and {Show(maximum)}.")
        : new(value))
    { Minimum = minimum, Maximum = maximum };

    /// <summary>A number.</summary>
    public static ScalarShape Number(double minimum, double maximum) => new("number", "a number", text =>
        !TryNumber(text, out var value)
            ? ScalarOutcome.Refuse(FindingCodes.WrongType, $"must be a number, not '{text}'.", $"A number from {Show(minimum)} to {Show(maximum)}, without unit.")
        : value < minimum || value > maximum
            ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"is {text}; it must lie between {Show(minimum)} and {Show(maximum)}.")
        : new(value))
    { Minimum = minimum, Maximum = maximum };

    /// <summary>true or false.</summary>
    public static ScalarShape Flag() => new("boolean", "true or false", text => text switch
    {
        "true" => new(true),
        "false" => new(false),
        _ => ScalarOutcome.Refuse(FindingCodes.WrongType, $"must be true or false, not '{text}'.",
            text.ToUpperInvariant() switch
            {
                "YES" or "ON" or "TRUE" or "1" => "Write true.",
                "NO" or "OFF" or "FALSE" or "0" => "Write false.",
                _ => "",
            }),
    });

    /// <summary>A time span with its unit: 500ms, 60s, 10m, 2h, 7d.</summary>
    public static ScalarShape Duration(TimeSpan minimum, TimeSpan maximum) => Quantity(
        "a duration such as 60s", TimeUnits, minimum.TotalSeconds, maximum.TotalSeconds, v => TimeSpan.FromSeconds(v), s => Show(TimeSpan.FromSeconds(s)));

    /// <summary>A number of bytes with its unit: 500MB, 10GB, 4GiB.</summary>
    public static ScalarShape Size(double minimum, double maximum) => Quantity(
        "a size such as 10GB", SizeUnits, minimum, maximum, v => (long)v, v => Show(v) + "B");

    /// <summary>A length in the patient with its unit: 2.5mm.</summary>
    public static ScalarShape Length(double minimum, double maximum) => Quantity(
        "a length such as 2.5mm", LengthUnits, minimum, maximum, v => v, v => Show(v) + "mm");

    /// <summary>One word out of a closed list.</summary>
    public static ScalarShape Choice(string expected, params IReadOnlyList<string> words) => new("text", expected, text =>
        words.Contains(text) ? new(text)
        : ScalarOutcome.Refuse(FindingCodes.UnknownValue, $"must be {expected}, not '{text}'.", Spelling.Hint(text, words)))
    { Values = words };

    /// <summary>An absolute http or https address; a slash at its end is dropped.</summary>
    public static ScalarShape Url(params IReadOnlyList<string> schemes) => new("text", $"an address that begins with {string.Join(" or ", schemes)}://", text =>
        Uri.TryCreate(text.TrimEnd('/'), UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0
            && uri.UserInfo.Length == 0 && uri.Query.Length == 0 && uri.Fragment.Length == 0 ? new(uri)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be an address that begins with {string.Join(" or ", schemes)}://, without account, query or fragment."))
    { Pattern = $"^({string.Join('|', schemes)})://" };

    /// <summary>An absolute URI, as FHIR uses for systems.</summary>
    public static ScalarShape SystemUri() => new("text", "a URI such as urn:oid:1.2.3", text =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "urn" or "http" or "https" ? new(text)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be a URI such as urn:oid:1.2.3, not '{text}'."))
    { Pattern = "^(urn:|https?://)" };

    /// <summary>An IP address to listen on.</summary>
    public static ScalarShape Address() => new("text", "an IP address", text =>
        IPAddress.TryParse(text, out var address) ? new(address)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be an IP address, not '{text}'.", "127.0.0.1 for this machine alone, 0.0.0.0 or :: for all its addresses."));

    /// <summary>One IP address, or a range in CIDR form.</summary>
    public static ScalarShape Network() => new("text", "an IP address or a range such as 10.1.0.0/16", text =>
        IPNetwork.TryParse(text, out var network) && text.Split('/')[0] is var start && IPAddress.Parse(start).Equals(network.BaseAddress) ? new(network)
        : IPAddress.TryParse(text, out var address) ? new(new IPNetwork(address, address.GetAddressBytes().Length * 8))
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be an IP address or a range such as 10.1.0.0/16, not '{text}'.",
            "In a range the bits behind the prefix are zero."));

    /// <summary>A regular expression, case ignored. Run without backtracking, so that no text can stall it.</summary>
    public static ScalarShape Pattern() => new("text", "a regular expression", text =>
    {
        try
        {
            return new(new Regex(text, RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"is not a regular expression that can be used: {e.Message}", "Back references and look-around are not taken.");
        }
    });

    /// <summary>A zone of the IANA database.</summary>
    public static ScalarShape TimeZone() => new("text", "a time zone such as Europe/Berlin", text =>
        TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone) ? new(zone)
        : ScalarOutcome.Refuse(FindingCodes.UnknownValue, $"must be a time zone such as Europe/Berlin, not '{text}'.", "Names are those of the IANA database."));

    /// <summary>A condition of the gate such as ">= 0.90".</summary>
    public static ScalarShape Condition() => new("text", "a comparison such as \">= 0.90\"", text =>
        GateCondition.Parse(text).TryGet(out var condition, out _) ? new(condition)
        : ScalarOutcome.Refuse(FindingCodes.InvalidValue, $"must be a comparison such as \">= 0.90\", not '{text}'.",
            "Operators: >=, >, <=, <. Keep the quotes: a bare > means something else in YAML."))
    { Pattern = @"^\s*(>=|>|<=|<)\s*[+-]?[0-9.]+\s*$" };

    private static ScalarShape Quantity(string expected, (string Unit, double Factor)[] units, double minimum, double maximum, Func<double, object> make, Func<double, string> show)
    {
        var names = string.Join(", ", units.Select(u => u.Unit));
        return new("text", expected, text =>
        {
            var match = QuantityText().Match(text);
            if (!match.Success) return ScalarOutcome.Refuse(FindingCodes.WrongType, $"must be {expected}, not '{text}'.", $"Units: {names}.");
            var unit = match.Groups["unit"].Value;
            var number = match.Groups["number"].Value;
            var known = units.FirstOrDefault(u => u.Unit == unit);
            if (known.Unit is null)
            {
                return unit.Length == 0
                    ? ScalarOutcome.Refuse(FindingCodes.WrongUnit, $"has no unit: {text}.", $"Write the unit behind the number, {number}{units[units.Length > 4 ? 1 : 0].Unit} for example. Units: {names}.")
                    : ScalarOutcome.Refuse(FindingCodes.WrongUnit, $"has the unit '{unit}', which is none of {names}.",
                        units.FirstOrDefault(u => u.Unit.Equals(unit, StringComparison.OrdinalIgnoreCase)).Unit is { } near ? $"Did you mean '{number}{near}'?" : $"Write {expected["a ".Length..]}.");
            }
            // decimal, so that 10GB is ten milliards to the byte
            var value = (double)(decimal.Parse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * (decimal)known.Factor);
            return value < minimum || value > maximum
                ? ScalarOutcome.Refuse(FindingCodes.OutOfRange, $"is {text}; it must lie between {show(minimum)} and {show(maximum)}.")
                : new(make(value));
        })
        { Pattern = $"^[0-9]+(\\.[0-9]+)? ?({string.Join('|', units.Select(u => u.Unit))})$" };
    }

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    private static string Show(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Show(TimeSpan value) =>
        value.TotalSeconds is var s && s >= 86400 && s % 86400 == 0 ? Show(s / 86400) + "d"
        : s >= 3600 && s % 3600 == 0 ? Show(s / 3600) + "h"
        : s >= 60 && s % 60 == 0 ? Show(s / 60) + "m"
        : s >= 1 || s == 0 ? Show(s) + "s"
        : Show(s * 1000) + "ms";

    // At most 12 digits before the point: nothing that a person means is longer, and decimal cannot overflow.
    [GeneratedRegex(@"^(?<number>[0-9]{1,12}(\.[0-9]{1,6})?) ?(?<unit>[A-Za-zµ%]*)$", RegexOptions.CultureInvariant)]
    private static partial Regex QuantityText();

    [GeneratedRegex("^[+-]?[0-9]+$", RegexOptions.CultureInvariant)]
    private static partial Regex Plain();
}
