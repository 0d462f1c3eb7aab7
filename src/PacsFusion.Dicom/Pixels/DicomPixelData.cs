using System.Buffers;

namespace PacsFusion.Dicom;

/// <summary>
/// The pixels of an image (PS3.3 C.7.6.3, PS3.5 8): frames found, unpacked and put into one order. Every number of the
/// header is checked against the others and against the bytes before anything is allocated by it. Frames may be decoded from several
/// threads at once, as long as none changes the data set; what is handed out is a copy, owned by the caller.
/// </summary>
public sealed class DicomPixelData
{
    private readonly FrameSource _frames;
    private readonly PixelLayout _layout;

    private DicomPixelData(PixelLayout layout, FrameSource frames)
    {
        _layout = layout;
        _frames = frames;
    }

    /// <summary>Height in pixels.</summary>
    public int Rows => _layout.Rows;

    /// <summary>Width in pixels.</summary>
    public int Columns => _layout.Columns;

    /// <summary>Number of frames, at least 1.</summary>
    public int NumberOfFrames => _layout.Frames;

    /// <summary>Samples of one pixel: 1 grey or palette, 3 colour, 4 in retired forms.</summary>
    public int SamplesPerPixel => _layout.Samples;

    /// <summary>Bits that one sample takes as it is stored: 1, 8, 12, 16, 32, or 64 of double floats.</summary>
    public int BitsAllocated => _layout.BitsAllocated;

    /// <summary>Bits of a sample that mean something.</summary>
    public int BitsStored => _layout.BitsStored;

    /// <summary>The highest of these bits.</summary>
    public int HighBit => _layout.HighBit;

    /// <summary>True where samples are IEEE 754 numbers (Float or Double Float Pixel Data).</summary>
    public bool IsFloat => _layout.IsFloat;

    /// <summary>True where values are two's complement.</summary>
    public bool IsSigned => _layout.IsSigned;

    /// <summary>As in (0028,0004), such as MONOCHROME2, RGB or PALETTE COLOR; empty where absent.</summary>
    public string PhotometricInterpretation => _layout.Photometric;

    /// <summary>
    /// Of the decoded samples: RGB where the file says YBR_RCT or YBR_ICT, YBR_FULL where it says YBR_FULL_422, since
    /// decoding undoes both; else <see cref="PhotometricInterpretation"/>.
    /// </summary>
    public string DecodedPhotometricInterpretation => _frames.DecodedPhotometric ?? (_layout.IsSubsampled ? "YBR_FULL" : _layout.Photometric);

    /// <summary>True where this transfer syntax can be decoded.</summary>
    public bool CanDecode => _frames.CanDecode;

    /// <summary>What is odd but harmless: pixel-data-long, frames-fewer. Empty as a rule.</summary>
    public IReadOnlyList<string> Warnings => _frames.Warnings;

    /// <summary>Bytes of one decoded frame: rows x columns x samples x bytes of a sample; one byte a sample for 1 bit, two for 12.</summary>
    public int FrameLength => _layout.DecodedLength;

    /// <summary>Opens the pixel data of a data set.</summary>
    /// <param name="dataset">The data set.</param>
    /// <param name="syntax">The transfer syntax that it came in.</param>
    /// <param name="codecs">
    /// For syntaxes that this library does not decode itself: a session for the series that the data set belongs to, which
    /// has to outlive the result. Null: such syntaxes are not decoded.
    /// </param>
    /// <exception cref="DicomPixelException">
    /// pixel-data-absent, pixel-data-empty, pixel-data-short, pixel-header-invalid, pixel-data-too-large,
    /// pixel-layout-not-supported, pixel-data-not-encapsulated, pixel-data-encapsulated.
    /// </exception>
    public static DicomPixelData Open(DicomDataset dataset, DicomTransferSyntax syntax, IFrameCodecSession? codecs = null)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        ArgumentNullException.ThrowIfNull(syntax);
        var layout = PixelLayout.Read(dataset);
        return new DicomPixelData(layout, FrameSource.Open(dataset, syntax, layout, codecs));
    }

    /// <summary>
    /// One frame: little endian, samples of a pixel together, rows from the top. Uncompressed samples come as they are stored;
    /// what codecs decode is cut to Bits Stored and sign-extended.
    /// </summary>
    /// <param name="frame">From 0.</param>
    /// <returns><see cref="FrameLength"/> bytes.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="DicomPixelException">
    /// transfer-syntax-not-decodable, frame-missing, frame-short, rle-invalid, deflate-invalid,
    /// codestream-invalid, codestream-mismatch, codestream-not-supported, and the codes of <see cref="IFrameCodecSession.Decode"/>.
    /// </exception>
    public byte[] DecodeFrame(int frame)
    {
        CheckFrame(frame);
        CheckSize(frame);
        var bytes = GC.AllocateUninitializedArray<byte>(_layout.DecodedLength);
        DecodeFrame(frame, bytes);
        return bytes;
    }

    /// <summary>As the other overload, into memory of the caller.</summary>
    /// <param name="frame">From 0.</param>
    /// <param name="destination">At least <see cref="FrameLength"/> bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="DicomPixelException">
    /// transfer-syntax-not-decodable, frame-missing, frame-short, rle-invalid, deflate-invalid,
    /// codestream-invalid, codestream-mismatch, codestream-not-supported, and the codes of <see cref="IFrameCodecSession.Decode"/>.
    /// </exception>
    public void DecodeFrame(int frame, Span<byte> destination)
    {
        CheckFrame(frame);
        if (destination.Length < _layout.DecodedLength) throw new ArgumentException("The destination is shorter than a frame.", nameof(destination));
        _frames.Decode(frame, destination[.._layout.DecodedLength]);
    }

    /// <summary>
    /// The stored values of one frame of a single-sample image: cut to Bits Stored below High Bit and sign-extended.
    /// Values of 32 bits and doubles lose what float cannot hold.
    /// </summary>
    /// <param name="frame">From 0.</param>
    /// <param name="destination">Rows x columns values, row by row.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="DicomPixelException">samples-not-supported: more than one sample a pixel; and as for <see cref="DecodeFrame(int)"/>.</exception>
    public void ReadStoredValues(int frame, Span<float> destination)
    {
        CheckFrame(frame);
        if (_layout.Samples != 1) throw new DicomPixelException("samples-not-supported", "Stored values are read from images of one sample a pixel", DicomTag.SamplesPerPixel);
        if (destination.Length < _layout.Pixels) throw new ArgumentException("The destination is shorter than a frame.", nameof(destination));
        destination = destination[.._layout.Pixels];
        if (_frames.TryGetLittleEndian(frame, out var direct))
        {
            StoredValues.Widen(direct, destination, _layout);
            return;
        }
        CheckSize(frame);
        var rented = ArrayPool<byte>.Shared.Rent(_layout.DecodedLength);
        try
        {
            var bytes = rented.AsSpan(0, _layout.DecodedLength);
            _frames.Decode(frame, bytes);
            StoredValues.Widen(bytes, destination, _layout);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    /// <summary>One frame in colour, 8 bits: RGB as it is, YBR_FULL converted. For PALETTE COLOR see <see cref="DicomPalette"/>.</summary>
    /// <param name="frame">From 0.</param>
    /// <param name="destination">Rows x columns x 3 bytes.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such frame.</exception>
    /// <exception cref="DicomPixelException">colour-not-supported: the image is none of these; and as for <see cref="DecodeFrame(int)"/>.</exception>
    public void ReadRgb(int frame, Span<byte> destination)
    {
        CheckFrame(frame);
        if (_layout.Samples != 3 || _layout.BitsAllocated != 8 || DecodedPhotometricInterpretation is not ("RGB" or "YBR_FULL"))
            throw new DicomPixelException("colour-not-supported", "Only RGB and YBR_FULL of 8 bits are read as colour", DicomTag.PhotometricInterpretation);
        DecodeFrame(frame, destination);
        if (DecodedPhotometricInterpretation == "YBR_FULL") ColourConversion.FromYbrFull(destination[.._layout.DecodedLength]);
    }

    private void CheckSize(int frame)
    {
        if (_frames.CanDecode && _layout.DecodedLength > _frames.MostBytes(frame))
            throw new DicomPixelException("frame-short", "A frame has far fewer bytes than the header says", DicomTag.PixelData);
    }

    private void CheckFrame(int frame)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(frame);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(frame, _layout.Frames);
    }
}
