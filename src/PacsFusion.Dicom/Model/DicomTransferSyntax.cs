namespace PacsFusion.Dicom;

/// <summary>How a data set is written as bytes (PS3.5 annex A). Immutable; the same object per identifier of the standard.</summary>
public sealed partial class DicomTransferSyntax
{
    // Flags: i implicit, e explicit, b big endian, d deflated, c encapsulated pixel data, L lossy, ? lossy or not, r retired.
    private DicomTransferSyntax(string uid, string name, string flags)
    {
        Uid = uid;
        Name = name;
        IsExplicitVR = flags.Contains('e', StringComparison.Ordinal);
        IsBigEndian = flags.Contains('b', StringComparison.Ordinal);
        IsDeflated = flags.Contains('d', StringComparison.Ordinal);
        IsEncapsulated = flags.Contains('c', StringComparison.Ordinal);
        IsRetired = flags.Contains('r', StringComparison.Ordinal);
        IsLossy = flags.Contains('?', StringComparison.Ordinal) ? null : flags.Contains('L', StringComparison.Ordinal);
        Encoding = IsBigEndian ? ElementEncoding.ExplicitBig
            : IsExplicitVR ? ElementEncoding.ExplicitLittle
            : ElementEncoding.ImplicitLittle;
    }

    /// <summary>The identifier.</summary>
    public string Uid { get; }

    /// <summary>The name of the standard.</summary>
    public string Name { get; }

    /// <summary>True where the value representation stands in each element.</summary>
    public bool IsExplicitVR { get; }

    /// <summary>True where numbers have their most significant byte first.</summary>
    public bool IsBigEndian { get; }

    /// <summary>True where the whole data set is a deflate stream (RFC 1951).</summary>
    public bool IsDeflated { get; }

    /// <summary>True where Pixel Data is a sequence of fragments (PS3.5 A.4).</summary>
    public bool IsEncapsulated { get; }

    /// <summary>True where the standard no longer maintains it.</summary>
    public bool IsRetired { get; }

    /// <summary>True where pixels lose information, false where not, null where the stream decides.</summary>
    public bool? IsLossy { get; }

    /// <summary>True where the standard does not have it; see <see cref="Unknown"/>.</summary>
    public bool IsUnknown { get; private init; }

    internal ElementEncoding Encoding { get; }

    /// <summary>The transfer syntax of an identifier.</summary>
    /// <param name="uid">The identifier; trailing NUL and spaces are ignored, as real peers send them.</param>
    /// <returns>Null where the identifier is not one of the standard.</returns>
    public static DicomTransferSyntax? Find(string uid) => ByUid.GetValueOrDefault(uid.TrimEnd('\0', ' '));

    /// <summary>
    /// A transfer syntax that the standard does not know, taken as encapsulated explicit VR little endian, which is what
    /// PS3.5 10 asks of private syntaxes in all but name. Its pixels are never decoded.
    /// </summary>
    /// <param name="uid">The identifier.</param>
    public static DicomTransferSyntax Unknown(string uid) => Find(uid) ?? new DicomTransferSyntax(uid, "Unknown", "ec?") { IsUnknown = true };

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
