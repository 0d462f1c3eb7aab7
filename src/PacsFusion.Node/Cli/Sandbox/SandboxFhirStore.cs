using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PacsFusion.Node.Cli.Sandbox;

/// <summary>A refusal of the sandbox EHR.</summary>
internal sealed class SandboxFhirException(int status, string code, string text) : Exception(text)
{
    public int Status { get; } = status;

    /// <summary>IssueType code.</summary>
    public string Code { get; } = code;
}

/// <summary>Resources in memory with conditional create and urn:uuid references: as much of FHIR R4 as a fusion report needs. Ids count up, so a run can be repeated.</summary>
/// <param name="time">Clock of <c>meta.lastUpdated</c>.</param>
/// <param name="capacity">Most resources kept; more are refused.</param>
internal sealed class SandboxFhirStore(TimeProvider time, int capacity)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, JsonObject> _resources = new(StringComparer.Ordinal);
    private readonly List<string> _order = [];

    public IReadOnlyList<JsonObject> OfType(string type)
    {
        lock (_gate) return [.. Live(type).Select(Copy)];
    }

    public JsonObject Read(string type, string id)
    {
        lock (_gate)
            return _resources.TryGetValue($"{type}/{id}", out var found) ? Copy(found) : throw new SandboxFhirException(404, "not-found", "There is no such resource.");
    }

    /// <summary>A searchset of what fits all criteria.</summary>
    /// <param name="type">Resource type.</param>
    /// <param name="criteria">Decoded names and values.</param>
    public JsonObject Search(string type, IEnumerable<KeyValuePair<string, string>> criteria)
    {
        lock (_gate)
        {
            var found = Find(type, [.. criteria]);
            return new JsonObject
            {
                ["resourceType"] = "Bundle",
                ["type"] = "searchset",
                ["total"] = found.Count,
                ["entry"] = new JsonArray([.. found.Select(r => (JsonNode)new JsonObject { ["resource"] = Copy(r), ["search"] = new JsonObject { ["mode"] = "match" } })]),
            };
        }
    }

    /// <summary>Creates a resource outside a transaction.</summary>
    public string Create(JsonObject resource)
    {
        lock (_gate)
        {
            var type = TypeOf(resource);
            var id = NextId(0);
            Put($"{type}/{id}", resource);
            return $"{type}/{id}";
        }
    }

    /// <summary>Applies a transaction whole or not at all. Only POST, with or without ifNoneExist.</summary>
    public JsonObject Transact(JsonNode? request)
    {
        if (request is not JsonObject bundle || TextOf(bundle, "resourceType") != "Bundle" || TextOf(bundle, "type") != "transaction")
            throw new SandboxFhirException(400, "structure", "A transaction bundle is expected.");
        var entries = bundle["entry"] as JsonArray ?? [];
        lock (_gate)
        {
            var plan = new List<(string Key, JsonObject? New)>();
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            var criteriaSeen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var entry in entries)
            {
                if (entry is not JsonObject e || e["resource"] is not JsonObject resource || e["request"] is not JsonObject how)
                    throw new SandboxFhirException(400, "required", "Every entry needs a resource and a request.");
                if (TextOf(how, "method") != "POST") throw new SandboxFhirException(405, "not-supported", "The sandbox takes POST entries only.");
                var type = TypeOf(resource);
                var condition = TextOf(how, "ifNoneExist");
                var there = condition is null ? [] : Find(type, Criteria(condition));
                if (there.Count > 1) throw new SandboxFhirException(412, "multiple-matches", "More than one resource fits a condition.");
                if (condition is not null && there.Count == 0 && !criteriaSeen.Add($"{type}?{condition}"))
                    throw new SandboxFhirException(400, "duplicate", "Two entries create the same resource.");
                var key = there.Count == 1 ? $"{type}/{TextOf(there[0], "id")}" : $"{type}/{NextId(plan.Count(p => p.New is not null))}";
                plan.Add((key, there.Count == 1 ? null : resource));
                if (TextOf(e, "fullUrl") is { } name && !names.TryAdd(name, key)) throw new SandboxFhirException(400, "duplicate", "A fullUrl occurs twice.");
            }

            var fresh = plan.Where(p => p.New is not null).Select(p => (p.Key, Resource: (JsonObject)Rewritten(p.New!, names))).ToList();
            if (_resources.Count + fresh.Count > capacity) throw new SandboxFhirException(507, "too-costly", "The sandbox is full.");
            foreach (var (key, resource) in fresh) Put(key, resource);

            return new JsonObject
            {
                ["resourceType"] = "Bundle",
                ["type"] = "transaction-response",
                ["entry"] = new JsonArray([.. plan.Select(p => (JsonNode)new JsonObject
                {
                    ["response"] = new JsonObject { ["status"] = p.New is null ? "200 OK" : "201 Created", ["location"] = $"{p.Key}/_history/1", ["etag"] = "W/\"1\"" },
                })]),
            };
        }
    }

    /// <summary>Names and values of a query string, decoded.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> Criteria(string query) =>
    [
        .. query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Select(pair =>
            new KeyValuePair<string, string>(Decode(pair[0]), pair.Length > 1 ? Decode(pair[1]) : "")),
    ];

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    private List<JsonObject> Find(string type, IReadOnlyList<KeyValuePair<string, string>> criteria)
    {
        if (criteria.Count == 0) throw new SandboxFhirException(400, "required", "A search needs criteria.");
        IEnumerable<JsonObject> found = Live(type);
        foreach (var (name, value) in criteria)
        {
            var (system, code) = Token(value);
            found = name switch
            {
                "_id" => found.Where(r => TextOf(r, "id") == code),
                "identifier" => found.Where(r => Has(r["identifier"], "value", system, code)),
                "_tag" => found.Where(r => Has(r["meta"]?["tag"], "code", system, code)),
                // R4 of-type: system|code|value; the sandbox has no order, so the type need not be told apart.
                "identifier:of-type" => found.Where(r => Has(r["identifier"], "value", null, value.Split('|')[^1])),
                _ => throw new SandboxFhirException(400, "not-supported", "The sandbox searches by _id, _tag and identifier."),
            };
        }
        return [.. found];
    }

    private static bool Has(JsonNode? list, string member, string? system, string code) =>
        list is JsonArray items && items.OfType<JsonObject>().Any(i => TextOf(i, member) == code && (system is null || TextOf(i, "system") == system));

    /// <summary>system|code with backslash escapes; system is null where there is no bar.</summary>
    private static (string? System, string Code) Token(string value)
    {
        string? system = null;
        var part = new System.Text.StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '\\' && i + 1 < value.Length) part.Append(value[++i]);
            else if (value[i] == '|' && system is null)
            {
                system = part.ToString();
                part.Clear();
            }
            else part.Append(value[i]);
        }
        return (system, part.ToString());
    }

    private IEnumerable<JsonObject> Live(string type) => _order.Where(k => k.StartsWith(type + "/", StringComparison.Ordinal)).Select(k => _resources[k]);

    private string NextId(int ahead) => (_resources.Count + 1 + ahead).ToString(CultureInfo.InvariantCulture);

    private void Put(string key, JsonObject resource)
    {
        if (_resources.Count >= capacity) throw new SandboxFhirException(507, "too-costly", "The sandbox is full.");
        var stored = Copy(resource);
        stored["id"] = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var meta = stored["meta"] as JsonObject ?? [];
        stored["meta"] = meta.Parent is null ? meta : Copy(meta);
        stored["meta"]!["versionId"] = "1";
        stored["meta"]!["lastUpdated"] = time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fffzzz", CultureInfo.InvariantCulture);
        _resources.Add(key, stored);
        _order.Add(key);
    }

    private static JsonNode Rewritten(JsonNode node, IReadOnlyDictionary<string, string> names)
    {
        switch (node)
        {
            case JsonObject o:
                var copy = new JsonObject();
                foreach (var (name, value) in o)
                    copy[name] = name == "reference" && value is JsonValue v && v.GetValueKind() == JsonValueKind.String ? Resolved(v.GetValue<string>(), names)
                        : value is null ? null : Rewritten(value, names);
                return copy;
            case JsonArray a:
                return new JsonArray([.. a.Select(x => x is null ? null : Rewritten(x, names))]);
            default:
                return node.DeepClone();
        }
    }

    private static string Resolved(string reference, IReadOnlyDictionary<string, string> names) =>
        names.TryGetValue(reference, out var key) ? key
        : reference.StartsWith("urn:uuid:", StringComparison.Ordinal) ? throw new SandboxFhirException(422, "not-found", "A urn:uuid reference resolves to nothing.")
        : reference;

    private static string TypeOf(JsonObject resource) => TextOf(resource, "resourceType") ?? throw new SandboxFhirException(400, "structure", "A resource needs a resourceType.");

    private static string? TextOf(JsonObject o, string name) => o[name] is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null;

    private static JsonObject Copy(JsonObject o) => (JsonObject)o.DeepClone();
}
