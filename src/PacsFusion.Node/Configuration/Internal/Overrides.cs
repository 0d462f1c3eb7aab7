using System.Globalization;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Lays <c>--set</c> and environment values over the tree of node.yaml. Keys match whatever their case; list elements go by index.</summary>
internal sealed class Overrides
{
    private const string Option = "--set";
    private const string Prefix = "PACSFUSION__";

    private readonly FindingList findings;
    private readonly ConfigMap root;

    private Overrides(ConfigMap root, FindingList findings)
    {
        this.root = root;
        this.findings = findings;
    }

    /// <summary>Applies the environment, then the options: the later one wins.</summary>
    public static void Apply(ConfigMap root, IReadOnlyList<string> options, IReadOnlyDictionary<string, string> environment, FindingList findings)
    {
        var overrides = new Overrides(root, findings);
        overrides.ApplyEnvironment(environment);
        for (var i = 0; i < options.Count; i++) overrides.ApplyOption(options[i], i + 1);
    }

    private void ApplyEnvironment(IReadOnlyDictionary<string, string> environment)
    {
        var seen = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var variables = environment.Where(v => v.Key.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            .Select(v => (Name: v.Key, v.Value, Segments: v.Key[Prefix.Length..].Split("__")))
            .Order(Comparer<(string Name, string Value, string[] Segments)>.Create((a, b) => InOrder(a.Segments, b.Segments)));
        foreach (var (name, value, segments) in variables)
        {
            var mark = new SourceMark(name, 1, 1);
            if (seen.TryGetValue(name, out var other))
                findings.Error(mark, FindingCodes.BadOverride, $"{other} sets the same.", "Keep one of the two variables.");
            else
                Set(new Target(segments, "__", [.. segments.Select(_ => mark)]), Value(value, mark));
            seen[name] = name;
        }
    }

    private void ApplyOption(string text, int ordinal)
    {
        var equals = text.IndexOf('=');
        if (equals <= 0)
        {
            findings.Error(new SourceMark(Option, ordinal, 1), FindingCodes.BadOverride, $"'{text}' is not of the form path.to.key=value.", "For example --set node.dicomPort=104.");
            return;
        }
        var segments = text[..equals].Split('.');
        var marks = new SourceMark[segments.Length];
        for (int i = 0, at = 1; i < segments.Length; at += segments[i].Length + 1, i++) marks[i] = new SourceMark(Option, ordinal, at);
        Set(new Target(segments, ".", marks), Value(text[(equals + 1)..], new SourceMark(Option, ordinal, equals + 2)));
    }

    /// <summary>Lists, maps and quoted text are read as YAML; anything else is taken as it stands.</summary>
    private ConfigNode? Value(string text, SourceMark mark)
    {
        var trimmed = text.Trim();
        if (trimmed.Length == 0 || trimmed[0] is not ('[' or '{' or '"' or '\'')) return new ConfigScalar(mark, trimmed, false);
        // Padded, so that the positions that the composer reports are those of the option.
        return YamlComposer.Compose(new ConfigurationSource(mark.File, new string('\n', mark.Line - 1) + new string(' ', mark.Column - 1) + text), findings);
    }

    private void Set(Target target, ConfigNode? value)
    {
        if (value is not null) Place(root, NodeShape.Root, target, 0, value);
    }

    /// <summary>What stands at the place after the change: <paramref name="current"/>, mended, or something new; null after a finding.</summary>
    private ConfigNode? Place(ConfigNode? current, Shape shape, Target target, int depth, ConfigNode value)
    {
        if (depth == target.Segments.Length) return value;
        switch (shape)
        {
            case MapShape map:
                return PlaceKey(current, map, target, depth, value);
            case FreeMapShape free:
                var members = current as ConfigMap ?? new ConfigMap(value.Mark);
                Put(members, string.Join(target.Separator, target.Segments[depth..]), target.Marks[depth], value);
                return members;
            case ListShape list:
                return PlaceItem(current, list, target, depth, value);
            default:
                findings.Error(target.Marks[depth], FindingCodes.BadOverride, $"'{target.Upto(depth)}' is a single value; nothing lies below it.");
                return null;
        }
    }

    private ConfigMap? PlaceKey(ConfigNode? current, MapShape shape, Target target, int depth, ConfigNode value)
    {
        var segment = target.Segments[depth];
        var field = shape.Fields.FirstOrDefault(f => f.Name.Equals(segment, StringComparison.OrdinalIgnoreCase));
        if (field is null)
        {
            findings.Error(target.Marks[depth], FindingCodes.UnknownKey, $"There is no setting '{target.Upto(depth + 1)}'.", Spelling.Hint(segment, shape.Fields.Select(f => f.Name)));
            return null;
        }
        var map = current as ConfigMap ?? new ConfigMap(value.Mark);
        var before = map.Entries.FirstOrDefault(e => e.Key == field.Name)?.Value;
        if (Place(before, field.Shape, target, depth + 1, value) is not { } placed) return null;
        Put(map, field.Name, target.Marks[depth], placed);
        return map;
    }

    private ConfigList? PlaceItem(ConfigNode? current, ListShape shape, Target target, int depth, ConfigNode value)
    {
        var list = current as ConfigList ?? new ConfigList(value.Mark);
        // "fixed: CT" is a list of one; an index into it must find that one.
        if (current is ConfigScalar { IsNull: false } single && shape.OrSingle) list.Items.Add(single);
        if (!int.TryParse(target.Segments[depth], NumberStyles.None, CultureInfo.InvariantCulture, out var index) || index > list.Items.Count)
        {
            findings.Error(target.Marks[depth], FindingCodes.BadOverride,
                $"'{target.Upto(depth)}' is a list with {list.Items.Count} elements; '{target.Segments[depth]}' is no index into it.",
                $"Indexes begin at 0; {list.Items.Count} adds an element.");
            return null;
        }
        var before = index < list.Items.Count ? list.Items[index] : null;
        if (Place(before, shape.Item, target, depth + 1, value) is not { } placed) return null;
        if (before is null) list.Items.Add(placed);
        else list.Items[index] = placed;
        return list;
    }

    private static void Put(ConfigMap map, string key, SourceMark mark, ConfigNode value)
    {
        var at = map.Entries.FindIndex(e => e.Key == key);
        if (at >= 0) map.Entries[at] = map.Entries[at] with { Value = value };
        else map.Entries.Add(new ConfigEntry(key, mark, value));
    }

    // Indexes by number: with the words' order element 10 would be set before element 2 exists.
    private static int InOrder(string[] a, string[] b)
    {
        for (var i = 0; i < Math.Min(a.Length, b.Length); i++)
        {
            var order = int.TryParse(a[i], NumberStyles.None, CultureInfo.InvariantCulture, out var x) && int.TryParse(b[i], NumberStyles.None, CultureInfo.InvariantCulture, out var y)
                ? x.CompareTo(y) : string.CompareOrdinal(a[i], b[i]);
            if (order != 0) return order;
        }
        return a.Length.CompareTo(b.Length);
    }

    private sealed record Target(string[] Segments, string Separator, SourceMark[] Marks)
    {
        public string Upto(int depth) => string.Join('.', Segments[..depth]);
    }
}
