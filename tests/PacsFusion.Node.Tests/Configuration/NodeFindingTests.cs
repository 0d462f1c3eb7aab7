using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

/// <summary>Every kind of mistake in node.yaml is found where it stands.</summary>
public sealed class NodeFindingTests : IDisposable
{
    private readonly ConfigurationFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("node:\n  aeTitel: X", 2, 3, FindingCodes.UnknownKey, "node.aeTitel", "Did you mean 'aeTitle'?")]
    [InlineData("nodes: {}", 1, 1, FindingCodes.UnknownKey, "'nodes'", "Did you mean 'node'?")]
    [InlineData("zebra: 1", 1, 1, FindingCodes.UnknownKey, "'zebra'", "Known: node, web")]
    [InlineData("Node: {}", 1, 1, FindingCodes.UnknownKey, "'Node'", "Did you mean 'node'?")]
    [InlineData("node: { dicomPort: abc }", 1, 20, FindingCodes.WrongType, "node.dicomPort", "0 to 65535")]
    [InlineData("node: { dicomPort: \"104\" }", 1, 20, FindingCodes.WrongType, "not text in quotes", "Write 104 without quotes.")]
    [InlineData("node: { dicomPort: 104.5 }", 1, 20, FindingCodes.WrongType, "node.dicomPort", "0 to 65535")]
    [InlineData("node: { dicomPort: 70000 }", 1, 20, FindingCodes.OutOfRange, "between 0 and 65535", "")]
    [InlineData("node: { dicomPort: 99999999999 }", 1, 20, FindingCodes.OutOfRange, "between 0 and 65535", "")]
    [InlineData("node: { dicomPort: [104] }", 1, 20, FindingCodes.WrongType, "not a list", "")]
    [InlineData("node: [1]", 1, 7, FindingCodes.WrongType, "must be a map of keys", "")]
    [InlineData("node:", 1, 6, FindingCodes.WrongType, "not null", "take the default")]
    [InlineData("- 1", 1, 1, FindingCodes.WrongType, "The file must be a map", "")]
    [InlineData("node: { aeTitle: SEVENTEENLETTERSX }", 1, 18, FindingCodes.OutOfRange, "AE title", "1 to 16")]
    [InlineData("node: { aeTitle: 'A\\B' }", 1, 18, FindingCodes.InvalidValue, "AE title", "backslash")]
    [InlineData("node: { bind: here }", 1, 15, FindingCodes.InvalidValue, "IP address", "127.0.0.1")]
    [InlineData("node: { timeZone: Europe/Berlinn }", 1, 19, FindingCodes.UnknownValue, "time zone", "IANA")]
    [InlineData("settle:\n  quiet: 60", 2, 10, FindingCodes.WrongUnit, "has no unit: 60", "60s")]
    [InlineData("settle:\n  quiet: 60 sec", 2, 10, FindingCodes.WrongUnit, "unit 'sec'", "60s")]
    [InlineData("settle: { quiet: 1H }", 1, 18, FindingCodes.WrongUnit, "unit 'H'", "Did you mean '1h'?")]
    [InlineData("settle: { quiet: soon }", 1, 18, FindingCodes.WrongType, "a duration such as 60s", "ms, s, m, h, d")]
    [InlineData("settle: { quiet: 1ms }", 1, 18, FindingCodes.OutOfRange, "between 100ms and 1d", "")]
    [InlineData("retention: { minFreeSpace: 10 }", 1, 28, FindingCodes.WrongUnit, "has no unit", "GB")]
    [InlineData("retention: { minFreeSpace: 10gb }", 1, 28, FindingCodes.WrongUnit, "unit 'gb'", "Did you mean '10GB'?")]
    [InlineData("receive: { acceptUnknownCallers: yes }", 1, 34, FindingCodes.WrongType, "true or false", "Write true.")]
    [InlineData("receive: { callers: [ { address: 10.0.0.1 } ] }", 1, 23, FindingCodes.MissingKey, "receive.callers.0.aeTitle", "Calling AE title")]
    [InlineData("receive: { callers: [ { aeTitle: A, address: 10.0.0.1/8 } ] }", 1, 46, FindingCodes.InvalidValue, "range", "zero")]
    [InlineData("receive: { callers: [ { aeTitle: A }, { aeTitle: A } ] }", 1, 50, FindingCodes.DuplicateName, "'A'", "")]
    [InlineData("node: { bind: 0.0.0.0 }", 1, 15, FindingCodes.OpenToAnybody, "Anybody", "receive.callers")]
    [InlineData("receive: { acceptUnknownCallers: false }", 1, 34, FindingCodes.NobodyCanSend, "Nobody", "")]
    [InlineData("destinations:\n  - { name: a, kind: dicomweb, aeTitle: A, host: h, port: 1 }", 2, 22, FindingCodes.UnknownValue, "dicomweb", "dicom")]
    [InlineData("destinations:\n  - { name: a, aeTitle: A, host: h, port: 1 }\n  - { name: a, aeTitle: A, host: h, port: 2 }", 3, 13, FindingCodes.DuplicateName, "'a'", "")]
    [InlineData("destinations:\n  - { name: a, aeTitle: A, host: h }", 2, 5, FindingCodes.MissingKey, "destinations.0.port", "TCP port")]
    [InlineData("destinations:\n  - { name: a, aeTitle: A, host: h, port: 1, retry: { factor: 0.5 } }", 2, 63, FindingCodes.OutOfRange, "between 1 and 10", "")]
    [InlineData("destinations:\n  - { name: a, aeTitle: A, host: h, port: 1, retry: { initial: 10s, cap: 1s } }", 2, 74, FindingCodes.OutOfRange, "retry.cap", "")]
    [InlineData("destinations:\n  - { name: a, aeTitle: PACSFUSION, host: localhost, port: 11112 }", 2, 60, FindingCodes.DestinationIsThisNode, "'a'", "")]
    [InlineData("destinations:\n  - { name: a, aeTitle: A, host: h, port: 1, commitment: true }", 2, 58, FindingCodes.SettingWithoutEffect, "storage commitment", "Leave it out.")]
    [InlineData("web: { url: \"http://0.0.0.0:8080\" }", 1, 13, FindingCodes.WebNotLoopback, "loopback", "reverse proxy")]
    [InlineData("web: { url: \"ftp://127.0.0.1\" }", 1, 13, FindingCodes.InvalidValue, "http://", "")]
    [InlineData("web: { url: \"http://127.0.0.1:11112\" }", 1, 13, FindingCodes.PortClash, "11112", "")]
    [InlineData("ehr: { url: \"http://127.0.0.1/fhir\" }", 1, 6, FindingCodes.SettingWithoutEffect, "patientSystems", "issuer")]
    [InlineData("ehr: { url: \"http://127.0.0.1/fhir\", patientSystems: { \"\": oid } }", 1, 60, FindingCodes.InvalidValue, "urn:oid", "")]
    [InlineData("ehr: { url: \"https://h/fhir\", patientSystems: { \"\": \"urn:oid:1\" }, auth: bearer }", 1, 74, FindingCodes.MissingKey, "tokenFile", "path")]
    [InlineData("ehr: { url: \"https://h/fhir\", patientSystems: { \"\": \"urn:oid:1\" }, tokenFile: t }", 1, 79, FindingCodes.SettingWithoutEffect, "tokenFile", "bearer")]
    [InlineData("ehr: { url: \"https://h/fhir\", patientSystems: { \"\": \"urn:oid:1\" }, auth: bearer, tokenFile: t }", 1, 93, FindingCodes.FileNotFound, "tokenFile", "")]
    [InlineData("ehr: { url: \"https://user:secret@h/fhir\", patientSystems: { \"\": \"urn:oid:1\" } }", 1, 13, FindingCodes.InvalidValue, "without account", "")]
    [InlineData("fusion: { providers: [cpu, cudda] }", 1, 28, FindingCodes.UnknownValue, "cudda", "Did you mean 'cuda'?")]
    [InlineData("fusion: { providers: [] }", 1, 22, FindingCodes.OutOfRange, "at least 1", "")]
    [InlineData("rules: nowhere", 1, 8, FindingCodes.FileNotFound, "rules", "built-in")]
    [InlineData("node: {}\nnode: {}", 2, 1, FindingCodes.DuplicateKey, "'node'", "line 1")]
    [InlineData("node: &a {}", 1, 7, FindingCodes.YamlUnsupported, "Anchors", "")]
    [InlineData("node: { aeTitle: !!str X }", 1, 18, FindingCodes.YamlUnsupported, "Tags", "")]
    [InlineData("node: {}\n---\nnode: {}", 2, 1, FindingCodes.YamlUnsupported, "second document", "")]
    public void EachMistakeIsFoundWhereItStands(string text, int line, int column, string code, string says, string hint)
    {
        var finding = fixture.Only(text);

        Assert.Equal((fixture.NodeFile, line, column, code), (finding.File, finding.Line, finding.Column, finding.Code));
        Assert.Contains(says, finding.Text, StringComparison.Ordinal);
        Assert.Contains(hint, finding.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", finding.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("node:\n  aeTitle: X\n dicomPort: 1", 3)]
    [InlineData("node: { aeTitle: X", 1)]
    [InlineData("node:\n\taeTitle: X", 2)]
    [InlineData("node: \"X", 1)]
    public void WhatIsNotYamlIsOneErrorNearTheFault(string text, int line)
    {
        var finding = fixture.Only(text);

        Assert.Equal(FindingCodes.YamlMalformed, finding.Code);
        Assert.InRange(finding.Line, line, line + 1);
    }

    [Fact]
    public void AliasesAreRefusedSoThatASmallFileCannotGrow()
    {
        var codes = fixture.Load("settle:\n  quiet: &q 60s\n  suspectGrace: *q").Findings.Select(f => (f.Line, f.Column, f.Code));

        Assert.Contains((2, 10, FindingCodes.YamlUnsupported), codes);
        Assert.Contains((3, 17, FindingCodes.YamlUnsupported), codes);
    }

    [Fact]
    public void DeepNestingIsRefusedInsteadOfFollowed() =>
        Assert.Equal(FindingCodes.YamlMalformed, fixture.Only("node: " + new string('[', 5000) + new string(']', 5000)).Code);

    [Fact]
    public void EverythingWrongIsFoundAtOnce()
    {
        fixture.WithRule("a", "rule: a\nversion: 0\nfixed: { modality: CT }\nmoving: { modality: PT }");

        var result = fixture.Load("node: { dicomPort: x }\nsettle: { quiet: 60 }\nwhat: 1\n");

        Assert.Null(result.Value);
        Assert.Equal(
            [(fixture.NodeFile, 1, FindingCodes.WrongType), (fixture.NodeFile, 2, FindingCodes.WrongUnit), (fixture.NodeFile, 3, FindingCodes.UnknownKey),
                (fixture.RuleFile("a"), 2, FindingCodes.OutOfRange)],
            result.Findings.Select(f => (f.File, f.Line, f.Code)));
    }

    [Fact]
    public void AFileThatIsNotThereIsAFinding()
    {
        var result = ConfigurationLoader.Load(Path.Combine(fixture.Folder, "other.yaml"), [], new Dictionary<string, string>());

        Assert.Null(result.Value);
        Assert.Equal(FindingCodes.FileNotFound, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void AHugeFileIsNotRead()
    {
        var finding = fixture.Only(new string('#', ConfigurationSource.MaxBytes + 1));

        Assert.Equal(FindingCodes.FileTooLarge, finding.Code);
    }

    [Fact]
    public void AFolderOfRulesWithoutRulesIsAWarning()
    {
        Directory.CreateDirectory(Path.Combine(fixture.Folder, "rules"));

        var result = fixture.Load("rules: rules");

        Assert.NotNull(result.Value);
        Assert.Equal(FindingCodes.NoRules, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void ATokenOverHttpIsAWarning()
    {
        File.WriteAllText(Path.Combine(fixture.Folder, "token"), "abc");

        var result = fixture.Load("ehr: { url: \"http://ehr.example/fhir\", auth: bearer, tokenFile: token, patientSystems: { \"\": \"urn:oid:1\" } }");

        Assert.Equal(FindingCodes.TokenInClear, Assert.Single(result.Findings).Code);
        Assert.Equal(Path.Combine(fixture.Folder, "token"), result.Value!.Ehr!.TokenFile);
    }
}
