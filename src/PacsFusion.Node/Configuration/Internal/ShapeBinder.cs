namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Lays a shape over a tree: every unknown key, wrong type, unit and range becomes a finding; what fits is returned.</summary>
internal sealed class ShapeBinder(FindingList findings)
{
    /// <summary>The root; a broken empty map where the tree is not a map.</summary>
    public BoundMap Bind(ConfigNode root, MapShape shape) => BindMap(root, shape, "") as BoundMap
        ?? new BoundMap(root.Mark, shape, new Dictionary<string, BoundValue>(), new HashSet<string>(), true);

    private BoundValue? Bind(ConfigNode node, Shape shape, string path) => shape switch
    {
        MapShape map => BindMap(node, map, path),
        FreeMapShape map => BindFreeMap(node, map, path),
        ListShape list => BindList(node, list, path),
        ScalarShape scalar => BindScalar(node, scalar, path),
        _ => throw new InvalidOperationException($"Unknown shape {shape.GetType().Name}."),
    };

    private BoundMap? BindMap(ConfigNode node, MapShape shape, string path)
    {
        if (node is not ConfigMap map) return WrongType<BoundMap>(node, shape, path);
        var members = new Dictionary<string, BoundValue>(StringComparer.Ordinal);
        var nulls = new HashSet<string>(StringComparer.Ordinal);
        var broken = false;
        foreach (var entry in map.Entries)
        {
            var inner = Join(path, entry.Key);
            if (shape.Find(entry.Key) is not { } field)
            {
                findings.Error(entry.KeyMark, FindingCodes.UnknownKey, $"There is no setting '{inner}'.", Spelling.Hint(entry.Key, shape.Fields.Select(f => f.Name)));
                broken = true;
            }
            else if (entry.Value is ConfigScalar { IsNull: true } && field.Nullable)
            {
                nulls.Add(entry.Key);
            }
            else if (Bind(entry.Value, field.Shape, inner) is { } value)
            {
                members.Add(entry.Key, value);
            }
            else
            {
                broken = true;
            }
        }
        foreach (var field in shape.Fields)
        {
            if (!field.Required || map.Entries.Any(e => e.Key == field.Name)) continue;
            findings.Error(map.Mark, FindingCodes.MissingKey, $"'{Join(path, field.Name)}' is missing.", field.Meaning);
            broken = true;
        }
        return new BoundMap(map.Mark, shape, members, nulls, broken);
    }

    private BoundMap? BindFreeMap(ConfigNode node, FreeMapShape shape, string path)
    {
        if (node is not ConfigMap map) return WrongType<BoundMap>(node, shape, path);
        var members = new Dictionary<string, BoundValue>(StringComparer.Ordinal);
        foreach (var entry in map.Entries)
        {
            var inner = Join(path, entry.Key);
            if (shape.Keys is { } keys && !keys.Contains(entry.Key))
                findings.Error(entry.KeyMark, FindingCodes.UnknownKey, $"There is no setting '{inner}'.", Spelling.Hint(entry.Key, keys));
            else if (Bind(entry.Value, shape.Value, inner) is { } value)
                members.Add(entry.Key, value with { Mark = entry.KeyMark });
        }
        return new BoundMap(map.Mark, null, members, new HashSet<string>(), members.Count < map.Entries.Count);
    }

    private BoundList? BindList(ConfigNode node, ListShape shape, string path)
    {
        if (node is ConfigScalar { IsNull: false } && shape.OrSingle)
            return Bind(node, shape.Item, path) is { } single ? new BoundList(node.Mark, [single]) : null;
        if (node is not ConfigList list) return WrongType<BoundList>(node, shape, path);
        if (list.Items.Count < shape.MinItems)
        {
            findings.Error(list.Mark, FindingCodes.OutOfRange, $"'{path}' needs at least {shape.MinItems} of {shape.Item.Expected}.");
            return null;
        }
        var items = new List<BoundValue>();
        for (var i = 0; i < list.Items.Count; i++)
            if (Bind(list.Items[i], shape.Item, Join(path, i.ToString(System.Globalization.CultureInfo.InvariantCulture))) is { } item)
                items.Add(item);
        return new BoundList(list.Mark, items);
    }

    private BoundScalar? BindScalar(ConfigNode node, ScalarShape shape, string path)
    {
        if (node is not ConfigScalar scalar || scalar.IsNull) return WrongType<BoundScalar>(node, shape, path);
        if (scalar.Quoted && shape.Kind is "integer" or "number" or "boolean")
        {
            findings.Error(scalar.Mark, FindingCodes.WrongType, $"'{path}' must be {shape.Expected}, not text in quotes.",
                shape.Parse(scalar.Text).Ok ? $"Write {scalar.Text} without quotes." : "");
            return null;
        }
        var outcome = shape.Parse(scalar.Text);
        if (outcome.Ok) return new BoundScalar(scalar.Mark, outcome.Value);
        findings.Error(scalar.Mark, outcome.Code, $"'{path}' {outcome.Text}", outcome.Hint ?? "");
        return null;
    }

    private T? WrongType<T>(ConfigNode node, Shape shape, string path) where T : BoundValue
    {
        var where = path.Length == 0 ? "The file" : $"'{path}'";
        findings.Error(node.Mark, FindingCodes.WrongType, $"{where} must be {shape.Expected}, not {node.Kind}.",
            node is ConfigScalar { IsNull: true } ? "Leave the key out to take the default." : "");
        return null;
    }

    private static string Join(string path, string key) => path.Length == 0 ? key : $"{path}.{key}";
}
