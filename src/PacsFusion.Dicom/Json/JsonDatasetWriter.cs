using System.Globalization;
using System.Text;
using System.Text.Json;

namespace PacsFusion.Dicom;

internal sealed class JsonDatasetWriter(Utf8JsonWriter writer, DicomJsonOptions options)
{
    private const int LongestPiece = 16 << 10;

    private readonly StringBuilder _path = new();

    public void Write(DicomDataset dataset)
    {
        Span<char> name = stackalloc char[8];
        writer.WriteStartObject();
        foreach (var element in dataset)
        {
            if (element.Tag.Element == 0) continue;
            element.Tag.Value.TryFormat(name, out _, "X8", CultureInfo.InvariantCulture);
            var length = _path.Length;
            if (length > 0) _path.Append('/');
            _path.Append(name);
            writer.WriteStartObject(name);
            writer.WriteString("vr", (element.VR == DicomVR.None ? DicomVR.UN : element.VR).ToString());
            WriteValue(element);
            writer.WriteEndObject();
            _path.Length = length;
        }
        writer.WriteEndObject();
    }

    private void WriteValue(in DicomElement element)
    {
        if (element.IsEmpty) return;
        if (element.Tag == DicomTag.SpecificCharacterSet)
        {
            writer.WriteStartArray("Value");
            writer.WriteStringValue("ISO_IR 192");
            writer.WriteEndArray();
            return;
        }
        switch (element.VR)
        {
            case DicomVR.SQ:
                WriteItems(element);
                break;
            case DicomVR.OB or DicomVR.OW or DicomVR.OF or DicomVR.OD or DicomVR.OL or DicomVR.OV or DicomVR.UN or DicomVR.None:
                if (element.IsEncapsulated || element.Length > options.MaxInlineBinary) writer.WriteString("BulkDataURI", options.BulkDataUri(_path.ToString()));
                else writer.WriteBase64String("InlineBinary", element.GetBytes().Span);
                break;
            case DicomVR.FL or DicomVR.FD:
                WriteFloats(element);
                break;
            case DicomVR.US or DicomVR.SS or DicomVR.UL or DicomVR.SL or DicomVR.SV or DicomVR.UV:
                WriteNumbers(element);
                break;
            case DicomVR.AT:
                WriteTags(element);
                break;
            default:
                WriteTexts(element);
                break;
        }
    }

    private void WriteItems(in DicomElement element)
    {
        var length = _path.Length;
        writer.WriteStartArray("Value");
        var items = element.Items;
        for (var i = 0; i < items.Count; i++)
        {
            _path.Append('/').Append(CultureInfo.InvariantCulture, $"{i}");
            Write(items[i]);
            _path.Length = length;
        }
        writer.WriteEndArray();
    }

    // Values are written one by one as they are read: an element of megabytes must not become millions of strings first.
    private void WriteFloats(in DicomElement element)
    {
        var single = element.VR == DicomVR.FL;
        var slot = element.Slot;
        var bytes = slot.Value.Span;
        writer.WriteStartArray("Value");
        for (var width = ElementValues.Width(slot.VR); bytes.Length >= width; bytes = bytes[width..])
        {
            var value = single
                ? BitConverter.UInt32BitsToSingle(ElementValues.UInt(bytes[..4], slot.IsBigEndian))
                : BitConverter.UInt64BitsToDouble(ElementValues.UInt64(bytes[..8], slot.IsBigEndian));
            if (!double.IsFinite(value)) writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
            else if (single) writer.WriteNumberValue((float)value);
            else writer.WriteNumberValue(value);
        }
        writer.WriteEndArray();
    }

    private void WriteNumbers(in DicomElement element)
    {
        var slot = element.Slot;
        var bytes = slot.Value.Span;
        writer.WriteStartArray("Value");
        for (var width = ElementValues.Width(slot.VR); bytes.Length >= width; bytes = bytes[width..])
        {
            if (slot.VR == DicomVR.UV) writer.WriteNumberValue(ElementValues.UInt64(bytes[..8], slot.IsBigEndian));
            else writer.WriteNumberValue(ElementValues.Integer(slot.VR, bytes[..width], slot.IsBigEndian));
        }
        writer.WriteEndArray();
    }

    private void WriteTags(in DicomElement element)
    {
        var slot = element.Slot;
        var bytes = slot.Value.Span;
        writer.WriteStartArray("Value");
        for (; bytes.Length >= 4; bytes = bytes[4..])
            writer.WriteStringValue(ElementValues.TagAt(bytes[..4], slot.IsBigEndian).Value.ToString("X8", CultureInfo.InvariantCulture));
        writer.WriteEndArray();
    }

    private void WriteTexts(in DicomElement element)
    {
        var values = element.GetTexts();
        if (values.IsEmpty) return;
        writer.WriteStartArray("Value");
        foreach (var value in values)
        {
            if (value.IsEmpty) writer.WriteNullValue();
            else WriteText(element.VR, value);
        }
        writer.WriteEndArray();
    }

    private void WriteText(DicomVR vr, ReadOnlySpan<char> value)
    {
        switch (vr)
        {
            case DicomVR.DS or DicomVR.IS
                when double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number):
                writer.WriteNumberValue(number);
                break;
            case DicomVR.PN:
                var name = PersonName.Parse(value.ToString());
                writer.WriteStartObject();
                if (name.Alphabetic.Length > 0) writer.WriteString("Alphabetic", name.Alphabetic);
                if (name.Ideographic.Length > 0) writer.WriteString("Ideographic", name.Ideographic);
                if (name.Phonetic.Length > 0) writer.WriteString("Phonetic", name.Phonetic);
                writer.WriteEndObject();
                break;
            default:
                // Escaped, a character may take six bytes: long ones go in pieces.
                for (; value.Length > LongestPiece; value = value[LongestPiece..]) writer.WriteStringValueSegment(value[..LongestPiece], isFinalSegment: false);
                writer.WriteStringValueSegment(value, isFinalSegment: true);
                break;
        }
    }
}
