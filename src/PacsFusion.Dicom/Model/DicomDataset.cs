using System.Collections;
using System.Runtime.InteropServices;

namespace PacsFusion.Dicom;

/// <summary>
/// A data set (PS3.5 7): elements in ascending order of their tags. Values are decoded on access; the bytes of elements
/// that were read are kept, so that what was not changed is written as it came. Reading from several threads is safe
/// while no thread changes it.
/// </summary>
public sealed partial class DicomDataset : IEnumerable<DicomElement>
{
    private ElementSlot[] _slots = [];
    private DicomCharacterSet? _characterSet;

    /// <summary>Creates an empty data set.</summary>
    public DicomDataset()
    {
    }

    /// <summary>How many elements there are at this level.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// The character set of this data set's text: its own, else that of the data set it is an item of, else the default
    /// repertoire.
    /// </summary>
    public DicomCharacterSet CharacterSet => _characterSet ??= ResolveCharacterSet();

    /// <summary>The bytes that were read, for as long as nothing was changed; of an item, without its header.</summary>
    internal ReadOnlyMemory<byte> Source { get; set; }

    internal ElementEncoding SourceEncoding { get; set; }

    /// <summary>The deflate stream that <see cref="Source"/> came out of.</summary>
    internal ReadOnlyMemory<byte> DeflatedSource { get; set; }

    internal DicomDataset? Parent { get; set; }

    internal bool ItemIsUndefined { get; set; }

    /// <summary>True where <see cref="DicomReadOptions.StopBefore"/> ended the reading, so that elements are missing here.</summary>
    internal bool StoppedEarly { get; set; }

    /// <summary>True once this data set or one inside it was changed after reading.</summary>
    internal bool IsModified { get; private set; }

    internal ReadOnlySpan<ElementSlot> Slots => _slots.AsSpan(0, Count);

    /// <summary>Whether an element is there, empty or not.</summary>
    /// <param name="tag">The tag.</param>
    public bool Contains(DicomTag tag) => IndexOf(tag.Value) >= 0;

    /// <summary>An element.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where it is absent.</returns>
    public DicomElement? Find(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? null : new DicomElement(this, _slots[index]);
    }

    /// <summary>The first value as text, decoded by the character set, without padding. Numbers are written invariantly.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the element is absent, its first value empty, or not text or number.</returns>
    public string? GetString(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? null : ElementValues.FirstString(this, _slots[index]);
    }

    /// <summary>All values as text, as <see cref="GetString"/>; empty values among others stay as empty strings.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Empty where the element is absent or empty.</returns>
    public IReadOnlyList<string> GetStrings(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? [] : ElementValues.Strings(this, _slots[index]);
    }

    /// <summary>The first value as a number. Text counts where it is a finite decimal string (PS3.5 6.2, DS and IS).</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the element is absent, empty or not convertible.</returns>
    public double? GetDouble(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? null : ElementValues.FirstDouble(this, _slots[index]);
    }

    /// <summary>All values as numbers.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Empty where the element is absent or empty, or any value is not convertible.</returns>
    public double[] GetDoubles(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? [] : ElementValues.Doubles(this, _slots[index]);
    }

    /// <summary>The first value as a whole number.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the element is absent, empty, not a whole number or out of range.</returns>
    public int? GetInt(DicomTag tag)
    {
        var value = GetDouble(tag);
        return value is { } v && v is >= int.MinValue and <= int.MaxValue && Math.Truncate(v) == v ? (int)v : null;
    }

    /// <summary>All values as whole numbers.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Empty where the element is absent or empty, or any value is not a whole number in range.</returns>
    public int[] GetInts(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? [] : ElementValues.Ints(this, _slots[index]);
    }

    /// <summary>The items of a sequence. They are parts of this data set: changing them changes it.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Empty where the element is absent, empty or no sequence.</returns>
    public IReadOnlyList<DicomDataset> GetSequence(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? [] : _slots[index].Items ?? [];
    }

    /// <summary>The first item of a sequence.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where there is none.</returns>
    public DicomDataset? GetItem(DicomTag tag)
    {
        var items = GetSequence(tag);
        return items.Count == 0 ? null : items[0];
    }

    /// <summary>Who reserved the block that a private tag lies in, at this level of this data set (PS3.5 7.8.1).</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Null where the tag is not private, or nobody reserved its block.</returns>
    public string? PrivateCreatorOf(DicomTag tag) =>
        tag.IsPrivate && tag.Element >= 0x1000 ? GetString(new DicomTag(tag.Group, (ushort)(tag.Element >> 8))) : null;

    /// <summary>The value as bytes, little endian; of encapsulated data, fragments with their item headers.</summary>
    /// <param name="tag">The tag.</param>
    /// <returns>Empty where the element is absent or empty.</returns>
    public ReadOnlyMemory<byte> GetBytes(DicomTag tag)
    {
        var index = IndexOf(tag.Value);
        return index < 0 ? default : ElementValues.LittleEndian(this, _slots[index]);
    }

    /// <summary>Reads a data set.</summary>
    /// <param name="bytes">Its bytes. They are kept, not copied, and must not change afterwards.</param>
    /// <param name="syntax">How it is written.</param>
    /// <param name="options">Limits and tolerances; null for the defaults.</param>
    /// <exception cref="DicomFormatException">The bytes are no data set, or a limit is exceeded.</exception>
    public static DicomDataset Parse(ReadOnlyMemory<byte> bytes, DicomTransferSyntax syntax, DicomReadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return DatasetReader.Read(bytes, syntax, options ?? DicomReadOptions.Default, 0, null, out _);
    }

    /// <summary>Writes the data set. One that was read in this syntax and not changed comes out byte for byte.</summary>
    /// <param name="syntax">How to write it. Pixel data are not transcoded: the caller sees to it that they fit.</param>
    /// <exception cref="DicomException">Code dataset-too-large: more bytes than an array holds.</exception>
    public byte[] Encode(DicomTransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return DatasetEncoder.ToArray(this, syntax);
    }

    /// <summary>Writes the data set to a stream, large values without a copy.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="syntax">How to write it; as for <see cref="Encode"/>.</param>
    public void WriteTo(Stream stream, DicomTransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(syntax);
        DatasetEncoder.Write(stream, this, syntax);
    }

    /// <summary>Elements in order.</summary>
    public Enumerator GetEnumerator() => new(this);

    IEnumerator<DicomElement> IEnumerable<DicomElement>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The number of elements, never their values.</summary>
    public override string ToString() => $"{Count} elements";

    internal int IndexOf(uint tag)
    {
        int low = 0, high = Count - 1;
        var slots = _slots;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var at = slots[middle].Tag;
            if (at == tag) return middle;
            if (at < tag) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }

    internal void Adopt(ElementSlot[] slots, int count)
    {
        _slots = slots;
        Count = count;
    }

    /// <summary>Puts pixel data that stay in their file behind a header that was read up to them.</summary>
    internal void AppendRead(in ElementSlot slot)
    {
        if (Count == _slots.Length) Array.Resize(ref _slots, Count + 1);
        _slots[Count++] = slot;
        StoppedEarly = false;
    }

    /// <summary>Brings values that were left in their file into memory.</summary>
    internal void LoadFromFile()
    {
        foreach (ref readonly var slot in Slots) slot.InFile?.Load();
    }

    /// <summary>Moves all references from one array to a copy of it.</summary>
    internal void Rebase(byte[] from, byte[] to)
    {
        Source = Rebased(Source, from, to);
        foreach (ref var slot in _slots.AsSpan(0, Count))
        {
            slot.Raw = Rebased(slot.Raw, from, to);
            foreach (var item in slot.Items ?? []) item.Rebase(from, to);
        }
    }

    private static ReadOnlyMemory<byte> Rebased(ReadOnlyMemory<byte> memory, byte[] from, byte[] to) =>
        MemoryMarshal.TryGetArray(memory, out var segment) && ReferenceEquals(segment.Array, from)
            ? new ReadOnlyMemory<byte>(to, segment.Offset, segment.Count)
            : memory;

    private DicomCharacterSet ResolveCharacterSet()
    {
        var index = IndexOf(DicomTag.SpecificCharacterSet.Value);
        return index >= 0
            ? DicomCharacterSet.Parse(ElementValues.Terms(_slots[index]))
            : Parent?.CharacterSet ?? DicomCharacterSet.Default;
    }

    /// <summary>Walks the elements of a data set.</summary>
    public struct Enumerator : IEnumerator<DicomElement>
    {
        private readonly DicomDataset _dataset;
        private int _index;

        internal Enumerator(DicomDataset dataset)
        {
            _dataset = dataset;
            _index = -1;
        }

        /// <inheritdoc/>
        public readonly DicomElement Current => new(_dataset, _dataset._slots[_index]);

        readonly object IEnumerator.Current => Current;

        /// <inheritdoc/>
        public bool MoveNext() => ++_index < _dataset.Count;

        /// <inheritdoc/>
        public void Reset() => _index = -1;

        /// <inheritdoc/>
        public readonly void Dispose()
        {
        }
    }
}
