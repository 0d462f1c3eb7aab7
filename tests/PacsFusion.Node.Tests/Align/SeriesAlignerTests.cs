using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Align;

public sealed class SeriesAlignerTests(SmallPhantom small) : IClassFixture<SmallPhantom>
{
    private readonly VolumePool _pool = new();

    [Fact]
    public void APairComesOntoTheFixedGridWithItsFiguresAndSaysThatNothingHasCheckedIt()
    {
        var phantom = small.Files;
        using var pair = Align(phantom).Value;

        Assert.Equal(pair.Fixed.Volume.Grid.VoxelToPatient, pair.MovingOnFixed.Grid.VoxelToPatient);
        Assert.Equal((48, 48, 12), (pair.MovingOnFixed.Columns, pair.MovingOnFixed.Rows, pair.MovingOnFixed.Slices));
        Assert.Contains(pair.Warnings, warning => warning.Code == "alignment-not-verified");
        Assert.InRange(pair.Figures.UptakeInBody!.Value, 0.9, 1);
        var alignment = pair.Facts["alignment"]!;
        Assert.Equal("geometry", (string?)alignment["method"]);
        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], alignment["matrix"]!.AsArray().Select(value => (double)value!));
        foreach (var name in AlignmentFigures.Names) Assert.True(alignment[name]!.GetValue<double>() > 0, name);
        Assert.Equal(("HU", "SUVbw"), ((string?)pair.Facts["fixed"]!["units"], (string?)pair.Facts["moving"]!["units"]));
        Assert.Equal(PetCtPhantom.Describe(phantom.Options).SuvFactor, (double)pair.Facts["moving"]!["suvFactor"]!, 1e-9);
    }

    [Fact]
    public void OtherFramesOfReferenceAreRefused() =>
        Assert.Equal("frame-of-reference-differs", RefusalOf((contents, dataset) =>
        {
            if (contents == PhantomContents.Pet) dataset.Set(DicomTag.FrameOfReferenceUID, "2.25.99");
        }).Code);

    [Fact]
    public void SeriesWithoutFrameOfReferenceAreRefusedEvenWhereBothLackIt() =>
        Assert.Equal("frame-of-reference-differs", RefusalOf((_, dataset) => dataset.Remove(DicomTag.FrameOfReferenceUID)).Code);

    [Fact]
    public void APatientWhoMovedFailsTheGateAndTheFigureIsNamed()
    {
        using var phantom = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(180, 0, 0) });
        var refusal = Align(phantom).Refusal!;
        Assert.Equal("gate-failed", refusal.Code);
        Assert.Matches(@"^uptakeInBody is 0\.\d+, the rule asks for >= 0\.9\.$", refusal.Text);
    }

    [Fact]
    public void AGateOnAFigureThatThePairDoesNotHaveIsRefused()
    {
        using var phantom = new PhantomFiles(PhantomFiles.Small with { Contents = PhantomContents.Ct | PhantomContents.MrT1 });
        var rule = PhantomFiles.Rule();
        var refusal = Align(phantom, rule, moving: "MR_T1").Refusal!;
        Assert.Equal("gate-figure-missing", refusal.Code);
        Assert.Contains("uptakeInBody", refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void APetWithoutSuvIsRefusedWithItsReasonWhereTheWindowIsInSuv() => Assert.Equal("suv-weight-implausible", RefusalOf(WithoutWeight).Code);

    [Fact]
    public void APetWithoutSuvIsFusedWithAWarningWhereTheWindowNeedsNone()
    {
        using var phantom = new PhantomFiles(change: WithoutWeight);
        var rule = PhantomFiles.Rule();
        rule = rule with { Fuse = rule.Fuse with { MovingWindow = DisplayWindow.Parse("p1..p99").Value }, Align = rule.Align with { Gate = new Dictionary<string, GateCondition>() } };
        using var pair = Align(phantom, rule).Value;
        Assert.Contains(pair.Warnings, warning => warning.Code == "suv-weight-implausible");
        Assert.Null(pair.Facts["moving"]!["suvFactor"]);
    }

    [Fact]
    public void SeriesOfDifferentPartsOfThePatientAreRefused() =>
        Assert.Equal("align-no-overlap", RefusalOf((contents, dataset) =>
        {
            if (contents != PhantomContents.Pet) return;
            var position = dataset.GetDoubles(DicomTag.ImagePositionPatient);
            dataset.Set(DicomTag.ImagePositionPatient, [position[0], position[1], position[2] + 5000]);
        }).Code);

    [Fact]
    public void ASeriesThatIsNoVolumeIsRefusedAndItsRoleNamed()
    {
        var phantom = small.Files;
        var refusal = Aligner().Align(phantom.Ct, [phantom.Pet[0]], PhantomFiles.Rule(), default).Refusal!;
        Assert.Equal("series-too-few-slices", refusal.Code);
        Assert.StartsWith("moving series: ", refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void EveryVolumeIsGivenBackOnARefusal()
    {
        var phantom = small.Files;
        Align(phantom).Value.Dispose();
        var whole = _pool.RetainedBytes;
        Assert.True(whole > 0);

        var refusing = PhantomFiles.Rule();
        refusing = refusing with { Align = refusing.Align with { Gate = new Dictionary<string, GateCondition> { ["uptakeInBody"] = GateCondition.Parse("> 1").Value } } };
        for (var i = 0; i < 2; i++)
        {
            Assert.True(Align(phantom, refusing).IsRefused);
            Assert.Equal(whole, _pool.RetainedBytes);
        }
        Assert.True(Aligner().Align(phantom.Ct, [phantom.Pet[0]], PhantomFiles.Rule(), default).IsRefused);
        Assert.Equal(whole, _pool.RetainedBytes);
    }

    [Fact]
    public void EveryRefusalOfTheStageAndOfTheLibraryHasItsEntry()
    {
        foreach (var reason in ImagingReasons.All) Assert.Equal(reason.NextStep, AlignReasons.Of(reason.Code).NextStep);
    }

    private static void WithoutWeight(PhantomContents contents, DicomDataset dataset)
    {
        if (contents == PhantomContents.Pet) dataset.Remove(DicomTag.PatientWeight);
    }

    private SeriesAligner Aligner() => new(new AlignOptions { Threads = 2 }, _pool);

    private Outcome<AlignedPair> Align(PhantomFiles phantom, FusionRule? rule = null, string moving = "PET_AC") =>
        Aligner().Align(phantom.Ct, Directory.GetFiles(Path.Combine(phantom.Folder, moving)), rule ?? PhantomFiles.Rule(), CancellationToken.None);

    private Refusal RefusalOf(Action<PhantomContents, DicomDataset> change)
    {
        using var phantom = new PhantomFiles(change: change);
        return Align(phantom).Refusal!;
    }
}
