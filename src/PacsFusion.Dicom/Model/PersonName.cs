namespace PacsFusion.Dicom;

/// <summary>A person name in its three component groups (PS3.5 6.2.1). Each is empty where absent. Immutable.</summary>
/// <param name="Alphabetic">The single-byte form, components parted by <c>^</c>.</param>
/// <param name="Ideographic">The ideographic form.</param>
/// <param name="Phonetic">The phonetic form.</param>
public sealed record PersonName(string Alphabetic, string Ideographic, string Phonetic)
{
    /// <summary>Family name of the first group that is there.</summary>
    public string Family => Component(0);

    /// <summary>Given name of the first group that is there.</summary>
    public string Given => Component(1);

    /// <summary>Middle name of the first group that is there.</summary>
    public string Middle => Component(2);

    /// <summary>Prefix of the first group that is there.</summary>
    public string Prefix => Component(3);

    /// <summary>Suffix of the first group that is there.</summary>
    public string Suffix => Component(4);

    /// <summary>Splits a value of a PN element.</summary>
    /// <param name="value">One value, decoded. What follows a third <c>=</c> stays with the phonetic group.</param>
    public static PersonName Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var groups = value.Split('=', 3);
        return new PersonName(Clean(groups[0]), groups.Length > 1 ? Clean(groups[1]) : "", groups.Length > 2 ? Clean(groups[2]) : "");
    }

    /// <summary>The value as it stands in an element, without empty trailing groups.</summary>
    public override string ToString() => $"{Alphabetic}={Ideographic}={Phonetic}".TrimEnd('=');

    private string Component(int index)
    {
        var group = Alphabetic.Length > 0 ? Alphabetic : Ideographic.Length > 0 ? Ideographic : Phonetic;
        var parts = group.Split('^');
        return index < parts.Length ? parts[index].Trim(' ') : "";
    }

    private static string Clean(string group) => group.TrimEnd(' ');
}
