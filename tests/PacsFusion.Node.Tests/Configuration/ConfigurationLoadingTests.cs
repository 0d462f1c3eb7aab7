using System.Net;
using PacsFusion.Fusion;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

public sealed class ConfigurationLoadingTests : IDisposable
{
    private static readonly Dictionary<string, string> NoVariables = [];
    private readonly ConfigurationFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Fact]
    public void WithoutAFileTheNodeListensOnLoopbackAndSendsNothingAnywhere()
    {
        var result = ConfigurationLoader.Load(null, [], NoVariables);

        Assert.Empty(result.Findings);
        var node = result.Value!;
        Assert.Equal(("PACSFUSION", 11112, IPAddress.Loopback), (node.Node.AeTitle, node.Node.DicomPort, node.Node.Bind));
        Assert.Equal("http://127.0.0.1:8080/", node.Web.Url.ToString());
        Assert.Equal((true, 64, 16, TimeSpan.FromSeconds(60)), (node.Receive.AcceptUnknownCallers, node.Receive.MaxAssociations, node.Receive.MaxAssociationsPerPeer, node.Receive.IdleTimeout));
        Assert.Equal(new SettleSettings(TimeSpan.FromSeconds(60), TimeSpan.FromMinutes(10)), node.Settle);
        Assert.Empty(node.Destinations);
        Assert.Null(node.Ehr);
        Assert.Equal(["cuda", "cpu"], node.Fusion.Providers);
        Assert.Equal(new RetentionSettings(TimeSpan.FromDays(7), 10_000_000_000), node.Retention);
        Assert.Null(node.RulesFolder);
        Assert.Equal(["ct-mr", "mr-mr", "nm-ct", "pet-ct", "pet-mr"], node.Rules.Select(r => r.Name));
        Assert.All(node.Rules, r => Assert.Empty(r.Deliver));
        Assert.All(node.Rules, r => Assert.Null(r.ReportTo));
    }

    [Fact]
    public void TheShippedFilesLoadWithoutFindings()
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "config", "node.yaml");

        var result = ConfigurationLoader.Load(path, [], NoVariables);

        Assert.Empty(result.Findings);
        Assert.Equal(Path.Combine(SharedData.RepositoryRoot, "models"), result.Value!.Fusion.ModelsFolder);
        Assert.Equal(5, result.Value.Rules.Count);
    }

    [Fact]
    public void TheShippedFileSaysNothingButTheDefaults()
    {
        var shipped = ConfigurationLoader.Load(Path.Combine(SharedData.RepositoryRoot, "config", "node.yaml"), [], NoVariables).Value!;
        var builtIn = ConfigurationLoader.Load(null, [], NoVariables).Value!;

        Assert.Equal(builtIn.Node, shipped.Node);
        Assert.Equal(builtIn.Web, shipped.Web);
        Assert.Equal(builtIn.Receive with { Callers = shipped.Receive.Callers }, shipped.Receive);
        Assert.Equal(builtIn.Settle, shipped.Settle);
        Assert.Equal(builtIn.Retention, shipped.Retention);
        Assert.Equal(builtIn.Rules.Select(r => (r.Name, r.Version, r.Sha256)), shipped.Rules.Select(r => (r.Name, r.Version, r.Sha256)));
    }

    [Fact]
    public void TheContractsExampleLoads()
    {
        fixture.WithRule("pet-ct", """
            # yaml-language-server: $schema=../schema/rule.schema.json
            rule: pet-ct
            version: 4
            from: { aeTitle: [PETCT1, PACS] }
            fixed:
              modality: CT
              prefer: [original, thinnest]
            moving:
              modality: PT
              require: { attenuationCorrected: true, units: [BQML, CNTS, GML] }
            pair: { sameStudy: true, sameFrameOfReference: true }
            settle: { quiet: 60s }
            align: { method: geometry, gate: { uptakeInBody: ">= 0.90" } }
            fuse: { model: default, window: { ct: soft-tissue, pt: "SUV 0..10" }, colour: hot-iron }
            deliver: [{ to: main-pacs, as: secondary-capture }]
            report: { to: ehr }
            """);

        var result = fixture.Load("""
            node: { aeTitle: PACSFUSION, dicomPort: 11112, bind: 127.0.0.1 }
            web: { url: "http://127.0.0.1:8080" }
            receive: { acceptUnknownCallers: true, callers: [] }
            settle: { quiet: 60s, suspectGrace: 10m }
            destinations:
              - { name: main-pacs, kind: dicom, aeTitle: ORTHANC, host: 127.0.0.1, port: 4242, commitment: false }
            ehr: { name: ehr, url: "http://127.0.0.1:8090/fhir", auth: none, patientSystems: { "": "urn:oid:1.2.3" } }
            fusion: { providers: [cuda, cpu], threads: 0, models: ../models }
            retention: { keepDone: 7d, minFreeSpace: 10GB }
            rules: rules/
            """);

        Assert.Empty(result.Findings);
        var destination = Assert.Single(result.Value!.Destinations);
        Assert.Equal(("main-pacs", "ORTHANC", "PACSFUSION", "127.0.0.1", 4242, false),
            (destination.Name, destination.AeTitle, destination.CallingAeTitle, destination.Host, destination.Port, destination.Commitment));
        Assert.Equal(new RetrySettings(TimeSpan.FromSeconds(1), 2, TimeSpan.FromMinutes(5), TimeSpan.FromDays(3)), destination.Retry);
        Assert.Equal("http://127.0.0.1:8090/fhir", result.Value.Ehr!.Url.ToString());
        Assert.Equal("urn:oid:1.2.3", result.Value.Ehr.PatientSystems[""]);
        var rule = Assert.Single(result.Value.Rules);
        Assert.Equal(("pet-ct", 4, AlignMethod.Geometry), (rule.Name, rule.Version, rule.Align.Method));
        Assert.Equal(["PETCT1", "PACS"], rule.FromAeTitles!);
        Assert.Equal([Preference.Original, Preference.Thinnest], rule.Fixed.Prefer);
        Assert.True(rule.Moving.Require.AttenuationCorrected);
        Assert.True(rule.Align.Gate["uptakeInBody"].Holds(0.9));
        Assert.False(rule.Align.Gate["uptakeInBody"].Holds(0.89));
        Assert.Equal((WindowKind.Suv, 0d, 10d), (rule.Fuse.MovingWindow.Kind, rule.Fuse.MovingWindow.Low, rule.Fuse.MovingWindow.High));
        Assert.Equal([new DeliverSpec("main-pacs", DeliveryForm.SecondaryCapture)], rule.Deliver);
        Assert.Equal("ehr", rule.ReportTo);
        Assert.Equal(TimeSpan.FromMinutes(10), rule.Settle.SuspectGrace);
    }

    [Fact]
    public void ARuleThatSaysNothingDeliversToAllDestinationsAndReports()
    {
        var rules = fixture.Load("""
            destinations:
              - { name: a, aeTitle: A, host: h, port: 1 }
              - { name: b, aeTitle: B, host: h, port: 2 }
            ehr: { url: "https://h/fhir", patientSystems: { "": "urn:oid:1" } }
            """).Value!.Rules;

        Assert.All(rules, r => Assert.Equal(["a", "b"], r.Deliver.Select(d => d.To)));
        Assert.All(rules, r => Assert.Equal("ehr", r.ReportTo));
    }

    [Fact]
    public void ARuleCanSayNowhere()
    {
        fixture.WithRule("quiet", "rule: quiet\nversion: 1\nfixed: { modality: CT }\nmoving: { modality: PT }\ndeliver: []\nreport: null");

        var rule = Assert.Single(fixture.Load("""
            destinations: [{ name: a, aeTitle: A, host: h, port: 1 }]
            ehr: { url: "https://h/fhir", patientSystems: { "": "urn:oid:1" } }
            """).Value!.Rules);

        Assert.Empty(rule.Deliver);
        Assert.Null(rule.ReportTo);
    }

    [Fact]
    public void NullMeansWhatTheShippedFileSays()
    {
        fixture.WithRule("mine", "rule: mine\nversion: 1\nfixed: { modality: CT }\nmoving: { modality: PT }");

        var node = fixture.Load("receive: { maxAssociationsPerPeer: null }\nretention: { keepDone: null }\nehr: null\nrules: null\nfusion: { models: ~ }").Value!;

        Assert.Null(node.Receive.MaxAssociationsPerPeer);
        Assert.Null(node.Retention.KeepDone);
        Assert.Null(node.Ehr);
        Assert.Equal(5, node.Rules.Count);
    }

    [Fact]
    public void PathsAreRelativeToTheFile()
    {
        var node = fixture.Load("fusion: { models: ../m, nativeLibraries: /opt/ort }").Value!;

        Assert.Equal(Path.GetFullPath(Path.Combine(fixture.Folder, "..", "m")), node.Fusion.ModelsFolder);
        Assert.Equal("/opt/ort", node.Fusion.NativeLibraries);
    }

    [Fact]
    public void AnEmptyFileIsTheDefaults()
    {
        var result = fixture.Load("# nothing yet\n");

        Assert.Empty(result.Findings);
        Assert.Equal(11112, result.Value!.Node.DicomPort);
    }

    [Fact]
    public void CallersHaveNetworksAndIssuers()
    {
        var receive = fixture.Load("""
            receive:
              defaultIssuer: HOSPITAL
              callers:
                - { aeTitle: CT1, address: 10.1.0.0/16, issuer: OTHER, calledAeTitles: FUSION }
                - { aeTitle: CT2, address: 10.2.0.7 }
            """).Value!.Receive;

        Assert.True(receive.Callers[0].Address!.Value.Contains(IPAddress.Parse("10.1.200.3")));
        Assert.Equal(["FUSION"], receive.Callers[0].CalledAeTitles!);
        Assert.True(receive.Callers[1].Address!.Value.Contains(IPAddress.Parse("10.2.0.7")));
        Assert.False(receive.Callers[1].Address!.Value.Contains(IPAddress.Parse("10.2.0.8")));
        Assert.Equal(("OTHER", "HOSPITAL", "HOSPITAL"), (receive.IssuerFor("CT1"), receive.IssuerFor("CT2"), receive.IssuerFor("NEW")));
    }

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("60s", 60)]
    [InlineData("1.5h", 5400)]
    [InlineData("1d", 86400)]
    [InlineData("60 s", 60)]
    public void DurationsHaveUnits(string text, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), fixture.Load($"settle: {{ quiet: {text} }}").Value!.Settle.Quiet);

    [Theory]
    [InlineData("0B", 0)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("4GiB", 4_294_967_296)]
    [InlineData("1.5TB", 1_500_000_000_000)]
    public void SizesHaveUnits(string text, long bytes) =>
        Assert.Equal(bytes, fixture.Load($"retention: {{ minFreeSpace: {text} }}").Value!.Retention.MinFreeSpace);
}
