namespace PacsFusion.Imaging;

/// <summary>
/// Measures how well two volumes fit: under the header, under the best transform that a quick registration finds, and how far that
/// registration can be trusted. No absolute figure tells a good alignment from a bad one; the ratio to the best found on that pair does.
/// </summary>
/// <param name="options">Settings; null takes the defaults.</param>
/// <param name="pool">Where buffers come from and go back to; null allocates.</param>
public sealed class AlignmentAssessor(AlignmentAssessmentOptions? options = null, VolumePool? pool = null)
{
    private readonly AlignmentAssessmentOptions _options = options ?? new AlignmentAssessmentOptions();

    /// <summary>Assesses a pair. Whether the header says anything is read from the frames of reference.</summary>
    /// <param name="fixedVolume">The volume whose grid is kept.</param>
    /// <param name="movingVolume">The volume to bring onto it.</param>
    /// <param name="cancellationToken">Stops between evaluations of the metric.</param>
    /// <returns>The figures, or a refusal: <see cref="ImagingReasons.NoOverlap"/>, <see cref="ImagingReasons.ConstantImage"/>.</returns>
    public Outcome<AlignmentAssessment> Assess(Volume fixedVolume, Volume movingVolume, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fixedVolume);
        ArgumentNullException.ThrowIfNull(movingVolume);
        return Assess(fixedVolume, movingVolume, fixedVolume.Grid.ClaimsSameFrameAs(movingVolume.Grid) ? Affine.Identity : null, cancellationToken);
    }

    /// <summary>Assesses a pair whose header transform is given.</summary>
    /// <param name="fixedVolume">The volume whose grid is kept.</param>
    /// <param name="movingVolume">The volume to bring onto it.</param>
    /// <param name="header">What the headers claim, fixed to moving in patient mm (the identity, or a DICOM REG); null where they claim nothing.</param>
    /// <param name="cancellationToken">Stops between evaluations of the metric.</param>
    /// <returns>As the other form.</returns>
    public Outcome<AlignmentAssessment> Assess(Volume fixedVolume, Volume movingVolume, Affine? header, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fixedVolume);
        ArgumentNullException.ThrowIfNull(movingVolume);
        using var pair = RegistrationPair.Prepare(fixedVolume, movingVolume, _options.Registration, pool, cancellationToken);
        if (pair.Refusal is { } refusal) return refusal;
        return new PairAssessment(pair, _options, cancellationToken).Run(header);
    }
}
