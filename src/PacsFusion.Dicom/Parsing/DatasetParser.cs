namespace PacsFusion.Dicom;

/// <summary>
/// Bytes to data set, in one pass over memory. Values are not decoded and not copied: every element refers to its own
/// bytes. Lengths are checked against what is there before anything is sized by them.
/// </summary>
internal sealed partial class DatasetParser
{
    private const uint Undefined = 0xFFFFFFFF;
    private const uint ItemTag = 0xFFFEE000, ItemDelimiter = 0xFFFEE00D, SequenceDelimiter = 0xFFFEE0DD;
    private const uint PixelDataTag = 0x7FE00010;
    private const int MostUnreadableSequences = 64;

    private readonly ReadOnlyMemory<byte> _memory;
    private readonly DicomReadOptions _options;
    private readonly long _baseOffset;
    private readonly List<DicomReadWarning>? _warnings;
    private readonly SlotStack _stack = new();
    private readonly int _mostElements;
    private int _elements;
    private int _unreadable;
    private int _levels;
    private CreatorOfBlock _creator;

    private DatasetParser(ReadOnlyMemory<byte> memory, DicomReadOptions options, long baseOffset, List<DicomReadWarning>? warnings, int given)
    {
        _memory = memory;
        _options = options;
        _baseOffset = baseOffset;
        _warnings = warnings;
        _mostElements = given < DicomReadOptions.Large ? options.MaxElements : Math.Max(options.MaxElements, Math.Min(given / DicomReadOptions.LargeElementRatio, DicomReadOptions.LargeElements));
    }

    /// <summary>Reads a whole data set.</summary>
    /// <param name="memory">Its bytes, not deflated; kept by the result.</param>
    /// <param name="encoding">How elements are written.</param>
    /// <param name="options">Limits and tolerances.</param>
    /// <param name="baseOffset">Added to every offset that is reported.</param>
    /// <param name="warnings">Where deviations go.</param>
    /// <param name="given">How many bytes there were before they were inflated; null: these.</param>
    public static DicomDataset Parse(
        ReadOnlyMemory<byte> memory, ElementEncoding encoding, DicomReadOptions options, long baseOffset, List<DicomReadWarning>? warnings, int? given = null)
    {
        var parser = new DatasetParser(memory, options, baseOffset, warnings, given ?? memory.Length);
        try
        {
            var dataset = new DicomDataset();
            var signed = false;
            var end = parser.ReadElements(dataset, 0, memory.Length, delimited: false, encoding, depth: 0, ref signed);
            dataset.Source = options.StopBefore is null ? memory : memory[..end];
            dataset.SourceEncoding = encoding;
            return dataset;
        }
        finally
        {
            parser._stack.Dispose();
        }
    }

    /// <summary>Elements up to the limit or a delimiter; returns where they end, delimiter included.</summary>
    private int ReadElements(DicomDataset target, int start, int limit, bool delimited, ElementEncoding encoding, int depth, ref bool signed)
    {
        var span = _memory.Span;
        var bottom = _stack.Count;
        var level = new Level(bottom, ++_levels);
        var position = start;
        uint previous = 0;
        var ordered = true;
        var stopBefore = depth == 0 && _options.StopBefore is { } stop ? stop.Value : long.MaxValue;
        while (true)
        {
            var left = limit - position;
            if (left < 8)
            {
                if (left == 0 && !delimited) break;
                if (depth == 0 && previous >= PixelDataTag)
                {
                    Warn("trailing-bytes", null, position);
                    break;
                }
                if (_options.Truncation == TruncationRule.KeepComplete && limit == _memory.Length)
                {
                    Warn("data-truncated", null, position);
                    position = limit;
                    break;
                }
                throw Error(left == 0 ? "item-delimiter-missing" : "element-header-cut", "The bytes end where an element has to begin", null, position);
            }

            var tag = ReadTag(span, position, encoding);
            if (tag >> 16 == 0xFFFE)
            {
                if (depth == 0 && previous >= PixelDataTag)
                {
                    Warn("trailing-bytes", null, position);
                    break;
                }
                if (delimited && tag == ItemDelimiter)
                {
                    target.Source = _memory[start..position];
                    position = SkipDelimiter(span, position, limit, encoding);
                    Complete(target, bottom, ordered, encoding);
                    return position;
                }
                if (delimited && tag is ItemTag or SequenceDelimiter)
                {
                    Warn("item-delimiter-missing", null, position);
                    break;
                }
                if (tag is not (ItemDelimiter or SequenceDelimiter))
                    throw Error("unexpected-item", "An item stands where an element has to", new DicomTag(tag), position);
                Warn("stray-delimiter", new DicomTag(tag), position);
                position = SkipDelimiter(span, position, limit, encoding);
                continue;
            }
            if (tag >= stopBefore)
            {
                target.StoppedEarly = true;
                break;
            }

            if (depth == 0 && previous >= PixelDataTag && tag <= previous && !IsLateElement(span, position, limit, tag, encoding))
            {
                Warn("trailing-bytes", null, position);
                break;
            }
            var element = position;
            var top = _stack.Count;
            if (tag < previous && EndsWithDelimiterTag(span, start, position, encoding) && ReadUInt32(span, position, encoding) == 0)
            {
                // A known writer counts the tag of the last delimiter into a length, but not its own length field.
                Warn("length-cuts-delimiter", null, position);
                position += 4;
                continue;
            }
            try
            {
                position = ReadElement(target, span, position, limit, tag, encoding, depth, level, ref signed);
            }
            catch (DicomFormatException) when (depth == 0 && previous >= PixelDataTag)
            {
                _stack.DropAbove(top);
                Warn("trailing-bytes", null, element);
                break;
            }
            catch (DicomFormatException e) when (
                _options.Truncation == TruncationRule.KeepComplete && (depth == 0 || delimited && limit == _memory.Length) && e.Code is not ("depth-limit" or "element-limit"))
            {
                _stack.DropAbove(top);
                Warn("data-truncated", new DicomTag(tag), element);
                // An item that was to end with a delimiter ends with the bytes.
                if (depth != 0) position = limit;
                break;
            }
            if (tag <= previous && _stack.Count > bottom + 1)
            {
                if (ordered) Warn(tag == previous ? "tag-twice" : "tag-order", new DicomTag(tag), element);
                ordered = false;
            }
            previous = Math.Max(previous, tag);
        }
        target.Source = _memory[start..position];
        Complete(target, bottom, ordered, encoding);
        return position;
    }

    private int ReadElement(
        DicomDataset target, ReadOnlySpan<byte> span, int position, int limit, uint tag, ElementEncoding encoding, int depth, Level level, ref bool signed)
    {
        Count(tag, position);
        var header = ReadHeader(span, position, limit, tag, encoding, signed);
        if (header.IsFromDictionary) Settle(ref header, tag, level);
        var slot = new ElementSlot
        {
            Tag = tag,
            VR = header.VR,
            Encoding = encoding,
            HeaderLength = (byte)header.HeaderLength,
            Flags = encoding == ElementEncoding.ExplicitBig && !header.WasUnknown ? SlotFlags.BigEndianValue : SlotFlags.None,
        };
        var valueStart = position + header.HeaderLength;
        int end;
        if (header.Length == Undefined)
        {
            slot.Flags |= SlotFlags.UndefinedLength;
            end = ReadUndefined(target, ref slot, span, header, valueStart, limit, depth, signed);
        }
        else
        {
            if (header.Length > (uint)(limit - valueStart))
            {
                if (depth != 0 || tag != PixelDataTag || _options.Truncation == TruncationRule.Refuse)
                    throw Error("length-beyond-end", "An element claims more bytes than there are", new DicomTag(tag), position);
                Warn("value-truncated", new DicomTag(tag), position);
                header.Length = (uint)(limit - valueStart);
            }
            end = valueStart + (int)header.Length;
            slot.ValueLength = (int)header.Length;
            if ((header.Length & 1) != 0) Warn("odd-length", new DicomTag(tag), position);
            if (header.VR == DicomVR.SQ)
                ReadDefinedSequence(target, ref slot, valueStart, end, header.WasUnknown ? ElementEncoding.ImplicitLittle : encoding, header.WasUnknown, depth, signed);
            else if (tag == 0x00280103 && header.Length >= 2)
                signed = (span[valueStart] | span[valueStart + 1]) == 1;
        }
        slot.Raw = _memory[position..end];
        _stack.Push(slot);
        return end;
    }

    private int ReadUndefined(
        DicomDataset target, ref ElementSlot slot, ReadOnlySpan<byte> span, in ElementHeader header, int valueStart, int limit, int depth, bool signed)
    {
        int end, valueEnd;
        var asSequence = slot.VR is DicomVR.SQ or DicomVR.UN && slot.Tag != PixelDataTag;
        if (asSequence)
        {
            // CP-246: whatever the transfer syntax, UN of undefined length holds items in implicit VR little endian.
            var unknown = header.WasUnknown && slot.Encoding != ElementEncoding.ImplicitLittle;
            slot.VR = DicomVR.SQ;
            slot.Items = ReadItems(
                target, slot.Tag, valueStart, limit, undefined: true, unknown ? ElementEncoding.ImplicitLittle : slot.Encoding, unknown, depth, signed, out valueEnd, out end);
        }
        else if (slot.Tag == PixelDataTag || slot.VR is DicomVR.OB or DicomVR.OW or DicomVR.UN)
        {
            end = WalkFragments(slot.Tag, span, valueStart, limit, slot.Encoding, depth, out valueEnd);
        }
        else
        {
            throw Error("undefined-length-not-allowed", "This value representation needs a length", new DicomTag(slot.Tag), valueStart - slot.HeaderLength);
        }
        slot.ValueLength = valueEnd - valueStart;
        return end;
    }

    private void ReadDefinedSequence(
        DicomDataset target, ref ElementSlot slot, int valueStart, int end, ElementEncoding encoding, bool sniff, int depth, bool signed)
    {
        var top = _stack.Count;
        try
        {
            slot.Items = ReadItems(target, slot.Tag, valueStart, end, undefined: false, encoding, sniff, depth, signed, out _, out _);
        }
        catch (DicomFormatException e) when (e.Code is not ("depth-limit" or "element-limit") && ++_unreadable <= MostUnreadableSequences)
        {
            // Its length says where it ends, so what follows can be trusted; the bytes stay as they are.
            _stack.DropAbove(top);
            slot.VR = DicomVR.UN;
            slot.Items = null;
            Warn("sequence-unreadable", new DicomTag(slot.Tag), valueStart - slot.HeaderLength);
        }
    }

    private DicomDataset[] ReadItems(
        DicomDataset owner, uint tag, int start, int limit, bool undefined, ElementEncoding encoding, bool sniff, int depth, bool signed, out int valueEnd, out int end)
    {
        if (depth >= _options.MaxDepth)
            throw Error("depth-limit", "Sequences are nested deeper than the limit allows", new DicomTag(tag), start);
        var span = _memory.Span;
        var items = new ItemList();
        var position = start;
        while (true)
        {
            if (limit - position < 8)
            {
                // A sequence that swallowed what belongs behind it looks the same, so this takes a rule of its own.
                var open = undefined && limit == _memory.Length && items.Count > 0 && _options.Truncation == TruncationRule.KeepComplete;
                if (position == limit && !undefined || open)
                {
                    if (undefined) Warn("sequence-delimiter-missing", new DicomTag(tag), position);
                    break;
                }
                throw Error("item-header-cut", "A sequence ends where an item has to begin", new DicomTag(tag), position);
            }
            var itemTag = ReadTag(span, position, encoding);
            var length = ReadUInt32(span, position + 4, encoding);
            if (itemTag == SequenceDelimiter)
            {
                if (undefined)
                {
                    valueEnd = position;
                    end = SkipDelimiter(span, position, limit, encoding);
                    return items.ToArray();
                }
                Warn("stray-delimiter", new DicomTag(itemTag), position);
                position = SkipDelimiter(span, position, limit, encoding);
                continue;
            }
            if (itemTag == ItemDelimiter && items.Count > 0)
            {
                // Behind an item that has a length, and so needs none.
                Warn("stray-delimiter", new DicomTag(itemTag), position);
                position = SkipDelimiter(span, position, limit, encoding);
                continue;
            }
            if (itemTag != ItemTag) throw Error("item-expected", "A sequence holds something that is not an item", new DicomTag(tag), position);

            Count(tag, position);
            var content = position + 8;
            var item = new DicomDataset { Parent = owner };
            var itemEncoding = encoding;
            if (sniff && LooksExplicit(span, content, limit))
            {
                itemEncoding = ElementEncoding.ExplicitLittle;
                Warn("unknown-sequence-explicit", new DicomTag(tag), position);
            }
            var itemSigned = signed;
            if (length == Undefined)
            {
                item.ItemIsUndefined = true;
                position = ReadElements(item, content, limit, delimited: true, itemEncoding, depth + 1, ref itemSigned);
            }
            else
            {
                if (length > (uint)(limit - content) && undefined && limit == _memory.Length && items.Count > 0 && _options.Truncation == TruncationRule.KeepComplete)
                {
                    Warn("data-truncated", new DicomTag(tag), position);
                    position = limit;
                    break;
                }
                if (length > (uint)(limit - content))
                    throw Error("item-beyond-sequence", "An item claims more bytes than its sequence has", new DicomTag(tag), position);
                position = content + (int)length;
                ReadElements(item, content, position, delimited: false, itemEncoding, depth + 1, ref itemSigned);
            }
            items.Add(item);
        }
        valueEnd = end = position;
        return items.ToArray();
    }

    /// <summary>Item headers of encapsulated data, each by its length: fragments may hold the bytes of a delimiter.</summary>
    private int WalkFragments(uint tag, ReadOnlySpan<byte> span, int start, int limit, ElementEncoding encoding, int depth, out int valueEnd)
    {
        var position = start;
        var keepCut = depth == 0 && tag == PixelDataTag && _options.Truncation != TruncationRule.Refuse;
        while (limit - position >= 8)
        {
            var itemTag = ReadTag(span, position, encoding);
            var length = ReadUInt32(span, position + 4, encoding);
            if (itemTag == SequenceDelimiter)
            {
                valueEnd = position;
                return SkipDelimiter(span, position, limit, encoding);
            }
            if (itemTag != ItemTag || length == Undefined)
                throw Error("fragment-expected", "Encapsulated data hold something that is not a fragment", new DicomTag(tag), position);
            if (length > (uint)(limit - position - 8))
            {
                if (!keepCut) throw Error("fragment-beyond-end", "A fragment claims more bytes than there are", new DicomTag(tag), position);
                Warn("value-truncated", new DicomTag(tag), position);
                return valueEnd = limit;
            }
            position += 8 + (int)length;
        }
        if (!keepCut) throw Error("sequence-delimiter-missing", "Encapsulated data do not end", new DicomTag(tag), position);
        Warn("sequence-delimiter-missing", new DicomTag(tag), position);
        return valueEnd = limit;
    }

    private int SkipDelimiter(ReadOnlySpan<byte> span, int position, int limit, ElementEncoding encoding)
    {
        var length = ReadUInt32(span, position + 4, encoding);
        position += 8;
        if (length == 0) return position;
        Warn("delimiter-length", null, position - 8);
        // Some writers put a length without bytes behind it: skip only what does not start an element of its own.
        return length <= 8 && length <= (uint)(limit - position) && !StartsElement(span, position, limit, encoding) ? position + (int)length : position;
    }
}
