namespace PacsFusion.Imaging.Tests;

/// <summary>What the resampling tests share: odd grids, a plain reference in double precision, and comparisons that name the first voxel.</summary>
internal static class Sampling
{
    /// <summary>A turn about all three axes and a shift: no axis stays, none is parallel to another's.</summary>
    public static readonly Affine Tilt = Affine.Rigid(0.10, -0.07, 0.21, new(0, 20, 60), new(2, -3, 4));

    /// <summary>Oblique with a gantry tilt (the slice step leans), unequal spacings and a left-handed order of axes.</summary>
    public static VolumeGrid Sheared(int columns, int rows, int slices, double scale = 1)
    {
        var turn = Affine.Rigid(0.3, -0.2, 0.4, Vector3d.Zero, Vector3d.Zero);
        Vector3d x = turn.Transform(new(-1.4 * scale, 0, 0)), y = turn.Transform(new(0, 1.9 * scale, 0)), z = turn.Transform(new(0.2, 0.7, 2.6 * scale));
        var half = x * ((columns - 1) / 2.0) + y * ((rows - 1) / 2.0) + z * ((slices - 1) / 2.0);
        return new VolumeGrid(columns, rows, slices, Affine.FromColumns(x, y, z, new Vector3d(0, 20, 60) - half), "1.2.3");
    }

    /// <summary>The first voxel that is wrong, or null.</summary>
    public static string? Where(Volume volume, Func<Vector3d, float, bool> isWrong)
    {
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                    if (isWrong(volume.Grid.ToPatient(i, j, k), volume[i, j, k])) return $"({i}, {j}, {k}) is {volume[i, j, k]}";
        return null;
    }

    /// <summary>Moving index of a fixed patient point.</summary>
    public static Vector3d IndexIn(Volume moving, in Affine fixedToMoving, Vector3d patient) => moving.Grid.ToVoxel(fixedToMoving.Transform(patient));

    /// <summary>How far an index lies inside the outer voxel centres, in voxels; negative outside.</summary>
    public static double Depth(VolumeGrid grid, Vector3d index) => Math.Min(
        Math.Min(Math.Min(index.X, grid.Columns - 1 - index.X), Math.Min(index.Y, grid.Rows - 1 - index.Y)),
        Math.Min(index.Z, grid.Slices - 1 - index.Z));

    /// <summary>Trilinear interpolation as the textbook has it, with the mask's weights; share is -1 outside.</summary>
    public static (double Value, double Share) Trilinear(Volume moving, Vector3d at)
    {
        if (Depth(moving.Grid, at) < -0.5) return (0, -1);
        double value = 0, share = 0;
        double x = Math.Clamp(at.X, 0, moving.Columns - 1), y = Math.Clamp(at.Y, 0, moving.Rows - 1), z = Math.Clamp(at.Z, 0, moving.Slices - 1);
        for (var corner = 0; corner < 8; corner++)
        {
            int i = (int)x + (corner & 1), j = (int)y + ((corner >> 1) & 1), k = (int)z + (corner >> 2);
            var weight = (1 - Math.Abs(x - i)) * (1 - Math.Abs(y - j)) * (1 - Math.Abs(z - k));
            if (weight <= 0 || !moving.IsCovered(i, j, k)) continue;
            value += weight * moving[i, j, k];
            share += weight;
        }
        return (value / share, share);
    }

    /// <summary>Centre of gravity of the values, in patient millimetres.</summary>
    public static Vector3d Centroid(Volume volume)
    {
        double sum = 0;
        var moment = Vector3d.Zero;
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                {
                    sum += volume[i, j, k];
                    moment += volume.Grid.ToPatient(i, j, k) * volume[i, j, k];
                }
        return moment / sum;
    }

    /// <summary>A volume with a mask of holes and a placeholder in them.</summary>
    public static Volume Holed(VolumeGrid grid, Func<Vector3d, double> field, float placeholder, VoxelUnit unit = VoxelUnit.Arbitrary)
    {
        var volume = Volumes.Of(grid, field, unit, withCoverage: true);
        var random = new Random(77);
        for (var n = 0; n < volume.Voxels.Length; n++)
        {
            var (i, j) = (n % grid.Columns, n / grid.Columns % grid.Rows);
            // A border, a whole slab and single holes.
            if (i >= 3 && j != 1 && n / grid.SliceLength != 2 && random.NextDouble() > 0.1) continue;
            volume.Coverage!.Value.Span[n] = 0;
            volume.Voxels.Span[n] = placeholder;
        }
        return volume;
    }

    /// <summary>Byte for byte, so that NaN and signed zeros count too.</summary>
    public static void SameBits(Volume a, Volume b)
    {
        Assert.True(System.Runtime.InteropServices.MemoryMarshal.AsBytes(a.Voxels.Span).SequenceEqual(System.Runtime.InteropServices.MemoryMarshal.AsBytes(b.Voxels.Span)), "values differ");
        Assert.Equal(a.Coverage is null, b.Coverage is null);
        if (a.Coverage is { } mask) Assert.True(mask.Span.SequenceEqual(b.Coverage!.Value.Span), "coverage differs");
    }
}
