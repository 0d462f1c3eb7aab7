namespace PacsFusion.Dicom;

/// <summary>
/// One element of a data set: a view that decodes on access. It stays valid while its data set is not changed,
/// and may be used from several threads for as long; the bytes that it hands out are the data set's own where they need no swapping.
/// Conversions follow those of <see cref="DicomDataset"/>.
/// </summary>
public readonly struct DicomElement
{
    private readonly DicomDataset _owner;
    private readonly ElementSlot _slot;

    internal DicomElement(DicomDataset owner, in ElementSlot slot)
    {
        _owner = owner;
        _slot = slot;
    }

    /// <summary>The tag.</summary>
    public DicomTag Tag => _slot.DicomTag;

    /// <summary>The value representation: of the bytes, or of the dictionary where these do not tell.</summary>
    public DicomVR VR => _slot.VR;

    /// <summary>Length of the value in bytes, as it is, odd or not; of undefined length, up to the delimiter.</summary>
    public int Length => _slot.ValueLength;

    /// <summary>True where the element was read with undefined length.</summary>
    public bool HasUndefinedLength => _slot.IsUndefinedLength;

    /// <summary>True for a sequence whose items could be read.</summary>
    public bool IsSequence => _slot.Items is not null;

    /// <summary>True where the value is a sequence of fragments, as encapsulated pixel data are.</summary>
    public bool IsEncapsulated => _slot.IsUndefinedLength && _slot.Items is null;

    /// <summary>True where there is no value: length 0, or a sequence without items.</summary>
    public bool IsEmpty => _slot.Items is { } items ? items.Length == 0 : _slot.ValueLength == 0;

    /// <summary>The items of a sequence; empty where there are none.</summary>
    public IReadOnlyList<DicomDataset> Items => _slot.Items ?? [];

    /// <summary>The value in little endian byte order; of encapsulated data, fragments with their item headers.</summary>
    public ReadOnlyMemory<byte> GetBytes() => ElementValues.LittleEndian(_owner, _slot);

    /// <summary>The first value as text.</summary>
    public string? GetString() => ElementValues.FirstString(_owner, _slot);

    /// <summary>All values as text.</summary>
    public IReadOnlyList<string> GetStrings() => ElementValues.Strings(_owner, _slot);

    /// <summary>All values as numbers; empty where one of them is not.</summary>
    public double[] GetDoubles() => ElementValues.Doubles(_owner, _slot);

    /// <summary>All values as whole numbers; empty where one of them is not.</summary>
    public int[] GetInts() => ElementValues.Ints(_owner, _slot);

    internal ElementSlot Slot => _slot;

    /// <summary>All values of a text, without a string for each.</summary>
    internal TextValues GetTexts() => ElementValues.Texts(_owner, _slot);

    /// <summary>Tag and value representation, never the value.</summary>
    public override string ToString() => $"{Tag} {VR}";
}
