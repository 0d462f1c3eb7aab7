namespace PacsFusion.Imaging;

/// <summary>How a <see cref="Resampler"/> works. The result does not depend on any of these.</summary>
public sealed record ResamplerOptions
{
    /// <summary>Threads at most; 0 takes one for each processor. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Whether vector instructions may be used; off for comparing with the scalar twin. Default true.</summary>
    public bool UseVectors { get; init; } = true;

    /// <summary>Whether the separable path may be used where both grids share axes; off for comparing with the general one. Default true.</summary>
    public bool UseSeparablePath { get; init; } = true;
}
