namespace PacsFusion.Dicom;

/// <summary>How the header of an element is written; <see cref="None"/> for values that were set, not read.</summary>
internal enum ElementEncoding : byte
{
    None = 0,
    ImplicitLittle = 1,
    ExplicitLittle = 2,
    ExplicitBig = 3,
}

[Flags]
internal enum SlotFlags : byte
{
    None = 0,
    /// <summary>The length was undefined: fragments or items up to a delimiter.</summary>
    UndefinedLength = 1,
    /// <summary>The value is big endian.</summary>
    BigEndianValue = 2,
}

/// <summary>
/// One element of a data set. Of an element that was read, <see cref="Raw"/> is all of its bytes, header and delimiter
/// included, so that an untouched element is written as it came.
/// </summary>
internal struct ElementSlot
{
    public uint Tag;
    public DicomVR VR;
    public SlotFlags Flags;
    public ElementEncoding Encoding;
    public byte HeaderLength;
    public int ValueLength;
    public ReadOnlyMemory<byte> Raw;

    /// <summary>The items of a sequence, or where in a file the value lies.</summary>
    private object? _attached;

    public DicomDataset[]? Items
    {
        readonly get => _attached as DicomDataset[];
        set => _attached = value;
    }

    /// <summary>Where the value is, while it is not in <see cref="Raw"/>, which then is the header alone.</summary>
    public FileValue? InFile
    {
        readonly get => _attached as FileValue;
        set => _attached = value;
    }

    public readonly DicomTag DicomTag => new(Tag);

    public readonly ReadOnlyMemory<byte> Value => InFile is { } file ? file.Load() : Raw.Slice(HeaderLength, ValueLength);

    public readonly bool IsUndefinedLength => (Flags & SlotFlags.UndefinedLength) != 0;

    public readonly bool IsBigEndian => (Flags & SlotFlags.BigEndianValue) != 0;

    public static ElementSlot Made(DicomTag tag, DicomVR vr, ReadOnlyMemory<byte> value) =>
        new() { Tag = tag.Value, VR = vr, Raw = value, ValueLength = value.Length };
}
