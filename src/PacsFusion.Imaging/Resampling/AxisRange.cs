namespace PacsFusion.Imaging;

/// <summary>The moving indices along one axis that are known: half a voxel beyond the outer centres, and no more.</summary>
/// <param name="First">Lowest known index.</param>
/// <param name="Last">Highest known index.</param>
internal readonly record struct AxisRange(double First, double Last)
{
    /// <summary>The field of view ends with the voxel, half a step beyond its centre; values there are those of the outer centre.</summary>
    public const double Margin = 0.5;

    // Boundaries that are hit but for rounding belong to the volume.
    private const double Slack = 1e-6;

    /// <summary>The range of an axis with so many voxels.</summary>
    public static AxisRange Of(int length) => new(-Margin - Slack, length - 1 + Margin + Slack);

    /// <summary>The same range counted on a lattice that starts at an index and takes every so-manieth voxel.</summary>
    public AxisRange On(int start, int step) => new((First - start) / step, (Last - start) / step);

    public bool Contains(double index) => index >= First && index <= Last;

    /// <summary>Narrows [low, high) to those i for which start + slope * i lies in the range.</summary>
    public void Clip(double start, double slope, ref int low, ref int high)
    {
        if (slope == 0)
        {
            if (!Contains(start)) high = low;
            return;
        }
        double a = (First - start) / slope, b = (Last - start) / slope;
        if (a > b) (a, b) = (b, a);
        // Compared as doubles: far-off maps give numbers that no int holds.
        if (a > low) low = a >= high ? high : (int)Math.Ceiling(a);
        if (b < high - 1) high = b < low ? low : (int)Math.Floor(b) + 1;
        if (high < low) high = low;
    }
}

/// <summary>What of a moving volume is known along its three axes.</summary>
internal readonly record struct KnownBox(AxisRange X, AxisRange Y, AxisRange Z)
{
    public static KnownBox Of(VolumeGrid grid) => new(AxisRange.Of(grid.Columns), AxisRange.Of(grid.Rows), AxisRange.Of(grid.Slices));

    /// <summary>Whether every voxel centre of a grid falls inside: the box is convex, so its corners tell.</summary>
    public bool Holds(VolumeGrid grid, in Affine map)
    {
        for (var corner = 0; corner < 8; corner++)
        {
            var p = map.Transform(new Vector3d(
                (corner & 1) * (grid.Columns - 1), ((corner >> 1) & 1) * (grid.Rows - 1), (corner >> 2) * (grid.Slices - 1)));
            if (!(X.Contains(p.X) && Y.Contains(p.Y) && Z.Contains(p.Z))) return false;
        }
        return true;
    }
}
