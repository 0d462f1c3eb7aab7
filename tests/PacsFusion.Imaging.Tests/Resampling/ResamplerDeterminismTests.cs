namespace PacsFusion.Imaging.Tests;

public sealed class ResamplerDeterminismTests
{
    public static TheoryData<Interpolation, bool, bool, double> Ways()
    {
        var data = new TheoryData<Interpolation, bool, bool, double>();
        foreach (var interpolation in Enum.GetValues<Interpolation>())
            foreach (var tilted in (bool[])[false, true])
                foreach (var masked in (bool[])[false, true])
                    foreach (var spacing in (double[])[0.95, 5.3])
                        data.Add(interpolation, tilted, masked, spacing);
        return data;
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Threads_vectors_and_repeats_change_no_bit(Interpolation interpolation, bool tilted, bool masked, double spacing)
    {
        var random = new Random(6);
        using var moving = masked
            ? Sampling.Holed(Volumes.Grid(37, 29, 17), _ => random.NextDouble(), placeholder: -5)
            : Volumes.Noise(Volumes.Grid(37, 29, 17), seed: 6);
        var target = Volumes.Grid(spacing > 2 ? 15 : 61, 45, 23, new(spacing, 1.31, 2.1), new(-14, 3, 27));
        var map = tilted ? Sampling.Tilt : Affine.Identity;

        using var one = Make(new() { Threads = 1 });
        foreach (var options in (ResamplerOptions[])[new() { Threads = 2 }, new() { Threads = 3 }, new() { UseVectors = false }, new()])
        {
            using var other = Make(options);
            Sampling.SameBits(one, other);
        }

        Volume Make(ResamplerOptions options) => new Resampler(options with { Interpolation = interpolation }).Resample(moving, target, map);
    }

    [Fact]
    public void A_result_too_large_for_the_caches_has_the_same_bits_as_its_scalar_twin()
    {
        // Over 32 MiB rows are written past the caches; 301 columns keep no row aligned.
        using var moving = Volumes.Noise(Volumes.Grid(60, 50, 40), seed: 9);
        var target = Volumes.Grid(301, 250, 115, new(0.31, 0.41, 1.03), new(-11, 6, 29));

        using var one = new Resampler(new() { Threads = 2 }).Resample(moving, target, Affine.Identity, TestContext.Current.CancellationToken);
        using var scalar = new Resampler(new() { UseVectors = false }).Resample(moving, target, Affine.Identity, TestContext.Current.CancellationToken);

        Sampling.SameBits(one, scalar);
    }
}
