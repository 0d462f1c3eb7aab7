namespace PacsFusion.Dicom;

/// <summary>Search in the generated columns: rows of single tags come first, then one row per range of tags.</summary>
internal static partial class DictionaryTables
{
    internal const byte Retired = 0x80;
    private const byte ChoiceMask = 0x0F;

    internal static int RowOf(uint tag)
    {
        var tags = Tags;
        int low = 0, high = tags.Length - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var at = tags[middle];
            if (at == tag) return middle;
            if (at < tag) low = middle + 1;
            else high = middle - 1;
        }
        return RowOfRange(tag);
    }

    internal static DicomTag TagAt(int row) => row < Tags.Length
        ? new DicomTag(Tags[row])
        : new DicomTag(Ranges[(row - Tags.Length) * 4], Ranges[(row - Tags.Length) * 4 + 2]);

    internal static ReadOnlySpan<byte> KeywordAt(int row) => Keywords[KeywordOffsets[row]..KeywordOffsets[row + 1]];

    /// <summary>The value representation, <see cref="DicomVR.None"/> where unknown; and the kind of choice behind it.</summary>
    internal static DicomVR LookUp(DicomTag tag, out VrChoice choice)
    {
        choice = VrChoice.None;
        if (tag.Element == 0) return DicomVR.UL;
        if (tag.IsPrivate) return tag.IsPrivateCreator ? DicomVR.LO : DicomVR.None;
        var row = RowOf(tag.Value);
        if (row < 0) return DicomVR.None;
        choice = (VrChoice)(Flags[row] & ChoiceMask);
        return (DicomVR)Vrs[row];
    }

    private static int RowOfRange(uint tag)
    {
        uint group = tag >> 16, element = tag & 0xFFFF;
        // Curves, overlays, variable pixel data and source image numbers: nothing else repeats.
        if ((group & 1) != 0 || (group >> 8) is not (0x50 or 0x60 or 0x7F) && group != 0x20) return -1;
        var ranges = Ranges;
        for (var i = 0; i < ranges.Length; i += 4)
        {
            if (group >= ranges[i] && group <= ranges[i + 1] && element >= ranges[i + 2] && element <= ranges[i + 3])
                return Tags.Length + i / 4;
        }
        return -1;
    }
}

/// <summary>Where the dictionary leaves the value representation to the data set.</summary>
internal enum VrChoice
{
    None,
    ByteOrWord,
    Signed,
    SignedOrWord,
    PixelData,
}
