using PacsFusion.Node.Configuration.Internal;

namespace PacsFusion.Node.Configuration;

/// <summary>A configuration and everything that was found.</summary>
/// <param name="Value">Null when a finding is an error.</param>
/// <param name="Findings">By file and position.</param>
internal sealed record ConfigurationResult(NodeConfiguration? Value, IReadOnlyList<ConfigurationFinding> Findings)
{
    /// <summary>No finding is an error.</summary>
    public bool Ok => Value is not null;
}

/// <summary>Reads config/node.yaml, its rules and the overrides. Reads files and nothing else.</summary>
internal static class ConfigurationLoader
{
    /// <summary>Loads the configuration.</summary>
    /// <param name="path">The file; null for the built-in defaults and rules.</param>
    /// <param name="overrides">Values of <c>--set</c>, each <c>path.to.key=value</c>; the later one wins.</param>
    /// <param name="environment">All variables; those that begin with <c>PACSFUSION__</c> are overrides, weaker than <paramref name="overrides"/>.</param>
    public static ConfigurationResult Load(string? path, IReadOnlyList<string> overrides, IReadOnlyDictionary<string, string> environment)
    {
        var findings = new FindingList();
        ConfigNode root = new ConfigMap(new SourceMark(path ?? "built-in/node.yaml", 1, 1));
        if (path is not null && ConfigurationSource.FromFile(path, findings.Sink) is { } source && YamlComposer.Compose(source, findings) is { } tree)
            root = tree;
        if (root is ConfigMap map) Overrides.Apply(map, overrides, environment, findings);
        var bound = new ShapeBinder(findings).Bind(root, NodeShape.Root);
        var node = new NodeBinder(bound, path, findings).Bind();
        return new ConfigurationResult(findings.HasErrors ? null : node, findings.Sorted());
    }
}
