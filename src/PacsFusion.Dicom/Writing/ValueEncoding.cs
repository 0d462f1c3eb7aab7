using System.Buffers.Binary;
using System.Globalization;

namespace PacsFusion.Dicom;

/// <summary>Values to bytes, strictly: what is written obeys the value representation (PS3.5 6.2).</summary>
internal static class ValueEncoding
{
    private const int DecimalStringLength = 16;

    /// <summary>Text in a character set, padded; null where the set lacks a character.</summary>
    public static byte[]? Text(DicomTag tag, DicomVR vr, ReadOnlySpan<string> values, DicomCharacterSet characterSet)
    {
        var joined = values.Length switch
        {
            0 => "",
            1 => values[0] ?? "",
            _ => string.Join('\\', values!),
        };
        if (joined.Length == 0) return [];
        if (!VrFacts.UsesCharacterSet(vr)) characterSet = DicomCharacterSet.Default;
        if (!characterSet.TryEncode(joined, out var bytes))
        {
            return VrFacts.UsesCharacterSet(vr)
                ? null
                : throw NotRepresentable(tag, "This value representation holds characters of the default repertoire only");
        }
        return Pad(bytes, vr);
    }

    /// <summary>Numbers given as text.</summary>
    public static byte[] Numbers(DicomTag tag, DicomVR vr, ReadOnlySpan<string> values)
    {
        if (vr == DicomVR.AT)
        {
            var tags = new byte[values.Length * 4];
            for (var i = 0; i < values.Length; i++)
            {
                if (!DicomTag.TryParse(values[i], out var named)) throw NotRepresentable(tag, "A value is no tag");
                BinaryPrimitives.WriteUInt16LittleEndian(tags.AsSpan(i * 4), named.Group);
                BinaryPrimitives.WriteUInt16LittleEndian(tags.AsSpan(i * 4 + 2), named.Element);
            }
            return tags;
        }
        if (vr is DicomVR.SV or DicomVR.UV or DicomVR.OV) return VeryLong(tag, vr, values);
        var numbers = new double[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.TryParse(values[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])) throw NotRepresentable(tag, "A value is no number");
        }
        return Numbers(tag, vr, numbers);
    }

    /// <summary>Numbers in a representation of numbers, or as text in DS and IS.</summary>
    public static byte[] Numbers(DicomTag tag, DicomVR vr, ReadOnlySpan<double> values)
    {
        if (VrFacts.IsText(vr)) return TextNumbers(tag, vr, values);
        var width = ElementValues.Width(vr);
        if (width == 0 || vr == DicomVR.AT) throw NotRepresentable(tag, "This value representation does not hold numbers");
        var bytes = new byte[values.Length * width];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * width, width);
            var value = values[i];
            switch (vr)
            {
                case DicomVR.FD or DicomVR.OD:
                    BinaryPrimitives.WriteDoubleLittleEndian(at, value);
                    break;
                case DicomVR.FL or DicomVR.OF:
                    BinaryPrimitives.WriteSingleLittleEndian(at, (float)value);
                    break;
                case DicomVR.US or DicomVR.OW:
                    BinaryPrimitives.WriteUInt16LittleEndian(at, (ushort)Whole(tag, value, ushort.MinValue, ushort.MaxValue));
                    break;
                case DicomVR.SS:
                    BinaryPrimitives.WriteInt16LittleEndian(at, (short)Whole(tag, value, short.MinValue, short.MaxValue));
                    break;
                case DicomVR.UL or DicomVR.OL:
                    BinaryPrimitives.WriteUInt32LittleEndian(at, (uint)Whole(tag, value, uint.MinValue, uint.MaxValue));
                    break;
                case DicomVR.SL:
                    BinaryPrimitives.WriteInt32LittleEndian(at, (int)Whole(tag, value, int.MinValue, int.MaxValue));
                    break;
                default:
                    // Beyond 2^53 a double no longer says which whole number is meant.
                    BinaryPrimitives.WriteInt64LittleEndian(at, (long)Whole(tag, value, vr == DicomVR.SV ? -(1L << 53) : 0, 1L << 53));
                    break;
            }
        }
        return bytes;
    }

    /// <summary>A decimal string with as many digits as 16 characters hold (PS3.5 6.2, DS).</summary>
    public static string DecimalString(double value)
    {
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        for (var digits = 15; text.Length > DecimalStringLength && digits > 0; digits--)
            text = value.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        return text;
    }

    /// <summary>Adds the pad byte that even length asks for.</summary>
    public static byte[] Pad(byte[] bytes, DicomVR vr)
    {
        if ((bytes.Length & 1) == 0) return bytes;
        Array.Resize(ref bytes, bytes.Length + 1);
        bytes[^1] = PadByte(vr);
        return bytes;
    }

    public static byte PadByte(DicomVR vr)
    {
        var traits = VrFacts.Of(vr);
        return (traits & VrTraits.PadNul) != 0 || (traits & VrTraits.Text) == 0 ? (byte)0 : (byte)' ';
    }

    /// <summary>Items of encapsulated data: the offset table, then one padded fragment per frame.</summary>
    public static byte[] Fragments(ReadOnlySpan<ReadOnlyMemory<byte>> frames)
    {
        long total = 8 + 4L * frames.Length;
        foreach (var frame in frames) total += 8 + ((long)frame.Length + 1 & ~1L);
        if (total > Array.MaxLength) throw new DicomException("dataset-too-large", "The frames are more than one element holds", DicomTag.PixelData);
        var bytes = new byte[total];
        var at = WriteItem(bytes, 4 * frames.Length);
        var table = bytes.AsSpan(at);
        at += 4 * frames.Length;
        var first = at;
        for (var i = 0; i < frames.Length; i++)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(table[(4 * i)..], (uint)(at - first));
            var padded = frames[i].Length + 1 & ~1;
            at += WriteItem(bytes.AsSpan(at), padded);
            frames[i].Span.CopyTo(bytes.AsSpan(at));
            at += padded;
        }
        return bytes;
    }

    private static int WriteItem(Span<byte> bytes, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, 0xE000FFFE);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], length);
        return 8;
    }

    private static byte[] TextNumbers(DicomTag tag, DicomVR vr, ReadOnlySpan<double> values)
    {
        if (vr is not (DicomVR.DS or DicomVR.IS)) throw NotRepresentable(tag, "This value representation does not hold numbers");
        var texts = new string[values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            if (!double.IsFinite(values[i])) throw NotRepresentable(tag, "A value is not finite");
            texts[i] = vr == DicomVR.DS
                ? DecimalString(values[i])
                : ((int)Whole(tag, values[i], int.MinValue, int.MaxValue)).ToString(CultureInfo.InvariantCulture);
        }
        return Text(tag, vr, texts, DicomCharacterSet.Default) ?? [];
    }

    private static byte[] VeryLong(DicomTag tag, DicomVR vr, ReadOnlySpan<string> values)
    {
        var bytes = new byte[values.Length * 8];
        for (var i = 0; i < values.Length; i++)
        {
            var at = bytes.AsSpan(i * 8);
            if (vr != DicomVR.SV && ulong.TryParse(values[i], NumberStyles.None, CultureInfo.InvariantCulture, out var unsigned))
                BinaryPrimitives.WriteUInt64LittleEndian(at, unsigned);
            else if (vr == DicomVR.SV && long.TryParse(values[i], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var signed))
                BinaryPrimitives.WriteInt64LittleEndian(at, signed);
            else
                throw NotRepresentable(tag, "A value is no whole number of this range");
        }
        return bytes;
    }

    private static double Whole(DicomTag tag, double value, double lowest, double highest) =>
        value >= lowest && value <= highest && Math.Truncate(value) == value
            ? value
            : throw NotRepresentable(tag, "A value is no whole number of this range");

    private static DicomException NotRepresentable(DicomTag tag, string message) => new("value-not-representable", $"{message} ({tag})", tag);
}
