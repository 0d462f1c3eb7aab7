using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

public sealed class OverrideTests : IDisposable
{
    private const string Two = """
        node: { dicomPort: 1001 }
        destinations:
          - { name: a, aeTitle: A, host: h, port: 1 }
          - { name: b, aeTitle: B, host: h, port: 2 }
        """;

    private readonly ConfigurationFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void TheOptionWinsOverTheEnvironmentAndThatOverTheFile()
    {
        string[] set = ["node.dicomPort=1003"];
        Dictionary<string, string> environment = new() { ["PACSFUSION__node__dicomPort"] = "1002", ["PATH"] = "/bin" };

        Assert.Equal(1003, fixture.Load(Two, set, environment).Value!.Node.DicomPort);
        Assert.Equal(1002, fixture.Load(Two, [], environment).Value!.Node.DicomPort);
        Assert.Equal(1001, fixture.Load(Two).Value!.Node.DicomPort);
    }

    [Fact]
    public void TheLaterOfTwoOptionsWins() =>
        Assert.Equal(1005, fixture.Load(Two, ["node.dicomPort=1004", "node.dicomPort=1005"]).Value!.Node.DicomPort);

    [Theory]
    [InlineData("PACSFUSION__NODE__DICOMPORT")]
    [InlineData("pacsfusion__node__dicomport")]
    public void CaseDoesNotMatterInPaths(string variable) =>
        Assert.Equal(1006, fixture.Load(Two, [], new() { [variable] = "1006" }).Value!.Node.DicomPort);

    [Fact]
    public void ListElementsGoByIndex()
    {
        var node = fixture.Load(Two, ["destinations.0.port=104"], new() { ["PACSFUSION__destinations__1__aeTitle"] = "BB" }).Value!;

        Assert.Equal([("a", 104, "A"), ("b", 2, "BB")], node.Destinations.Select(d => (d.Name, d.Port, d.AeTitle)));
    }

    [Fact]
    public void TheIndexBehindTheLastAddsAnElement()
    {
        Dictionary<string, string> environment = new()
        {
            ["PACSFUSION__destinations__0__name"] = "new",
            ["PACSFUSION__destinations__0__aeTitle"] = "NEW",
            ["PACSFUSION__destinations__0__host"] = "pacs",
            ["PACSFUSION__destinations__0__port"] = "104",
        };

        Assert.Equal("new", Assert.Single(fixture.Load("", [], environment).Value!.Destinations).Name);
    }

    [Fact]
    public void IndexesOfVariablesAreCountedNotSpelt()
    {
        var environment = Enumerable.Range(0, 12).ToDictionary(i => $"PACSFUSION__receive__callers__{i}__aeTitle", i => $"AE{i}");

        Assert.Equal(Enumerable.Range(0, 12).Select(i => $"AE{i}"), fixture.Load("", [], environment).Value!.Receive.Callers.Select(c => c.AeTitle));
    }

    [Fact]
    public void WholeListsAndMapsCanBeGiven()
    {
        var node = fixture.Load(Two, ["destinations=[]", "fusion.providers=[cpu]", "settle={quiet: 2s}", "receive.defaultIssuer=\"\""]).Value!;

        Assert.Empty(node.Destinations);
        Assert.Equal(["cpu"], node.Fusion.Providers);
        Assert.Equal(TimeSpan.FromSeconds(2), node.Settle.Quiet);
    }

    [Fact]
    public void AnEhrCanBeGivenWithoutAFile()
    {
        var node = ConfigurationLoader.Load(null, ["ehr.url=http://127.0.0.1:8090/fhir", "ehr.patientSystems.=urn:oid:1", "ehr.patientSystems.A.B=urn:oid:2"],
            new Dictionary<string, string>()).Value!;

        Assert.Equal("http://127.0.0.1:8090/fhir", node.Ehr!.Url.ToString());
        Assert.Equal(new Dictionary<string, string> { [""] = "urn:oid:1", ["A.B"] = "urn:oid:2" }, node.Ehr.PatientSystems);
    }

    [Fact]
    public void NullTakesAwayWhatTheFileSays() =>
        Assert.Null(fixture.Load("retention: { keepDone: 1d }", ["retention.keepDone=null"]).Value!.Retention.KeepDone);

    [Fact]
    public void PathsInOverridesAreRelativeToTheWorkingDirectory() =>
        Assert.Equal(Path.GetFullPath("m"), fixture.Load("fusion: { models: x }", ["fusion.models=m"]).Value!.Fusion.ModelsFolder);

    [Theory]
    [InlineData("node.dicomPort", 1, FindingCodes.BadOverride, "path.to.key=value")]
    [InlineData("=1", 1, FindingCodes.BadOverride, "path.to.key=value")]
    [InlineData("node.dicomPrt=1", 6, FindingCodes.UnknownKey, "node.dicomPrt")]
    [InlineData("node.dicomPort.x=1", 16, FindingCodes.BadOverride, "single value")]
    [InlineData("node.dicomPort=x", 16, FindingCodes.WrongType, "whole number")]
    [InlineData("node=1", 6, FindingCodes.WrongType, "map of keys")]
    [InlineData("destinations.5.port=1", 14, FindingCodes.BadOverride, "no index")]
    [InlineData("destinations.main.port=1", 14, FindingCodes.BadOverride, "no index")]
    [InlineData("fusion.providers=[cpu, gpu]", 24, FindingCodes.UnknownValue, "gpu")]
    [InlineData("fusion.providers=[cpu", 18, FindingCodes.YamlMalformed, "YAML")]
    public void ABadOptionIsAFindingOfTheOption(string option, int column, string code, string says)
    {
        var finding = fixture.Only(Two, ["settle.quiet=1s", option]);

        Assert.Equal(("--set", 2, code), (finding.File, finding.Line, finding.Code));
        if (code != FindingCodes.YamlMalformed) Assert.Equal(column, finding.Column);
        Assert.Contains(says, finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PACSFUSION__nod__aeTitle", "X", FindingCodes.UnknownKey)]
    [InlineData("PACSFUSION__settle__quiet", "60", FindingCodes.WrongUnit)]
    [InlineData("PACSFUSION__", "60", FindingCodes.UnknownKey)]
    public void ABadVariableIsAFindingWithItsName(string name, string value, string code)
    {
        var finding = fixture.Only("", [], new() { [name] = value });

        Assert.Equal((name, 1, 1, code), (finding.File, finding.Line, finding.Column, finding.Code));
    }

    [Fact]
    public void TwoVariablesForOneKeyAreAFinding() =>
        Assert.Equal(FindingCodes.BadOverride, fixture.Only("", [], new() { ["PACSFUSION__node__dicomPort"] = "1", ["PACSFUSION__NODE__DICOMPORT"] = "2" }).Code);

    [Fact]
    public void AnOverrideMendsAValueThatIsWrongInTheFile() =>
        Assert.Empty(fixture.Load("node: { dicomPort: x }", ["node.dicomPort=104"]).Findings);
}
