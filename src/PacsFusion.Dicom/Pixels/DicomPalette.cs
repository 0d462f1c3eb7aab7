using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>The colour table of a PALETTE COLOR image (PS3.3 C.7.9), scaled to 8 bits. Immutable, safe for all threads.</summary>
public sealed class DicomPalette
{
    private readonly byte[] _colours;
    private readonly int _first;

    private DicomPalette(byte[] colours, int first)
    {
        _colours = colours;
        _first = first;
    }

    /// <summary>How many colours there are, 1 to 65536.</summary>
    public int Count => _colours.Length / 3;

    /// <summary>Reads the tables, plain or in segments (PS3.3 C.7.9.2).</summary>
    /// <param name="dataset">A data set of PALETTE COLOR.</param>
    /// <exception cref="DicomPixelException">palette-invalid: a table is missing, cut or contradicts another one.</exception>
    public static DicomPalette Read(DicomDataset dataset)
    {
        ArgumentNullException.ThrowIfNull(dataset);
        var (count, first) = Descriptor(dataset, DicomTag.RedPaletteColorLookupTableDescriptor);
        var colours = new byte[count * 3];
        Channel(dataset, DicomTag.RedPaletteColorLookupTableDescriptor, DicomTag.RedPaletteColorLookupTableData, DicomTag.SegmentedRedPaletteColorLookupTableData, colours, 0);
        Channel(dataset, DicomTag.GreenPaletteColorLookupTableDescriptor, DicomTag.GreenPaletteColorLookupTableData, DicomTag.SegmentedGreenPaletteColorLookupTableData, colours, 1);
        Channel(dataset, DicomTag.BluePaletteColorLookupTableDescriptor, DicomTag.BluePaletteColorLookupTableData, DicomTag.SegmentedBluePaletteColorLookupTableData, colours, 2);
        return new DicomPalette(colours, first);
    }

    /// <summary>Looks colours up; values below the first mapped one take the first colour, those above the last the last.</summary>
    /// <param name="values">Stored values.</param>
    /// <param name="rgb">Three bytes for each value.</param>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    public void Apply(ReadOnlySpan<float> values, Span<byte> rgb)
    {
        if (rgb.Length < values.Length * 3L) throw new ArgumentException("The destination is shorter than three bytes a value.", nameof(rgb));
        for (var i = 0; i < values.Length; i++)
        {
            var index = (int)Math.Clamp(values[i] - _first, 0, Count - 1);
            _colours.AsSpan(index * 3, 3).CopyTo(rgb[(3 * i)..]);
        }
    }

    // Three numbers: entries (0 means 65536), first value mapped, bits of an entry.
    private static (int Count, int First) Descriptor(DicomDataset dataset, DicomTag tag)
    {
        var numbers = dataset.GetInts(tag);
        if (numbers.Length < 3) throw Invalid(tag);
        var count = numbers[0] & 0xFFFF;
        var signed = dataset.GetInt(DicomTag.PixelRepresentation) == 1;
        return (count == 0 ? 65536 : count, signed ? (short)numbers[1] : numbers[1] & 0xFFFF);
    }

    private static void Channel(DicomDataset dataset, DicomTag descriptor, DicomTag plain, DicomTag segmented, byte[] colours, int channel)
    {
        var (count, _) = Descriptor(dataset, descriptor);
        var bits = dataset.GetInts(descriptor)[2];
        if (count != colours.Length / 3) throw Invalid(descriptor);
        var entries = new ushort[count];
        if (!dataset.Contains(plain) && dataset.Contains(segmented))
        {
            if (!SegmentedTable.TryExpand(dataset.GetBytes(segmented).Span, bits == 8 ? 1 : 2, entries)) throw Invalid(segmented);
        }
        else
        {
            var bytes = dataset.GetBytes(plain).Span;
            // Entries of 8 bits are packed two to a word, but some writers give each a word.
            var isPacked = bits == 8 && bytes.Length < 2 * count;
            if (bytes.Length < (isPacked ? count : 2 * count)) throw Invalid(plain);
            for (var i = 0; i < count; i++) entries[i] = isPacked ? bytes[i] : BinaryPrimitives.ReadUInt16LittleEndian(bytes[(2 * i)..]);
        }
        var isWide = entries.AsSpan().ContainsAnyExceptInRange((ushort)0, (ushort)255);
        for (var i = 0; i < count; i++) colours[3 * i + channel] = (byte)(isWide ? entries[i] >> 8 : entries[i]);
    }

    private static DicomPixelException Invalid(DicomTag tag) => new("palette-invalid", $"{tag} is missing, cut or contradicts another table", tag);
}
