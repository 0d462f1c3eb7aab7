using System.Text.Json;

namespace PacsFusion.Fhir;

/// <summary>Forgiving reads of other people's JSON: a missing or wrongly typed member reads as absent.</summary>
internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static bool? Flag(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : null;

    public static JsonElement? Member(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object ? value : null;

    public static IEnumerable<JsonElement> Items(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : [];

    /// <summary>The resources of a searchset that are matches, not included ones.</summary>
    public static IReadOnlyList<JsonElement> Matches(this JsonElement searchset, string type) =>
    [
        .. searchset.Items("entry")
            .Where(e => e.Member("search")?.Text("mode") is null or "match")
            .Select(e => e.Member("resource")).Where(r => r?.Text("resourceType") == type).Select(r => r!.Value),
    ];

    public static bool HasMorePages(this JsonElement searchset) => searchset.Items("link").Any(l => l.Text("relation") == "next");

    public static bool HasIdentifier(this JsonElement resource, string system, string value) =>
        resource.Items("identifier").Any(i => i.Text("system") == system && i.Text("value") == value);
}
