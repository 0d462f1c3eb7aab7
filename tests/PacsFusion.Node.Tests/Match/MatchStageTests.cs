using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;

namespace PacsFusion.Tests.Match;

public sealed class MatchStageTests
{
    private static readonly IReadOnlyList<FusionRule> Shipped =
        ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!.Rules;

    private static FusionRule PetCt => Shipped.Single(r => r.Name == "pet-ct");

    [Fact]
    public void APetCtExaminationGivesOnePairAndAReasonForEverythingElse()
    {
        var result = MatchStage.Evaluate(
        [
            SeriesBuilder.Ct("1.1"), SeriesBuilder.Scout("1.2"), SeriesBuilder.Pet("1.3"), SeriesBuilder.UncorrectedPet("1.4"),
            SeriesBuilder.NotAnImage("1.5", "SEG"), SeriesBuilder.NotAnImage("1.6", "RWV"),
        ], [PetCt]);

        var pair = Assert.Single(result.Pairs);
        Assert.Equal(("1.1", "1.3"), (pair.Fixed.SeriesInstanceUid, pair.Moving.SeriesInstanceUid));
        Assert.Empty(result.Quarantines);
        Assert.Equal(
        [
            ("1.1", MatchRole.Fixed, true, "chosen"), ("1.2", MatchRole.Fixed, false, "localizer"),
            ("1.3", MatchRole.Moving, true, "chosen"), ("1.4", MatchRole.Moving, false, "not-attenuation-corrected"),
            ("1.5", MatchRole.Neither, false, "not-an-image"), ("1.6", MatchRole.Neither, false, "not-an-image"),
        ], result.Candidates.Select(c => (c.Series.SeriesInstanceUid, c.Role, c.Chosen, c.Reason.Code)));
    }

    /// <summary>Each row changes one thing of a second CT or PET and names the reason that it must get.</summary>
    public static TheoryData<string, string> Losers => new()
    {
        { "ct own", "own-result" }, { "ct capture", "not-an-image" }, { "mr", "wrong-modality" }, { "ct undecodable", "transfer-syntax-not-decodable" },
        { "ct no id", "patient-id-missing" }, { "ct mixed", "mixed-patient-identity" }, { "ct derived", "derived" }, { "ct mip", "image-type-not-wanted" },
        { "ct short", "too-few-slices" }, { "ct thick", "thinner-preferred" }, { "ct coronal", "axial-preferred" }, { "ct fewer", "more-slices-preferred" },
        { "ct twin", "less-preferred" }, { "ct other study", "no-partner-in-study" }, { "pt counts", "units-not-quantitative" }, { "pt derived", "original-preferred" },
        { "pt other study", "different-study" }, { "pt other frame", "different-frame-of-reference" }, { "pt no frame", "different-frame-of-reference" },
    };

    [Theory]
    [MemberData(nameof(Losers))]
    public void EveryCandidateThatIsNotTakenHasItsReason(string which, string reason)
    {
        SeriesDescriptor ct = SeriesBuilder.Ct("1.7"), pt = SeriesBuilder.Pet("1.8");
        var loser = which switch
        {
            "ct own" => ct with { IsOwnResult = true },
            "ct capture" => ct with { IsImage = false },
            "mr" => SeriesBuilder.Mr("1.7", ""),
            "ct undecodable" => ct with { CanDecode = false },
            "ct no id" => ct with { Patient = SeriesBuilder.Patient with { PatientId = "" } },
            "ct mixed" => ct with { HasMixedIdentity = true },
            "ct derived" => ct with { ImageType = ["DERIVED", "PRIMARY"] },
            "ct mip" => ct with { ImageType = ["ORIGINAL", "PRIMARY", "MIP"] },
            "ct short" => ct with { SliceCount = 9 },
            "ct thick" => ct with { SliceStep = 5 },
            "ct coronal" => ct with { Orientation = OrientationClass.Coronal, SliceStep = 1 },
            "ct fewer" => ct with { SliceCount = 134 },
            "ct twin" => ct,
            "ct other study" => ct with { StudyInstanceUid = "2" },
            "pt counts" => pt with { Units = "PROPCNTS" },
            "pt derived" => pt with { ImageType = ["DERIVED", "SECONDARY"] },
            "pt other study" => pt with { StudyInstanceUid = "2" },
            "pt other frame" => pt with { FrameOfReferenceUid = "2.9" },
            _ => pt with { FrameOfReferenceUid = null },
        };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct("1.1"), SeriesBuilder.Pet("1.3"), loser], [PetCt]);

        Assert.Equal("1.1", Assert.Single(result.Pairs).Fixed.SeriesInstanceUid);
        var candidate = result.Candidates.Single(c => c.Series.SeriesInstanceUid == loser.SeriesInstanceUid);
        Assert.False(candidate.Chosen);
        Assert.Equal(reason == "no-partner-in-study" ? "different-study" : reason, candidate.Reason.Code);
        Assert.Contains(candidate.Reason, MatchReasons.All);
    }

    [Fact]
    public void AFixedSeriesWithoutAPartnerGivesWayToOneThatHasIt()
    {
        var better = SeriesBuilder.Ct("1.0") with { SliceStep = 1, FrameOfReferenceUid = "2.9" };

        var result = MatchStage.Evaluate([better, SeriesBuilder.Ct("1.1"), SeriesBuilder.Pet("1.3")], [PetCt]);

        Assert.Equal("1.1", Assert.Single(result.Pairs).Fixed.SeriesInstanceUid);
        Assert.Equal("different-frame-of-reference", result.Candidates.Single(c => c.Series == better).Reason.Code);
    }

    [Fact]
    public void WithoutTheOtherSeriesThereIsNoPartner()
    {
        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), SeriesBuilder.Scout()], [PetCt]);

        Assert.Empty(result.Pairs);
        Assert.Equal(["no-partner", "localizer"], result.Candidates.Select(c => c.Reason.Code));
    }

    [Fact]
    public void EachStudyHasItsOwnPair()
    {
        SeriesDescriptor Second(SeriesDescriptor s, string uid) => s with { SeriesInstanceUid = uid, StudyInstanceUid = "2", FrameOfReferenceUid = "2.9" };

        var result = MatchStage.Evaluate(
            [Second(SeriesBuilder.Pet(), "2.3"), SeriesBuilder.Ct(), Second(SeriesBuilder.Ct(), "2.1"), SeriesBuilder.Pet()], [PetCt]);

        Assert.Equal([("1.1", "1.3"), ("2.1", "2.3")], result.Pairs.Select(p => (p.Fixed.SeriesInstanceUid, p.Moving.SeriesInstanceUid)));
        Assert.All(result.Candidates, c => Assert.True(c.Chosen));
    }

    [Fact]
    public void ARuleTakesOnlySeriesOfItsSenders()
    {
        var rule = PetCt with { FromAeTitles = ["PETCT2"] };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), SeriesBuilder.Pet() with { CallingAeTitle = "PETCT2" }], [rule]);

        Assert.Equal(["other-source", "no-partner"], result.Candidates.Select(c => c.Reason.Code));
    }

    [Fact]
    public void TwoMrContrastsAreToldApartByTheirDescriptions()
    {
        var rule = Shipped.Single(r => r.Name == "mr-mr");
        SeriesDescriptor[] series = [SeriesBuilder.Mr("1.1", "AX T2 FLAIR"), SeriesBuilder.Mr("1.2", "Ax T1 SE"), SeriesBuilder.Mr("1.3", "t1_mprage_tra"), SeriesBuilder.Mr("1.4", "SWI")];

        var pair = Assert.Single(MatchStage.Evaluate(series, [rule]).Pairs);

        Assert.Equal(("1.2", "1.1"), (pair.Fixed.SeriesInstanceUid, pair.Moving.SeriesInstanceUid));
    }

    [Fact]
    public void SeriesTooFarApartInTimeAreNotCombined()
    {
        var rule = Shipped.Single(r => r.Name == "ct-mr");
        SeriesDescriptor near = SeriesBuilder.Mr("2.1", "T1") with { StudyInstanceUid = "2", FrameOfReferenceUid = null, Start = new DateTime(1960, 1, 10) },
            far = near with { SeriesInstanceUid = "2.2", Start = new DateTime(1959, 11, 1) }, undated = near with { SeriesInstanceUid = "2.3", Start = null };

        Assert.Equal("2.1", Assert.Single(MatchStage.Evaluate([SeriesBuilder.Ct(), far, near, undated], [rule]).Pairs).Moving.SeriesInstanceUid);
        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), far, undated], [rule]);
        Assert.Empty(result.Pairs);
        Assert.All(result.Candidates, c => Assert.Equal("too-far-apart", c.Reason.Code));
    }

    [Fact]
    public void OfTwoMrTheOneNearerInTimeIsTaken()
    {
        var rule = Shipped.Single(r => r.Name == "ct-mr");
        SeriesDescriptor near = SeriesBuilder.Mr("2.9", "T1") with { StudyInstanceUid = "2", Start = new DateTime(1960, 1, 17) },
            far = near with { SeriesInstanceUid = "2.1", Start = new DateTime(1960, 1, 10), SliceStep = 1 };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), far, near], [rule]);

        Assert.Equal("2.9", Assert.Single(result.Pairs).Moving.SeriesInstanceUid);
        Assert.Equal("nearer-in-time-preferred", result.Candidates.Single(c => c.Series == far).Reason.Code);
    }

    [Fact]
    public void ASeriesThatFitsBothRolesTakesOne()
    {
        var rule = PetCt with
        {
            Fixed = new RoleSpec { Modalities = ["MR"], Prefer = [Preference.Thinnest] },
            Moving = new RoleSpec { Modalities = ["MR"] },
        };
        SeriesDescriptor thin = SeriesBuilder.Mr("1.1", "a") with { SliceStep = 1 }, thick = SeriesBuilder.Mr("1.2", "b");

        var result = MatchStage.Evaluate([thick, thin], [rule]);

        Assert.Equal(("1.1", "1.2"), (Assert.Single(result.Pairs).Fixed.SeriesInstanceUid, result.Pairs[0].Moving.SeriesInstanceUid));
        Assert.Equal("same-series", result.Candidates.Single(c => c.Series == thin && c.Role == MatchRole.Moving).Reason.Code);
    }

    [Fact]
    public void EveryReasonHasACodeOfItsOwnATextAndANextStep()
    {
        Assert.Equal(MatchReasons.All.Count, MatchReasons.All.Select(r => r.Code).Distinct().Count());
        Assert.All(MatchReasons.All, r => Assert.Matches("^[a-z]+(-[a-z]+)*$", r.Code));
        Assert.All(MatchReasons.All, r => Assert.EndsWith(".", r.Text, StringComparison.Ordinal));
        Assert.All(MatchReasons.All, r => Assert.EndsWith(".", r.NextStep, StringComparison.Ordinal));
        var declared = typeof(MatchReasons).GetFields().Select(f => f.GetValue(null)).OfType<ReasonCode>();
        Assert.Equal(declared.OrderBy(r => r.Code), MatchReasons.All.OrderBy(r => r.Code));
    }

    [Fact]
    public void TheReadmeNamesTypesThatExist()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "src", "PacsFusion.Node", "Match", "README.md"));
        var known = typeof(MatchStage).Assembly.GetTypes().Select(t => t.Name).ToHashSet(StringComparer.Ordinal);

        foreach (System.Text.RegularExpressions.Match name in System.Text.RegularExpressions.Regex.Matches(text, "`([A-Z][A-Za-z]+)`"))
            Assert.Contains(name.Groups[1].Value, known);
    }
}
