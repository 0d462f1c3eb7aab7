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

/// <summary>Fixed voxel index to moving voxel index.</summary>
internal readonly struct IndexMap
{
    /// <summary>Cross terms that move no voxel by more than this many voxels over the whole grid do not count.</summary>
    public const double SeparableTolerance = 0.01;

    /// <summary>Deviation in voxels, over the whole grid, up to which two grids are one: far below any header's precision.</summary>
    public const double IdentityTolerance = 1e-5;

    // Three directions that span less than this share of the box they could span lie in one plane.
    private const double Flat = 1e-9;

    private IndexMap(Affine map, IndexMapKind kind)
    {
        Map = map;
        Kind = kind;
    }

    public Affine Map { get; }

    public IndexMapKind Kind { get; }

    /// <exception cref="ResamplingException">One of the three maps is singular or not finite.</exception>
    public static IndexMap Between(VolumeGrid fixedGrid, VolumeGrid movingGrid, in Affine fixedToMoving)
    {
        RequireRegular(movingGrid.VoxelToPatient, "moving grid");
        RequireRegular(fixedGrid.VoxelToPatient, "fixed grid");
        RequireRegular(fixedToMoving, "map between the frames");
        var map = movingGrid.VoxelToPatient.Invert().Multiply(fixedToMoving.Multiply(fixedGrid.VoxelToPatient));
        return new IndexMap(map, Classify(map, fixedGrid, movingGrid));
    }

    private static void RequireRegular(in Affine map, string what)
    {
        double box = map.ColumnX.Length * map.ColumnY.Length * map.ColumnZ.Length, determinant = Math.Abs(map.Determinant);
        if (!map.Origin.IsFinite || !double.IsFinite(box) || !(determinant > box * Flat))
            throw new ResamplingException(ResamplingFault.SingularMap, $"The {what} is singular or not finite.");
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
}
