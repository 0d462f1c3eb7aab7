namespace PacsFusion.Imaging;

/// <summary>
/// Brings a moving volume onto a fixed one by maximising their mutual information (Mattes et al. 2003: zero-order window on the fixed,
/// cubic B-spline window on the moving side) over a pyramid of block means, with an analytic gradient, from a sample that stays the same:
/// equal input gives equal bits, whatever the number of threads.
/// </summary>
public sealed class MutualInformationRegistration
{
    private readonly RegistrationOptions _options;
    private readonly VolumePool? _pool;

    /// <summary>A registration with the given settings.</summary>
    /// <param name="options">Settings; null takes the defaults.</param>
    /// <param name="pool">Where the pyramids' buffers come from and go back to; null allocates.</param>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public MutualInformationRegistration(RegistrationOptions? options = null, VolumePool? pool = null)
    {
        _options = options ?? new RegistrationOptions();
        _pool = pool;
        ArgumentOutOfRangeException.ThrowIfNegative(_options.Threads, nameof(options));
        ArgumentOutOfRangeException.ThrowIfLessThan(_options.FinalSamples, 2000, nameof(options));
        if (_options.Bins is { } bins)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(bins, 8, nameof(options));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(bins, 128, nameof(options));
        }
        if (_options.MinimumOverlapShare is not (>= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(options), "The least overlap is a share.");
    }

    /// <summary>Searches round a transform that is thought to be near: up to about 40 mm and 25 degrees off.</summary>
    /// <param name="fixedVolume">The volume whose grid is kept.</param>
    /// <param name="movingVolume">The volume to bring onto it.</param>
    /// <param name="start">Fixed to moving, patient mm; the identity where the headers share a frame of reference.</param>
    /// <param name="cancellationToken">Stops between evaluations of the metric.</param>
    /// <returns>
    /// The best transform found (which may still be wrong: see <see cref="AlignmentDecision"/>), or a refusal:
    /// <see cref="ImagingReasons.NoOverlap"/>, <see cref="ImagingReasons.ConstantImage"/>.
    /// </returns>
    public Outcome<RegistrationResult> Register(Volume fixedVolume, Volume movingVolume, in Affine start, CancellationToken cancellationToken = default)
    {
        using var pair = RegistrationPair.Prepare(fixedVolume, movingVolume, _options, _pool, cancellationToken);
        if (pair.Refusal is { } refusal) return refusal;
        return pair.Register(start, _options.Model, cancellationToken);
    }

    /// <summary>
    /// Searches where the headers say nothing about each other (other frames of reference): the centres of both bodies are put together,
    /// then a coarse grid of shifts and of rotations up to 45 degrees about each patient axis is tried.
    /// </summary>
    /// <param name="fixedVolume">The volume whose grid is kept.</param>
    /// <param name="movingVolume">The volume to bring onto it.</param>
    /// <param name="cancellationToken">Stops between evaluations of the metric.</param>
    /// <returns>As <see cref="Register"/>.</returns>
    public Outcome<RegistrationResult> RegisterUnrelated(Volume fixedVolume, Volume movingVolume, CancellationToken cancellationToken = default)
    {
        using var pair = RegistrationPair.Prepare(fixedVolume, movingVolume, _options, _pool, cancellationToken);
        if (pair.Refusal is { } refusal) return refusal;
        return pair.RegisterUnrelated(_options.Model, cancellationToken);
    }
}
