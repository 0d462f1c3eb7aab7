using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Tests.Configuration;

/// <summary>Every kind of mistake in a rule is found where it stands.</summary>
public sealed class RuleFindingTests : IDisposable
{
    private const string Head = "rule: r\nversion: 1\n";
    private const string Roles = "fixed: { modality: CT }\nmoving: { modality: PT }\n";

    private readonly ConfigurationFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    [Theory]
    [InlineData("rule: r\n" + Roles, 1, 1, FindingCodes.MissingKey, "'version'", "")]
    [InlineData("rule: R 1\nversion: 1\n" + Roles, 1, 7, FindingCodes.InvalidValue, "'rule'", "")]
    [InlineData(Head + "fixed: { modality: CT, prefers: [original] }\nmoving: { modality: PT }", 3, 24, FindingCodes.UnknownKey, "fixed.prefers", "Did you mean 'prefer'?")]
    [InlineData(Head + "fixed: { modality: CT, prefer: [orignal] }\nmoving: { modality: PT }", 3, 33, FindingCodes.UnknownValue, "orignal", "Did you mean 'original'?")]
    [InlineData(Head + "fixed: { modality: CT, prefer: [nearest] }\nmoving: { modality: PT }", 3, 33, FindingCodes.SettingWithoutEffect, "nearest", "moving")]
    [InlineData(Head + "fixed: { modality: ct }\nmoving: { modality: PT }", 3, 20, FindingCodes.InvalidValue, "capitals", "")]
    [InlineData(Head + Roles + "settle: { quiet: 5 }", 5, 18, FindingCodes.WrongUnit, "settle.quiet", "5s")]
    [InlineData(Head + Roles + "align: { method: elastic }", 5, 18, FindingCodes.UnknownValue, "elastic", "geometry, rigid")]
    [InlineData(Head + Roles + "align: { gate: { uptakeInbody: \">= 0.9\" } }", 5, 18, FindingCodes.UnknownKey, "uptakeInbody", "Did you mean 'uptakeInBody'?")]
    [InlineData(Head + Roles + "align: { gate: { nmi: about 1 } }", 5, 23, FindingCodes.InvalidValue, "comparison", ">=")]
    [InlineData(Head + Roles + "fuse: { window: { ct: soft-tisue } }", 5, 23, FindingCodes.InvalidValue, "window", "Did you mean 'soft-tissue'?")]
    [InlineData(Head + Roles + "fuse: { window: { pt: \"SUV 10..0\" } }", 5, 23, FindingCodes.InvalidValue, "window", "")]
    [InlineData(Head + Roles + "fuse: { window: { ct: \"SUV 0..10\" } }", 5, 19, FindingCodes.WrongUnit, "CT has no such unit", "SUV to PT")]
    [InlineData(Head + Roles + "fuse: { window: { mr: p1..p99 } }", 5, 19, FindingCodes.SettingWithoutEffect, "fuse.window.mr", "")]
    [InlineData(Head + Roles + "fuse: { colour: pet-20-step }", 5, 17, FindingCodes.InvalidValue, "lightness rises and falls", "Take model: overlay, another colour map, or set unevenColour: true.")]
    [InlineData(Head + Roles + "fuse: { opacity: 0.4 }", 5, 18, FindingCodes.SettingWithoutEffect, "fuse.opacity", "")]
    [InlineData(Head + Roles + "fuse: { colour: hot-irn }", 5, 17, FindingCodes.UnknownValue, "hot-irn", "Did you mean 'hot-iron'?")]
    [InlineData(Head + Roles + "deliver: [{ to: main }]", 5, 17, FindingCodes.UnknownDestination, "'main'", "Did you mean 'main-pacs'?")]
    [InlineData(Head + Roles + "deliver: [{ to: main-pacs }, { to: main-pacs }]", 5, 36, FindingCodes.DuplicateName, "twice", "")]
    [InlineData(Head + Roles + "deliver: [{ to: main-pacs, as: enhanced }]", 5, 32, FindingCodes.UnknownValue, "enhanced", "secondary-capture")]
    [InlineData(Head + Roles + "report: { to: ehr2 }", 5, 15, FindingCodes.UnknownReportTarget, "'ehr2'", "")]
    [InlineData(Head + "fixed: { modality: CT, missingSlice: interpolate }\nmoving: { modality: PT }", 3, 38, FindingCodes.SettingWithoutEffect, "moving series", "moving.missingSlice")]
    [InlineData(Head + "fixed: { modality: CT }\nmoving: { modality: PT }\nalign: { gate: { captureSpread: '>= 5' } }", 5, 18, FindingCodes.SettingWithoutEffect, "good where it is small", "<= 5")]
    [InlineData(Head + "fixed: { modality: CT }\nmoving: { modality: PT }\nalign: { method: rigid, headerFails: refuse }", 5, 38, FindingCodes.SettingWithoutEffect, "registers always", "")]
    [InlineData(Head + "fixed: { modality: CT, require: { description: '(' } }\nmoving: { modality: PT }", 3, 48, FindingCodes.InvalidValue, "regular expression", "")]
    [InlineData(Head + "fixed: { modality: CT, require: { maxSliceThickness: 5 } }\nmoving: { modality: PT }", 3, 54, FindingCodes.WrongUnit, "no unit", "5mm")]
    [InlineData(Head + "fixed: { modality: PET }\nmoving: { modality: CT }", 3, 20, FindingCodes.RuleNeverMatches, "PET", "Did you mean 'PT'?")]
    [InlineData(Head + "fixed: { modality: CT }\nmoving: { modality: [PT, SEG] }", 4, 26, FindingCodes.RuleNeverMatches, "SEG", "CT, MR")]
    [InlineData(Head + "fixed: { modality: CT, require: { attenuationCorrected: true } }\nmoving: { modality: PT }", 3, 57, FindingCodes.RuleNeverMatches, "attenuation", "")]
    [InlineData(Head + "fixed: { modality: CT, require: { units: BQML } }\nmoving: { modality: PT }", 3, 42, FindingCodes.RuleNeverMatches, "Units", "")]
    [InlineData(Head + "fixed: { modality: CT }\nmoving: { modality: PT, require: { units: [BQML] }, exclude: { units: [BQML, CNTS] } }", 4, 71, FindingCodes.RuleNeverMatches, "units", "")]
    [InlineData(Head + "fixed: { modality: CT, require: { minSlices: 50, maxSlices: 10 } }\nmoving: { modality: PT }", 3, 46, FindingCodes.RuleNeverMatches, "minSlices", "")]
    [InlineData(Head + "fixed: { modality: CT, require: { imageType: DERIVED } }\nmoving: { modality: PT }", 3, 46, FindingCodes.RuleNeverMatches, "derived", "allowDerived")]
    [InlineData(Head + "fixed: { modality: MR }\nmoving: { modality: MR }", 4, 9, FindingCodes.RuleNeverMatches, "same series", "description")]
    [InlineData(Head + Roles + "from: { aeTitle: [] }", 5, 18, FindingCodes.RuleNeverMatches, "empty list", "")]
    [InlineData(Head + Roles + "from: { aeTitle: [CT9] }", 5, 18, FindingCodes.RuleNeverMatches, "CT9", "receive.callers")]
    [InlineData(Head + Roles + "align: { gate: { uptakeInBody: \">= 1.5\" } }", 5, 18, FindingCodes.RuleNeverMatches, "between 0 and 1", "")]
    [InlineData(Head + "fixed: { modality: CT }\nmoving: { modality: MR }\nalign: { gate: { uptakeInBody: \">= 0.5\" } }", 5, 18, FindingCodes.RuleNeverMatches, "PT on CT", "bodyOverlap")]
    public void EachMistakeIsFoundWhereItStands(string rule, int line, int column, string code, string says, string hint)
    {
        fixture.WithRule("r", rule);

        var finding = fixture.Only("""
            receive: { acceptUnknownCallers: false, callers: [{ aeTitle: PETCT1 }] }
            destinations: [{ name: main-pacs, aeTitle: A, host: h, port: 1 }]
            ehr: { url: "https://h/fhir", patientSystems: { "": "urn:oid:1" } }
            """);

        Assert.Equal((fixture.RuleFile("r"), line, column, code), (finding.File, finding.Line, finding.Column, finding.Code));
        Assert.Contains(says, finding.Text, StringComparison.Ordinal);
        Assert.Contains(hint, finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void TwoRulesOfOneNameAreAnError()
    {
        fixture.WithRule("a", Head + Roles).WithRule("b", Head + Roles);

        var finding = fixture.Only("");

        Assert.Equal((fixture.RuleFile("b"), 1, 7, FindingCodes.DuplicateName), (finding.File, finding.Line, finding.Column, finding.Code));
        Assert.Contains("a.yaml", finding.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void OneRuleCanBeLookedAtAlone()
    {
        var result = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "deliver: [{ to: anywhere }]"));

        Assert.Empty(result.Findings);
        Assert.Equal("anywhere", Assert.Single(result.Value!.Deliver).To);
    }

    [Fact]
    public void OneRuleCanBeLookedAtAgainstANode()
    {
        var node = fixture.Load("").Value!;

        var result = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "deliver: [{ to: anywhere }]"), node);

        Assert.Null(result.Value);
        Assert.Equal(FindingCodes.UnknownDestination, Assert.Single(result.Findings).Code);
    }

    [Fact]
    public void ARoleThatTakesSeveralModalitiesHasTheWindowOfWhicheverItTook()
    {
        const string roles = "fixed: { modality: [CT, MR] }\nmoving: { modality: [PT, NM] }\n";
        FusionRule Load(string fuse) => RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + roles + fuse)).Value!;
        var plain = Load("fuse: { model: maximum }").Fuse;
        foreach (var modality in new[] { "CT", "MR" }) Assert.Equal(DisplayWindow.DefaultFor(modality).Text, plain.FixedWindowOf(modality).Text);
        foreach (var modality in new[] { "PT", "NM" }) Assert.Equal(DisplayWindow.DefaultFor(modality).Text, plain.MovingWindowOf(modality).Text);
        var own = Load("fuse: { model: maximum, window: { mr: p1..p99, moving: p0..p98 } }");
        Assert.Equal(("soft-tissue", "p1..p99", "p0..p98", "p0..p98"), (own.Fuse.FixedWindowOf("CT").Text, own.Fuse.FixedWindowOf("MR").Text, own.Fuse.MovingWindowOf("PT").Text, own.Fuse.MovingWindowOf("NM").Text));
        // Each of them shows in the look, which is part of a result's identity.
        Assert.NotEqual(own.Look, Load("fuse: { model: maximum, window: { mr: p2..p99, moving: p0..p98 } }").Look);
    }

    [Fact]
    public void AWindowOfARoleComesBeforeThatOfAModality()
    {
        var stepped = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "fuse: { model: overlay, opacity: 0.3, colour: pet-20-step, postProcessing: [denoise, local-contrast] }")).Value!;
        Assert.Equal((0.3, "pet-20-step"), (stepped.Fuse.Opacity, stepped.Fuse.Colour.Name));
        Assert.EndsWith(";opacity 0.3;denoise-1;local-contrast-1", stepped.Look, StringComparison.Ordinal);
        Assert.True(RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "fuse: { colour: pet-20-step, unevenColour: true }")).Value is not null);
        var plain = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles)).Value!;
        var explained = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "fuse: { explain: true }")).Value!;
        Assert.Equal((false, true), (plain.Fuse.Explain, explained.Fuse.Explain));
        Assert.NotEqual(plain.Look, explained.Look);
        var fuse = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + Roles + "fuse: { window: { ct: lung, fixed: bone } }")).Value!.Fuse;

        Assert.Equal("bone", fuse.FixedWindow.Text);
        Assert.Equal("SUV 0..10", fuse.MovingWindow.Text);
    }

    [Fact]
    public void ThereIsAGateForEveryFigureOfTheLibrary() =>
        Assert.Equal(AlignmentFigures.Names, GateFigures.All.Where(f => !f.OfRegistration).Select(f => f.Name));

    [Fact]
    public void ThePatternOfADescriptionCannotStallTheNode()
    {
        var rule = RuleLoader.Load(new ConfigurationSource("mine.yaml", Head + "fixed: { modality: CT, require: { description: '(a+)+$' } }\nmoving: { modality: PT }")).Value!;

        Assert.DoesNotMatch(rule.Fixed.Require.Description!, new string('a', 50_000) + "!");
    }
}
