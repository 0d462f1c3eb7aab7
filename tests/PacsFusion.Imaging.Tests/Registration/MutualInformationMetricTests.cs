namespace PacsFusion.Imaging.Tests;

public sealed class MutualInformationMetricTests
{
    [Theory]
    [InlineData(TransformModel.Rigid, true)]
    [InlineData(TransformModel.Rigid, false)]
    [InlineData(TransformModel.Affine, true)]
    public void The_gradient_is_what_differences_say(TransformModel model, bool vectors)
    {
        // The moving volume reaches so far that no sample enters or leaves it: that step is in no gradient.
        using var fixedVolume = Volumes.Of(Volumes.Grid(30, 26, 24, new(2, 2.3, 2.6), new(-30, -30, -30)), p => Math.Sin(p.X / 9) + Math.Cos(p.Y / 11 + p.Z / 17) + p.X * p.Z / 900);
        using var moving = Volumes.Of(Volumes.Grid(70, 60, 56, new(3, 3.4, 3.8), new(-100, -100, -100)), p => Math.Sin(p.X / 9 + 0.3) * 40 + 30 * Math.Cos(p.Y / 11 + p.Z / 17) + p.Y);
        using var pair = RegistrationPair.Prepare(fixedVolume, moving, new RegistrationOptions { UseVectors = vectors }, null, default);
        var metric = pair.Metric(RegistrationPair.FinestLevel, 20_000);
        // A start that is no identity: the chain rule must carry its rotation.
        var space = pair.Space(model, Affine.Rigid(0.2, -0.1, 0.3, pair.Centre, new(3, 2, -4)));
        double[] place = [.. Enumerable.Range(0, space.Dimension).Select(i => 3 * Math.Sin(i + 1))];
        double[] byMap = new double[12], gradient = new double[space.Dimension];

        metric.Evaluate(space.ToAffine(place), byMap);
        space.Pull(place, byMap, gradient);

        const double step = 0.02;
        for (var i = 0; i < place.Length; i++)
        {
            double[] up = [.. place], down = [.. place];
            up[i] += step;
            down[i] -= step;
            var difference = (metric.Evaluate(space.ToAffine(up), []) - metric.Evaluate(space.ToAffine(down), [])) / (2 * step);
            Assert.Equal(difference, gradient[i], 0.02 * gradient.Max(Math.Abs));
        }
    }

    [Fact]
    public void Scalar_and_vector_form_count_the_same_samples_and_agree()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        (double Value, int Inside, double[] Gradient) With(bool vectors)
        {
            using var pair = RegistrationPair.Prepare(ct, pet, new RegistrationOptions { UseVectors = vectors }, null, default);
            var metric = pair.Metric(RegistrationPair.FinestLevel, 50_000);
            var gradient = new double[12];
            // Far enough off that samples leave the field of view on all sides.
            var value = metric.Evaluate(Affine.Rigid(0.1, 0.2, -0.1, pair.Centre, new(30, -20, 25)), gradient);
            return (value, metric.Inside, gradient);
        }

        var (vector, scalar) = (With(true), With(false));

        Assert.Equal(scalar.Inside, vector.Inside);
        Assert.Equal(scalar.Value, vector.Value, 1e-6);
        for (var i = 0; i < 12; i++) Assert.Equal(scalar.Gradient[i], vector.Gradient[i], 1e-4 * scalar.Gradient.Max(Math.Abs));
    }

    [Fact]
    public void A_volume_tells_most_about_itself_in_place()
    {
        using var mr = Torso.Mr();
        using var pair = RegistrationPair.Prepare(mr, mr, new RegistrationOptions(), null, default);
        var metric = pair.Metric(RegistrationPair.MiddleLevel, 20_000);

        var own = metric.Evaluate(Affine.Identity, []);

        foreach (var shift in new Vector3d[] { new(3, 0, 0), new(-3, 0, 0), new(0, 3, 0), new(0, 0, 4), new(0, 0, -4) })
            Assert.True(own > 1.1 * metric.Evaluate(Affine.Translation(shift), []), shift.ToString());
        Assert.InRange(metric.Normalized, 1, 2);
    }

    [Fact]
    public void Too_few_samples_inside_say_nothing()
    {
        using var ct = Torso.Ct();
        using var pet = Torso.Pet();
        using var pair = RegistrationPair.Prepare(ct, pet, new RegistrationOptions(), null, default);
        var gradient = new double[12];

        Assert.Equal(0, pair.Metric(0, 5000).Evaluate(Affine.Translation(new(900, 0, 0)), gradient));
        Assert.All(gradient, value => Assert.Equal(0, value));
    }
}
