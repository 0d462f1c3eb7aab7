namespace PacsFusion.Imaging.Tests;

/// <summary>Small volumes with known contents.</summary>
internal static class Volumes
{
    /// <summary>An axial grid, unless told otherwise with unequal spacings so that a swap shows.</summary>
    public static VolumeGrid Grid(int columns, int rows, int slices, Vector3d? spacing = null, Vector3d? origin = null)
    {
        var s = spacing ?? new Vector3d(1.5, 2.0, 3.0);
        return new VolumeGrid(columns, rows, slices, Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), s.Y, s.X, new(0, 0, s.Z), origin ?? new(-10, 7, 30)), "1.2.3");
    }

    /// <summary>A volume whose value is a function of the patient point of each voxel.</summary>
    public static Volume Of(VolumeGrid grid, Func<Vector3d, double> field, VoxelUnit unit = VoxelUnit.Arbitrary, bool withCoverage = false)
    {
        var volume = new Volume(grid, unit, withCoverage);
        var voxels = volume.Voxels.Span;
        var at = 0;
        for (var k = 0; k < grid.Slices; k++)
            for (var j = 0; j < grid.Rows; j++)
                for (var i = 0; i < grid.Columns; i++)
                    voxels[at++] = (float)field(grid.ToPatient(i, j, k));
        if (volume.Coverage is { } mask) mask.Span.Fill(1);
        return volume;
    }

    /// <summary>Seeded noise in [0, 1).</summary>
    public static Volume Noise(VolumeGrid grid, int seed, VoxelUnit unit = VoxelUnit.Arbitrary)
    {
        var random = new Random(seed);
        return Of(grid, _ => random.NextDouble(), unit);
    }

    /// <summary>A field without any symmetry: linear in each axis with a different slope.</summary>
    public static double Linear(Vector3d p) => 2 * p.X + 3 * p.Y + 5 * p.Z + 100;
}
