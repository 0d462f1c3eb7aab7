namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>One transfer syntax of the module.</summary>
/// <param name="Function">The end of the names of its exports, after Decode and Encode.</param>
/// <param name="IsLosslessTarget">Whether frames can be encoded in it without loss.</param>
internal sealed record ModuleSyntax(string Function, bool IsLosslessTarget);

/// <summary>What the module does of PS3.5 annex A.4.</summary>
internal static class ModuleSyntaxes
{
    private static readonly ModuleSyntax Jpeg = new("Jpeg", false), JpegLossless = new("Jpeg", true), JpegLs = new("JpegLs", false), JpegLsLossless = new("JpegLs", true),
        Jpeg2000 = new("Jpeg2000", false), Jpeg2000Lossless = new("Jpeg2000", true), HighThroughput = new("HtJpeg2000", false),
        HighThroughputLossless = new("HtJpeg2000", true), JpegXl = new("JpegXl", false), JpegXlLossless = new("JpegXl", true);

    public static ModuleSyntax? Find(DicomTransferSyntax syntax) => syntax.Uid switch
    {
        "1.2.840.10008.1.2.4.50" or "1.2.840.10008.1.2.4.51" or "1.2.840.10008.1.2.4.57" => Jpeg,
        "1.2.840.10008.1.2.4.70" => JpegLossless,
        "1.2.840.10008.1.2.4.80" => JpegLsLossless,
        "1.2.840.10008.1.2.4.81" => JpegLs,
        "1.2.840.10008.1.2.4.90" => Jpeg2000Lossless,
        "1.2.840.10008.1.2.4.91" => Jpeg2000,
        "1.2.840.10008.1.2.4.201" => HighThroughputLossless,
        "1.2.840.10008.1.2.4.202" or "1.2.840.10008.1.2.4.203" => HighThroughput,
        "1.2.840.10008.1.2.4.110" => JpegXlLossless,
        "1.2.840.10008.1.2.4.111" or "1.2.840.10008.1.2.4.112" => JpegXl,
        _ => null,
    };

    /// <summary>The module's number of a Photometric Interpretation.</summary>
    public static int Photometric(string interpretation) => interpretation switch
    {
        "MONOCHROME1" => 0,
        "PALETTE COLOR" => 2,
        "RGB" => 3,
        "YBR_FULL" => 4,
        "YBR_FULL_422" => 5,
        "YBR_PARTIAL_422" => 6,
        "YBR_PARTIAL_420" => 7,
        "YBR_ICT" => 8,
        "YBR_RCT" => 9,
        _ => 1,
    };
}
