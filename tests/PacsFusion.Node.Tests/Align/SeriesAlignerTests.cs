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
    public void APairComesOntoTheFixedGridWithItsFiguresAndAHeaderThatStandsUpIsKept()
    {
        var phantom = small.Files;
        using var pair = Align(phantom).Value;

        Assert.Equal(pair.Fixed.Volume.Grid.VoxelToPatient, pair.MovingOnFixed.Grid.VoxelToPatient);
        Assert.Equal((96, 96, 12), (pair.MovingOnFixed.Columns, pair.MovingOnFixed.Rows, pair.MovingOnFixed.Slices));
        Assert.Empty(pair.Warnings);
        Assert.InRange(pair.Figures.UptakeInBody!.Value, 0.9, 1);
        var alignment = pair.Facts["alignment"]!;
        Assert.Equal("geometry", (string?)alignment["method"]);
        Assert.Equal([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1], alignment["matrix"]!.AsArray().Select(value => (double)value!));
        foreach (var name in AlignmentFigures.Names) Assert.True(alignment[name]!.GetValue<double>() > 0, name);
        Assert.Equal(("HU", "SUVbw"), ((string?)pair.Facts["fixed"]!["units"], (string?)pair.Facts["moving"]!["units"]));
        Assert.Equal(PetCtPhantom.Describe(phantom.Options).SuvFactor, (double)pair.Facts["moving"]!["suvFactor"]!, 1e-9);
    }

    [Fact]
    public void OtherFramesOfReferenceAreRegisteredAndTheResultSaysSo()
    {
        using var phantom = new PhantomFiles(change: InAnotherFrame);
        using var pair = Align(phantom).Value;
        Assert.Equal("rigid", (string?)pair.Facts["alignment"]!["method"]);
        Assert.Contains(pair.Warnings, warning => warning.Code == "align-registered");
        Assert.InRange(Off(pair), 0, 5);
    }

    [Fact]
    public void OtherFramesOfReferenceAreRefusedWhereTheRuleSaysSo()
    {
        using var phantom = new PhantomFiles(change: InAnotherFrame);
        var result = Align(phantom, With(HeaderFailure.Refuse));
        Assert.Equal("align-header-meaningless", result.Refusal!.Code);
        Assert.Equal("refuse", (string?)result.Facts["alignment"]!["verdict"]);
    }

    [Fact]
    public void APatientWhoMovedALittleIsFoundAndRegisteredOrRefusedAsTheRuleSays()
    {
        using var phantom = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(9, -6, 0) });
        using var pair = Align(phantom).Value;
        Assert.Equal("rigid", (string?)pair.Facts["alignment"]!["method"]);
        Assert.InRange((double)pair.Facts["alignment"]!["headerRatio"]!, 0, 0.97);
        Assert.InRange(Off(pair, new Vector3d(9, -6, 0)), 0, 4);
        Assert.Equal("align-off", Align(phantom, With(HeaderFailure.Refuse)).Refusal!.Code);
    }

    [Fact]
    public void APatientWhoMovedFarIsRefused()
    {
        using var phantom = new PhantomFiles(PhantomFiles.Small with { FunctionalShift = new Vector3d(180, 0, 0) });
        var result = Align(phantom);
        Assert.StartsWith("align-", result.Refusal!.Code, StringComparison.Ordinal);
        Assert.NotNull(result.Facts["alignment"]!["displacement"]);
    }

    [Fact]
    public void ARuleThatAsksForRegistrationGetsItHoweverGoodTheHeaderIs()
    {
        var rule = PhantomFiles.Rule();
        using var pair = Align(small.Files, rule with { Align = rule.Align with { Method = AlignMethod.Rigid } }).Value;
        Assert.Equal("rigid", (string?)pair.Facts["alignment"]!["method"]);
        Assert.DoesNotContain(pair.Warnings, warning => warning.Code == "align-registered");
        Assert.InRange(Off(pair), 0, 4);
    }

    [Fact]
    public void UptakeIsNormalisedAsTheRuleSays()
    {
        using var phantom = new PhantomFiles(change: (contents, dataset) =>
        {
            if (contents == PhantomContents.Pet) dataset.Set(DicomTag.PatientSex, "M").Set(DicomTag.PatientSize, "1.8");
        });
        var rule = PhantomFiles.Rule();
        using var lean = Align(phantom, rule with { Moving = rule.Moving with { SuvKind = SuvKind.LeanBodyMassJanmahasatian } }).Value;
        using var weight = Align(phantom).Value;
        Assert.Equal(("SUVlbm", "SUVbw"), ((string?)lean.Facts["moving"]!["units"], (string?)weight.Facts["moving"]!["units"]));
        Assert.InRange((double)lean.Facts["moving"]!["suvFactor"]! / (double)weight.Facts["moving"]!["suvFactor"]!, 0.5, 0.95);
    }

    [Fact]
    public void AMissingSliceOfTheMovingSeriesIsRefusedUnlessTheRuleFillsIt()
    {
        using var phantom = new PhantomFiles();
        File.Delete(phantom.Pet[phantom.Pet.Count / 2]);
        Assert.Equal("series-missing-slice", Align(phantom).Refusal!.Code);
        var rule = PhantomFiles.Rule();
        using var pair = Align(phantom, rule with { Moving = rule.Moving with { InterpolateMissingSlice = true } }).Value;
        Assert.Contains(pair.Warnings, warning => warning.Code == "series-slice-interpolated" && warning.Text.StartsWith("Moving series", StringComparison.Ordinal));
    }

    [Fact]
    public void ARealWorldValueMapThatDisagreesIsToldAndNotUsed()
    {
        using var plain = Align(small.Files).Value;
        var header = DicomFile.Read(small.Files.Pet[0], DicomReadOptions.Header).Dataset;
        var map = new DicomDataset()
            .Set(DicomTag.SOPClassUID, DicomUid.RealWorldValueMappingStorage).Set(DicomTag.SOPInstanceUID, "2.25.7").Set(DicomTag.StudyInstanceUID, header.GetString(DicomTag.StudyInstanceUID)!)
            .SetSequence(DicomTag.ReferencedImageRealWorldValueMappingSequence, new DicomDataset()
                .SetSequence(DicomTag.ReferencedImageSequence, new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, header.GetString(DicomTag.SOPInstanceUID)!))
                .SetSequence(DicomTag.RealWorldValueMappingSequence, new DicomDataset()
                    .Set(DicomTag.RealWorldValueSlope, 1e-7).Set(DicomTag.RealWorldValueIntercept, 0.0)
                    .SetSequence(DicomTag.MeasurementUnitsCodeSequence, new DicomDataset().Set(DicomTag.CodeValue, "{SUVbw}g/ml").Set(DicomTag.CodingSchemeDesignator, "UCUM").Set(DicomTag.CodeMeaning, "SUV"))));
        using var pair = Aligner().Align(small.Files.Ct, small.Files.Pet, PhantomFiles.Rule(), default, [map]).Value;
        Assert.Contains(pair.Warnings, warning => warning.Code == "suv-map-disagrees");
        Assert.Equal((double)plain.Facts["moving"]!["suvFactor"]!, (double)pair.Facts["moving"]!["suvFactor"]!);
    }

    [Fact]
    public void AWarningOfTheRuleIsTold()
    {
        var rule = PhantomFiles.Rule();
        using var pair = Align(small.Files, rule with { Align = rule.Align with { Warn = new Dictionary<string, GateCondition> { ["nmi"] = GateCondition.Parse(">= 1.9").Value } } }).Value;
        Assert.Contains(pair.Warnings, warning => warning.Code == "align-figure-warning" && warning.Text.Contains("nmi", StringComparison.Ordinal));
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

    private static void InAnotherFrame(PhantomContents contents, DicomDataset dataset)
    {
        if (contents == PhantomContents.Pet) dataset.Set(DicomTag.FrameOfReferenceUID, "2.25.99");
    }

    private static FusionRule With(HeaderFailure failure)
    {
        var rule = PhantomFiles.Rule();
        return rule with { Align = rule.Align with { HeaderFails = failure } };
    }

    /// <summary>Distance in mm between where the centre of the fixed grid went and where it should have gone.</summary>
    private static double Off(AlignedPair pair, Vector3d shift = default)
    {
        var grid = pair.Fixed.Volume.Grid;
        var centre = grid.VoxelToPatient.Transform(new Vector3d(grid.Columns / 2.0, grid.Rows / 2.0, grid.Slices / 2.0));
        return (pair.FixedToMoving.Transform(centre) - centre - shift).Length;
    }

    private static void WithoutWeight(PhantomContents contents, DicomDataset dataset)
    {
        if (contents == PhantomContents.Pet) dataset.Remove(DicomTag.PatientWeight);
    }

    private SeriesAligner Aligner() => new(new AlignOptions { Threads = 2 }, _pool);

    private AlignResult Align(PhantomFiles phantom, FusionRule? rule = null, string moving = "PET_AC") =>
        Aligner().Align(phantom.Ct, Directory.GetFiles(Path.Combine(phantom.Folder, moving)), rule ?? PhantomFiles.Rule(), CancellationToken.None);

    private Refusal RefusalOf(Action<PhantomContents, DicomDataset> change)
    {
        using var phantom = new PhantomFiles(change: change);
        return Align(phantom).Refusal!;
    }
}
