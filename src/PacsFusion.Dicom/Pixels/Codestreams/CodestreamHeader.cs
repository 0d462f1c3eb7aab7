namespace PacsFusion.Dicom;

/// <summary>
/// What a codestream says about itself. It is compared with the data set before anything is decoded: a decoder that trusts
/// one of the two where they disagree reads or hands out memory that is not the image's.
/// </summary>
internal readonly record struct CodestreamHeader
{
    public required long Width { get; init; }

    public required long Height { get; init; }

    public required int Components { get; init; }

    /// <summary>Bits of the largest component.</summary>
    public required int Precision { get; init; }

    /// <summary>True where components differ in size.</summary>
    public bool IsSubsampled { get; init; }

    /// <summary>True where the stream goes through a colour transform that decoding undoes (JPEG 2000 RCT and ICT).</summary>
    public bool HasColourTransform { get; init; }

    /// <summary>Reads the header of a frame.</summary>
    /// <exception cref="DicomPixelException">codestream-invalid, codestream-not-supported.</exception>
    public static CodestreamHeader Read(CodestreamFamily family, ReadOnlySpan<byte> codestream) => family switch
    {
        CodestreamFamily.Jpeg => JpegHeader.Read(codestream, isJpegLs: false),
        CodestreamFamily.JpegLs => JpegHeader.Read(codestream, isJpegLs: true),
        CodestreamFamily.JpegXl => JpegXlHeader.Read(codestream),
        _ => Jpeg2000Header.Read(codestream),
    };

    /// <summary>Refuses a stream that is not the image of the data set, or that no decoder here gets right.</summary>
    /// <exception cref="DicomPixelException">codestream-mismatch, codestream-not-supported.</exception>
    public void Check(CodestreamFamily family, PixelLayout layout)
    {
        if (Width != layout.Columns || Height != layout.Rows) throw Mismatch("size", DicomTag.Rows);
        if (Components != layout.Samples) throw Mismatch("number of components", DicomTag.SamplesPerPixel);
        if (Precision > layout.BitsAllocated) throw Mismatch("number of bits", DicomTag.BitsAllocated);
        if (family is not (CodestreamFamily.Jpeg2000 or CodestreamFamily.HighThroughput)) return;
        if (IsSubsampled) throw NotSupported("JPEG 2000 components of different sizes are not decoded");
        // The decoders cut these to 8 bits without a word.
        if (Components > 1 && Precision > 8) throw NotSupported("JPEG 2000 colour of more than 8 bits is not decoded");
    }

    public static DicomPixelException Invalid(string message) => new("codestream-invalid", message, DicomTag.PixelData);

    public static DicomPixelException NotSupported(string message) => new("codestream-not-supported", message, DicomTag.PixelData);

    private static DicomPixelException Mismatch(string what, DicomTag tag) =>
        new("codestream-mismatch", $"A frame's codestream has another {what} than the data set says", tag);
}

/// <summary>Kinds of codestreams that have a header of their own.</summary>
internal enum CodestreamFamily
{
    None,
    Jpeg,
    JpegLs,
    Jpeg2000,
    HighThroughput,
    JpegXl,
}

internal static class CodestreamFamilies
{
    /// <summary>The family of a transfer syntax; None where frames are no such stream, or none that is ever decoded.</summary>
    public static CodestreamFamily Of(DicomTransferSyntax syntax) => syntax.Uid switch
    {
        "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.57" or "1.2.840.10008.1.2.4.70" => CodestreamFamily.Jpeg,
        "1.2.840.10008.1.2.4.80" or "1.2.840.10008.1.2.4.81" => CodestreamFamily.JpegLs,
        "1.2.840.10008.1.2.4.90" or "1.2.840.10008.1.2.4.91" => CodestreamFamily.Jpeg2000,
        "1.2.840.10008.1.2.4.201" or "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203" => CodestreamFamily.HighThroughput,
        "1.2.840.10008.1.2.4.110" or "1.2.840.10008.1.2.4.111" or "1.2.840.10008.1.2.4.112" => CodestreamFamily.JpegXl,
        _ => CodestreamFamily.None,
    };
}
