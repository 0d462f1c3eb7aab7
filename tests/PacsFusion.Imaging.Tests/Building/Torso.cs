namespace PacsFusion.Imaging.Tests;

/// <summary>
/// A small trunk without any symmetry, seen by CT, PET and MR on grids of their own. The true transform between any two is the identity,
/// unless the patient is moved between the scans.
/// </summary>
internal static class Torso
{
    // Centre, half axes, HU, SUV, MR signal; later ones are painted over earlier ones.
    private static readonly (Vector3d Centre, Vector3d Half, double Hu, double Suv, double Mr)[] Organs =
    [
        (new(0, 0, 0), new(88, 62, 200), 30, 0.7, 300),
        (new(-40, -6, 52), new(28, 38, 44), -820, 0.3, 20),
        (new(38, -2, 58), new(25, 34, 38), -840, 0.3, 20),
        (new(14, -20, 36), new(20, 18, 20), 45, 2.6, 420),
        (new(-34, -10, -14), new(38, 34, 24), 62, 2.3, 520),
        (new(34, -18, -8), new(20, 16, 20), 10, 1.2, 180),
        (new(46, 18, -10), new(12, 18, 18), 56, 1.8, 380),
        (new(-30, 24, -44), new(12, 14, 20), 38, 4.5, 560),
        (new(32, 26, -36), new(12, 13, 22), 38, 4.5, 560),
        (new(2, 40, 0), new(11, 10, 200), 300, 1.4, 120),
        (new(-8, -22, -62), new(20, 16, 14), 6, 8, 760),
        (new(-18, 6, 62), new(6, 7, 7), 40, 6, 600),
    ];

    /// <summary>CT in HU, 2.4 x 2.6 x 3.4 mm.</summary>
    public static Volume Ct(int slices = 44) => Paint(Grid(84, 60, slices, new(2.4, 2.6, 3.4)), VoxelUnit.HounsfieldUnits, organ => organ.Hu, -1000, Affine.Identity, 11);

    /// <summary>PET as SUV, 4.1 x 4.4 x 3.9 mm, with the patient moved: a point of the CT lies at its image by <paramref name="moved"/>.</summary>
    public static Volume Pet(Affine? moved = null, uint seed = 5)
    {
        var volume = Paint(Grid(54, 40, 42, new(4.1, 4.4, 3.9)), VoxelUnit.SuvBodyWeight, organ => organ.Suv, 0, moved ?? Affine.Identity, seed);
        Smoothing.Apply(volume);
        return volume;
    }

    /// <summary>MR, 1.9 x 2.1 x 4.6 mm, tilted, with a field of view that misses the ends.</summary>
    public static Volume Mr(Affine? moved = null)
    {
        var grid = Grid(100, 72, 26, new(1.9, 2.1, 4.6));
        return Paint(grid with { VoxelToPatient = Affine.Rigid(0.1, 0, 0, Vector3d.Zero, new(2, -1, 3)).Multiply(grid.VoxelToPatient) }, VoxelUnit.Arbitrary, organ => organ.Mr, 0, moved ?? Affine.Identity, 3);
    }

    /// <summary>Corners of the trunk: where errors are measured, mm.</summary>
    public static double Error(in Affine found, in Affine truth)
    {
        var sum = 0.0;
        for (var n = 0; n < 8; n++)
        {
            var corner = new Vector3d((n & 1) == 0 ? -88 : 88, (n & 2) == 0 ? -62 : 62, (n & 4) == 0 ? -72 : 72);
            sum += (found.Transform(corner) - truth.Transform(corner)).Length / 8;
        }
        return sum;
    }

    /// <summary>The same voxels, mirrored along the first index.</summary>
    public static Volume Mirrored(Volume source)
    {
        var mirrored = new Volume(source.Grid, source.Unit);
        for (var start = 0; start < source.Voxels.Length; start += source.Columns)
        {
            var row = mirrored.Voxels.Span.Slice(start, source.Columns);
            source.Voxels.Span.Slice(start, source.Columns).CopyTo(row);
            row.Reverse();
        }
        return mirrored;
    }

    private static VolumeGrid Grid(int columns, int rows, int slices, Vector3d spacing) => Volumes.Grid(columns, rows, slices, spacing,
        new(-spacing.X * (columns - 1) / 2 + 0.7, -spacing.Y * (rows - 1) / 2 - 0.4, -spacing.Z * (slices - 1) / 2 + 0.9));

    private static Volume Paint(VolumeGrid grid, VoxelUnit unit, Func<(Vector3d Centre, Vector3d Half, double Hu, double Suv, double Mr), double> look, double air, Affine moved, uint seed)
    {
        var back = moved.Invert();
        var noise = new Random((int)seed);
        var contrast = unit == VoxelUnit.SuvBodyWeight ? 0.05 : 15;
        // Edges are graded over a few millimetres, as a voxel's share would be.
        return Volumes.Of(grid, p =>
        {
            var q = back.Transform(p);
            var value = air;
            foreach (var organ in Organs)
            {
                var r = new Vector3d((q.X - organ.Centre.X) / organ.Half.X, (q.Y - organ.Centre.Y) / organ.Half.Y, (q.Z - organ.Centre.Z) / organ.Half.Z).Length;
                var share = Math.Clamp((1 - r) * Math.Min(organ.Half.X, organ.Half.Y) / 3 + 0.5, 0, 1);
                value += share * (look(organ) - value);
            }
            return Math.Max(value + contrast * (noise.NextDouble() - 0.5), unit == VoxelUnit.HounsfieldUnits ? -1024 : 0);
        }, unit);
    }
}
