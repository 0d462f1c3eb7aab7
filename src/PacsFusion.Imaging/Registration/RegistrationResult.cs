namespace PacsFusion.Imaging;

/// <summary>What one level of the pyramid did.</summary>
/// <param name="Spacing">Aimed voxel size, mm.</param>
/// <param name="Samples">Points compared.</param>
/// <param name="Evaluations">Times that the metric was computed, all starts together.</param>
/// <param name="MutualInformation">Best value found at this level, nats.</param>
public sealed record RegistrationLevel(double Spacing, int Samples, int Evaluations, double MutualInformation);

/// <summary>The outcome of a registration.</summary>
/// <param name="FixedToMoving">Fixed patient point to moving patient point, LPS mm: the direction in which a resampler asks.</param>
/// <param name="Model">What was allowed to change.</param>
/// <param name="MutualInformation">At the finest level, nats. Comparable only with the same pair.</param>
/// <param name="NormalizedMutualInformation">(H(fixed) + H(moving)) / H(both) of the same histogram, 1 to 2.</param>
/// <param name="Overlap">Share of the samples (body box of the fixed volume) that the moving field of view covers, 0 to 1.</param>
/// <param name="Levels">From coarse to fine.</param>
public sealed record RegistrationResult(
    Affine FixedToMoving,
    TransformModel Model,
    double MutualInformation,
    double NormalizedMutualInformation,
    double Overlap,
    IReadOnlyList<RegistrationLevel> Levels)
{
    /// <summary>Times that the metric was computed.</summary>
    public int Evaluations => Levels.Sum(level => level.Evaluations);
}
