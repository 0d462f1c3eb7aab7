namespace PacsFusion.Imaging;

/// <summary>The patient's body in a volume: the largest part, connected by voxel faces, of the voxels above a threshold.</summary>
public sealed class BodyMask
{
    /// <summary>Threshold for CT, HU: above air and clothes, below fat and lung walls.</summary>
    public const float CtThreshold = -300;

    /// <summary>Threshold for PET as SUV: background uptake of the body.</summary>
    public const float SuvThreshold = 0.15f;

    /// <summary>Share of the Otsu threshold that still counts as body where values have no unit (MR, NM).</summary>
    public const double OtsuShare = 0.4;

    private readonly byte[] _inside;

    private BodyMask(VolumeGrid grid, byte[] inside, long count, double threshold)
    {
        Grid = grid;
        _inside = inside;
        VoxelCount = count;
        Threshold = threshold;
    }

    /// <summary>The grid of the volume that the mask was made of.</summary>
    public VolumeGrid Grid { get; }

    /// <summary>1 inside, 0 outside, in the order of <see cref="Volume.Voxels"/>.</summary>
    public ReadOnlyMemory<byte> Inside => _inside;

    /// <summary>Voxels inside.</summary>
    public long VoxelCount { get; }

    /// <summary>Share of the grid that lies inside, 0 to 1.</summary>
    public double Share => (double)VoxelCount / Grid.VoxelCount;

    /// <summary>The threshold that was used, in the volume's unit; values must be greater.</summary>
    public double Threshold { get; }

    /// <summary>The mask with the threshold that suits the volume's unit. Voxels that are not covered lie outside.</summary>
    /// <param name="volume">CT in HU, PET as SUV, or any other: then a threshold is taken from the histogram.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    public static BodyMask Of(Volume volume, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(volume);
        return Of(volume, volume.Unit switch
        {
            VoxelUnit.HounsfieldUnits => CtThreshold,
            VoxelUnit.SuvBodyWeight => SuvThreshold,
            _ => OtsuShare * ValueRange.OtsuThreshold(volume),
        }, cancellationToken);
    }

    /// <summary>The mask of the voxels greater than a threshold. Voxels that are not covered lie outside.</summary>
    /// <param name="volume">Any volume.</param>
    /// <param name="threshold">In the volume's unit.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    public static BodyMask Of(Volume volume, double threshold, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(volume);
        var runs = new RunComponents(volume.Columns, volume.Rows, volume.Slices);
        var limit = (float)threshold;
        for (var slice = 0; slice < volume.Slices; slice++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<float> values = volume.Slice(slice);
            ReadOnlySpan<byte> coverage = volume.CoverageSlice(slice);
            for (var row = 0; row < volume.Rows; row++)
                runs.AddRow(
                    values.Slice(row * volume.Columns, volume.Columns),
                    coverage.IsEmpty ? [] : coverage.Slice(row * volume.Columns, volume.Columns), limit);
        }
        var inside = new byte[volume.Grid.VoxelCount];
        var count = runs.PaintLargest(inside);
        return new BodyMask(volume.Grid, inside, count, threshold);
    }
}
