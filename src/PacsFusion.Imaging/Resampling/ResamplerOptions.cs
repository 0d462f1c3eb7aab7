namespace PacsFusion.Imaging;

/// <summary>How a <see cref="Resampler"/> works. Only <see cref="Interpolation"/> changes what comes out.</summary>
public sealed record ResamplerOptions
{
    /// <summary>How values between voxel centres come about. Default trilinear.</summary>
    public Interpolation Interpolation { get; init; } = Interpolation.Trilinear;

    /// <summary>Threads at most; 0 takes one for each processor. Default 0.</summary>
    public int Threads { get; init; }

    /// <summary>Whether vector instructions may be used; off for comparing with the scalar twin. Default true.</summary>
    public bool UseVectors { get; init; } = true;

    /// <summary>
    /// Whether the separable path may be used where both grids share axes; off for comparing with the general one, which agrees to
    /// rounding (to the width of the low-pass where the fixed grid is coarser). Default true.
    /// </summary>
    public bool UseSeparablePath { get; init; } = true;
}
