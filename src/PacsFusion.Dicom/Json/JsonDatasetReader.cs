using System.Text.Json;

namespace PacsFusion.Dicom;

internal static class JsonDatasetReader
{
    private const int MostDepth = 64;

    public static DicomDataset Read(JsonElement json, Func<string, ReadOnlyMemory<byte>>? bulkData, int depth = 0)
    {
        if (depth > MostDepth) throw Invalid(null, "Sequences are nested deeper than the limit allows");
        if (json.ValueKind != JsonValueKind.Object) throw Invalid(null, "A data set is not an object");
        var dataset = new DicomDataset();
        foreach (var member in json.EnumerateObject())
        {
            if (!DicomTag.TryParse(Whole(null, member, m => m.Name), out var tag)) throw Invalid(null, "A member is no tag");
            if (tag.Element == 0) continue;
            ReadElement(dataset, tag, member.Value, bulkData, depth);
        }
        return dataset;
    }

    private static void ReadElement(DicomDataset dataset, DicomTag tag, JsonElement json, Func<string, ReadOnlyMemory<byte>>? bulkData, int depth)
    {
        if (json.ValueKind != JsonValueKind.Object) throw Invalid(tag, "An element is not an object");
        var vr = ReadVR(tag, json);
        if (Member(tag, json, "InlineBinary") is { } inline)
        {
            if (inline.ValueKind != JsonValueKind.String || Whole(tag, inline, i => i.TryGetBytesFromBase64(out var found) ? found : null) is not { } bytes) throw Invalid(tag, "InlineBinary is not Base64");
            dataset.SetBytes(tag, NotSequence(tag, vr), bytes);
        }
        else if (Member(tag, json, "BulkDataURI") is { } uri)
        {
            if (bulkData is null) throw new DicomException("bulk-data-not-here", $"The value of {tag} is not in the document", tag);
            dataset.SetBytes(tag, NotSequence(tag, vr), bulkData(Text(tag, uri)));
        }
        else if (Member(tag, json, "Value") is not { } value)
        {
            if (vr == DicomVR.SQ) dataset.SetSequence(tag);
            else dataset.SetBytes(tag, vr, default);
        }
        else
        {
            if (value.ValueKind != JsonValueKind.Array) throw Invalid(tag, "Value is not an array");
            ReadValues(dataset, tag, vr, value, bulkData, depth);
        }
    }

    private static void ReadValues(DicomDataset dataset, DicomTag tag, DicomVR vr, JsonElement values, Func<string, ReadOnlyMemory<byte>>? bulkData, int depth)
    {
        if (vr == DicomVR.SQ)
        {
            dataset.SetSequence(tag, values.EnumerateArray()
                .Select(v => v.ValueKind == JsonValueKind.Null ? new DicomDataset() : Read(v, bulkData, depth + 1)).ToArray());
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
        if (Member(tag, json, "vr") is not { } member) return DicomDictionary.VrOf(tag) ?? DicomVR.UN;
        var text = Text(tag, member);
        return text.Length == 2 && text[0] <= 0x7F && text[1] <= 0x7F && VrFacts.Of((byte)text[0], (byte)text[1]) != VrTraits.None
            ? (DicomVR)(text[0] << 8 | text[1])
            : throw Invalid(tag, "The value representation is not one");
    }

    private static string ReadName(DicomTag tag, JsonElement json) =>
        new PersonName(Group(tag, json, "Alphabetic"), Group(tag, json, "Ideographic"), Group(tag, json, "Phonetic")).ToString();

    private static string Group(DicomTag tag, JsonElement json, string name) =>
        Member(tag, json, name) is { } group ? Text(tag, group) : "";

    private static string Text(DicomTag tag, JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Whole(tag, value, v => v.GetString()!),
        JsonValueKind.Number => value.GetRawText(),
        JsonValueKind.Null => "",
        _ => throw Invalid(tag, "A value is neither text nor number"),
    };

    private static JsonElement? Member(DicomTag tag, JsonElement json, string name) =>
        Whole(tag, json, j => j.TryGetProperty(name, out var found) ? found : (JsonElement?)null);

    private static DicomVR NotSequence(DicomTag tag, DicomVR vr) => vr != DicomVR.SQ ? vr : throw Invalid(tag, "A sequence is given as bytes");

    /// <summary>Text that is taken out of the document, where half of a surrogate pair has no place.</summary>
    private static TResult Whole<T, TResult>(DicomTag? tag, T value, Func<T, TResult> take)
    {
        try
        {
            return take(value);
        }
        catch (InvalidOperationException)
        {
            throw Invalid(tag, "Text holds half of a surrogate pair");
        }
    }

    private static DicomException Invalid(DicomTag? tag, string message) =>
        new("json-invalid", tag is { } t ? $"{message} ({t})" : message, tag);
}
