namespace PacsFusion.Imaging.Tests;

public sealed class AlignmentAssessorTests
{
    [Fact]
    public void A_right_header_is_kept()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();

        var (assessment, verdict) = Judge(ct, pet, Affine.Identity);

        Assert.Equal((AlignmentOutcome.Accept, AlignmentSource.Header), (verdict.Outcome, verdict.Source));
        Assert.InRange(assessment.CaptureSpread, 0, 1);
        Assert.Equal(1, assessment.Rigid.Ratio);
        Assert.InRange(assessment.Header!.BodyDice!.Value, 0.9, 1);
        Assert.InRange(assessment.Header.UptakeInBody!.Value, 0.95, 1);
        Assert.InRange(assessment.Header.BodyOverlap, 0.95, 1);
        Assert.InRange(assessment.MirrorRatio!.Value, 0.1, 0.9);
        Assert.Equal(4.4, assessment.Resolution, 1e-9);
    }

    [Theory]
    [InlineData(8, 0, 0, AlignmentOutcome.Accept)]
    [InlineData(0, -15, 0, AlignmentOutcome.Warn)]
    [InlineData(0, 0, 26, AlignmentOutcome.Refuse)]
    public void A_header_that_was_shifted_is_never_kept(double x, double y, double z, AlignmentOutcome outcome)
    {
        var moved = Affine.Translation(new(x, y, z));
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(moved);

        var (assessment, verdict) = Judge(ct, pet, Affine.Identity);

        Assert.Equal((outcome, AlignmentSource.Rigid), (verdict.Outcome, verdict.Source));
        Assert.InRange(Torso.Error(assessment.Rigid.FixedToMoving, moved), 0, 2.5);
        Assert.Equal(moved.Origin.Length, assessment.Rigid.Displacement!.Value, 2.5);
        Assert.True(assessment.Header!.Ratio < 0.97);
    }

    [Fact]
    public void A_mirrored_volume_is_refused()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        using var mirrored = Torso.Mirrored(pet);

        var (assessment, verdict) = Judge(ct, mirrored, Affine.Identity);

        Assert.Equal(AlignmentOutcome.Refuse, verdict.Outcome);
        Assert.True(assessment.MirrorRatio > 1, $"{assessment.MirrorRatio}");
        Assert.Contains(verdict.Findings, finding => finding.Code == ImagingReasons.MirroredFitsBetter);
    }

    [Fact]
    public void A_volume_of_a_patient_on_the_belly_whose_header_says_back_is_refused()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(Affine.Rigid(0, 0, Math.PI, Vector3d.Zero, Vector3d.Zero));

        var (assessment, verdict) = Judge(ct, pet, Affine.Identity);

        Assert.Equal(AlignmentOutcome.Refuse, verdict.Outcome);
        Assert.True(assessment.TurnedRatio > 1, $"{assessment.TurnedRatio}");
    }

    [Fact]
    public void Noise_fits_nothing()
    {
        using var ct = Torso.Ct();
        using var noise = Volumes.Noise(Torso.Pet().Grid, 3);

        Assert.Equal(AlignmentOutcome.Refuse, Judge(ct, noise, Affine.Identity).Verdict.Outcome);
    }

    [Fact]
    public void Frames_are_compared_where_nothing_is_claimed()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        using var other = new Volume(pet.Grid with { FrameOfReferenceUid = "9.9" }, pet.Unit);
        pet.Voxels.CopyTo(other.Voxels);

        var own = new AlignmentAssessor().Assess(ct, pet).Value;
        var foreign = new AlignmentAssessor().Assess(ct, other).Value;

        Assert.True(own.FramesEqual);
        Assert.False(foreign.FramesEqual);
        Assert.Null(foreign.Header);
        Assert.Null(foreign.Rigid.Displacement);
        Assert.InRange(Torso.Error(foreign.Rigid.FixedToMoving, Affine.Identity), 0, 2);
    }

    [Fact]
    public void An_affine_transform_is_measured_where_it_is_asked_for()
    {
        using var ct = Torso.Ct();
        using var mr = Torso.Mr(new Affine(1.12, 0, 0, 0, 0, 0.92, 0, 0, 0, 0, 1, 0));
        var options = new AlignmentAssessmentOptions { Registration = new RegistrationOptions { Model = TransformModel.Affine }, TryOtherPoses = false };

        var assessment = new AlignmentAssessor(options).Assess(ct, mr, Affine.Identity).Value;

        Assert.True(assessment.Affine!.Ratio > 1);
        Assert.Null(assessment.MirrorRatio);
        Assert.Equal(AlignmentSource.Affine, AlignmentDecision.Decide(assessment, AlignmentMethod.Affine).Source);
    }

    [Fact]
    public void What_a_slice_encloses_is_filled()
    {
        using var ring = Volumes.Of(Volumes.Grid(9, 9, 2), _ => 0);
        for (var k = 0; k < 2; k++)
            for (var j = 2; j < 7; j++)
                for (var i = 2; i < 7; i++)
                    if (i is 2 or 6 || j is 2 or 6) ring.Slice(k)[j * 9 + i] = 1;
        // A gap in the second slice lets the outside in.
        ring.Slice(1)[4 * 9 + 2] = 0;

        var filled = HoleFilling.Fill(BodyMask.Of(ring, 0.5));

        Assert.Equal(25, filled.Take(81).Sum(value => value));
        Assert.Equal(15, filled.Skip(81).Sum(value => value));
    }

    private static (AlignmentAssessment Assessment, AlignmentVerdict Verdict) Judge(Volume fixedVolume, Volume moving, Affine header)
    {
        var assessment = new AlignmentAssessor().Assess(fixedVolume, moving, header).Value;
        return (assessment, AlignmentDecision.Decide(assessment, AlignmentMethod.Rigid));
    }
}
