namespace PacsFusion.Imaging;

/// <summary>
/// Both pyramids of a pair with what does not depend on a transform: value ranges, bins, body masks on the 4 mm level, the box to sample.
/// </summary>
internal sealed class RegistrationPair : IDisposable
{
    /// <summary>Level of the masks and of the quick figures: 4 mm.</summary>
    public const int MiddleLevel = 1;

    /// <summary>The finest level.</summary>
    public const int FinestLevel = 2;

    // Voxel sizes of the finest level in mm. Uptake is blurred by 5 mm and more: a finer partner shows it edges that it cannot have.
    private const double FinestSpacing = 1.5;
    private const double FinestBesidePet = 4;

    private const double BoxMargin = 12;
    private const int RangeSamples = 100_000;
    private const int DefaultBins = 64;
    private const double HotRange = 10;

    // Threshold of a body by uptake without SUV, as a share of the 99th percentile.
    private const double UptakeShare = 0.07;

    private readonly IntensityPyramid _fixed, _moving;
    private BodyMask? _movingBody;

    private RegistrationPair(IntensityPyramid fixedPyramid, IntensityPyramid movingPyramid, RegistrationOptions options)
    {
        (_fixed, _moving, Options) = (fixedPyramid, movingPyramid, options);
        Threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
    }

    /// <summary>Why the pair cannot be registered at all; null where it can.</summary>
    public Refusal? Refusal { get; private set; }

    public RegistrationOptions Options { get; }

    public int Threads { get; }

    public ValueRange FixedRange { get; private set; }

    public ValueRange MovingRange { get; private set; }

    public int Bins { get; private set; }

    /// <summary>Body of the fixed volume on its 4 mm level.</summary>
    public BodyMask FixedBody { get; private set; } = null!;

    /// <summary>Body of the moving volume on its 4 mm level.</summary>
    public BodyMask MovingBody => _movingBody ??= Body(_moving[MiddleLevel]);

    /// <summary>Box round the fixed body, in voxels of the 4 mm level.</summary>
    public VoxelBox Box { get; private set; }

    /// <summary>Corners of that box, patient mm: where errors are measured.</summary>
    public Vector3d[] Corners { get; private set; } = [];

    /// <summary>Centre of that box, patient mm: about which is turned.</summary>
    public Vector3d Centre { get; private set; }

    /// <summary>Greatest voxel spacing of both volumes, mm.</summary>
    public double Resolution { get; private set; }

    /// <summary>Millimetres that a radian stands for.</summary>
    public double Radius { get; private set; }

    /// <summary>Aimed voxel size of a level, mm.</summary>
    public double Spacing(int level) => _fixed.Spacings[level];

    public Volume FixedLevel(int level) => _fixed[level];

    public Volume MovingLevel(int level) => _moving[level];

    public static RegistrationPair Prepare(Volume fixedVolume, Volume movingVolume, RegistrationOptions options, VolumePool? pool, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(fixedVolume);
        ArgumentNullException.ThrowIfNull(movingVolume);
        var threads = options.Threads == 0 ? Environment.ProcessorCount : options.Threads;
        bool fixedPet = fixedVolume.Kind() == ImageKind.Pet, movingPet = movingVolume.Kind() == ImageKind.Pet;
        var finest = fixedPet || movingPet ? FinestBesidePet : FinestSpacing;
        var fixedPyramid = IntensityPyramid.Build(fixedVolume, finest, fixedPet, threads, pool, cancellationToken);
        IntensityPyramid? movingPyramid = null;
        try
        {
            movingPyramid = IntensityPyramid.Build(movingVolume, finest, movingPet, threads, pool, cancellationToken);
            var pair = new RegistrationPair(fixedPyramid, movingPyramid, options) { Resolution = Math.Max(Coarsest(fixedVolume), Coarsest(movingVolume)) };
            pair.Look(cancellationToken);
            return pair;
        }
        catch
        {
            fixedPyramid.Dispose();
            movingPyramid?.Dispose();
            throw;
        }
    }

    /// <summary>A metric between the fixed and the moving level, from a fresh sample of the box.</summary>
    /// <param name="level">0 the coarsest.</param>
    /// <param name="samples">Points at most.</param>
    /// <param name="bins">Histogram bins; null takes <see cref="Bins"/>.</param>
    public MutualInformationMetric Metric(int level, int samples, int? bins = null)
    {
        var fixedLevel = _fixed[level];
        var box = Box.On(_fixed[MiddleLevel].Grid, fixedLevel.Grid, BoxMargin);
        var set = SampleSet.Draw(fixedLevel, box, Centre, FixedRange, bins ?? Bins, samples, Options.Seed + (uint)level);
        return new MutualInformationMetric(set, Centre, _moving[level], MovingRange, bins ?? Bins, Threads, Options.UseVectors);
    }

    public TransformSpace Space(TransformModel model, in Affine start) => new(model, start, Centre, Radius);

    /// <summary>Mean and greatest distance in mm between the images of the box's corners under two transforms.</summary>
    public (double Mean, double Greatest) CornerDistance(in Affine a, in Affine b)
    {
        double sum = 0, greatest = 0;
        foreach (var corner in Corners)
        {
            var distance = (a.Transform(corner) - b.Transform(corner)).Length;
            sum += distance;
            greatest = Math.Max(greatest, distance);
        }
        return (sum / Corners.Length, greatest);
    }

    public Outcome<RegistrationResult> Register(in Affine start, TransformModel model, CancellationToken cancellationToken) =>
        new LevelSearch(this, cancellationToken).FromNear(start, model);

    public Outcome<RegistrationResult> RegisterUnrelated(TransformModel model, CancellationToken cancellationToken) =>
        new LevelSearch(this, cancellationToken).FromUnrelated(model);

    public void Dispose()
    {
        _fixed.Dispose();
        _moving.Dispose();
    }

    private static double Coarsest(Volume volume) => Math.Max(volume.Spacing.X, Math.Max(volume.Spacing.Y, volume.Spacing.Z));

    private void Look(CancellationToken cancellationToken)
    {
        Volume f = _fixed[MiddleLevel], m = _moving[MiddleLevel];
        if (Range(f, m) is not { } fixedRange || Range(m, f) is not { } movingRange)
        {
            Refusal = new Refusal(ImagingReasons.ConstantImage, "One of both volumes holds a single value.");
            return;
        }
        (FixedRange, MovingRange) = (fixedRange, movingRange);
        Bins = Options.Bins ?? DefaultBins;
        FixedBody = Body(f, cancellationToken);
        Box = VoxelBox.Around(FixedBody);
        Corners = Box.Corners(f.Grid);
        Centre = Corners.Aggregate((a, b) => a + b) / Corners.Length;
        Radius = 0.6 * Math.Max(10, (Corners[7] - Corners[0]).Length / 2);
    }

    private static BodyMask Body(Volume level, CancellationToken cancellationToken = default) => BodyMask.Of(level, level.Unit switch
    {
        VoxelUnit.HounsfieldUnits => BodyMask.CtThreshold,
        VoxelUnit.SuvBodyWeight => BodyMask.SuvThreshold,
        _ when level.Kind() == ImageKind.Pet => UptakeShare * Percentile(Sorted(level), 0.99),
        _ => BodyMask.OtsuShare * ValueRange.OtsuThreshold(Known(level)),
    }, cancellationToken);

    /// <summary>The values that the bins of a level span; null where all are equal or none is known.</summary>
    private static ValueRange? Range(Volume level, Volume partner)
    {
        var sample = Sorted(level);
        if (sample.Length == 0 || !(sample[^1] > sample[0])) return null;
        if (level.Kind() == ImageKind.Ct) return new ValueRange(-1024, 1000);
        double low = level.Unit.IsSuv() ? 0 : Percentile(sample, 0.005), high = Percentile(sample, 0.997);
        // Beside a CT the hot organs place a PET better than its skin does, which breathes: the range reaches far above the percentile,
        // so that little of the histogram is left to low uptake. MR and PET of a limb need the low uptake.
        if (level.Kind() == ImageKind.Pet && partner.Kind() == ImageKind.Ct) high = Math.Min(sample[^1], low + HotRange * (high - low));
        // Few voxels may hold all there is (a hot spot on nothing): then the whole range counts.
        return high > low ? new ValueRange(low, high)
            : new ValueRange(sample[0], sample[^1]);
    }

    private static double Percentile(float[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static float[] Sorted(Volume level)
    {
        var sample = Known(level);
        Array.Sort(sample);
        return sample;
    }

    private static float[] Known(Volume level)
    {
        ReadOnlySpan<float> voxels = level.Voxels.Span;
        // Odd, so that the columns of a power of two are hit evenly.
        var stride = Math.Max(1, voxels.Length / RangeSamples) | 1;
        var sample = new List<float>(voxels.Length / stride + 1);
        for (var i = 0; i < voxels.Length; i += stride)
            if (!float.IsNaN(voxels[i])) sample.Add(voxels[i]);
        return [.. sample];
    }
}
