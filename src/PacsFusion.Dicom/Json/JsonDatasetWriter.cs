using System.Globalization;
using System.Text.Json;

namespace PacsFusion.Dicom;

internal readonly struct JsonDatasetWriter(Utf8JsonWriter writer, DicomJsonOptions options)
{
    public void Write(DicomDataset dataset, string path)
    {
        writer.WriteStartObject();
        foreach (var element in dataset)
        {
            if (element.Tag.Element == 0) continue;
            var name = element.Tag.Value.ToString("X8", CultureInfo.InvariantCulture);
            writer.WriteStartObject(name);
            writer.WriteString("vr", (element.VR == DicomVR.None ? DicomVR.UN : element.VR).ToString());
            WriteValue(element, path.Length == 0 ? name : path + "/" + name);
            writer.WriteEndObject();
        }
        writer.WriteEndObject();
    }

    private void WriteValue(in DicomElement element, string path)
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
                WriteItems(element, path);
                break;
            case DicomVR.OB or DicomVR.OW or DicomVR.OF or DicomVR.OD or DicomVR.OL or DicomVR.OV or DicomVR.UN or DicomVR.None:
                if (element.IsEncapsulated || element.Length > options.MaxInlineBinary) writer.WriteString("BulkDataURI", options.BulkDataUri(path));
                else writer.WriteBase64String("InlineBinary", element.GetBytes().Span);
                break;
            case DicomVR.FL or DicomVR.FD:
                WriteFloats(element);
                break;
            case DicomVR.US or DicomVR.SS or DicomVR.UL or DicomVR.SL or DicomVR.SV or DicomVR.UV:
                WriteNumbers(element);
                break;
            case DicomVR.DS or DicomVR.IS:
                WriteDecimals(element);
                break;
            case DicomVR.PN:
                WriteNames(element);
                break;
            default:
                WriteStrings(element);
                break;
        }
    }

    private void WriteItems(in DicomElement element, string path)
    {
        writer.WriteStartArray("Value");
        var items = element.Items;
        for (var i = 0; i < items.Count; i++) Write(items[i], string.Create(CultureInfo.InvariantCulture, $"{path}/{i}"));
        writer.WriteEndArray();
    }

    private void WriteFloats(in DicomElement element)
    {
        var single = element.VR == DicomVR.FL;
        writer.WriteStartArray("Value");
        foreach (var value in element.GetDoubles())
        {
            if (!double.IsFinite(value)) writer.WriteStringValue(value.ToString(CultureInfo.InvariantCulture));
            else if (single) writer.WriteNumberValue((float)value);
            else writer.WriteNumberValue(value);
        }
        writer.WriteEndArray();
    }

    private void WriteNumbers(in DicomElement element)
    {
        writer.WriteStartArray("Value");
        foreach (var value in element.GetStrings()) writer.WriteRawValue(value);
        writer.WriteEndArray();
    }

    private void WriteDecimals(in DicomElement element)
    {
        var values = element.GetStrings();
        if (values.Count == 0) return;
        writer.WriteStartArray("Value");
        foreach (var value in values)
        {
            if (value.Length == 0)
                writer.WriteNullValue();
            else if (double.TryParse(value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                writer.WriteNumberValue(number);
            else
                writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }

    private void WriteNames(in DicomElement element)
    {
        var values = element.GetStrings();
        if (values.Count == 0) return;
        writer.WriteStartArray("Value");
        foreach (var value in values)
        {
            if (value.Length == 0)
            {
                writer.WriteNullValue();
                continue;
            }
            var name = PersonName.Parse(value);
            writer.WriteStartObject();
            if (name.Alphabetic.Length > 0) writer.WriteString("Alphabetic", name.Alphabetic);
            if (name.Ideographic.Length > 0) writer.WriteString("Ideographic", name.Ideographic);
            if (name.Phonetic.Length > 0) writer.WriteString("Phonetic", name.Phonetic);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
    }

    private void WriteStrings(in DicomElement element)
    {
        var values = element.GetStrings();
        if (values.Count == 0) return;
        writer.WriteStartArray("Value");
        foreach (var value in values)
        {
            if (value.Length == 0) writer.WriteNullValue();
            else writer.WriteStringValue(value);
        }
        writer.WriteEndArray();
    }
}
