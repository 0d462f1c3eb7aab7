namespace PacsFusion.Imaging.Tests;

public sealed class MutualInformationRegistrationTests
{
    private static readonly MutualInformationRegistration Registration = new();

    public static TheoryData<double, double, double, double, double, double> Moves => new()
    {
        { 0, 0, 0, 0, 0, 0 },
        { 4, -3, 7, 6, -9, 5 },
        { -9, 6, -5, -14, 8, -11 },
        { 3, 11, 10, 4, 15, 9 },
    };

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_pet_that_was_moved_is_found_again(double x, double y, double z, double tx, double ty, double tz)
    {
        var truth = Move(x, y, z, tx, ty, tz);
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(truth);

        var result = Registration.Register(ct, pet, Affine.Identity).Value;

        Assert.InRange(Torso.Error(result.FixedToMoving, truth), 0, 1.8);
        Assert.InRange(result.Overlap, 0.7, 1);
    }

    [Theory]
    [MemberData(nameof(Moves))]
    public void A_tilted_mr_of_another_field_of_view_is_found_again(double x, double y, double z, double tx, double ty, double tz)
    {
        var truth = Move(x, y, z, tx, ty, tz);
        using var ct = Torso.Ct();
        using var mr = Torso.Mr(truth);

        Assert.InRange(Torso.Error(Registration.Register(ct, mr, Affine.Identity).Value.FixedToMoving, truth), 0, 0.6);
    }

    [Fact]
    public void Fixed_and_moving_may_change_places()
    {
        var truth = Move(5, -4, 6, 7, -8, 4);
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(truth);

        Assert.InRange(Torso.Error(Registration.Register(pet, ct, Affine.Identity).Value.FixedToMoving, truth.Invert()), 0, 1.8);
    }

    [Fact]
    public void Frames_without_relation_are_joined_by_their_bodies()
    {
        var truth = Affine.Translation(new(-20, -460, 631)).Multiply(Affine.Rigid(0.6, 0.05, -0.08, new(0, 0, 0), new(9, -6, 12)));
        using var ct = Torso.Ct();
        using var mr = Torso.Mr();
        using var far = new Volume(mr.Grid with { VoxelToPatient = truth.Multiply(mr.VoxelToPatient) }, mr.Unit);
        mr.Voxels.CopyTo(far.Voxels);

        Assert.True(Registration.Register(ct, far, Affine.Identity).IsRefused);
        Assert.InRange(Torso.Error(Registration.RegisterUnrelated(ct, far).Value.FixedToMoving, truth), 0, 0.8);
    }

    [Fact]
    public void An_affine_search_finds_a_stretch_that_a_rigid_one_cannot()
    {
        var truth = new Affine(1.06, 0.01, 0, 3, 0, 0.96, 0.02, -2, 0, 0, 1.04, 4);
        using var ct = Torso.Ct();
        using var mr = Torso.Mr(truth);
        var rigid = Registration.Register(ct, mr, Affine.Identity).Value;
        var affine = new MutualInformationRegistration(new() { Model = TransformModel.Affine }).Register(ct, mr, Affine.Identity).Value;

        Assert.True(Torso.Error(rigid.FixedToMoving, truth) > 2);
        Assert.InRange(Torso.Error(affine.FixedToMoving, truth), 0, 0.9);
        Assert.True(affine.MutualInformation > rigid.MutualInformation);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Any_number_of_threads_gives_the_same_bits(int threads)
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(Move(3, 2, -4, 5, 4, -6));
        RegistrationResult With(int n) => new MutualInformationRegistration(new() { Threads = n }).Register(ct, pet, Affine.Identity).Value;

        RegistrationResult one = With(1), many = With(threads);

        Assert.Equal(one.FixedToMoving, many.FixedToMoving);
        Assert.Equal(one.MutualInformation, many.MutualInformation);
    }

    [Fact]
    public void Scalar_and_vector_form_agree()
    {
        using var ct = Torso.Ct();
        using var mr = Torso.Mr(Move(3, 2, -4, 5, 4, -6));
        RegistrationResult With(bool vectors) => new MutualInformationRegistration(new() { UseVectors = vectors }).Register(ct, mr, Affine.Identity).Value;

        Assert.InRange(Torso.Error(With(true).FixedToMoving, With(false).FixedToMoving), 0, 0.03);
    }

    [Fact]
    public void What_is_not_covered_does_not_count()
    {
        var truth = Move(4, -3, 5, 6, -5, 4);
        using var ct = Torso.Ct();
        using var mr = Torso.Mr(truth);
        using var masked = new Volume(mr.Grid, mr.Unit, withCoverage: true);
        mr.Voxels.CopyTo(masked.Voxels);
        masked.Coverage!.Value.Span.Fill(1);
        for (var k = 0; k < masked.Slices; k++)
            for (var j = 0; j < masked.Rows; j++)
            {
                // A third of each row, filled with what would be the brightest tissue.
                masked.Slice(k).Slice(j * masked.Columns, masked.Columns / 3).Fill(4000);
                masked.CoverageSlice(k).Slice(j * masked.Columns, masked.Columns / 3).Clear();
            }

        Assert.InRange(Torso.Error(Registration.Register(ct, masked, Affine.Identity).Value.FixedToMoving, truth), 0, 1.2);
    }

    [Fact]
    public void Values_that_are_no_numbers_count_as_not_covered()
    {
        var truth = Move(2, -3, 4, 4, -5, 3);
        using var ct = Torso.Ct();
        using var pet = Torso.Pet(truth);
        for (var i = 0; i < pet.Voxels.Length; i += 97) pet.Voxels.Span[i] = i % 2 == 0 ? float.NaN : float.PositiveInfinity;

        var result = Registration.Register(ct, pet, Affine.Identity).Value;

        Assert.True(double.IsFinite(result.MutualInformation));
        Assert.InRange(Torso.Error(result.FixedToMoving, truth), 0, 1.5);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_few_slices_give_a_finite_answer(int slices)
    {
        using var ct = Torso.Ct(slices);
        using var pet = Torso.Pet();

        var outcome = Registration.Register(ct, pet, Affine.Identity);

        Assert.True(outcome.IsRefused || (outcome.Value.FixedToMoving.Origin.IsFinite && double.IsFinite(outcome.Value.MutualInformation)));
    }

    [Fact]
    public void A_single_value_is_refused()
    {
        using var ct = Torso.Ct();
        using var flat = Volumes.Of(ct.Grid, _ => 7);

        Assert.Equal(ImagingReasons.ConstantImage, Registration.Register(ct, flat, Affine.Identity).Refusal?.Code);
        Assert.Equal(ImagingReasons.ConstantImage, Registration.RegisterUnrelated(flat, ct).Refusal?.Code);
    }

    [Fact]
    public void Volumes_apart_are_refused()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();

        Assert.Equal(ImagingReasons.NoOverlap, Registration.Register(ct, pet, Affine.Translation(new(0, 0, 5000))).Refusal?.Code);
    }

    [Fact]
    public void A_search_can_be_cancelled()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Assert.ThrowsAny<OperationCanceledException>(() => Registration.Register(ct, pet, Affine.Identity, cancelled.Token));
    }

    [Fact]
    public void Buffers_go_back_to_the_pool()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        var pool = new VolumePool();
        var registration = new MutualInformationRegistration(pool: pool);

        registration.Register(ct, pet, Affine.Identity);
        var retained = pool.RetainedBytes;
        registration.Register(ct, pet, Affine.Identity);

        Assert.True(retained > 0);
        Assert.Equal(retained, pool.RetainedBytes);
    }

    [Fact]
    public void Settings_out_of_range_are_told()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new MutualInformationRegistration(new() { Bins = 4 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MutualInformationRegistration(new() { FinalSamples = 10 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MutualInformationRegistration(new() { MinimumOverlapShare = 1.5 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => new MutualInformationRegistration(new() { Threads = -1 }));
    }

    private static Affine Move(double x, double y, double z, double tx, double ty, double tz) =>
        Affine.Rigid(x * Math.PI / 180, y * Math.PI / 180, z * Math.PI / 180, new(0, 0, 0), new(tx, ty, tz));
}
