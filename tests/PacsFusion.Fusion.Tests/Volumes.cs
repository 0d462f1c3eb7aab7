using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

/// <summary>Volumes from a formula.</summary>
internal static class Volumes
{
    public static Volume Of(VoxelUnit unit, int columns, int rows, int slices, Func<int, int, int, float> value,
        Func<int, int, int, bool>? covered = null, double spacing = 1, double step = 3, double origin = 0)
    {
        var map = Affine.FromPlane(new Vector3d(1, 0, 0), new Vector3d(0, 1, 0), spacing, spacing, new Vector3d(0, 0, step), new Vector3d(origin, 0, 0));
        var volume = new Volume(new VolumeGrid(columns, rows, slices, map, "1.2.3"), unit, withCoverage: covered is not null);
        var i = 0;
        for (var z = 0; z < slices; z++)
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < columns; x++, i++)
                {
                    volume.Voxels.Span[i] = value(x, y, z);
                    if (covered is not null) volume.Coverage!.Value.Span[i] = covered(x, y, z) ? (byte)1 : (byte)0;
                }
        return volume;
    }
}
