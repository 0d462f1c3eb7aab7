using System.Globalization;

namespace PacsFusion.Dicom.Network;

/// <summary>Status of a DIMSE response (PS3.7 annex C, PS3.4 annex B.2.3) with an optional comment for the peer.</summary>
/// <param name="Code">The code, (0000,0900).</param>
/// <param name="ErrorComment">Text for (0000,0902), cut to 64 characters when sent; null for none. Holds no patient data.</param>
public readonly record struct DimseStatus(ushort Code, string? ErrorComment = null)
{
    /// <summary>0000H.</summary>
    public static DimseStatus Success { get; } = new(0x0000);

    /// <summary>A700H, refused: out of resources.</summary>
    public static DimseStatus OutOfResources { get; } = new(0xA700);

    /// <summary>A900H, error: data set does not match SOP class.</summary>
    public static DimseStatus DataSetDoesNotMatchSopClass { get; } = new(0xA900);

    /// <summary>C000H, error: cannot understand.</summary>
    public static DimseStatus CannotUnderstand { get; } = new(0xC000);

    /// <summary>0110H, processing failure.</summary>
    public static DimseStatus ProcessingFailure { get; } = new(0x0110);

    /// <summary>0117H, invalid object instance.</summary>
    public static DimseStatus InvalidObjectInstance { get; } = new(0x0117);

    /// <summary>0122H, SOP class not supported.</summary>
    public static DimseStatus SopClassNotSupported { get; } = new(0x0122);

    /// <summary>0124H, refused: not authorized.</summary>
    public static DimseStatus NotAuthorized { get; } = new(0x0124);

    /// <summary>0211H, unrecognized operation.</summary>
    public static DimseStatus UnrecognizedOperation { get; } = new(0x0211);

    /// <summary>FE00H, cancelled.</summary>
    public static DimseStatus Cancel { get; } = new(0xFE00);

    /// <summary>FF00H, pending.</summary>
    public static DimseStatus Pending { get; } = new(0xFF00);

    /// <summary>Done.</summary>
    public bool IsSuccess => Code == 0;

    /// <summary>Done, with something to say: 0001H, 0107H, 0116H, Bxxx.</summary>
    public bool IsWarning => Code is 0x0001 or 0x0107 or 0x0116 or (>= 0xB000 and <= 0xBFFF);

    /// <summary>More responses follow: FF00H, FF01H.</summary>
    public bool IsPending => Code is 0xFF00 or 0xFF01;

    /// <summary>Cancelled on request: FE00H.</summary>
    public bool IsCancel => Code == 0xFE00;

    /// <summary>Not done: everything that is none of the others.</summary>
    public bool IsFailure => !IsSuccess && !IsWarning && !IsPending && !IsCancel;

    /// <summary>The same code with a comment.</summary>
    public DimseStatus WithComment(string comment) => new(Code, comment);

    /// <summary>The code as PS3 writes it, e.g. A700H, and the comment.</summary>
    public override string ToString() => ErrorComment is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Code:X4}H")
        : string.Create(CultureInfo.InvariantCulture, $"{Code:X4}H ({ErrorComment})");
}
