using System.Globalization;

namespace PacsFusion.Dicom;

/// <summary>
/// A data element tag: group and element number. One static property per keyword of the dictionary
/// (<see cref="DicomDictionary.Edition"/>). Ordered as data sets are. Immutable.
/// </summary>
public readonly partial struct DicomTag : IEquatable<DicomTag>, IComparable<DicomTag>
{
    /// <summary>Creates a tag.</summary>
    /// <param name="group">Group number.</param>
    /// <param name="element">Element number.</param>
    public DicomTag(ushort group, ushort element) => Value = (uint)group << 16 | element;

    internal DicomTag(uint value) => Value = value;

    /// <summary>Group and element in one number, <c>ggggeeee</c>.</summary>
    public uint Value { get; }

    /// <summary>The group number.</summary>
    public ushort Group => (ushort)(Value >> 16);

    /// <summary>The element number.</summary>
    public ushort Element => (ushort)Value;

    /// <summary>True for odd groups (PS3.5 7.8).</summary>
    public bool IsPrivate => (Value & 0x10000) != 0;

    /// <summary>True for (gggg,0010-00FF) of odd groups, which name the owner of a block (PS3.5 7.8.1).</summary>
    public bool IsPrivateCreator => IsPrivate && Element is >= 0x10 and <= 0xFF;

    /// <summary>The keyword of the dictionary, such as <c>PatientName</c>; empty where the tag is not in it.</summary>
    public string Keyword => DicomDictionary.KeywordOf(this) ?? "";

    /// <summary>Reads <c>(gggg,eeee)</c>, <c>gggg,eeee</c>, <c>ggggeeee</c> (hexadecimal) or a keyword.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tag">The tag, where the result is true.</param>
    /// <returns>False where the text is none of these.</returns>
    public static bool TryParse(ReadOnlySpan<char> text, out DicomTag tag)
    {
        var digits = text.Trim();
        if (digits.Length == 11 && digits[0] == '(' && digits[^1] == ')') digits = digits[1..^1];
        var comma = digits.Length == 9 && digits[4] == ',';
        if ((comma || digits.Length == 8)
            && ushort.TryParse(digits[..4], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var group)
            && ushort.TryParse(digits[^4..], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var element))
        {
            tag = new DicomTag(group, element);
            return true;
        }
        return DicomDictionary.TryFind(text.Trim(), out tag);
    }

    /// <inheritdoc/>
    public bool Equals(DicomTag other) => Value == other.Value;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DicomTag other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)(Value * 0x9E3779B1u);

    /// <inheritdoc/>
    public int CompareTo(DicomTag other) => Value.CompareTo(other.Value);

    /// <summary>The tag as <c>(gggg,eeee)</c>, hexadecimal, capitals.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"({Group:X4},{Element:X4})");

    /// <summary>Equality.</summary>
    public static bool operator ==(DicomTag left, DicomTag right) => left.Value == right.Value;

    /// <summary>Inequality.</summary>
    public static bool operator !=(DicomTag left, DicomTag right) => left.Value != right.Value;

    /// <summary>Order of data sets.</summary>
    public static bool operator <(DicomTag left, DicomTag right) => left.Value < right.Value;

    /// <summary>Order of data sets.</summary>
    public static bool operator >(DicomTag left, DicomTag right) => left.Value > right.Value;

    /// <summary>Order of data sets.</summary>
    public static bool operator <=(DicomTag left, DicomTag right) => left.Value <= right.Value;

    /// <summary>Order of data sets.</summary>
    public static bool operator >=(DicomTag left, DicomTag right) => left.Value >= right.Value;
}
