using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace PacsFusion.Tests.Architecture;

/// <summary>No stage knows another: they meet in the ledger (docs/adr/0005).</summary>
public sealed class StageReferenceTests
{
    private static readonly string[] Stages = ["Receive", "Group", "Match", "Align", "Fuse", "Deliver", "Report"];
    private static readonly string[] Wiring = ["Hosting", "Cli", "Web"];

    private static readonly ArchUnitNET.Domain.Architecture Node =
        new ArchLoader().LoadAssemblies(typeof(PacsFusion.Node.Ledger.CaseStore).Assembly).Build();

    [Fact]
    public void AStageRefersToNoOtherStageAndToNoWiring()
    {
        var wrong = new List<string>();
        foreach (var type in Node.Types)
        {
            if (Room(type) is not { } room || !Stages.Contains(room)) continue;
            foreach (var target in type.Dependencies.Select(dependency => dependency.Target))
                if (Room(target) is { } other && other != room && (Stages.Contains(other) || Wiring.Contains(other)))
                    wrong.Add($"{type.FullName} -> {target.FullName}");
        }
        Assert.Empty(wrong.Distinct());
    }

    [Fact]
    public void LedgerAndConfigurationReferToNoStage()
    {
        var wrong = Node.Types.Where(type => Room(type) is "Ledger" or "Configuration")
            .SelectMany(type => type.Dependencies.Select(dependency => (type, dependency.Target)))
            .Where(pair => Room(pair.Target) is { } room && (Stages.Contains(room) || Wiring.Contains(room)))
            .Select(pair => $"{pair.type.FullName} -> {pair.Target.FullName}").Distinct();
        Assert.Empty(wrong);
    }

    [Fact]
    public void EveryStageFolderHasItsEntryReasonsLogAndReadme()
    {
        foreach (var stage in Stages)
        {
            var folder = Path.Combine(SharedData.RepositoryRoot, "src", "PacsFusion.Node", stage);
            foreach (var file in new[] { $"{stage}Stage.cs", $"{stage}Reasons.cs", $"{stage}Log.cs", "README.md" })
                Assert.True(File.Exists(Path.Combine(folder, file)), $"{stage}/{file} is missing");
        }
    }

    [Fact]
    public void TypesNamedInAStageReadmeExist()
    {
        var node = typeof(PacsFusion.Node.Ledger.CaseStore).Assembly;
        var known = node.GetReferencedAssemblies().Where(name => name.Name!.StartsWith("PacsFusion.", StringComparison.Ordinal)).Select(System.Reflection.Assembly.Load).Append(node)
            .SelectMany(assembly => assembly.GetTypes()).Select(type => type.Name.Split('`')[0]).ToHashSet(StringComparer.Ordinal);
        foreach (var stage in Stages)
        {
            var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "src", "PacsFusion.Node", stage, "README.md"));
            foreach (System.Text.RegularExpressions.Match match in System.Text.RegularExpressions.Regex.Matches(text, "`(([A-Z][a-z]+){2,})(\\.[A-Za-z]+)?`"))
                Assert.Contains(match.Groups[1].Value, known);
        }
    }

    private static string? Room(IType type)
    {
        const string Prefix = "PacsFusion.Node.";
        var name = type.FullName;
        return name.StartsWith(Prefix, StringComparison.Ordinal) && name[Prefix.Length..].Split('.') is [var room, _, ..] ? room : null;
    }
}
