namespace PacsFusion.Imaging;

/// <summary>How a <see cref="MutualInformationRegistration"/> works.</summary>
public sealed record RegistrationOptions
{
    /// <summary>What may change. Default rigid.</summary>
    public TransformModel Model { get; init; } = TransformModel.Rigid;

    /// <summary>Threads at most; 0 takes one for each processor. The result does not depend on it. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Whether vector instructions may be used; off for comparing with the scalar twin. Default true.</summary>
    public bool UseVectors { get; init; } = true;

    /// <summary>Seed of the sample positions. Equal seeds give equal results. Default 77.</summary>
    public uint Seed { get; init; } = 77;

    /// <summary>Histogram bins of each side, 8 to 128; null takes what was measured to suit the pair of units. Default null.</summary>
    public int? Bins { get; init; }

    /// <summary>Samples of the finest level at most, at least 2000. Default 250 000.</summary>
    public int FinalSamples { get; init; } = 250_000;

    /// <summary>
    /// Least share of the samples covered at the start that must stay covered: a search may not win by leaving the picture. 0 to 1, default 0.8.
    /// </summary>
    public double MinimumOverlapShare { get; init; } = 0.8;
}
