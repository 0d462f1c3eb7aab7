using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>Where elements lie until their level is complete, and how bytes are read.</summary>
internal sealed partial class DatasetParser
{
    private void Count(uint tag, int position)
    {
        if (++_elements > _mostElements)
            throw Error("element-limit", "There are more elements than the limit allows", new DicomTag(tag), position);
    }

    private void Complete(DicomDataset target, int bottom, bool ordered, ElementEncoding encoding)
    {
        var count = _stack.Count - bottom;
        // One place more for pixel data that are put behind a header.
        var spare = target.StoppedEarly ? 1 : 0;
        var slots = count + spare == 0 ? [] : new ElementSlot[count + spare];
        if (ordered) _stack.CopyTo(bottom, slots.AsSpan(0, count));
        else count = SortFirstWins(bottom, slots.AsSpan(0, count));
        _stack.DropAbove(bottom);
        target.SourceEncoding = encoding;
        target.Adopt(slots, count);
    }

    // By tag and then by place, so that of two elements with one tag the first stays.
    private int SortFirstWins(int bottom, Span<ElementSlot> slots)
    {
        var order = new ulong[slots.Length];
        for (var i = 0; i < order.Length; i++) order[i] = (ulong)_stack[bottom + i].Tag << 32 | (uint)i;
        Array.Sort(order);
        var count = 0;
        foreach (var key in order)
        {
            if (count > 0 && slots[count - 1].Tag == (uint)(key >> 32)) continue;
            slots[count++] = _stack[bottom + (int)(uint)key];
        }
        return count;
    }

    private void Warn(string code, DicomTag? tag, int position)
    {
        var warning = new DicomReadWarning(code, tag, _baseOffset + position);
        if (_warnings is { Count: < DicomFile.MostWarnings }) _warnings.Add(warning);
        _options.OnWarning?.Invoke(warning);
    }

    private DicomFormatException Error(string code, string message, DicomTag? tag, int position) =>
        new(code, message, tag, _baseOffset + position);

    private static uint ReadTag(ReadOnlySpan<byte> span, int position, ElementEncoding encoding)
    {
        if (encoding == ElementEncoding.ExplicitBig) return BinaryPrimitives.ReadUInt32BigEndian(span[position..]);
        var both = BinaryPrimitives.ReadUInt32LittleEndian(span[position..]);
        return both << 16 | both >> 16;
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> span, int position, ElementEncoding encoding) =>
        encoding == ElementEncoding.ExplicitBig
            ? BinaryPrimitives.ReadUInt32BigEndian(span[position..])
            : BinaryPrimitives.ReadUInt32LittleEndian(span[position..]);

    private struct ItemList
    {
        private DicomDataset[]? _items;

        public int Count { get; private set; }

        public void Add(DicomDataset item)
        {
            _items ??= new DicomDataset[1];
            if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
            _items[Count++] = item;
        }

        public DicomDataset[] ToArray()
        {
            if (_items is null) return [];
            if (Count != _items.Length) Array.Resize(ref _items, Count);
            return _items;
        }
    }
}
