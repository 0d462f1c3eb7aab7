using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>Element headers (PS3.5 7.1), and what to make of those that are not as they should be.</summary>
internal sealed partial class DatasetParser
{
    private ElementHeader ReadHeader(ReadOnlySpan<byte> span, int position, int limit, uint tag, ElementEncoding encoding, bool signed)
    {
        if (encoding == ElementEncoding.ImplicitLittle)
        {
            return new ElementHeader
            {
                VR = ImplicitVR(tag, signed),
                HeaderLength = 8,
                Length = ReadUInt32(span, position + 4, encoding),
                IsFromDictionary = true,
            };
        }
        byte first = span[position + 4], second = span[position + 5];
        var traits = VrFacts.Of(first, second);
        if ((traits & VrTraits.Known) == 0) return ReadOddHeader(span, position, limit, tag, encoding, signed);
        var vr = (DicomVR)(first << 8 | second);
        if ((traits & VrTraits.LongForm) == 0) return ShortForm(span, position, encoding, vr);
        if (limit - position < 12) throw Error("element-header-cut", "The bytes end inside an element header", new DicomTag(tag), position);
        var header = LongForm(span, position, encoding, vr);
        if (vr == DicomVR.UN)
        {
            header.WasUnknown = header.IsFromDictionary = true;
            header.VR = ImplicitVR(tag, signed);
        }
        return header;
    }

    /// <summary>The two bytes after the tag are no value representation of the standard.</summary>
    private ElementHeader ReadOddHeader(ReadOnlySpan<byte> span, int position, int limit, uint tag, ElementEncoding encoding, bool signed)
    {
        byte first = span[position + 4], second = span[position + 5];
        var left = (uint)(limit - position);
        if (char.IsAsciiLetterUpper((char)first) && char.IsAsciiLetterUpper((char)second))
        {
            // A representation of a later edition has the long form (PS3.5 6.2, note on new VRs); check that it fits.
            Warn("vr-unknown", new DicomTag(tag), position);
            if (left >= 12)
            {
                var header = LongForm(span, position, encoding, DicomVR.UN);
                if (header.Length <= left - 12) return header;
            }
            var shorter = ShortForm(span, position, encoding, DicomVR.UN);
            if (shorter.Length <= left - 8) return shorter;
        }
        else if (char.IsAsciiLetter((char)first) && char.IsAsciiLetter((char)second))
        {
            byte upperFirst = (byte)(first & 0xDF), upperSecond = (byte)(second & 0xDF);
            var traits = VrFacts.Of(upperFirst, upperSecond);
            if ((traits & VrTraits.Known) != 0)
            {
                Warn("vr-lower-case", new DicomTag(tag), position);
                var vr = (DicomVR)(upperFirst << 8 | upperSecond);
                if ((traits & VrTraits.LongForm) == 0) return ShortForm(span, position, encoding, vr);
                if (left >= 12) return LongForm(span, position, encoding, vr);
            }
        }
        else if (encoding == ElementEncoding.ExplicitLittle)
        {
            // Single elements in implicit form amid explicit ones are written by some anonymisers.
            var length = ReadUInt32(span, position + 4, encoding);
            if (length <= left - 8)
            {
                Warn("vr-missing", new DicomTag(tag), position);
                return new ElementHeader { VR = ImplicitVR(tag, signed), HeaderLength = 8, Length = length, IsFromDictionary = true };
            }
            var blank = ShortForm(span, position, encoding, ImplicitVR(tag, signed));
            if (blank.VR != DicomVR.SQ && blank.Length <= left - 8)
            {
                Warn("vr-missing", new DicomTag(tag), position);
                return blank;
            }
        }
        throw Error("vr-invalid", "The value representation is not one", new DicomTag(tag), position);
    }

    private static ElementHeader ShortForm(ReadOnlySpan<byte> span, int position, ElementEncoding encoding, DicomVR vr) => new()
    {
        VR = vr,
        HeaderLength = 8,
        Length = encoding == ElementEncoding.ExplicitBig
            ? BinaryPrimitives.ReadUInt16BigEndian(span[(position + 6)..])
            : BinaryPrimitives.ReadUInt16LittleEndian(span[(position + 6)..]),
    };

    private static ElementHeader LongForm(ReadOnlySpan<byte> span, int position, ElementEncoding encoding, DicomVR vr) => new()
    {
        VR = vr,
        HeaderLength = 12,
        Length = ReadUInt32(span, position + 8, encoding),
    };

    private static DicomVR ImplicitVR(uint tag, bool signed)
    {
        var vr = DictionaryTables.LookUp(new DicomTag(tag), out var choice);
        if (vr == DicomVR.None) return DicomVR.UN;
        return choice is VrChoice.Signed or VrChoice.SignedOrWord && signed ? DicomVR.SS : vr;
    }

    /// <summary>What the dictionary says is put right by what the creator's says, and by what only a sequence can be.</summary>
    private void Settle(ref ElementHeader header, uint tag, Level level)
    {
        if ((tag & 0x1_0000) != 0 && (tag & 0xF000) != 0) header.VR = PrivateVR(tag, header.Length, level);
        // Text and numbers have a length: one without is a sequence that the dictionary does not know.
        if (header.Length == Undefined && header.VR is not (DicomVR.SQ or DicomVR.OB or DicomVR.OW)) header.VR = DicomVR.UN;
    }

    /// <summary>
    /// What the creator's dictionary says of a private element: the creator of this level, never of one outside. UN where it
    /// says nothing, or nothing that this length can be.
    /// </summary>
    private DicomVR PrivateVR(uint tag, uint length, Level level)
    {
        var block = tag & 0xFFFF_0000 | (tag & 0xFF00) >> 8;
        if (_creator.Level != level.Id || _creator.Block != block)
        {
            if (!TryFindAbove(level.Bottom, block, out var slot)) return DicomVR.UN;
            _creator = new CreatorOfBlock(level.Id, block, PrivateTables.IndexOf(slot.Value.Span.Trim(" \0"u8)));
        }
        var row = _creator.Index < 0 ? -1 : PrivateTables.RowOf(_creator.Index, new DicomTag(tag));
        if (row < 0) return DicomVR.UN;
        var vr = (DicomVR)PrivateTables.Vrs[row];
        if (length == Undefined) return vr == DicomVR.SQ ? vr : DicomVR.UN;
        var width = ElementValues.Width(vr);
        return width > 1 && length % width != 0 ? DicomVR.UN : vr;
    }

    // Where tags do not ascend, a creator may not be found; then its elements are unknown.
    private bool TryFindAbove(int bottom, uint tag, out ElementSlot slot)
    {
        int low = bottom, high = _stack.Count - 1;
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            slot = _stack[middle];
            if (slot.Tag == tag) return slot.Items is null && !slot.IsUndefinedLength;
            if (slot.Tag < tag) low = middle + 1;
            else high = middle - 1;
        }
        slot = default;
        return false;
    }

    /// <summary>Two letters after the tag that make no length which fits, or that the dictionary confirms.</summary>
    private static bool LooksExplicit(ReadOnlySpan<byte> span, int position, int limit)
    {
        if (limit - position < 8 || (VrFacts.Of(span[position + 4], span[position + 5]) & VrTraits.Known) == 0) return false;
        var tag = ReadTag(span, position, ElementEncoding.ExplicitLittle);
        return tag >> 16 != 0xFFFE
            && (ReadUInt32(span, position + 4, ElementEncoding.ExplicitLittle) > (uint)(limit - position - 8)
                || DicomDictionary.VrOf(new DicomTag(tag)) == (DicomVR)(span[position + 4] << 8 | span[position + 5]));
    }

    private static bool EndsWithDelimiterTag(ReadOnlySpan<byte> span, int start, int position, ElementEncoding encoding) =>
        position - start >= 4 && ReadTag(span, position - 4, encoding) is ItemDelimiter or SequenceDelimiter;

    private static bool StartsElement(ReadOnlySpan<byte> span, int position, int limit, ElementEncoding encoding)
    {
        if (limit - position < 8) return false;
        var tag = ReadTag(span, position, encoding);
        return tag >> 16 == 0xFFFE || (encoding == ElementEncoding.ImplicitLittle
            ? DictionaryTables.LookUp(new DicomTag(tag), out _) != DicomVR.None
            : (VrFacts.Of(span[position + 4], span[position + 5]) & VrTraits.Known) != 0);
    }

    /// <summary>Behind pixel data: an element out of its order rather than bytes that mean nothing.</summary>
    private static bool IsLateElement(ReadOnlySpan<byte> span, int position, int limit, uint tag, ElementEncoding encoding) =>
        tag >> 16 >= 8 && StartsElement(span, position, limit, encoding)
        && (DictionaryTables.LookUp(new DicomTag(tag), out _) != DicomVR.None || encoding != ElementEncoding.ImplicitLittle && (tag & 0x1_0000) != 0);

    private struct ElementHeader
    {
        public DicomVR VR;
        public int HeaderLength;
        public uint Length;

        /// <summary>The file says UN; <see cref="VR"/> is what the dictionary says.</summary>
        public bool WasUnknown;

        /// <summary>The file does not say what <see cref="VR"/> is.</summary>
        public bool IsFromDictionary;
    }

    /// <summary>Where the elements of a data set or item begin on the stack, and which one of all it is.</summary>
    private readonly record struct Level(int Bottom, int Id);

    /// <summary>The creator that was asked for last: private elements of one block follow each other.</summary>
    private readonly record struct CreatorOfBlock(int Level, uint Block, int Index);
}
