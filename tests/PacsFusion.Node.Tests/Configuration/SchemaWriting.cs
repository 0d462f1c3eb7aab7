using System.Text.Json;
using System.Text.Json.Nodes;
using PacsFusion.Node.Configuration.Internal;

namespace PacsFusion.Tests.Configuration;

/// <summary>The JSON Schema of a shape, so that editors know what the binder knows.</summary>
internal static class SchemaWriting
{
    private static readonly JsonSerializerOptions Indented =
        new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(string title, MapShape root)
    {
        var schema = new JsonObject { ["$schema"] = "http://json-schema.org/draft-07/schema#", ["title"] = title };
        foreach (var (key, value) in Of(root).ToArray()) schema[key] = value?.DeepClone();
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Of(Shape shape) => shape switch
    {
        MapShape map => OfMap(map),
        FreeMapShape { Keys: { } keys } free => new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(keys.Select(k => KeyValuePair.Create<string, JsonNode?>(k, Of(free.Value)))),
            ["additionalProperties"] = false,
        },
        FreeMapShape free => new JsonObject { ["type"] = "object", ["additionalProperties"] = Of(free.Value) },
        ListShape list => OfList(list),
        ScalarShape scalar => OfScalar(scalar),
        _ => throw new InvalidOperationException(shape.GetType().Name),
    };

    private static JsonObject OfMap(MapShape map)
    {
        var properties = new JsonObject();
        foreach (var field in map.Fields)
        {
            var inner = Of(field.Shape);
            var property = field.Nullable ? new JsonObject { ["anyOf"] = new JsonArray(inner, new JsonObject { ["type"] = "null" }) } : inner;
            property["description"] = field.Default is { } given ? $"{field.Meaning} Default: {(given.Length == 0 ? "\"\"" : given)}." : field.Meaning;
            properties[field.Name] = property;
        }
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties, ["additionalProperties"] = false };
        if (map.Fields.Any(f => f.Required)) schema["required"] = new JsonArray([.. map.Fields.Where(f => f.Required).Select(f => (JsonNode?)f.Name)]);
        return schema;
    }

    private static JsonObject OfList(ListShape list)
    {
        var array = new JsonObject { ["type"] = "array", ["items"] = Of(list.Item) };
        if (list.MinItems > 0) array["minItems"] = list.MinItems;
        return list.OrSingle ? new JsonObject { ["anyOf"] = new JsonArray(Of(list.Item), array) } : array;
    }

    private static JsonObject OfScalar(ScalarShape scalar)
    {
        // Text stands without quotes in YAML, where 1234 or true would be another type to an editor.
        var schema = new JsonObject();
        if (scalar.Values is { } values) schema["enum"] = new JsonArray([.. values.Select(v => (JsonNode?)v)]);
        else if (scalar.Kind == "text") schema["type"] = scalar.Pattern is null ? new JsonArray("string", "number", "boolean") : "string";
        else schema["type"] = scalar.Kind;
        if (scalar.Pattern is { } pattern) schema["pattern"] = pattern;
        if (scalar.Minimum is { } minimum) schema["minimum"] = minimum;
        if (scalar.Maximum is { } maximum) schema["maximum"] = maximum;
        return schema;
    }
}
