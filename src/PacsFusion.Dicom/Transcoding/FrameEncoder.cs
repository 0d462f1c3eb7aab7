using System.IO.Compression;

namespace PacsFusion.Dicom;

/// <summary>Writes the frames of one image in one encapsulated syntax, and checks what codecs from outside made of them.</summary>
internal sealed class FrameEncoder
{
    private readonly DicomTransferSyntax _syntax;
    private readonly IFrameCodecSession? _codecs;
    private readonly FrameDescription _description;
    private readonly int _sampleBytes, _highBit;
    private byte[]? _check;

    public FrameEncoder(DicomTransferSyntax syntax, DicomPixelData pixels, IFrameCodecSession? codecs)
    {
        if (pixels.BitsAllocated is 1 or PixelLayout.Packed || pixels.IsFloat || !IsManaged(syntax) && pixels.BitsAllocated > 16)
            throw new DicomPixelException("transfer-syntax-not-encodable", "Samples of this many bits are not written in this syntax", DicomTag.BitsAllocated);
        _syntax = syntax;
        _codecs = codecs;
        _highBit = pixels.HighBit;
        _sampleBytes = pixels.BitsAllocated / 8;
        _description = new FrameDescription(
            pixels.Rows, pixels.Columns, pixels.SamplesPerPixel, pixels.BitsAllocated, pixels.BitsStored, pixels.IsSigned, pixels.DecodedPhotometricInterpretation);
    }

    /// <summary>True once a frame went through the reversible colour transform of JPEG 2000.</summary>
    public bool UsesColourTransform { get; private set; }

    /// <summary>Encapsulated syntaxes that need no codec.</summary>
    public static bool IsManaged(DicomTransferSyntax syntax) =>
        syntax == DicomTransferSyntax.RleLossless || syntax == DicomTransferSyntax.DeflatedImageFrame || syntax == DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian;

    /// <summary>One frame, samples of a pixel together.</summary>
    public byte[] Encode(byte[] frame)
    {
        if (_syntax == DicomTransferSyntax.RleLossless) return RleEncoder.Encode(frame, _description.SamplesPerPixel, _sampleBytes);
        if (_syntax == DicomTransferSyntax.EncapsulatedUncompressedExplicitVRLittleEndian) return frame;
        if (_syntax == DicomTransferSyntax.DeflatedImageFrame)
        {
            using var stream = new MemoryStream();
            using (var deflate = new DeflateStream(stream, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(frame);
            return stream.ToArray();
        }
        var encoded = _codecs!.Encode(_syntax, frame, _description);
        // Bits above Bits Stored, or a codec that is wrong: loss must not pass for none.
        _check ??= new byte[frame.Length];
        _codecs.Decode(_syntax, encoded, _description, _check);
        StoredBits.Cut(_check, _description.BitsAllocated, _description.BitsStored, _highBit, _description.IsSigned);
        if (!_check.AsSpan().SequenceEqual(frame))
            throw new DicomPixelException("transcoding-not-exact", "The encoded frame does not decode to the same pixels", DicomTag.PixelData);
        var header = CodestreamHeader.Read(CodestreamFamilies.Of(_syntax), encoded);
        UsesColourTransform |= header.HasColourTransform;
        return encoded;
    }
}
