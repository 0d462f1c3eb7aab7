namespace PacsFusion.Dicom;

/// <summary>Choices of writing DICOM JSON. Immutable.</summary>
public sealed record DicomJsonOptions
{
    /// <summary>All defaults.</summary>
    public static DicomJsonOptions Default { get; } = new();

    /// <summary>
    /// Binary values longer than this, in bytes, become a BulkDataURI instead of InlineBinary. Default: 1024.
    /// Encapsulated data always do: PS3.18 has no inline form for fragments.
    /// </summary>
    public int MaxInlineBinary { get; init; } = 1024;

    /// <summary>
    /// Makes the URI of a value that is left out, from where it stands, such as <c>7FE00010</c> or <c>00081140/0/00081155</c>.
    /// Default: a reference into the document itself, <c>#/</c> and the path, which says that the value was left out.
    /// </summary>
    public Func<string, string> BulkDataUri { get; init; } = path => "#/" + path;
}
