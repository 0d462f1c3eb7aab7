namespace PacsFusion.Imaging.Tests;

public sealed class AlignmentDecisionTests
{
    [Fact]
    public void A_header_that_fits_as_well_as_the_best_is_kept()
    {
        var verdict = AlignmentDecision.Decide(Pair(), AlignmentMethod.Rigid);

        Assert.Equal((AlignmentOutcome.Accept, AlignmentSource.Header), (verdict.Outcome, verdict.Source));
        Assert.Empty(verdict.Findings);
        Assert.Null(verdict.Refusal);
    }

    [Theory]
    [InlineData(0.95, 2.0)]
    [InlineData(0.99, 4.1)]
    public void A_header_that_fits_worse_or_lies_off_gives_way_to_the_transform_that_was_found(double ratio, double moved)
    {
        var verdict = AlignmentDecision.Decide(Pair(ratio, moved), AlignmentMethod.Rigid);

        Assert.Equal((AlignmentOutcome.Accept, AlignmentSource.Rigid), (verdict.Outcome, verdict.Source));
    }

    [Fact]
    public void A_search_that_is_coarser_than_the_difference_does_not_overrule_a_header()
    {
        var coarse = Pair(0.99, 4.1) with { Resolution = 8 };
        var unsure = Pair(0.99, 4.1, spread: 2.1);

        Assert.Equal(AlignmentSource.Header, AlignmentDecision.Decide(coarse, AlignmentMethod.Rigid).Source);
        Assert.Equal((AlignmentSource.Header, AlignmentOutcome.Warn), (AlignmentDecision.Decide(unsure, AlignmentMethod.Rigid).Source, AlignmentDecision.Decide(unsure, AlignmentMethod.Rigid).Outcome));
    }

    [Fact]
    public void Where_only_the_header_is_allowed_it_is_refused_or_warned_of_when_it_does_not_stand_up()
    {
        var refused = AlignmentDecision.Decide(Pair(0.9, 6), AlignmentMethod.Header);
        var warned = AlignmentDecision.Decide(Pair(0.99, 4.1), AlignmentMethod.Header);

        Assert.Equal((ImagingReasons.AlignmentOff, AlignmentSource.Header), (refused.Refusal?.Code, refused.Source));
        Assert.Equal((AlignmentOutcome.Warn, ImagingReasons.AlignmentOff), (warned.Outcome, Assert.Single(warned.Warnings).Code));
    }

    [Fact]
    public void Without_a_common_frame_a_rule_that_allows_the_header_only_refuses()
    {
        var pair = Pair() with { FramesEqual = false, Header = null };

        Assert.Equal(ImagingReasons.HeaderMeaningless, AlignmentDecision.Decide(pair, AlignmentMethod.Header).Refusal?.Code);
        Assert.Equal((AlignmentOutcome.Accept, AlignmentSource.Rigid), (AlignmentDecision.Decide(pair, AlignmentMethod.Rigid).Outcome, AlignmentDecision.Decide(pair, AlignmentMethod.Rigid).Source));
    }

    [Theory]
    [InlineData(1.9, AlignmentOutcome.Accept)]
    [InlineData(2.1, AlignmentOutcome.Warn)]
    [InlineData(4.1, AlignmentOutcome.Refuse)]
    [InlineData(double.NaN, AlignmentOutcome.Refuse)]
    [InlineData(double.PositiveInfinity, AlignmentOutcome.Refuse)]
    public void Spread_decides(double spread, AlignmentOutcome outcome)
    {
        var verdict = AlignmentDecision.Decide(Pair(0.9, spread: spread), AlignmentMethod.Rigid);

        Assert.Equal(outcome, verdict.Outcome);
        Assert.All(verdict.Findings, finding => Assert.Equal(ImagingReasons.AlignmentUncertain, finding.Code));
    }

    [Theory]
    [InlineData(1.9, AlignmentOutcome.Accept)]
    [InlineData(4.9, AlignmentOutcome.Warn)]
    [InlineData(5.1, AlignmentOutcome.Refuse)]
    public void A_header_that_stands_up_may_spread_further(double spread, AlignmentOutcome outcome)
    {
        var verdict = AlignmentDecision.Decide(Pair(0.99, spread: spread), AlignmentMethod.Rigid);

        Assert.Equal((outcome, AlignmentSource.Header), (verdict.Outcome, verdict.Source));
        Assert.All(verdict.Findings, finding => Assert.Equal(ImagingReasons.AlignmentUncertain, finding.Code));
    }

    [Theory]
    [InlineData(9, 4, AlignmentOutcome.Accept)]
    [InlineData(11, 4, AlignmentOutcome.Warn)]
    [InlineData(9, 6, AlignmentOutcome.Warn)]
    [InlineData(21, 4, AlignmentOutcome.Refuse)]
    [InlineData(9, 11, AlignmentOutcome.Refuse)]
    public void Distance_from_an_equal_frame_s_header_decides(double moved, double degrees, AlignmentOutcome outcome)
    {
        var pair = Pair(0.8, moved, degrees: degrees);

        Assert.Equal(outcome, AlignmentDecision.Decide(pair, AlignmentMethod.Rigid).Outcome);
        Assert.Equal(AlignmentOutcome.Accept, AlignmentDecision.Decide(pair with { FramesEqual = false, Header = null }, AlignmentMethod.Rigid).Outcome);
    }

    [Fact]
    public void Little_overlap_stray_uptake_and_other_poses_refuse()
    {
        var good = Pair();
        string? Code(AlignmentAssessment pair) => AlignmentDecision.Decide(pair, AlignmentMethod.Rigid).Refusal?.Code;

        Assert.Equal(ImagingReasons.LittleBodyOverlap, Code(good with { Header = good.Header! with { BodyOverlap = 0.49 } }));
        Assert.Equal(ImagingReasons.UptakeOutsideBody, Code(good with { Header = good.Header! with { UptakeInBody = 0.89 } }));
        Assert.Equal(ImagingReasons.MirroredFitsBetter, Code(good with { MirrorRatio = 1.01 }));
        Assert.Equal(ImagingReasons.TurnedFitsBetter, Code(good with { TurnedRatio = 1.01 }));
        Assert.Equal(AlignmentOutcome.Warn, AlignmentDecision.Decide(good with { MirrorRatio = 0.97 }, AlignmentMethod.Rigid).Outcome);
    }

    [Fact]
    public void Limits_can_be_set()
    {
        var verdict = AlignmentDecision.Decide(Pair(0.95, 12, spread: 3), AlignmentMethod.Rigid, new AlignmentThresholds { Ratio = 0.94, HeaderTolerance = 15, DisplacementAccept = 15, SpreadAccept = 3.5 });

        Assert.Equal((AlignmentOutcome.Accept, AlignmentSource.Header), (verdict.Outcome, verdict.Source));
    }

    [Fact]
    public void An_affine_transform_is_taken_where_asked_for_and_plausible()
    {
        var pair = Pair(0.9);
        var stretched = pair.Rigid with { FixedToMoving = new Affine(1.05, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0) };

        Assert.Equal(AlignmentSource.Affine, AlignmentDecision.Decide(pair with { Affine = stretched }, AlignmentMethod.Affine).Source);
        Assert.Equal(AlignmentSource.Rigid, AlignmentDecision.Decide(pair with { Affine = stretched with { FixedToMoving = new Affine(1.3, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0) } }, AlignmentMethod.Affine).Source);
        Assert.Equal(AlignmentSource.Rigid, AlignmentDecision.Decide(pair with { Affine = stretched }, AlignmentMethod.Rigid).Source);
    }

    private static AlignmentAssessment Pair(double ratio = 0.99, double moved = 1, double spread = 0.5, double degrees = 0.5)
    {
        var figures = new TransformFigures
        {
            FixedToMoving = Affine.Identity,
            MutualInformation = 0.5,
            NormalizedMutualInformation = 1.1,
            Ratio = 1,
            MutualInformationRatio = 1,
            BodyOverlap = 1,
            BodyDice = 0.97,
            UptakeInBody = 0.99,
            Displacement = moved,
            GreatestDisplacement = 2 * moved,
            Rotation = degrees,
        };
        return new AlignmentAssessment
        {
            FramesEqual = true,
            Header = figures with { Ratio = ratio, MutualInformationRatio = ratio, Displacement = 0, GreatestDisplacement = 0, Rotation = 0 },
            Rigid = figures,
            CaptureSpread = spread,
            MirrorRatio = 0.7,
            TurnedRatio = 0.6,
            Resolution = 4,
            Registration = new RegistrationResult(Affine.Identity, TransformModel.Rigid, 0.5, 1.1, 1, []),
        };
    }
}
