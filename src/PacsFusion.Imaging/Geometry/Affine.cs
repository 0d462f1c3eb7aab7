namespace PacsFusion.Imaging;

/// <summary>
/// An affine map of three-dimensional points in double precision: y = L x + t. Used for voxel index (column, row, slice) to patient
/// millimetres (LPS), and for patient to patient maps, which always run from the fixed to the moving frame.
/// The element M<em>rc</em> stands in row r, column c of the 3x4 matrix [L | t].
/// </summary>
/// <param name="M00">Row 0, column 0.</param>
/// <param name="M01">Row 0, column 1.</param>
/// <param name="M02">Row 0, column 2.</param>
/// <param name="M03">Row 0, translation.</param>
/// <param name="M10">Row 1, column 0.</param>
/// <param name="M11">Row 1, column 1.</param>
/// <param name="M12">Row 1, column 2.</param>
/// <param name="M13">Row 1, translation.</param>
/// <param name="M20">Row 2, column 0.</param>
/// <param name="M21">Row 2, column 1.</param>
/// <param name="M22">Row 2, column 2.</param>
/// <param name="M23">Row 2, translation.</param>
public readonly record struct Affine(
    double M00, double M01, double M02, double M03,
    double M10, double M11, double M12, double M13,
    double M20, double M21, double M22, double M23)
{
    /// <summary>The map that changes nothing.</summary>
    public static Affine Identity { get; } = new(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0);

    /// <summary>The map whose columns are the images of the three unit vectors, and whose translation is the image of the origin.</summary>
    public static Affine FromColumns(Vector3d x, Vector3d y, Vector3d z, Vector3d origin) => new(
        x.X, y.X, z.X, origin.X,
        x.Y, y.Y, z.Y, origin.Y,
        x.Z, y.Z, z.Z, origin.Z);

    /// <summary>
    /// Voxel index to patient point of an image plane stack (PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1).
    /// </summary>
    /// <param name="row">Direction of increasing column index: the first three values of Image Orientation (Patient).</param>
    /// <param name="column">Direction of increasing row index: the last three values.</param>
    /// <param name="rowSpacing">Pixel Spacing value 1 in mm: distance between rows, along <paramref name="column"/>.</param>
    /// <param name="columnSpacing">Pixel Spacing value 2 in mm: distance between columns, along <paramref name="row"/>.</param>
    /// <param name="step">From one slice to the next, in mm; need not be perpendicular to the plane (gantry tilt).</param>
    /// <param name="origin">Image Position (Patient) of the first slice: the centre of its first voxel.</param>
    public static Affine FromPlane(Vector3d row, Vector3d column, double rowSpacing, double columnSpacing, Vector3d step, Vector3d origin) =>
        FromColumns(row * columnSpacing, column * rowSpacing, step, origin);

    /// <summary>A pure shift.</summary>
    public static Affine Translation(Vector3d by) => Identity with { M03 = by.X, M13 = by.Y, M23 = by.Z };

    /// <summary>
    /// A rotation about a point followed by a shift: y = R (x - centre) + centre + shift, with R = Rz Ry Rx.
    /// </summary>
    /// <param name="radiansX">Angle about the first axis, in radians.</param>
    /// <param name="radiansY">Angle about the second axis, in radians.</param>
    /// <param name="radiansZ">Angle about the third axis, in radians.</param>
    /// <param name="centre">The point that the rotation keeps, in mm.</param>
    /// <param name="shift">Shift after the rotation, in mm.</param>
    public static Affine Rigid(double radiansX, double radiansY, double radiansZ, Vector3d centre, Vector3d shift)
    {
        var (sx, cx) = Math.SinCos(radiansX);
        var (sy, cy) = Math.SinCos(radiansY);
        var (sz, cz) = Math.SinCos(radiansZ);
        var rotation = new Affine(
            cz * cy, cz * sy * sx - sz * cx, cz * sy * cx + sz * sx, 0,
            sz * cy, sz * sy * sx + cz * cx, sz * sy * cx - cz * sx, 0,
            -sy, cy * sx, cy * cx, 0);
        var t = centre + shift - rotation.Transform(centre);
        return rotation with { M03 = t.X, M13 = t.Y, M23 = t.Z };
    }

    /// <summary>The image of the first unit vector; for a voxel map: one column further, in mm.</summary>
    public Vector3d ColumnX => new(M00, M10, M20);

    /// <summary>The image of the second unit vector; for a voxel map: one row further, in mm.</summary>
    public Vector3d ColumnY => new(M01, M11, M21);

    /// <summary>The image of the third unit vector; for a voxel map: one slice further, in mm.</summary>
    public Vector3d ColumnZ => new(M02, M12, M22);

    /// <summary>The image of the origin; for a voxel map: the centre of the first voxel, in mm.</summary>
    public Vector3d Origin => new(M03, M13, M23);

    /// <summary>Determinant of the linear part; its magnitude is the volume of a voxel in mm3.</summary>
    public double Determinant => Vector3d.Dot(Vector3d.Cross(ColumnX, ColumnY), ColumnZ);

    /// <summary>The image of a point.</summary>
    public Vector3d Transform(Vector3d p) => new(
        M00 * p.X + M01 * p.Y + M02 * p.Z + M03,
        M10 * p.X + M11 * p.Y + M12 * p.Z + M13,
        M20 * p.X + M21 * p.Y + M22 * p.Z + M23);

    /// <summary>The map that applies <paramref name="first"/> and then this one.</summary>
    public Affine Multiply(in Affine first) => FromColumns(
        Linear(first.ColumnX), Linear(first.ColumnY), Linear(first.ColumnZ), Transform(first.Origin));

    /// <summary>The inverse map.</summary>
    /// <exception cref="InvalidOperationException">The linear part is singular.</exception>
    public Affine Invert()
    {
        Vector3d x = ColumnX, y = ColumnY, z = ColumnZ;
        var determinant = Determinant;
        if (!double.IsFinite(determinant) || Math.Abs(determinant) <= double.Epsilon)
            throw new InvalidOperationException("The affine map is singular; it has no inverse.");
        Vector3d r0 = Vector3d.Cross(y, z) / determinant, r1 = Vector3d.Cross(z, x) / determinant, r2 = Vector3d.Cross(x, y) / determinant;
        var origin = Origin;
        return new Affine(
            r0.X, r0.Y, r0.Z, -Vector3d.Dot(r0, origin),
            r1.X, r1.Y, r1.Z, -Vector3d.Dot(r1, origin),
            r2.X, r2.Y, r2.Z, -Vector3d.Dot(r2, origin));
    }

    /// <summary>The 4x4 matrix by rows, 16 numbers, last row 0 0 0 1 (the form of Frame of Reference Transformation Matrix).</summary>
    public double[] ToRowMajor16() =>
        [M00, M01, M02, M03, M10, M11, M12, M13, M20, M21, M22, M23, 0, 0, 0, 1];

    /// <summary>Reads <see cref="ToRowMajor16"/> back.</summary>
    /// <exception cref="ArgumentException">Not 16 finite numbers, or the last row is not 0 0 0 1.</exception>
    public static Affine FromRowMajor16(ReadOnlySpan<double> m)
    {
        if (m.Length != 16 || m[12] != 0 || m[13] != 0 || m[14] != 0 || m[15] != 1)
            throw new ArgumentException("An affine matrix has 16 numbers and the last row 0 0 0 1.", nameof(m));
        foreach (var value in m)
            if (!double.IsFinite(value)) throw new ArgumentException("An affine matrix has finite numbers only.", nameof(m));
        return new Affine(m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8], m[9], m[10], m[11]);
    }

    private Vector3d Linear(Vector3d v) => new(
        M00 * v.X + M01 * v.Y + M02 * v.Z,
        M10 * v.X + M11 * v.Y + M12 * v.Z,
        M20 * v.X + M21 * v.Y + M22 * v.Z);
}
