namespace PacsFusion.Imaging;

/// <summary>Where the voxels of a volume lie: size, voxel to patient map and frame of reference, without values.</summary>
/// <param name="Columns">Voxels along a row (first index), at least 1.</param>
/// <param name="Rows">Voxels along a column (second index), at least 1.</param>
/// <param name="Slices">Number of slices (third index), at least 1.</param>
/// <param name="VoxelToPatient">Index (column, row, slice) to patient millimetres, LPS; whole indices are voxel centres.</param>
/// <param name="FrameOfReferenceUid">Frame of Reference UID (0020,0052); null where absent: then it equals no other, not even null.</param>
public sealed record VolumeGrid(int Columns, int Rows, int Slices, Affine VoxelToPatient, string? FrameOfReferenceUid)
{
    /// <summary>Number of voxels in one slice.</summary>
    public int SliceLength => Columns * Rows;

    /// <summary>Number of voxels.</summary>
    public long VoxelCount => (long)Columns * Rows * Slices;

    /// <summary>Distance in mm between voxel centres along column, row and slice index (length of each column of the map).</summary>
    public Vector3d Spacing => new(VoxelToPatient.ColumnX.Length, VoxelToPatient.ColumnY.Length, VoxelToPatient.ColumnZ.Length);

    /// <summary>Patient point in mm of a (fractional) voxel index.</summary>
    public Vector3d ToPatient(double column, double row, double slice) => VoxelToPatient.Transform(new Vector3d(column, row, slice));

    /// <summary>Fractional voxel index of a patient point.</summary>
    public Vector3d ToVoxel(Vector3d patient) => VoxelToPatient.Invert().Transform(patient);

    /// <summary>True where both sides name the same frame of reference. That is a claim of the header, not a proof of alignment.</summary>
    public bool ClaimsSameFrameAs(VolumeGrid other) =>
        FrameOfReferenceUid is { Length: > 0 } own && string.Equals(own, other.FrameOfReferenceUid, StringComparison.Ordinal);

    /// <summary>
    /// The grid with its in-plane size divided by a whole number: each new voxel stands for a block of the old ones, and the origin
    /// moves by (factor - 1) / 2 voxels, since positions are voxel centres. Rows and columns that do not fill a block are dropped.
    /// </summary>
    /// <param name="x">Factor along the columns, at least 1.</param>
    /// <param name="y">Factor along the rows, at least 1.</param>
    /// <param name="z">Factor along the slices, at least 1.</param>
    public VolumeGrid Coarsen(int x, int y, int z)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(x, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(y, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(z, 1);
        var map = VoxelToPatient;
        return this with
        {
            Columns = Math.Max(1, Columns / x),
            Rows = Math.Max(1, Rows / y),
            Slices = Math.Max(1, Slices / z),
            VoxelToPatient = Affine.FromColumns(map.ColumnX * x, map.ColumnY * y, map.ColumnZ * z,
                map.Transform(new Vector3d((x - 1) / 2.0, (y - 1) / 2.0, (z - 1) / 2.0))),
        };
    }
}
