namespace PacsFusion.Dicom;

/// <summary>What to do where the bytes end inside a value.</summary>
public enum TruncationRule
{
    /// <summary>Pixel data of the outermost level are kept as far as they go, with a warning; anything else is refused.</summary>
    KeepPixelData,

    /// <summary>Refused wherever it happens.</summary>
    Refuse,

    /// <summary>
    /// Every complete element before the cut is kept, with a warning, and a sequence may end with the bytes where its
    /// delimiter is missing.
    /// </summary>
    KeepComplete,
}

/// <summary>What to do where the data set is plainly not in the transfer syntax that was declared.</summary>
public enum SyntaxMismatchRule
{
    /// <summary>Implicit and explicit little endian are told apart by the first element, with a warning; big endian is refused.</summary>
    Detect,

    /// <summary>Refused.</summary>
    Refuse,
}

/// <summary>What to do with a file that has no meta information (PS3.10 7.1).</summary>
public enum MissingMetaRule
{
    /// <summary>Refused: the transfer syntax is not declared.</summary>
    Refuse,

    /// <summary>The syntax is guessed from the first element, with a warning; encapsulated pixel data stay opaque.</summary>
    Guess,
}

/// <summary>Limits and tolerances of reading. The defaults suit data from outside. Immutable; one may serve all threads.</summary>
public sealed record DicomReadOptions
{
    /// <summary>All defaults.</summary>
    public static DicomReadOptions Default { get; } = new();

    /// <summary>Stops before the pixel data and the elements behind them; pixel data are not even read from disk.</summary>
    public static DicomReadOptions Header { get; } = new() { StopBefore = new DicomTag(0x7FE0, 0x0008) };

    /// <summary>Reading ends before the first element of the outermost level whose tag is this or higher. Default: null, read all.</summary>
    public DicomTag? StopBefore { get; init; }

    /// <summary>
    /// Pixel data of more bytes than this stay in the file until they are asked for, where they are not compressed and end it.
    /// They are then read from the file again, which must still be there and unchanged (else DicomException file-changed, or
    /// IOException). Default: 64 KiB. <see cref="int.MaxValue"/>: everything is read at once.
    /// </summary>
    public int LeaveInFile { get; init; } = 64 << 10;

    /// <summary>How deep sequences may nest. Default: 64.</summary>
    public int MaxDepth { get; init; } = 64;

    internal const int Large = 10_000_000;
    internal const int LargeDeflatedRatio = 16;
    internal const int LargeElementRatio = 25;
    internal const int LargeElements = 4_000_000;

    /// <summary>How many bytes a deflated data set may become; one that is 10 million bytes or more may always become 16 times as many. Default: 48 million.</summary>
    public long MaxInflatedLength { get; init; } = 48_000_000;

    /// <summary>
    /// How many elements and items a data set may hold, nested ones included; one of 10 million bytes or more may always hold one for
    /// every 25 bytes, up to 4 million. Default: 400,000.
    /// </summary>
    public int MaxElements { get; init; } = 400_000;

    /// <summary>How large a file may be. Default: 2,147,483,591 bytes, which is also the most that can be held.</summary>
    public long MaxFileLength { get; init; } = Array.MaxLength;

    /// <summary>What to do where the bytes end inside a value. Default: <see cref="TruncationRule.KeepPixelData"/>.</summary>
    public TruncationRule Truncation { get; init; }

    /// <summary>What to do with a wrongly declared transfer syntax. Default: <see cref="SyntaxMismatchRule.Detect"/>.</summary>
    public SyntaxMismatchRule SyntaxMismatch { get; init; }

    /// <summary>What to do with a file without meta information. Default: <see cref="MissingMetaRule.Refuse"/>.</summary>
    public MissingMetaRule MissingMeta { get; init; }

    /// <summary>Called for each deviation that was tolerated, on the thread that reads. Default: null.</summary>
    public Action<DicomReadWarning>? OnWarning { get; init; }
}

/// <summary>A deviation from the standard that reading tolerated. Immutable.</summary>
/// <param name="Code">What it was: a stable word, lower case with hyphens.</param>
/// <param name="Tag">The element concerned, where there is one.</param>
/// <param name="Offset">Bytes from the start of what was read; in a deflated data set, of the inflated bytes.</param>
public readonly record struct DicomReadWarning(string Code, DicomTag? Tag, long Offset);
