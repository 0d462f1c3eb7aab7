using System.Reflection;

namespace PacsFusion.Node.Configuration;

/// <summary>A configuration text and the name that findings give it.</summary>
/// <param name="Name">Path as given, or <c>built-in/NAME.yaml</c>.</param>
/// <param name="Text">The YAML.</param>
internal sealed record ConfigurationSource(string Name, string Text)
{
    /// <summary>Longest text that is read; a configuration is written by people.</summary>
    public const int MaxBytes = 1 << 20;

    private const string RulePrefix = "rules/";

    /// <summary>Reads a file; null and a finding where it is absent, too large or unreadable.</summary>
    public static ConfigurationSource? FromFile(string path, ICollection<ConfigurationFinding> findings)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length <= MaxBytes) return new ConfigurationSource(path, File.ReadAllText(path));
            findings.Add(file.Exists
                ? new(FindingSeverity.Error, path, 1, 1, FindingCodes.FileTooLarge, $"The file has {file.Length} bytes; at most {MaxBytes} are read.", "Is this the right file?")
                : new(FindingSeverity.Error, path, 1, 1, FindingCodes.FileNotFound, "The file is not there.", "Give the path of a configuration with --config, or none for the defaults."));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            findings.Add(new(FindingSeverity.Error, path, 1, 1, FindingCodes.FileNotFound, $"The file cannot be read: {e.Message}", "Check its rights."));
        }
        return null;
    }

    /// <summary>The rules that are part of the program: the files of config/rules as they were when it was built, sorted by name.</summary>
    public static IReadOnlyList<ConfigurationSource> BuiltInRules()
    {
        var assembly = typeof(ConfigurationSource).Assembly;
        return [.. assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(RulePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => new ConfigurationSource("built-in/" + n[RulePrefix.Length..], Read(assembly, n)))];
    }

    private static string Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The embedded rule {name} is missing.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
