namespace PacsFusion.Imaging;

/// <summary>Limits and tolerances of reading a series. The defaults are those of the research notes on series traps.</summary>
public sealed record SeriesReaderOptions
{
    /// <summary>Fewest slices that make a volume. Default 3: with two a gap cannot be told from the step. Less than 2 counts as 2.</summary>
    public int MinimumSlices { get; init; } = 3;

    /// <summary>Most voxels of a volume; 4 bytes each. Default 2^29 (2 GiB).</summary>
    public long MaximumVoxels { get; init; } = 1L << 29;

    /// <summary>Files read and decoded at a time. Default 2.</summary>
    public int Threads { get; init; } = 2;

    /// <summary>Largest difference of a direction cosine between slices that are parallel, and of its length from 1. Default 1e-3 (0.06 degrees).</summary>
    public double OrientationTolerance { get; init; } = 1e-3;

    /// <summary>
    /// Largest distance of a slice's position from the fitted even line, as a share of the step. Default 0.1: bed joins of GE PET
    /// (3.19 mm in a stack of 3.27 mm) pass.
    /// </summary>
    public double PositionTolerance { get; init; } = 0.1;

    /// <summary>Slices closer than this along the normal lie at one position, mm. Default 0.01.</summary>
    public double SamePositionDistance { get; init; } = 0.01;

    /// <summary>
    /// Whether one slice that is missing inside a stack of at least four is filled in by the mean of its neighbours, with the warning
    /// <see cref="ImagingReasons.SliceInterpolated"/>. Default false: refused. More than one missing slice is always refused.
    /// </summary>
    public bool InterpolateMissingSlice { get; init; }

    /// <summary>
    /// Which volume to take where the series holds several at the same positions (time points, gates, echoes, b-values), from 1 in the order
    /// of <see cref="SeriesVolume.SubVolumes"/>. Null takes the first, of echoes and b-values the lowest, of phases of the heart cycle that
    /// nearest to 75 %, of the breathing cycle that nearest to 50 %, and of a dynamic PET the last.
    /// </summary>
    public int? SubVolume { get; init; }

    /// <summary>What PET uptake is normalised by. Default: body weight.</summary>
    public SuvKind SuvKind { get; init; }

    /// <summary>Codecs for compressed pixel data; each series gets a session of its own. Default: null, such series are refused.</summary>
    public PacsFusion.Dicom.IFrameCodecs? Codecs { get; init; }

    /// <summary>What is plausible for an SUV.</summary>
    public SuvLimits SuvLimits { get; init; } = SuvLimits.Default;
}
