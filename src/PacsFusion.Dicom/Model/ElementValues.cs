using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace PacsFusion.Dicom;

/// <summary>Raw bytes to values, by value representation (PS3.5 6.2).</summary>
internal static class ElementValues
{
    private const NumberStyles Decimal = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    public static ReadOnlyMemory<byte> LittleEndian(DicomDataset owner, in ElementSlot slot)
    {
        if (!slot.IsBigEndian || slot.IsUndefinedLength) return slot.Value;
        var unit = SwapUnit(owner, slot);
        if (unit == 1) return slot.Value;
        var copy = slot.Value.ToArray();
        Swap(copy, unit);
        return copy;
    }

    /// <summary>Pixel cells of 32 bits are swapped whole although their representation is OW (PS3.5 7.3, 8.1.1).</summary>
    public static int SwapUnit(DicomDataset owner, in ElementSlot slot) =>
        slot.VR == DicomVR.OW && slot.Tag == DicomTag.PixelData.Value && owner.GetInt(DicomTag.BitsAllocated) == 32 ? 4 : VrFacts.SwapUnit(slot.VR);

    public static void Swap(Span<byte> bytes, int unit)
    {
        for (var i = 0; i + unit <= bytes.Length; i += unit) bytes.Slice(i, unit).Reverse();
    }

    public static string Text(DicomDataset owner, in ElementSlot slot)
    {
        var bytes = slot.Value.Span;
        if (slot.VR == DicomVR.UI) bytes = bytes.TrimEnd((byte)0);
        var text = VrFacts.UsesCharacterSet(slot.VR)
            ? owner.CharacterSet.Decode(bytes, slot.VR)
            : Encoding.Latin1.GetString(bytes);
        return text;
    }

    public static string? FirstString(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.ValueLength == 0 || slot.Items is not null) return null;
        var traits = VrFacts.Of(slot.VR);
        if ((traits & VrTraits.Text) == 0)
        {
            var numbers = Strings(owner, slot);
            return numbers.Count == 0 ? null : numbers[0];
        }
        var text = Text(owner, slot).AsSpan();
        if ((traits & VrTraits.MultiValued) != 0)
        {
            var end = text.IndexOf('\\');
            if (end >= 0) text = text[..end];
        }
        text = Trim(text, slot.VR);
        return text.Length == 0 ? null : text.ToString();
    }

    public static IReadOnlyList<string> Strings(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.ValueLength == 0 || slot.Items is not null) return [];
        var traits = VrFacts.Of(slot.VR);
        if ((traits & VrTraits.Text) == 0) return BinaryStrings(owner, slot);
        var text = Text(owner, slot);
        if ((traits & VrTraits.MultiValued) == 0 || !text.Contains('\\', StringComparison.Ordinal))
        {
            var only = Trim(text, slot.VR).ToString();
            return only.Length == 0 ? [] : [only];
        }
        var values = text.Split('\\');
        for (var i = 0; i < values.Length; i++) values[i] = Trim(values[i], slot.VR).ToString();
        return values;
    }

    /// <summary>
    /// The values of Specific Character Set, whatever representation it was written with: one that uses the character set
    /// would have to be read to be read.
    /// </summary>
    public static IReadOnlyList<string> Terms(in ElementSlot slot)
    {
        const int LongestTerms = 1024;
        if (slot.ValueLength is 0 or > LongestTerms || slot.Items is not null || slot.IsUndefinedLength) return [];
        var terms = Encoding.Latin1.GetString(slot.Value.Span).Split('\\');
        for (var i = 0; i < terms.Length; i++) terms[i] = Trim(terms[i], DicomVR.CS).ToString();
        return terms;
    }

    /// <summary>As <see cref="Strings"/>, for text alone.</summary>
    public static TextValues Texts(DicomDataset owner, scoped in ElementSlot slot) =>
        slot.ValueLength == 0 || slot.Items is not null || !VrFacts.IsText(slot.VR) ? new TextValues("", slot.VR) : new TextValues(Text(owner, slot), slot.VR);

    public static double[] Doubles(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.Items is not null || slot.IsUndefinedLength) return [];
        if (VrFacts.IsText(slot.VR)) return slot.VR is DicomVR.DS or DicomVR.IS or DicomVR.LO or DicomVR.SH or DicomVR.CS or DicomVR.UT ? TextDoubles(owner, slot) : [];
        var width = Width(slot.VR);
        if (width == 0 || slot.VR == DicomVR.AT) return [];
        var bytes = slot.Value.Span;
        var values = new double[bytes.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.Slice(i * width, width);
            values[i] = slot.VR switch
            {
                DicomVR.FD or DicomVR.OD => BitConverter.UInt64BitsToDouble(UInt64(at, slot.IsBigEndian)),
                DicomVR.FL or DicomVR.OF => BitConverter.UInt32BitsToSingle((uint)UInt(at, slot.IsBigEndian)),
                DicomVR.UV or DicomVR.OV => UInt64(at, slot.IsBigEndian),
                _ => Integer(slot.VR, at, slot.IsBigEndian),
            };
        }
        return values;
    }

    public static int[] Ints(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.Items is not null || slot.IsUndefinedLength) return [];
        var width = Width(slot.VR);
        if (width == 0 || slot.VR is DicomVR.FD or DicomVR.FL or DicomVR.OD or DicomVR.OF or DicomVR.UV or DicomVR.OV)
        {
            var numbers = Doubles(owner, slot);
            var whole = new int[numbers.Length];
            for (var i = 0; i < numbers.Length; i++)
            {
                // IS written with decimals ("1.0") is common; a fraction is not a whole number.
                if (numbers[i] is not (>= int.MinValue and <= int.MaxValue) || Math.Truncate(numbers[i]) != numbers[i]) return [];
                whole[i] = (int)numbers[i];
            }
            return whole;
        }
        if (slot.VR == DicomVR.AT) return [];
        var bytes = slot.Value.Span;
        var values = new int[bytes.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            var value = Integer(slot.VR, bytes.Slice(i * width, width), slot.IsBigEndian);
            if (value is < int.MinValue or > int.MaxValue) return [];
            values[i] = (int)value;
        }
        return values;
    }

    /// <summary>The only or first number without an array; null where absent or not a number.</summary>
    public static double? FirstDouble(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.VR is DicomVR.DS or DicomVR.IS)
        {
            var bytes = slot.Value.Span;
            var end = bytes.IndexOf((byte)'\\');
            return TryDouble(end < 0 ? bytes : bytes[..end], out var value) ? value : null;
        }
        if (slot.VR == DicomVR.US && slot.ValueLength >= 2) return UInt(slot.Value.Span[..2], slot.IsBigEndian);
        var all = Doubles(owner, slot);
        return all.Length == 0 ? null : all[0];
    }

    /// <summary>Bytes of one number; 0 where the representation is not one of numbers.</summary>
    public static int Width(DicomVR vr) => vr switch
    {
        DicomVR.US or DicomVR.SS or DicomVR.OW => 2,
        DicomVR.UL or DicomVR.SL or DicomVR.FL or DicomVR.OF or DicomVR.OL or DicomVR.AT => 4,
        DicomVR.FD or DicomVR.OD or DicomVR.SV or DicomVR.UV or DicomVR.OV => 8,
        _ => 0,
    };

    public static long Integer(DicomVR vr, ReadOnlySpan<byte> bytes, bool bigEndian) => vr switch
    {
        DicomVR.SS => (short)UInt(bytes, bigEndian),
        DicomVR.SL => (int)UInt(bytes, bigEndian),
        DicomVR.SV => (long)UInt64(bytes, bigEndian),
        _ => UInt(bytes, bigEndian),
    };

    public static uint UInt(ReadOnlySpan<byte> bytes, bool bigEndian) => bytes.Length == 2
        ? bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes)
        : bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    public static ulong UInt64(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    /// <summary>A tag as its two numbers stand in a value.</summary>
    public static DicomTag TagAt(ReadOnlySpan<byte> bytes, bool bigEndian) =>
        new((ushort)UInt(bytes[..2], bigEndian), (ushort)UInt(bytes.Slice(2, 2), bigEndian));

    /// <summary>A decimal string: finite, no thousands separators, spaces and NUL around it ignored.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> text, out double value)
    {
        text = text.Trim(" \0"u8);
        return double.TryParse(text, Decimal, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    private static double[] TextDoubles(DicomDataset owner, in ElementSlot slot)
    {
        var bytes = slot.Value.Span;
        if (bytes.Trim(" \0"u8).IsEmpty) return [];
        var values = new double[bytes.Count((byte)'\\') + 1];
        for (var i = 0; i < values.Length; i++)
        {
            var end = bytes.IndexOf((byte)'\\');
            if (!TryDouble(end < 0 ? bytes : bytes[..end], out values[i])) return [];
            bytes = bytes[(end + 1)..];
        }
        return values;
    }

    private static string[] BinaryStrings(DicomDataset owner, in ElementSlot slot)
    {
        if (slot.VR is DicomVR.OB or DicomVR.OW or DicomVR.OF or DicomVR.OD or DicomVR.OL or DicomVR.OV or DicomVR.UN) return [];
        var width = Width(slot.VR);
        if (width == 0) return [];
        var bytes = slot.Value.Span;
        var values = new string[bytes.Length / width];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.Slice(i * width, width);
            values[i] = slot.VR switch
            {
                DicomVR.AT => TagAt(at, slot.IsBigEndian).Value.ToString("X8", CultureInfo.InvariantCulture),
                DicomVR.FD => BitConverter.UInt64BitsToDouble(UInt64(at, slot.IsBigEndian)).ToString("R", CultureInfo.InvariantCulture),
                DicomVR.FL => BitConverter.UInt32BitsToSingle(UInt(at, slot.IsBigEndian)).ToString("R", CultureInfo.InvariantCulture),
                DicomVR.UV => UInt64(at, slot.IsBigEndian).ToString(CultureInfo.InvariantCulture),
                _ => Integer(slot.VR, at, slot.IsBigEndian).ToString(CultureInfo.InvariantCulture),
            };
        }
        return values;
    }

    public static ReadOnlySpan<char> Trim(ReadOnlySpan<char> text, DicomVR vr)
    {
        // Empty component groups at the end of a name may be left out (PS3.5 6.2.1.1), so they mean nothing.
        text = text.TrimEnd(vr == DicomVR.PN ? " \0=" : " \0");
        return (VrFacts.Of(vr) & VrTraits.TrimStart) != 0 ? text.TrimStart(' ') : text;
    }
}
