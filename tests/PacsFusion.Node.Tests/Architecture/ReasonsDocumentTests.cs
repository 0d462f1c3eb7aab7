using System.Text;
using PacsFusion.Node.Cli;

namespace PacsFusion.Tests.Architecture;

/// <summary>docs/reasons.md is the closed list of the code (invariant 8). PACSFUSION_UPDATE_DOCS=1 writes it anew.</summary>
public sealed class ReasonsDocumentTests
{
    private static readonly string Document = Path.Combine(SharedData.RepositoryRoot, "docs", "reasons.md");

    [Fact]
    public void TheDocumentIsTheListInTheCode_Invariant8()
    {
        var expected = Write();
        if (Environment.GetEnvironmentVariable("PACSFUSION_UPDATE_DOCS") == "1") File.WriteAllText(Document, expected);
        Assert.Equal(expected, File.ReadAllText(Document));
    }

    [Fact]
    public void ACodeMeansOneThing()
    {
        foreach (var group in ReasonList.All.GroupBy(entry => entry.Reason.Code, StringComparer.Ordinal))
            Assert.Single(group.Select(entry => entry.Reason).Distinct());
    }

    [Theory]
    [InlineData(typeof(PacsFusion.Imaging.ImagingReasons))]
    [InlineData(typeof(PacsFusion.Fusion.FusionReasons))]
    [InlineData(typeof(PacsFusion.Fhir.EhrReasons))]
    public void EveryCodeOfALibraryIsOnTheList_Invariant8(Type codes)
    {
        var constants = codes.GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.NotEmpty(constants);
        Assert.All(constants, code => Assert.NotNull(ReasonList.Find(code)));
    }

    [Fact]
    public void EveryReasonSaysWhatHappenedAndWhatToDo()
    {
        foreach (var (stage, reason) in ReasonList.All)
        {
            Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", reason.Code);
            Assert.True(reason.Text.EndsWith('.') && reason.NextStep.EndsWith('.'), $"{stage} {reason.Code} is not told in sentences");
        }
    }

    private static string Write()
    {
        var text = new StringBuilder("# Reasons\n\nEvery \"no\", \"not yet\" and warning of the node has one of these codes. `pacsfusion explain` shows them with the series or case that they belong to.\n");
        foreach (var stage in ReasonList.All.GroupBy(entry => entry.Stage))
        {
            text.Append($"\n## {stage.Key}\n\n| code | what happened | what to do |\n|---|---|---|\n");
            foreach (var reason in stage.Select(entry => entry.Reason).DistinctBy(reason => reason.Code))
                text.Append($"| `{reason.Code}` | {reason.Text} | {reason.NextStep} |\n");
        }
        return text.ToString();
    }
}
