namespace PacsFusion.Dicom;

/// <summary>An overlay plane (PS3.3 C.9.2): one bit a pixel beside the image, or in a spare bit of its samples. Immutable; it keeps the data set's bytes, not a copy.</summary>
public sealed class DicomOverlay
{
    private const int MostGroups = 16;
    private readonly ReadOnlyMemory<byte> _bits;

    private DicomOverlay(ushort group, int rows, int columns, ReadOnlyMemory<byte> bits)
    {
        Group = group;
        Rows = rows;
        Columns = columns;
        _bits = bits;
    }

    /// <summary>Its group, 6000H to 601EH, even.</summary>
    public ushort Group { get; }

    /// <summary>Height in pixels.</summary>
    public int Rows { get; }

    /// <summary>Width in pixels.</summary>
    public int Columns { get; }

    /// <summary>Row of the image, from 1, that the overlay's first row lies on; may be 0 or less.</summary>
    public int OriginRow { get; private init; } = 1;

    /// <summary>Column of the image, from 1, that the overlay's first column lies on; may be 0 or less.</summary>
    public int OriginColumn { get; private init; } = 1;

    /// <summary>Frames of the overlay, at least 1.</summary>
    public int NumberOfFrames { get; private init; } = 1;

    /// <summary>Image frame, from 1, that its first frame belongs to.</summary>
    public int ImageFrameOrigin { get; private init; } = 1;

    /// <summary>G graphics, R region of interest; empty where absent.</summary>
    public string Type { get; private init; } = "";

    /// <summary>The bit of the image's samples that holds it (retired form); null where it has data of its own.</summary>
    public int? EmbeddedBit { get; private init; }

    /// <summary>The overlays of a data set; those whose attributes make no plane are left out.</summary>
    /// <param name="dataset">The data set.</param>
    public static IReadOnlyList<DicomOverlay> ReadAll(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var found = new List<DicomOverlay>();
        for (var i = 0; i < MostGroups; i++)
        {
            var group = (ushort)(0x6000 + 2 * i);
            if (dataset.GetInt(new DicomTag(group, 0x0010)) is not { } rows || dataset.GetInt(new DicomTag(group, 0x0011)) is not { } columns) continue;
            if (rows is <= 0 or > ushort.MaxValue || columns is <= 0 or > ushort.MaxValue) continue;
            var bits = dataset.GetBytes(new DicomTag(group, 0x3000));
            var frames = dataset.GetInt(new DicomTag(group, 0x0015)) ?? 1;
            var allocated = dataset.GetInt(new DicomTag(group, 0x0100)) ?? 1;
            int? embedded = bits.IsEmpty && allocated > 1 ? dataset.GetInt(new DicomTag(group, 0x0102)) : null;
            if (frames < 1 || embedded is null && (long)rows * columns * frames > bits.Length * 8L) continue;
            var origin = dataset.GetInts(new DicomTag(group, 0x0050));
            found.Add(new DicomOverlay(group, rows, columns, bits)
            {
                OriginRow = origin.Length > 1 ? origin[0] : 1,
                OriginColumn = origin.Length > 1 ? origin[1] : 1,
                NumberOfFrames = frames,
                ImageFrameOrigin = dataset.GetInt(new DicomTag(group, 0x0051)) ?? 1,
                Type = dataset.GetString(new DicomTag(group, 0x0040)) ?? "",
                EmbeddedBit = embedded is >= 0 and < 32 ? embedded : null,
            });
        }
        return found;
    }

    /// <summary>Puts one frame of the overlay over the image: 1 where it is set, 0 elsewhere; what lies outside the image is cut off.</summary>
    /// <param name="image">The image that the overlay belongs to.</param>
    /// <param name="imageFrame">Frame of the image, from 0.</param>
    /// <param name="mask">One byte for each pixel of the image, row by row.</param>
    /// <returns>False where the overlay has nothing for this frame.</returns>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="DicomPixelException">An embedded overlay whose frame cannot be decoded.</exception>
    public bool Draw(DicomPixelData image, int imageFrame, Span<byte> mask)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (mask.Length < image.Rows * image.Columns) throw new ArgumentException("The destination is shorter than a frame.", nameof(mask));
        mask = mask[..(image.Rows * image.Columns)];
        mask.Clear();
        if (EmbeddedBit is { } bit) return DrawEmbedded(image, imageFrame, bit, mask);
        var frame = NumberOfFrames == 1 ? 0 : imageFrame - (ImageFrameOrigin - 1);
        if (frame < 0 || frame >= NumberOfFrames) return false;
        var bits = _bits.Span;
        var start = (long)frame * Rows * Columns;
        for (var row = 0; row < Rows; row++)
        {
            var y = row + OriginRow - 1;
            if (y < 0 || y >= image.Rows) continue;
            for (var column = 0; column < Columns; column++)
            {
                var x = column + OriginColumn - 1;
                if (x < 0 || x >= image.Columns) continue;
                var at = start + (long)row * Columns + column;
                mask[y * image.Columns + x] = (byte)(bits[(int)(at >> 3)] >> (int)(at & 7) & 1);
            }
        }
        return true;
    }

    private static bool DrawEmbedded(DicomPixelData image, int imageFrame, int bit, Span<byte> mask)
    {
        if (image.SamplesPerPixel != 1 || image.IsFloat || bit >= image.BitsAllocated) return false;
        var samples = image.DecodeFrame(imageFrame);
        var width = samples.Length / mask.Length;
        for (var i = 0; i < mask.Length; i++) mask[i] = (byte)(samples[i * width + bit / 8] >> (bit & 7) & 1);
        return true;
    }
}
