using PacsFusion.Node.Configuration.Internal;

namespace PacsFusion.Tests.Configuration;

public sealed class SchemaTests
{
    /// <summary>With PACSFUSION_UPDATE_SCHEMAS=1 the files are written instead.</summary>
    [Theory]
    [InlineData("node.schema.json")]
    [InlineData("rule.schema.json")]
    public void TheSchemaForEditorsSaysWhatTheBinderKnows(string name)
    {
        var expected = name == "node.schema.json"
            ? SchemaWriting.Write("Configuration of a PacsFusion node", NodeShape.Root)
            : SchemaWriting.Write("Rule of a PacsFusion node", RuleShape.Root);
        var path = Path.Combine(SharedData.RepositoryRoot, "config", "schema", name);
        if (Environment.GetEnvironmentVariable("PACSFUSION_UPDATE_SCHEMAS") == "1") File.WriteAllText(path, expected);

        Assert.Equal(expected, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }

    [Fact]
    public void EveryKeyIsInCamelCaseAndExplained()
    {
        foreach (var field in Fields(NodeShape.Root).Concat(Fields(RuleShape.Root)))
        {
            Assert.Matches("^[a-z][A-Za-z]*$", field.Name);
            Assert.EndsWith(".", field.Meaning, StringComparison.Ordinal);
            Assert.False(field.Required && field.Default is not null, $"{field.Name} is required and has a default");
            if (field is { Default: { } given, Shape: ScalarShape shape }) Assert.True(shape.Parse(given).Ok, $"the default of {field.Name} is refused");
        }
    }

    [Fact]
    public void TheShippedNodeFileShowsEveryKeyWithItsDefault()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "config", "node.yaml"));
        foreach (var field in Fields(NodeShape.Root))
        {
            Assert.Matches($"(?m)^[ #-]*{field.Name}:", text);
            if (field is not { Default: { } given }) continue;
            var line = text.Split('\n').First(l => System.Text.RegularExpressions.Regex.IsMatch(l, $"^[ #-]*{field.Name}:"));
            Assert.Contains($"Default: {(given.Length == 0 ? "\"\"" : given)}", text.Split('\n').Where(l => l.Contains($"{field.Name}:", StringComparison.Ordinal)).Aggregate(line, (a, b) => a + b), StringComparison.Ordinal);
        }
    }

    private static IEnumerable<Field> Fields(Shape shape) => shape switch
    {
        MapShape map => map.Fields.SelectMany(f => Fields(f.Shape).Prepend(f)),
        FreeMapShape free => Fields(free.Value),
        ListShape list => Fields(list.Item),
        _ => [],
    };
}
