namespace PacsFusion.Imaging;

/// <summary>How a value between voxel centres comes about.</summary>
public enum Interpolation
{
    /// <summary>Weighted mean of the 8 voxels around: never leaves their range. The default.</summary>
    Trilinear,

    /// <summary>The nearest voxel, ties upwards: for labels and masks. Never averages, also not where the fixed grid is coarser.</summary>
    Nearest,

    /// <summary>
    /// Cubic B-spline through the voxel values (prefiltered, mirrored at the borders): sharper than trilinear, may overshoot at edges.
    /// Needs one more buffer of the moving volume's size.
    /// </summary>
    CubicBSpline,
}
