namespace PacsFusion.Imaging;

/// <summary>What the map from fixed to moving voxel index allows.</summary>
internal enum IndexMapKind
{
    /// <summary>Both grids are the same: copy.</summary>
    Identity,

    /// <summary>Each moving index depends on one fixed index only, in the same order of axes.</summary>
    Separable,

    /// <summary>Anything else.</summary>
    General,
}

/// <summary>Fixed voxel index to moving voxel index, and which rows and columns of it fall inside the moving volume.</summary>
internal readonly struct IndexMap
{
    /// <summary>Cross terms that move no voxel by more than this many voxels over the whole grid do not count.</summary>
    public const double SeparableTolerance = 0.01;

    /// <summary>Deviation in voxels, over the whole grid, up to which two grids are one: far below any header's precision.</summary>
    public const double IdentityTolerance = 1e-5;

    /// <summary>The field of view ends with the voxel, half a step beyond its centre; values there are those of the outer centre.</summary>
    public const double Margin = 0.5;

    // Boundaries that are hit but for rounding belong to the volume.
    private const double Slack = 1e-6;

    private IndexMap(Affine map, IndexMapKind kind)
    {
        Map = map;
        Kind = kind;
    }

    public Affine Map { get; }

    public IndexMapKind Kind { get; }

    public static IndexMap Between(VolumeGrid fixedGrid, VolumeGrid movingGrid, in Affine fixedToMoving)
    {
        var map = movingGrid.VoxelToPatient.Invert().Multiply(fixedToMoving.Multiply(fixedGrid.VoxelToPatient));
        return new IndexMap(map, Classify(map, fixedGrid, movingGrid));
    }

    private static IndexMapKind Classify(in Affine m, VolumeGrid fixedGrid, VolumeGrid movingGrid)
    {
        double i = fixedGrid.Columns - 1, j = fixedGrid.Rows - 1, k = fixedGrid.Slices - 1;
        double crossX = Math.Abs(m.M01) * j + Math.Abs(m.M02) * k,
            crossY = Math.Abs(m.M10) * i + Math.Abs(m.M12) * k,
            crossZ = Math.Abs(m.M20) * i + Math.Abs(m.M21) * j;
        var cross = Math.Max(crossX, Math.Max(crossY, crossZ));
        var sameSize = fixedGrid.Columns == movingGrid.Columns && fixedGrid.Rows == movingGrid.Rows && fixedGrid.Slices == movingGrid.Slices;
        var drift = Math.Max(
            Math.Max(Math.Abs(m.M00 - 1) * i + Math.Abs(m.M03), Math.Abs(m.M11 - 1) * j + Math.Abs(m.M13)),
            Math.Abs(m.M22 - 1) * k + Math.Abs(m.M23));
        if (sameSize && cross + drift < IdentityTolerance) return IndexMapKind.Identity;
        return cross < SeparableTolerance ? IndexMapKind.Separable : IndexMapKind.General;
    }

    /// <summary>
    /// The half-open range of i within [low, high) for which base + slope * i lies in [-0.5, length - 0.5].
    /// </summary>
    public static void Clip(double start, double slope, int length, ref int low, ref int high)
    {
        double first = -Margin - Slack, last = length - 1 + Margin + Slack;
        if (slope == 0)
        {
            if (!(start >= first && start <= last)) high = low;
            return;
        }
        double a = (first - start) / slope, b = (last - start) / slope;
        if (a > b) (a, b) = (b, a);
        // Compared as doubles: far-off maps give numbers that no int holds.
        if (a > low) low = a >= high ? high : (int)Math.Ceiling(a);
        if (b < high - 1) high = b < low ? low : (int)Math.Floor(b) + 1;
        if (high < low) high = low;
    }
}
