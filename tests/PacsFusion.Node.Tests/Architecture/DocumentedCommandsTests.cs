using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using PacsFusion.Node.Cli;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Architecture;

/// <summary>Every command line in README.md and docs/ is one that the program takes: verbs, options, and settings of --set.</summary>
public sealed partial class DocumentedCommandsTests
{
    private static readonly CommandLine Line = new(Verbs.All);

    public static TheoryData<string, string> Commands()
    {
        var found = new TheoryData<string, string>();
        foreach (var path in Documents().Order(StringComparer.Ordinal))
            foreach (var command in CommandsIn(File.ReadAllText(path)).Distinct(StringComparer.Ordinal))
                found.Add(Path.GetRelativePath(SharedData.RepositoryRoot, path), command);
        return found;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void EveryCommandInTheDocumentsIsTaken(string document, string command)
    {
        var complaints = Complaints(command);
        Assert.True(complaints.Count == 0, $"{document}: {command}: {string.Join("; ", complaints)}");
    }

    [Theory]
    [InlineData("pacsfusion frobnicate X")]
    [InlineData("pacsfusion frobnicate")]
    [InlineData("pacsfusion explain A B")]
    [InlineData("pacsfusion retry CASE --becuase X")]
    [InlineData("pacsfusion send FILE --hots X")]
    [InlineData("pacsfusion models evaluate-all")]
    [InlineData("pacsfusion serve --set node.dicomPrt=104")]
    public void AWrongCommandWouldBeFound(string command) => Assert.NotEmpty(Complaints(command));

    [Theory]
    [InlineData("Run `pacsfusion cases --limit 5` now.", "pacsfusion cases --limit 5")]
    [InlineData("```sh\n$ ./scripts/run check   # all of it\n```", "./scripts/run check")]
    [InlineData("```console\n$ pacsfusion explain 1.2.3\nseries 1.2.3\n```", "pacsfusion explain 1.2.3")]
    public void CommandsAreFoundInSpansAndBlocks(string text, string command) => Assert.Equal([command], CommandsIn(text));

    private static IEnumerable<string> Documents()
    {
        var docs = Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "docs"), "*.md", SearchOption.AllDirectories);
        var readme = Path.Combine(SharedData.RepositoryRoot, "README.md");
        return File.Exists(readme) ? docs.Append(readme) : docs;
    }

    /// <summary>Command lines in code spans and in fenced blocks; <c>VERB</c> stands for any and is passed over.</summary>
    private static IEnumerable<string> CommandsIn(string text)
    {
        var plain = Fence().Replace(text, "");
        foreach (System.Text.RegularExpressions.Match block in Fence().Matches(text))
            foreach (var line in block.Value.ReplaceLineEndings("\n").Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
                if (Command().Match(line) is { Success: true } match && Wanted(match.Groups[1].Value) is { } command) yield return command;
        foreach (System.Text.RegularExpressions.Match span in Span().Matches(plain))
            if (Command().Match(span.Groups[1].Value) is { Success: true } match && Wanted(match.Groups[1].Value) is { } command) yield return command;
    }

    private static string? Wanted(string command)
    {
        var words = Words(command).ToList();
        return words.Count < 2 || words[1] is "VERB" or "..." ? null : Comment().Replace(command, "").Trim();
    }

    private static List<string> Complaints(string command)
    {
        var words = Words(command).Skip(1).ToArray();
        var parsed = Line.Parse(words);
        // A verb alone is its name in a sentence, not an example.
        if (words.Length == 1 && parsed.CommandResult.Command.Name == words[0]) return [];
        var complaints = parsed.Errors.Select(error => error.Message).ToList();
        // A verb with a list of arguments takes a misspelt option for one of them.
        var known = new HashSet<string>(["--help", "--version"], StringComparer.Ordinal);
        for (SymbolResult? at = parsed.CommandResult; at is CommandResult result; at = result.Parent)
            foreach (var option in result.Command.Options)
                known.UnionWith(option.Aliases.Append(option.Name));
        complaints.AddRange(words.Where(word => word.StartsWith("--", StringComparison.Ordinal) && !known.Contains(word.Split('=')[0])).Select(word => $"there is no option {word}"));
        var overrides = words.Where((_, i) => i > 0 && words[i - 1] == "--set").ToList();
        complaints.AddRange(ConfigurationLoader.Load(null, overrides, new Dictionary<string, string>()).Findings
            .Where(finding => finding.Code is FindingCodes.UnknownKey or FindingCodes.BadOverride).Select(finding => finding.Text));
        return complaints;
    }

    private static IEnumerable<string> Words(string command) => Word().Matches(Comment().Replace(command, "")).Select(match => match.Value.Trim('"', '\''));

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Span();

    [GeneratedRegex(@"^\s*(?:\$ )?((?:pacsfusion|\./scripts/run) \S.*)$")]
    private static partial Regex Command();

    [GeneratedRegex(@"\s+#.*$| [|>&].*$")]
    private static partial Regex Comment();

    [GeneratedRegex("\"[^\"]*\"|'[^']*'|\\S+")]
    private static partial Regex Word();
}
