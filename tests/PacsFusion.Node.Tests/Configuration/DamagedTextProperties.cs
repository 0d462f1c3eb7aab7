using FsCheck.Xunit;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

/// <summary>Whatever somebody types, there are findings and never an exception, and each finding points into the text.</summary>
public sealed class DamagedTextProperties : IDisposable
{
    private const string Noise = "[]{}:,-#&*!|>'\"%@`~ \n\t\\0aé";

    private static readonly string Rule = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "config", "rules", "mr-mr.yaml"));
    private static readonly string Node = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "config", "node.yaml"));

    private readonly ConfigurationFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Property(MaxTest = 200)]
    public void ADamagedRuleHasFindingsInsideTheText(int seed)
    {
        var text = Damage(Rule, seed);

        var result = RuleLoader.Load(new ConfigurationSource("r.yaml", text));

        Check(result.Value is null, result.Findings, "r.yaml", text);
    }

    [Property(MaxTest = 40)]
    public void ADamagedConfigurationHasFindingsInsideTheText(int seed)
    {
        var text = Damage(Node, seed);

        var result = fixture.Load(text);

        Check(result.Value is null, result.Findings, fixture.NodeFile, text);
    }

    [Property(MaxTest = 60)]
    public void ADamagedOverrideHasFindings(int seed)
    {
        var text = Damage("destinations.0.retry=[{initial: \"1s\"}]", seed);

        var result = ConfigurationLoader.Load(null, [text], new Dictionary<string, string>());

        Assert.Equal(result.Value is null, result.Findings.Any(f => f.Severity == FindingSeverity.Error));
    }

    private static void Check(bool refused, IReadOnlyList<ConfigurationFinding> findings, string file, string text)
    {
        Assert.Equal(refused, findings.Any(f => f.Severity == FindingSeverity.Error));
        var lines = text.Split('\n');
        foreach (var finding in findings.Where(f => f.File == file))
        {
            Assert.Contains(finding.Code, FindingCodes.All);
            Assert.InRange(finding.Line, 1, lines.Length);
            Assert.InRange(finding.Column, 1, lines[finding.Line - 1].Length + 1);
        }
    }

    private static string Damage(string text, int seed)
    {
        var random = new Random(seed);
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(text.Length);
            text = random.Next(3) switch
            {
                0 => text.Remove(at, Math.Min(random.Next(1, 5), text.Length - at)),
                1 => text.Insert(at, Noise[random.Next(Noise.Length)].ToString()),
                _ => string.Concat(text.AsSpan(0, at), text.AsSpan(random.Next(at, text.Length))),
            };
            if (text.Length == 0) break;
        }
        return text;
    }
}
