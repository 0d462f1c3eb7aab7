using System.Text.Json;

namespace PacsFusion.Dicom;

internal static class JsonDatasetReader
{
    public static DicomDataset Read(JsonElement json, Func<string, ReadOnlyMemory<byte>>? bulkData)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Invalid(null, "A data set is not an object");
        var dataset = new DicomDataset();
        foreach (var member in json.EnumerateObject())
        {
            if (!DicomTag.TryParse(member.Name, out var tag)) throw Invalid(null, "A member is no tag");
            if (tag.Element == 0) continue;
            ReadElement(dataset, tag, member.Value, bulkData);
        }
        return dataset;
    }

    private static void ReadElement(DicomDataset dataset, DicomTag tag, JsonElement json, Func<string, ReadOnlyMemory<byte>>? bulkData)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Invalid(tag, "An element is not an object");
        var vr = ReadVR(tag, json);
        if (json.TryGetProperty("InlineBinary", out var inline))
        {
            if (inline.ValueKind != JsonValueKind.String || !inline.TryGetBytesFromBase64(out var bytes)) throw Invalid(tag, "InlineBinary is not Base64");
            dataset.SetBytes(tag, vr, bytes);
        }
        else if (json.TryGetProperty("BulkDataURI", out var uri))
        {
            if (bulkData is null) throw new DicomException("bulk-data-not-here", $"The value of {tag} is not in the document", tag);
            dataset.SetBytes(tag, vr, bulkData(Text(tag, uri)));
        }
        else if (!json.TryGetProperty("Value", out var value))
        {
            if (vr == DicomVR.SQ) dataset.SetSequence(tag);
            else dataset.SetBytes(tag, vr, default);
        }
        else
        {
            if (value.ValueKind != JsonValueKind.Array) throw Invalid(tag, "Value is not an array");
            ReadValues(dataset, tag, vr, value, bulkData);
        }
    }

    private static void ReadValues(DicomDataset dataset, DicomTag tag, DicomVR vr, JsonElement values, Func<string, ReadOnlyMemory<byte>>? bulkData)
    {
        if (vr == DicomVR.SQ)
        {
            dataset.SetSequence(tag, values.EnumerateArray()
                .Select(v => v.ValueKind == JsonValueKind.Null ? new DicomDataset() : Read(v, bulkData)).ToArray());
            return;
        }
        var texts = new string[values.GetArrayLength()];
        var i = 0;
        foreach (var value in values.EnumerateArray())
        {
            texts[i++] = value.ValueKind switch
            {
                JsonValueKind.Object when vr == DicomVR.PN => ReadName(tag, value),
                // JSON numbers have as many digits as their writer liked; DS has 16 characters.
                JsonValueKind.Number when vr == DicomVR.DS && value.GetRawText().Length > 16 && value.TryGetDouble(out var number) =>
                    ValueEncoding.DecimalString(number),
                _ => Text(tag, value),
            };
        }
        dataset.Set(tag, vr, texts);
    }

    private static DicomVR ReadVR(DicomTag tag, JsonElement json)
    {
        if (!json.TryGetProperty("vr", out var member)) return DicomDictionary.VrOf(tag) ?? DicomVR.UN;
        var text = Text(tag, member);
        return text.Length == 2 && text[0] <= 0x7F && text[1] <= 0x7F && VrFacts.Of((byte)text[0], (byte)text[1]) != VrTraits.None
            ? (DicomVR)(text[0] << 8 | text[1])
            : throw Invalid(tag, "The value representation is not one");
    }

    private static string ReadName(DicomTag tag, JsonElement json) =>
        new PersonName(Group(tag, json, "Alphabetic"), Group(tag, json, "Ideographic"), Group(tag, json, "Phonetic")).ToString();

    private static string Group(DicomTag tag, JsonElement json, string name) =>
        json.TryGetProperty(name, out var group) ? Text(tag, group) : "";

    private static string Text(DicomTag tag, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => throw Invalid(tag, "A value is neither text nor number"),
    };

    private static DicomException Invalid(DicomTag? tag, string message) =>
        new("json-invalid", tag is { } t ? $"{message} ({t})" : message, tag);
}
