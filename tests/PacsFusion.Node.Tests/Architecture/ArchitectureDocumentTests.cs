using System.Text.RegularExpressions;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Architecture;

public sealed partial class ArchitectureDocumentTests
{
    [Fact]
    public void TheDrawingOfCaseStatesIsTheTableInTheCode()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs", "architecture.md"));
        var drawn = Arrow().Matches(text).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Order().ToList();
        var coded = CaseTransitions.Table.Select(move => (CaseTransitions.Word(move.From), CaseTransitions.Word(move.To))).Order().ToList();
        Assert.Equal(coded, drawn);
    }

    [GeneratedRegex(@"^  ([a-z]+) --> ([a-z]+)$", RegexOptions.Multiline)]
    private static partial Regex Arrow();
}
