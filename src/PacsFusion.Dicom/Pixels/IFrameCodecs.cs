namespace PacsFusion.Dicom;

/// <summary>
/// Decoders and encoders of compressed frames that this library does not bring itself. Implementations are safe for use
/// from several threads.
/// </summary>
public interface IFrameCodecs
{
    /// <summary>Whether frames of a transfer syntax can be decoded.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    bool CanDecode(DicomTransferSyntax syntax);

    /// <summary>Whether frames can be encoded in a transfer syntax without loss.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    bool CanEncode(DicomTransferSyntax syntax);

    /// <summary>
    /// Begins the work on one series. What a codec keeps in memory must never pass from one patient to another, so a
    /// session serves one series and is then disposed.
    /// </summary>
    /// <exception cref="DicomPixelException">codec-unusable: the codecs cannot be started.</exception>
    IFrameCodecSession OpenSession();
}

/// <summary>The codecs at work on one series; owned and disposed by who opened it. Safe for use from several threads.</summary>
public interface IFrameCodecSession : IDisposable
{
    /// <summary>Whether frames of a transfer syntax can be decoded.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    bool CanDecode(DicomTransferSyntax syntax);

    /// <summary>Decodes one frame whose codestream header was compared with the description before.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="codestream">The whole frame, fragments joined.</param>
    /// <param name="frame">What comes out.</param>
    /// <param name="destination">
    /// Filled whole: little endian, samples of a pixel together, rows from the top. YBR stays YBR without subsampling, but the
    /// colour transforms of JPEG 2000 are undone.
    /// </param>
    /// <exception cref="DicomPixelException">
    /// codec-failed: the codec refuses the frame; codec-deadline: it takes too long; codec-fault: it broke, memory limit
    /// included. Other frames can be decoded all the same.
    /// </exception>
    void Decode(DicomTransferSyntax syntax, ReadOnlySpan<byte> codestream, FrameDescription frame, Span<byte> destination);

    /// <summary>Encodes one frame without loss.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    /// <param name="pixels">Little endian, samples of a pixel together.</param>
    /// <param name="frame">What they are.</param>
    /// <returns>The codestream, not padded.</returns>
    /// <exception cref="DicomPixelException">As for <see cref="Decode"/>.</exception>
    byte[] Encode(DicomTransferSyntax syntax, ReadOnlySpan<byte> pixels, FrameDescription frame);
}

/// <summary>One uncompressed frame. Immutable.</summary>
/// <param name="Rows">Height in pixels.</param>
/// <param name="Columns">Width in pixels.</param>
/// <param name="SamplesPerPixel">1 grey, 3 colour.</param>
/// <param name="BitsAllocated">8 or 16.</param>
/// <param name="BitsStored">1 to Bits Allocated.</param>
/// <param name="IsSigned">Whether values are two's complement.</param>
/// <param name="PhotometricInterpretation">As in (0028,0004).</param>
public sealed record FrameDescription(
    int Rows, int Columns, int SamplesPerPixel, int BitsAllocated, int BitsStored, bool IsSigned, string PhotometricInterpretation)
{
    /// <summary>Bytes of the frame.</summary>
    public int Length => checked(Rows * Columns * SamplesPerPixel * (BitsAllocated / 8));
}
