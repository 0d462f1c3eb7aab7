using System.Collections.Frozen;

namespace PacsFusion.Dicom;

public sealed partial class DicomTransferSyntax
{
    /// <summary>Implicit VR Little Endian, 1.2.840.10008.1.2.</summary>
    public static DicomTransferSyntax ImplicitVRLittleEndian { get; } = new("1.2.840.10008.1.2", "Implicit VR Little Endian", "i");

    /// <summary>Explicit VR Little Endian, 1.2.840.10008.1.2.1.</summary>
    public static DicomTransferSyntax ExplicitVRLittleEndian { get; } = new("1.2.840.10008.1.2.1", "Explicit VR Little Endian", "e");

    /// <summary>Encapsulated Uncompressed Explicit VR Little Endian, 1.2.840.10008.1.2.1.98.</summary>
    public static DicomTransferSyntax EncapsulatedUncompressedExplicitVRLittleEndian { get; } = new("1.2.840.10008.1.2.1.98", "Encapsulated Uncompressed Explicit VR Little Endian", "ec");

    /// <summary>Deflated Explicit VR Little Endian, 1.2.840.10008.1.2.1.99.</summary>
    public static DicomTransferSyntax DeflatedExplicitVRLittleEndian { get; } = new("1.2.840.10008.1.2.1.99", "Deflated Explicit VR Little Endian", "ed");

    /// <summary>Explicit VR Big Endian (Retired), 1.2.840.10008.1.2.2.</summary>
    public static DicomTransferSyntax ExplicitVRBigEndian { get; } = new("1.2.840.10008.1.2.2", "Explicit VR Big Endian (Retired)", "ebr");

    /// <summary>JPEG Baseline (Process 1), 1.2.840.10008.1.2.4.50.</summary>
    public static DicomTransferSyntax JpegBaseline8Bit { get; } = new("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)", "ecL");

    /// <summary>JPEG Extended (Process 2 and 4), 1.2.840.10008.1.2.4.51.</summary>
    public static DicomTransferSyntax JpegExtended12Bit { get; } = new("1.2.840.10008.1.2.4.51", "JPEG Extended (Process 2 & 4)", "ecL");

    /// <summary>JPEG Extended (Process 3 and 5) (Retired), 1.2.840.10008.1.2.4.52.</summary>
    public static DicomTransferSyntax JpegExtended35 { get; } = new("1.2.840.10008.1.2.4.52", "JPEG Extended (Process 3 & 5) (Retired)", "ecLr");

    /// <summary>JPEG Spectral Selection, Non-Hierarchical (Process 6 and 8) (Retired), 1.2.840.10008.1.2.4.53.</summary>
    public static DicomTransferSyntax JpegSpectralSelectionNonHierarchical68 { get; } = new("1.2.840.10008.1.2.4.53", "JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8) (Retired)", "ecLr");

    /// <summary>JPEG Spectral Selection, Non-Hierarchical (Process 7 and 9) (Retired), 1.2.840.10008.1.2.4.54.</summary>
    public static DicomTransferSyntax JpegSpectralSelectionNonHierarchical79 { get; } = new("1.2.840.10008.1.2.4.54", "JPEG Spectral Selection, Non-Hierarchical (Process 7 & 9) (Retired)", "ecLr");

    /// <summary>JPEG Full Progression, Non-Hierarchical (Process 10 and 12) (Retired), 1.2.840.10008.1.2.4.55.</summary>
    public static DicomTransferSyntax JpegFullProgressionNonHierarchical1012 { get; } = new("1.2.840.10008.1.2.4.55", "JPEG Full Progression, Non-Hierarchical (Process 10 & 12) (Retired)", "ecLr");

    /// <summary>JPEG Full Progression, Non-Hierarchical (Process 11 and 13) (Retired), 1.2.840.10008.1.2.4.56.</summary>
    public static DicomTransferSyntax JpegFullProgressionNonHierarchical1113 { get; } = new("1.2.840.10008.1.2.4.56", "JPEG Full Progression, Non-Hierarchical (Process 11 & 13) (Retired)", "ecLr");

    /// <summary>JPEG Lossless, Non-Hierarchical (Process 14), 1.2.840.10008.1.2.4.57.</summary>
    public static DicomTransferSyntax JpegLossless { get; } = new("1.2.840.10008.1.2.4.57", "JPEG Lossless, Non-Hierarchical (Process 14)", "ec");

    /// <summary>JPEG Lossless, Non-Hierarchical (Process 15) (Retired), 1.2.840.10008.1.2.4.58.</summary>
    public static DicomTransferSyntax JpegLosslessNonHierarchical15 { get; } = new("1.2.840.10008.1.2.4.58", "JPEG Lossless, Non-Hierarchical (Process 15) (Retired)", "ecr");

    /// <summary>JPEG Extended, Hierarchical (Process 16 and 18) (Retired), 1.2.840.10008.1.2.4.59.</summary>
    public static DicomTransferSyntax JpegExtendedHierarchical1618 { get; } = new("1.2.840.10008.1.2.4.59", "JPEG Extended, Hierarchical (Process 16 & 18) (Retired)", "ecLr");

    /// <summary>JPEG Extended, Hierarchical (Process 17 and 19) (Retired), 1.2.840.10008.1.2.4.60.</summary>
    public static DicomTransferSyntax JpegExtendedHierarchical1719 { get; } = new("1.2.840.10008.1.2.4.60", "JPEG Extended, Hierarchical (Process 17 & 19) (Retired)", "ecLr");

    /// <summary>JPEG Spectral Selection, Hierarchical (Process 20 and 22) (Retired), 1.2.840.10008.1.2.4.61.</summary>
    public static DicomTransferSyntax JpegSpectralSelectionHierarchical2022 { get; } = new("1.2.840.10008.1.2.4.61", "JPEG Spectral Selection, Hierarchical (Process 20 & 22) (Retired)", "ecLr");

    /// <summary>JPEG Spectral Selection, Hierarchical (Process 21 and 23) (Retired), 1.2.840.10008.1.2.4.62.</summary>
    public static DicomTransferSyntax JpegSpectralSelectionHierarchical2123 { get; } = new("1.2.840.10008.1.2.4.62", "JPEG Spectral Selection, Hierarchical (Process 21 & 23) (Retired)", "ecLr");

    /// <summary>JPEG Full Progression, Hierarchical (Process 24 and 26) (Retired), 1.2.840.10008.1.2.4.63.</summary>
    public static DicomTransferSyntax JpegFullProgressionHierarchical2426 { get; } = new("1.2.840.10008.1.2.4.63", "JPEG Full Progression, Hierarchical (Process 24 & 26) (Retired)", "ecLr");

    /// <summary>JPEG Full Progression, Hierarchical (Process 25 and 27) (Retired), 1.2.840.10008.1.2.4.64.</summary>
    public static DicomTransferSyntax JpegFullProgressionHierarchical2527 { get; } = new("1.2.840.10008.1.2.4.64", "JPEG Full Progression, Hierarchical (Process 25 & 27) (Retired)", "ecLr");

    /// <summary>JPEG Lossless, Hierarchical (Process 28) (Retired), 1.2.840.10008.1.2.4.65.</summary>
    public static DicomTransferSyntax JpegLosslessHierarchical28 { get; } = new("1.2.840.10008.1.2.4.65", "JPEG Lossless, Hierarchical (Process 28) (Retired)", "ecr");

    /// <summary>JPEG Lossless, Hierarchical (Process 29) (Retired), 1.2.840.10008.1.2.4.66.</summary>
    public static DicomTransferSyntax JpegLosslessHierarchical29 { get; } = new("1.2.840.10008.1.2.4.66", "JPEG Lossless, Hierarchical (Process 29) (Retired)", "ecr");

    /// <summary>JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14, Selection Value 1), 1.2.840.10008.1.2.4.70.</summary>
    public static DicomTransferSyntax JpegLosslessSV1 { get; } = new("1.2.840.10008.1.2.4.70", "JPEG Lossless, Non-Hierarchical, First-Order Prediction (Process 14, Selection Value 1)", "ec");

    /// <summary>JPEG-LS Lossless Image Compression, 1.2.840.10008.1.2.4.80.</summary>
    public static DicomTransferSyntax JpegLSLossless { get; } = new("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless Image Compression", "ec");

    /// <summary>JPEG-LS Lossy (Near-Lossless) Image Compression, 1.2.840.10008.1.2.4.81.</summary>
    public static DicomTransferSyntax JpegLSNearLossless { get; } = new("1.2.840.10008.1.2.4.81", "JPEG-LS Lossy (Near-Lossless) Image Compression", "ecL");

    /// <summary>JPEG 2000 Image Compression (Lossless Only), 1.2.840.10008.1.2.4.90.</summary>
    public static DicomTransferSyntax Jpeg2000Lossless { get; } = new("1.2.840.10008.1.2.4.90", "JPEG 2000 Image Compression (Lossless Only)", "ec");

    /// <summary>JPEG 2000 Image Compression, 1.2.840.10008.1.2.4.91.</summary>
    public static DicomTransferSyntax Jpeg2000 { get; } = new("1.2.840.10008.1.2.4.91", "JPEG 2000 Image Compression", "ec?");

    /// <summary>JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only), 1.2.840.10008.1.2.4.92.</summary>
    public static DicomTransferSyntax Jpeg2000MultiComponentLossless { get; } = new("1.2.840.10008.1.2.4.92", "JPEG 2000 Part 2 Multi-component Image Compression (Lossless Only)", "ec");

    /// <summary>JPEG 2000 Part 2 Multi-component Image Compression, 1.2.840.10008.1.2.4.93.</summary>
    public static DicomTransferSyntax Jpeg2000MultiComponent { get; } = new("1.2.840.10008.1.2.4.93", "JPEG 2000 Part 2 Multi-component Image Compression", "ec?");

    /// <summary>JPIP Referenced, 1.2.840.10008.1.2.4.94.</summary>
    public static DicomTransferSyntax JpipReferenced { get; } = new("1.2.840.10008.1.2.4.94", "JPIP Referenced", "e?");

    /// <summary>JPIP Referenced Deflate, 1.2.840.10008.1.2.4.95.</summary>
    public static DicomTransferSyntax JpipReferencedDeflate { get; } = new("1.2.840.10008.1.2.4.95", "JPIP Referenced Deflate", "ed?");

    /// <summary>MPEG2 Main Profile / Main Level, 1.2.840.10008.1.2.4.100.</summary>
    public static DicomTransferSyntax Mpeg2MainProfileMainLevel { get; } = new("1.2.840.10008.1.2.4.100", "MPEG2 Main Profile / Main Level", "ecL");

    /// <summary>Fragmentable MPEG2 Main Profile / Main Level, 1.2.840.10008.1.2.4.100.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg2MainProfileMainLevel { get; } = new("1.2.840.10008.1.2.4.100.1", "Fragmentable MPEG2 Main Profile / Main Level", "ecL");

    /// <summary>MPEG2 Main Profile / High Level, 1.2.840.10008.1.2.4.101.</summary>
    public static DicomTransferSyntax Mpeg2MainProfileHighLevel { get; } = new("1.2.840.10008.1.2.4.101", "MPEG2 Main Profile / High Level", "ecL");

    /// <summary>Fragmentable MPEG2 Main Profile / High Level, 1.2.840.10008.1.2.4.101.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg2MainProfileHighLevel { get; } = new("1.2.840.10008.1.2.4.101.1", "Fragmentable MPEG2 Main Profile / High Level", "ecL");

    /// <summary>MPEG-4 AVC/H.264 High Profile / Level 4.1, 1.2.840.10008.1.2.4.102.</summary>
    public static DicomTransferSyntax Mpeg4HighProfileLevel41 { get; } = new("1.2.840.10008.1.2.4.102", "MPEG-4 AVC/H.264 High Profile / Level 4.1", "ecL");

    /// <summary>Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1, 1.2.840.10008.1.2.4.102.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg4HighProfileLevel41 { get; } = new("1.2.840.10008.1.2.4.102.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.1", "ecL");

    /// <summary>MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1, 1.2.840.10008.1.2.4.103.</summary>
    public static DicomTransferSyntax Mpeg4BDCompatibleHighProfileLevel41 { get; } = new("1.2.840.10008.1.2.4.103", "MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", "ecL");

    /// <summary>Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1, 1.2.840.10008.1.2.4.103.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg4BDCompatibleHighProfileLevel41 { get; } = new("1.2.840.10008.1.2.4.103.1", "Fragmentable MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1", "ecL");

    /// <summary>MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video, 1.2.840.10008.1.2.4.104.</summary>
    public static DicomTransferSyntax Mpeg4HighProfileLevel42For2DVideo { get; } = new("1.2.840.10008.1.2.4.104", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", "ecL");

    /// <summary>Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video, 1.2.840.10008.1.2.4.104.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg4HighProfileLevel42For2DVideo { get; } = new("1.2.840.10008.1.2.4.104.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video", "ecL");

    /// <summary>MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video, 1.2.840.10008.1.2.4.105.</summary>
    public static DicomTransferSyntax Mpeg4HighProfileLevel42For3DVideo { get; } = new("1.2.840.10008.1.2.4.105", "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", "ecL");

    /// <summary>Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video, 1.2.840.10008.1.2.4.105.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg4HighProfileLevel42For3DVideo { get; } = new("1.2.840.10008.1.2.4.105.1", "Fragmentable MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video", "ecL");

    /// <summary>MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2, 1.2.840.10008.1.2.4.106.</summary>
    public static DicomTransferSyntax Mpeg4StereoHighProfileLevel42 { get; } = new("1.2.840.10008.1.2.4.106", "MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", "ecL");

    /// <summary>Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2, 1.2.840.10008.1.2.4.106.1.</summary>
    public static DicomTransferSyntax FragmentableMpeg4StereoHighProfileLevel42 { get; } = new("1.2.840.10008.1.2.4.106.1", "Fragmentable MPEG-4 AVC/H.264 Stereo High Profile / Level 4.2", "ecL");

    /// <summary>HEVC/H.265 Main Profile / Level 5.1, 1.2.840.10008.1.2.4.107.</summary>
    public static DicomTransferSyntax HevcMainProfileLevel51 { get; } = new("1.2.840.10008.1.2.4.107", "HEVC/H.265 Main Profile / Level 5.1", "ecL");

    /// <summary>HEVC/H.265 Main 10 Profile / Level 5.1, 1.2.840.10008.1.2.4.108.</summary>
    public static DicomTransferSyntax HevcMain10ProfileLevel51 { get; } = new("1.2.840.10008.1.2.4.108", "HEVC/H.265 Main 10 Profile / Level 5.1", "ecL");

    /// <summary>JPEG XL Lossless, 1.2.840.10008.1.2.4.110.</summary>
    public static DicomTransferSyntax JpegXLLossless { get; } = new("1.2.840.10008.1.2.4.110", "JPEG XL Lossless", "ec");

    /// <summary>JPEG XL JPEG Recompression, 1.2.840.10008.1.2.4.111.</summary>
    public static DicomTransferSyntax JpegXLJpegRecompression { get; } = new("1.2.840.10008.1.2.4.111", "JPEG XL JPEG Recompression", "ecL");

    /// <summary>JPEG XL, 1.2.840.10008.1.2.4.112.</summary>
    public static DicomTransferSyntax JpegXL { get; } = new("1.2.840.10008.1.2.4.112", "JPEG XL", "ec?");

    /// <summary>High-Throughput JPEG 2000 Image Compression (Lossless Only), 1.2.840.10008.1.2.4.201.</summary>
    public static DicomTransferSyntax HighThroughputJpeg2000Lossless { get; } = new("1.2.840.10008.1.2.4.201", "High-Throughput JPEG 2000 Image Compression (Lossless Only)", "ec");

    /// <summary>High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only), 1.2.840.10008.1.2.4.202.</summary>
    public static DicomTransferSyntax HighThroughputJpeg2000LosslessRpcl { get; } = new("1.2.840.10008.1.2.4.202", "High-Throughput JPEG 2000 with RPCL Options Image Compression (Lossless Only)", "ec");

    /// <summary>High-Throughput JPEG 2000 Image Compression, 1.2.840.10008.1.2.4.203.</summary>
    public static DicomTransferSyntax HighThroughputJpeg2000 { get; } = new("1.2.840.10008.1.2.4.203", "High-Throughput JPEG 2000 Image Compression", "ec?");

    /// <summary>JPIP HTJ2K Referenced, 1.2.840.10008.1.2.4.204.</summary>
    public static DicomTransferSyntax JpipHtj2kReferenced { get; } = new("1.2.840.10008.1.2.4.204", "JPIP HTJ2K Referenced", "e?");

    /// <summary>JPIP HTJ2K Referenced Deflate, 1.2.840.10008.1.2.4.205.</summary>
    public static DicomTransferSyntax JpipHtj2kReferencedDeflate { get; } = new("1.2.840.10008.1.2.4.205", "JPIP HTJ2K Referenced Deflate", "ed?");

    /// <summary>RLE Lossless, 1.2.840.10008.1.2.5.</summary>
    public static DicomTransferSyntax RleLossless { get; } = new("1.2.840.10008.1.2.5", "RLE Lossless", "ec");

    /// <summary>RFC 2557 MIME Encapsulation (Retired), 1.2.840.10008.1.2.6.1.</summary>
    public static DicomTransferSyntax Rfc2557MimeEncapsulation { get; } = new("1.2.840.10008.1.2.6.1", "RFC 2557 MIME Encapsulation (Retired)", "er");

    /// <summary>XML Encoding (Retired), 1.2.840.10008.1.2.6.2.</summary>
    public static DicomTransferSyntax XmlEncoding { get; } = new("1.2.840.10008.1.2.6.2", "XML Encoding (Retired)", "er");

    /// <summary>SMPTE ST 2110-20 Uncompressed Progressive Active Video, 1.2.840.10008.1.2.7.1.</summary>
    public static DicomTransferSyntax SmpteSt211020UncompressedProgressiveVideo { get; } = new("1.2.840.10008.1.2.7.1", "SMPTE ST 2110-20 Uncompressed Progressive Active Video", "e");

    /// <summary>SMPTE ST 2110-20 Uncompressed Interlaced Active Video, 1.2.840.10008.1.2.7.2.</summary>
    public static DicomTransferSyntax SmpteSt211020UncompressedInterlacedVideo { get; } = new("1.2.840.10008.1.2.7.2", "SMPTE ST 2110-20 Uncompressed Interlaced Active Video", "e");

    /// <summary>SMPTE ST 2110-30 PCM Digital Audio, 1.2.840.10008.1.2.7.3.</summary>
    public static DicomTransferSyntax SmpteSt211030PcmDigitalAudio { get; } = new("1.2.840.10008.1.2.7.3", "SMPTE ST 2110-30 PCM Digital Audio", "e");

    /// <summary>Deflated Image Frame Compression, 1.2.840.10008.1.2.8.1.</summary>
    public static DicomTransferSyntax DeflatedImageFrame { get; } = new("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression", "ec");

    /// <summary>Every transfer syntax of PS3.6 table A-1, retired ones included, by ascending identifier.</summary>
    public static IReadOnlyList<DicomTransferSyntax> All { get; } = Array.AsReadOnly<DicomTransferSyntax>(
    [
        ImplicitVRLittleEndian,
        ExplicitVRLittleEndian,
        EncapsulatedUncompressedExplicitVRLittleEndian,
        DeflatedExplicitVRLittleEndian,
        ExplicitVRBigEndian,
        JpegBaseline8Bit,
        JpegExtended12Bit,
        JpegExtended35,
        JpegSpectralSelectionNonHierarchical68,
        JpegSpectralSelectionNonHierarchical79,
        JpegFullProgressionNonHierarchical1012,
        JpegFullProgressionNonHierarchical1113,
        JpegLossless,
        JpegLosslessNonHierarchical15,
        JpegExtendedHierarchical1618,
        JpegExtendedHierarchical1719,
        JpegSpectralSelectionHierarchical2022,
        JpegSpectralSelectionHierarchical2123,
        JpegFullProgressionHierarchical2426,
        JpegFullProgressionHierarchical2527,
        JpegLosslessHierarchical28,
        JpegLosslessHierarchical29,
        JpegLosslessSV1,
        JpegLSLossless,
        JpegLSNearLossless,
        Jpeg2000Lossless,
        Jpeg2000,
        Jpeg2000MultiComponentLossless,
        Jpeg2000MultiComponent,
        JpipReferenced,
        JpipReferencedDeflate,
        Mpeg2MainProfileMainLevel,
        FragmentableMpeg2MainProfileMainLevel,
        Mpeg2MainProfileHighLevel,
        FragmentableMpeg2MainProfileHighLevel,
        Mpeg4HighProfileLevel41,
        FragmentableMpeg4HighProfileLevel41,
        Mpeg4BDCompatibleHighProfileLevel41,
        FragmentableMpeg4BDCompatibleHighProfileLevel41,
        Mpeg4HighProfileLevel42For2DVideo,
        FragmentableMpeg4HighProfileLevel42For2DVideo,
        Mpeg4HighProfileLevel42For3DVideo,
        FragmentableMpeg4HighProfileLevel42For3DVideo,
        Mpeg4StereoHighProfileLevel42,
        FragmentableMpeg4StereoHighProfileLevel42,
        HevcMainProfileLevel51,
        HevcMain10ProfileLevel51,
        JpegXLLossless,
        JpegXLJpegRecompression,
        JpegXL,
        HighThroughputJpeg2000Lossless,
        HighThroughputJpeg2000LosslessRpcl,
        HighThroughputJpeg2000,
        JpipHtj2kReferenced,
        JpipHtj2kReferencedDeflate,
        RleLossless,
        Rfc2557MimeEncapsulation,
        XmlEncoding,
        SmpteSt211020UncompressedProgressiveVideo,
        SmpteSt211020UncompressedInterlacedVideo,
        SmpteSt211030PcmDigitalAudio,
        DeflatedImageFrame,
    ]);

    private static readonly FrozenDictionary<string, DicomTransferSyntax> ByUid =
        All.ToFrozenDictionary(s => s.Uid, StringComparer.Ordinal);
}
