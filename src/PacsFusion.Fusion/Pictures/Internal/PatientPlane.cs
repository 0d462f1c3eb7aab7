using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>The three views of radiology: seen from the feet, from the front and from the left.</summary>
internal enum PatientView
{
    Axial,
    Coronal,
    Sagittal,
}

/// <summary>
/// Square pixels of one plane of a grid: the plane of voxels that comes nearest to a view, turned as that view is hung (patient's right, or
/// front, to the left; head or front on top). Unequal spacing and shear are made good, since pixels are places in millimetres.
/// </summary>
internal sealed class PatientPlane
{
    private readonly Vector3d _start, _across, _down;

    private PatientPlane(int columns, int rows, double pixel, Vector3d start, Vector3d across, Vector3d down, Vector3d right, Vector3d bottom)
    {
        (Columns, Rows, PixelMillimetres, _start, _across, _down) = (columns, rows, pixel, start, across, down);
        (Left, Right, Top, Bottom) = (Letters(-right), Letters(right), Letters(-bottom), Letters(bottom));
    }

    /// <summary>Pixels across.</summary>
    public int Columns { get; }

    /// <summary>Pixels down.</summary>
    public int Rows { get; }

    /// <summary>Side of a pixel in mm.</summary>
    public double PixelMillimetres { get; }

    /// <summary>Where the edges lie in the patient: letters R, L, A, P, H, F, the strongest first (PS3.3 C.7.6.1.1.1).</summary>
    public string Left { get; }

    public string Right { get; }

    public string Top { get; }

    public string Bottom { get; }

    /// <summary>Voxel index (column, row, slice) of the centre of a pixel.</summary>
    public Vector3d Index(int column, int row) => _start + _across * column + _down * row;

    /// <summary>The plane through a voxel, its longer side so many pixels.</summary>
    public static PatientPlane Of(VolumeGrid grid, PatientView view, Vector3d through, int longest)
    {
        var (x, y, z) = Axes(grid);
        var (across, down, normal) = view switch
        {
            PatientView.Axial => (x, y, z),
            PatientView.Coronal => (x, -z, y),
            _ => (y, -z, x),
        };
        Vector3d a = Direction(grid, across), d = Direction(grid, down);
        var right = a.Normalized();
        var lean = Vector3d.Dot(d, right);
        var upright = d - right * lean;
        double width = a.Length, height = upright.Length;

        // Corners of the voxels in mm from the centre of the first one: along the row, and down at a right angle to it.
        double lastA = Length(grid, across) - 0.5, lastD = Length(grid, down) - 0.5;
        double firstS = -0.5 * width + Math.Min(-0.5 * lean, lastD * lean), lastS = lastA * width + Math.Max(-0.5 * lean, lastD * lean);
        double firstT = -0.5 * height, lastT = lastD * height;
        // Very small grids are not blown up beyond 16 pixels a voxel.
        var pixel = Math.Max(Math.Max(lastS - firstS, lastT - firstT) / longest, Math.Min(width, height) / 16);
        int columns = Pixels((lastS - firstS) / pixel), rows = Pixels((lastT - firstT) / pixel);

        Vector3d perS = Unit(across) / width, perT = (Unit(down) - Unit(across) * (lean / width)) / height;
        var start = Origin(grid, across) + Origin(grid, down) + Unit(normal) * Vector3d.Dot(Unit(normal), through)
            + perS * (firstS + pixel / 2) + perT * (firstT + pixel / 2);
        return new PatientPlane(columns, rows, pixel, start, perS * pixel, perT * pixel, right, upright.Normalized());
    }

    private static int Pixels(double size) => Math.Max(1, (int)Math.Round(size));

    // Axes are 1, 2, 3 for column, row and slice index, negative where they run against the patient axis.
    private static (int X, int Y, int Z) Axes(VolumeGrid grid)
    {
        Vector3d[] directions = [grid.VoxelToPatient.ColumnX.Normalized(), grid.VoxelToPatient.ColumnY.Normalized(), grid.VoxelToPatient.ColumnZ.Normalized()];
        (int X, int Y, int Z)[] orders = [(1, 2, 3), (1, 3, 2), (2, 1, 3), (2, 3, 1), (3, 1, 2), (3, 2, 1)];
        var best = orders.MaxBy(o => Math.Abs(directions[o.X - 1].X) + Math.Abs(directions[o.Y - 1].Y) + Math.Abs(directions[o.Z - 1].Z));
        return (directions[best.X - 1].X < 0 ? -best.X : best.X, directions[best.Y - 1].Y < 0 ? -best.Y : best.Y, directions[best.Z - 1].Z < 0 ? -best.Z : best.Z);
    }

    private static Vector3d Direction(VolumeGrid grid, int axis) => Math.Sign(axis) * (Math.Abs(axis) switch
    {
        1 => grid.VoxelToPatient.ColumnX,
        2 => grid.VoxelToPatient.ColumnY,
        _ => grid.VoxelToPatient.ColumnZ,
    });

    private static int Length(VolumeGrid grid, int axis) => Math.Abs(axis) switch { 1 => grid.Columns, 2 => grid.Rows, _ => grid.Slices };

    private static Vector3d Unit(int axis) => Math.Abs(axis) switch
    {
        1 => new Vector3d(Math.Sign(axis), 0, 0),
        2 => new Vector3d(0, Math.Sign(axis), 0),
        _ => new Vector3d(0, 0, Math.Sign(axis)),
    };

    /// <summary>The first voxel along an axis: the last index where the axis runs backwards.</summary>
    private static Vector3d Origin(VolumeGrid grid, int axis) => axis > 0 ? Vector3d.Zero : Unit(-axis) * (Length(grid, axis) - 1);

    private static string Letters(Vector3d direction)
    {
        // Below 0.2 (12 degrees) a component is a tilt, not a direction.
        (double Size, char Letter)[] parts =
        [
            (Math.Abs(direction.X), direction.X > 0 ? 'L' : 'R'), (Math.Abs(direction.Y), direction.Y > 0 ? 'P' : 'A'), (Math.Abs(direction.Z), direction.Z > 0 ? 'H' : 'F'),
        ];
        return string.Concat(parts.Where(p => p.Size > 0.2).OrderByDescending(p => p.Size).Select(p => p.Letter));
    }
}
