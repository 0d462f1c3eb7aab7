namespace PacsFusion.Dicom;

/// <summary>The image pixel attributes (PS3.3 table C.7-11c), checked: their products fit, their bits agree.</summary>
internal sealed record PixelLayout
{
    /// <summary>Bits Allocated of samples that lie two in three bytes.</summary>
    public const int Packed = 12;

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int Frames { get; init; }

    public required int Samples { get; init; }

    public required int BitsAllocated { get; init; }

    public required int BitsStored { get; init; }

    public required int HighBit { get; init; }

    public required bool IsSigned { get; init; }

    public required bool IsPlanar { get; init; }

    public required string Photometric { get; init; }

    /// <summary>YBR_FULL_422 uncompressed: two luminance samples share their chrominance (PS3.3 C.7.6.3.1.2).</summary>
    public bool IsSubsampled => Photometric is "YBR_FULL_422" or "YBR_PARTIAL_422" && Samples == 3 && BitsAllocated == 8;

    public int Pixels => Rows * Columns;

    /// <summary>The element that the samples are in; it says whether they are whole numbers.</summary>
    public required DicomTag Source { get; init; }

    public bool IsFloat => Source != DicomTag.PixelData;

    /// <summary>Bits of a decoded sample: packed ones of 1 and 12 bits are unpacked to bytes and words.</summary>
    public int ContainerBits => BitsAllocated switch { 1 => 8, Packed => 16, var bits => bits };

    public bool IsPacked => BitsAllocated is 1 or Packed;

    public int SampleBytes => ContainerBits / 8;

    public int DecodedLength => Pixels * Samples * SampleBytes;

    /// <summary>Bits of one frame as it is stored without compression.</summary>
    public long StoredBits => IsSubsampled ? (long)Rows * Columns * 16 : (long)Rows * Columns * Samples * BitsAllocated;

    public static PixelLayout Read(DicomDataset dataset)
    {
        int rows = Positive(dataset, DicomTag.Rows), columns = Positive(dataset, DicomTag.Columns);
        var samples = dataset.Contains(DicomTag.SamplesPerPixel) ? Positive(dataset, DicomTag.SamplesPerPixel) : 1;
        var allocated = Positive(dataset, DicomTag.BitsAllocated);
        if (samples > 4) throw Invalid(DicomTag.SamplesPerPixel);
        // At most one of the three is there (PS3.3 C.7.6.3).
        var source = dataset.Contains(DicomTag.PixelData) ? DicomTag.PixelData
            : dataset.Contains(DicomTag.FloatPixelData) ? DicomTag.FloatPixelData
            : dataset.Contains(DicomTag.DoubleFloatPixelData) ? DicomTag.DoubleFloatPixelData
            : DicomTag.PixelData;
        var isRead = source == DicomTag.FloatPixelData ? allocated == 32
            : source == DicomTag.DoubleFloatPixelData ? allocated == 64
            : allocated is 8 or 16 or 32 || allocated is 1 or Packed && samples == 1;
        if (!isRead)
            throw new DicomPixelException("pixel-layout-not-supported", "Samples of this many bits are not read", DicomTag.BitsAllocated);
        var stored = dataset.Contains(DicomTag.BitsStored) ? Positive(dataset, DicomTag.BitsStored) : allocated;
        var high = dataset.GetInt(DicomTag.HighBit) ?? stored - 1;
        if (stored > allocated || high < stored - 1 || high >= allocated) throw Invalid(DicomTag.BitsStored);
        var frames = dataset.Find(DicomTag.NumberOfFrames) is { IsEmpty: false } ? Positive(dataset, DicomTag.NumberOfFrames) : 1;
        var layout = new PixelLayout
        {
            Source = source,
            Rows = rows,
            Columns = columns,
            Frames = frames,
            Samples = samples,
            BitsAllocated = allocated,
            BitsStored = stored,
            HighBit = high,
            IsSigned = dataset.GetInt(DicomTag.PixelRepresentation) == 1,
            IsPlanar = samples > 1 && dataset.GetInt(DicomTag.PlanarConfiguration) == 1,
            Photometric = dataset.GetString(DicomTag.PhotometricInterpretation) ?? "",
        };
        // Rows and Columns are at most 65535, samples at most 4, bytes at most 4: far below 64 bits.
        if ((long)rows * columns * samples * layout.SampleBytes > Array.MaxLength)
            throw new DicomPixelException("pixel-data-too-large", "A frame is larger than can be held", DicomTag.Rows);
        return layout;
    }

    private static int Positive(DicomDataset dataset, DicomTag tag) =>
        dataset.GetInt(tag) is { } value and > 0 ? value : throw Invalid(tag);

    private static DicomPixelException Invalid(DicomTag tag) =>
        new("pixel-header-invalid", $"The value of {tag} is missing or makes no image", tag);
}
