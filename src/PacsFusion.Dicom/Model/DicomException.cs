namespace PacsFusion.Dicom;

/// <summary>
/// Something in DICOM data, or in what was asked of it, cannot be done. Messages name tags, codes and offsets, never values. Immutable.
/// </summary>
public class DicomException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">A stable reason, lower case with hyphens.</param>
    /// <param name="message">What happened, without values of the data set.</param>
    /// <param name="tag">The element concerned.</param>
    /// <param name="offset">Where in the bytes, from their start.</param>
    /// <param name="inner">The cause.</param>
    public DicomException(string code, string message, DicomTag? tag = null, long? offset = null, Exception? inner = null)
        : base(message, inner)
    {
        Code = code;
        Tag = tag;
        Offset = offset;
    }

    /// <summary>A stable reason, lower case with hyphens.</summary>
    public string Code { get; }

    /// <summary>The element concerned, where there is one.</summary>
    public DicomTag? Tag { get; }

    /// <summary>Offset in bytes from the start of what was read, where known.</summary>
    public long? Offset { get; }
}

/// <summary>Bytes are not a data set or a file as PS3.5 and PS3.10 have it, beyond what the read options tolerate. Immutable.</summary>
public sealed class DicomFormatException : DicomException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">A stable reason, lower case with hyphens.</param>
    /// <param name="message">What happened, without values of the data set.</param>
    /// <param name="tag">The element concerned.</param>
    /// <param name="offset">Where in the bytes, from their start.</param>
    /// <param name="inner">The cause.</param>
    public DicomFormatException(string code, string message, DicomTag? tag = null, long? offset = null, Exception? inner = null)
        : base(code, Complete(message, tag, offset), tag, offset, inner)
    {
    }

    private static string Complete(string message, DicomTag? tag, long? offset) =>
        (tag, offset) switch
        {
            ({ } t, { } o) => $"{message} (element {t} at offset {o})",
            ({ } t, null) => $"{message} (element {t})",
            (null, { } o) => $"{message} (at offset {o})",
            _ => message,
        };
}

/// <summary>Pixels cannot be had from a data set; the data set itself is readable. Immutable.</summary>
public sealed class DicomPixelException : DicomException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">A stable reason, lower case with hyphens.</param>
    /// <param name="message">What happened.</param>
    /// <param name="tag">The element concerned.</param>
    /// <param name="inner">The cause.</param>
    public DicomPixelException(string code, string message, DicomTag? tag = null, Exception? inner = null)
        : base(code, message, tag, null, inner)
    {
    }
}
