namespace PacsFusion.Imaging;

/// <summary>From where on a series is not fit for fusion. The defaults refuse what would make a fused picture wrong or senseless.</summary>
public sealed record FitnessLimits
{
    /// <summary>The defaults.</summary>
    public static FitnessLimits Default { get; } = new();

    /// <summary>Fewest slices. Default 3.</summary>
    public int MinimumSlices { get; init; } = 3;

    /// <summary>Fewest columns and rows. Default 32.</summary>
    public int MinimumSize { get; init; } = 32;

    /// <summary>Greatest distance of slices, and greatest pixel spacing, mm. Default 12.</summary>
    public double MaximumVoxelSize { get; init; } = 12;

    /// <summary>Lossy compression above this ratio is told, for CT and MR. Default 10.</summary>
    public double WarnLossyRatio { get; init; } = 10;

    /// <summary>Lossy compression above this ratio is refused. Default 20.</summary>
    public double MaximumLossyRatio { get; init; } = 20;

    /// <summary>Whether text that is part of the pixels is only told. Default false: refused for CT, MR, PET and NM. US is told in any case.</summary>
    public bool AllowBurnedInAnnotation { get; init; }

    /// <summary>Least share of voxels that say something. Default 0.05.</summary>
    public double MinimumCoveredShare { get; init; } = 0.05;
}
