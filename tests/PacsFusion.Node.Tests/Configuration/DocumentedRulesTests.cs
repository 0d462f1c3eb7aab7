using System.Text.RegularExpressions;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Configuration.Internal;

namespace PacsFusion.Tests.Configuration;

/// <summary>docs/rules.md says what the program does.</summary>
public sealed partial class DocumentedRulesTests
{
    private static readonly string Manual = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs", "rules.md")).ReplaceLineEndings("\n");

    public static TheoryData<int> Examples => [.. Enumerable.Range(0, Blocks().Count())];

    [Theory]
    [MemberData(nameof(Examples))]
    public void EveryExampleLoadsWithoutFindings(int index)
    {
        var result = RuleLoader.Load(new ConfigurationSource($"example {index + 1}", Blocks().ElementAt(index)));

        Assert.Empty(result.Findings);
        Assert.NotNull(result.Value);
    }

    [Fact]
    public void EveryWordOfARuleIsInTheManual()
    {
        foreach (var word in Keys(RuleShape.Root).Concat(RuleShape.Preferences.Keys).Concat(RuleShape.Modalities).Concat(RuleShape.WindowKeys)
            .Concat(RuleShape.Orientations).Concat(GateFigures.All.Select(f => f.Name)).Concat(FindingCodes.All)
            .Concat(PacsFusion.Fusion.ColourMap.All.Select(m => m.Name)).Concat(PacsFusion.Fusion.DisplayWindow.Presets))
            Assert.Matches($"[`. ]{Regex.Escape(word)}[`,. ]", Manual);
    }

    [Fact]
    public void EveryFindingCodeIsInTheList() =>
        Assert.Equal(typeof(FindingCodes).GetFields().Select(f => f.GetValue(null)).OfType<string>().Order(), FindingCodes.All.Order());

    private static IEnumerable<string> Blocks() => YamlBlock().Matches(Manual).Select(m => m.Groups[1].Value);

    private static IEnumerable<string> Keys(Shape shape) => shape switch
    {
        MapShape map => map.Fields.SelectMany(f => Keys(f.Shape).Prepend(f.Name)),
        ListShape list => Keys(list.Item),
        _ => [],
    };

    [GeneratedRegex("(?ms)^```yaml\n(.*?)^```")]
    private static partial Regex YamlBlock();
}
