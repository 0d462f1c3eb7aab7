using System.Globalization;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Cli;

/// <summary>Loads the configuration for a verb; what is wrong ends the verb with every finding shown.</summary>
internal static class ConfigurationGate
{
    /// <summary>The configuration; warnings go to standard error.</summary>
    /// <exception cref="CliException">It has errors (exit code 3).</exception>
    public static NodeConfiguration Load(CliContext context)
    {
        var result = ConfigurationLoader.Load(context.ConfigFile, context.Overrides, Variables());
        foreach (var finding in result.Findings) context.Output.Progress(Line(finding));
        return result.Value ?? throw new CliException(ExitCode.Configuration, "the configuration is wrong; see the lines above ('pacsfusion check' shows them again).");
    }

    /// <summary>A finding as one line: file, line, column, severity, code, text, hint.</summary>
    public static string Line(ConfigurationFinding finding) => string.Create(CultureInfo.InvariantCulture,
        $"{finding.File}:{finding.Line}:{finding.Column}: {finding.Severity.ToString().ToLowerInvariant()} {finding.Code}: {finding.Text}{(finding.Hint.Length > 0 ? $" ({finding.Hint})" : "")}");

    /// <summary>The environment as the configuration wants it.</summary>
    public static IReadOnlyDictionary<string, string> Variables() =>
        Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>().ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value ?? "", StringComparer.Ordinal);
}
