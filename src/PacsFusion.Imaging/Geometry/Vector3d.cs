namespace PacsFusion.Imaging;

/// <summary>
/// A point or a direction in three dimensions, in double precision. As a patient point: millimetres along the DICOM patient axes,
/// +X to the patient's left, +Y to the back, +Z to the head (LPS; PS3.3 C.7.6.2.1.1). As an index: column, row, slice, where a whole
/// number is the <em>centre</em> of a voxel.
/// </summary>
/// <param name="X">First coordinate.</param>
/// <param name="Y">Second coordinate.</param>
/// <param name="Z">Third coordinate.</param>
public readonly record struct Vector3d(double X, double Y, double Z)
{
    /// <summary>The null vector.</summary>
    public static Vector3d Zero => default;

    /// <summary>Euclidean length.</summary>
    public double Length => Math.Sqrt(Dot(this, this));

    /// <summary>False as soon as one coordinate is not a number or infinite.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);

    /// <summary>The same direction with length 1; a null vector stays null.</summary>
    public Vector3d Normalized()
    {
        var length = Length;
        return length > 0 ? this / length : this;
    }

    /// <summary>Scalar product.</summary>
    public static double Dot(Vector3d a, Vector3d b) => a.X * b.X + a.Y * b.Y + a.Z * b.Z;

    /// <summary>Vector product, right-handed.</summary>
    public static Vector3d Cross(Vector3d a, Vector3d b) =>
        new(a.Y * b.Z - a.Z * b.Y, a.Z * b.X - a.X * b.Z, a.X * b.Y - a.Y * b.X);

    /// <summary>Sum, coordinate by coordinate.</summary>
    public static Vector3d operator +(Vector3d a, Vector3d b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);

    /// <summary>Difference, coordinate by coordinate.</summary>
    public static Vector3d operator -(Vector3d a, Vector3d b) => new(a.X - b.X, a.Y - b.Y, a.Z - b.Z);

    /// <summary>The opposite vector.</summary>
    public static Vector3d operator -(Vector3d a) => new(-a.X, -a.Y, -a.Z);

    /// <summary>Scaled vector.</summary>
    public static Vector3d operator *(Vector3d a, double s) => new(a.X * s, a.Y * s, a.Z * s);

    /// <summary>Scaled vector.</summary>
    public static Vector3d operator *(double s, Vector3d a) => a * s;

    /// <summary>Vector divided by a number.</summary>
    public static Vector3d operator /(Vector3d a, double s) => new(a.X / s, a.Y / s, a.Z / s);
}
