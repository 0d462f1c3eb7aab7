using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

/// <summary>Writes a configuration into a folder of its own and loads it.</summary>
internal sealed class ConfigurationFixture : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("pacsfusion-configuration-");

    public string Folder => folder.FullName;

    public string NodeFile => Path.Combine(Folder, "node.yaml");

    public ConfigurationFixture WithRule(string name, string text)
    {
        Directory.CreateDirectory(Path.Combine(Folder, "rules"));
        File.WriteAllText(RuleFile(name), text);
        return this;
    }

    public string RuleFile(string name) => Path.Combine(Folder, "rules", name + ".yaml");

    public ConfigurationResult Load(string text, string[]? set = null, Dictionary<string, string>? environment = null)
    {
        File.WriteAllText(NodeFile, text);
        return ConfigurationLoader.Load(NodeFile, set ?? [], environment ?? []);
    }

    /// <summary>The one finding of a text; fails where there are more.</summary>
    public ConfigurationFinding Only(string text, string[]? set = null, Dictionary<string, string>? environment = null) =>
        Assert.Single(Load(text, set, environment).Findings);

    public void Dispose() => folder.Delete(recursive: true);
}
