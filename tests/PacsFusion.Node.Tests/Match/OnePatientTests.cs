using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Match;

namespace PacsFusion.Tests.Match;

/// <summary>Invariant 1: two series are combined only if they are of one patient.</summary>
public sealed class OnePatientTests
{
    private static readonly FusionRule PetCt = ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!.Rules.Single(r => r.Name == "pet-ct");

    [Theory]
    [InlineData("19610116", "M", "DOE^JOHN", "PatientBirthDate")]
    [InlineData("19600116", "F", "DOE^JOHN", "PatientSex")]
    [InlineData("19600116", "M", "DOE^JANE", "PatientName")]
    [InlineData("19600116", "M", "ROE^JOHN", "PatientName")]
    [InlineData("19600116", "M", "DOE^JOHN^B=山田^太郎", null)]
    [InlineData("", "", "", null)]
    [InlineData("1960.01.16", "m", "Doe^John^^^", null)]
    [InlineData("1960", "U", "doe, john", null)]
    [InlineData("00000000", "M", "DOE  JOHN", null)]
    [InlineData("19600116", "M", "DOE^JOHN^A^DR", null)]
    [InlineData("19600116", "M", "DOE", null)]
    public void AContradictionQuarantinesThePair(string birthDate, string sex, string name, string? contradiction)
    {
        var pet = SeriesBuilder.Pet() with { Patient = new PatientIdentity("P1", "HOSPITAL", birthDate, sex, name) };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), pet], [PetCt]);

        if (contradiction is null)
        {
            Assert.Single(result.Pairs);
            Assert.Empty(result.Quarantines);
            return;
        }
        Assert.Empty(result.Pairs);
        var quarantine = Assert.Single(result.Quarantines);
        Assert.Equal([contradiction], quarantine.Contradictions);
        Assert.All(result.Candidates, c => Assert.Equal((false, "patient-identity-contradiction"), (c.Chosen, c.Reason.Code)));
    }

    [Theory]
    [InlineData("P2", "HOSPITAL")]
    [InlineData("P1", "CLINIC")]
    [InlineData("P1", "")]
    public void TwoIdsInOneStudyAreAContradictionToo(string id, string issuer)
    {
        var pet = SeriesBuilder.Pet() with { Patient = SeriesBuilder.Patient with { PatientId = id, Issuer = issuer } };

        var quarantine = Assert.Single(MatchStage.Evaluate([SeriesBuilder.Ct(), pet], [PetCt]).Quarantines);

        Assert.Equal(["PatientID"], quarantine.Contradictions);
    }

    [Fact]
    public void TwoIdsInTwoStudiesAreTwoPatients()
    {
        var rule = PetCt with { Pair = new PairSpec(false, false, null) };
        var pet = SeriesBuilder.Pet() with { StudyInstanceUid = "2", Patient = SeriesBuilder.Patient with { PatientId = "P2" } };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), pet], [rule]);

        Assert.Empty(result.Pairs);
        Assert.Empty(result.Quarantines);
        Assert.All(result.Candidates, c => Assert.Equal("different-patient", c.Reason.Code));
    }

    [Fact]
    public void ASecondBestPairDoesNotHideAContradictionOfTheBest()
    {
        var wrong = SeriesBuilder.Pet("1.3") with { SliceCount = 200, Patient = SeriesBuilder.Patient with { Sex = "F" } };

        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), wrong, SeriesBuilder.Pet("1.8")], [PetCt]);

        Assert.Empty(result.Pairs);
        Assert.Equal(wrong, Assert.Single(result.Quarantines).Moving);
    }

    /// <summary>Invariant 7: nothing that a log may print reveals who the patient is.</summary>
    [Fact]
    public void NothingThatIsPrintedRevealsThePatient()
    {
        var result = MatchStage.Evaluate([SeriesBuilder.Ct(), SeriesBuilder.Pet() with { Patient = SeriesBuilder.Patient with { Sex = "F" } }], [PetCt]);

        foreach (var text in new[] { SeriesBuilder.Patient.ToString(), result.Quarantines[0].ToString(), result.Candidates[0].ToString() })
            foreach (var secret in new[] { "DOE", "P1", "1960", "HOSPITAL" })
                Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
    }
}
