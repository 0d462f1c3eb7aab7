namespace PacsFusion.Imaging;

/// <summary>
/// What must be smoothed away before a grid coarser than the source samples it, axis by axis, since it would alias otherwise. A fixed
/// voxel that spans s moving voxels asks for a Gaussian whose full width at half maximum is sqrt(s^2 - 1) voxels: together with the
/// moving voxel's own width that makes the fixed voxel's width, and it begins smoothly where both are equal.
/// </summary>
/// <param name="X">Moving voxels that one fixed voxel spans along the moving columns.</param>
/// <param name="Y">The same along the rows.</param>
/// <param name="Z">The same along the slices.</param>
internal readonly record struct LowPass(double X, double Y, double Z)
{
    // Below it the Gaussian gives a neighbour less than 0.02 % of the weight.
    private const double Least = 1.15;

    private const double HalfWidthToSigma = 0.42466090014400953;

    public static LowPass Of(in Affine map, VolumeGrid moving)
    {
        return new LowPass(
            Span(map.M00, map.M01, map.M02, moving.Columns), Span(map.M10, map.M11, map.M12, moving.Rows), Span(map.M20, map.M21, map.M22, moving.Slices));

        static double Span(double a, double b, double c, int length) => Math.Min(length, Math.Sqrt(a * a + b * b + c * c));
    }

    /// <summary>True where the fixed grid is nowhere coarser.</summary>
    public bool IsNone => Sigma(X) == 0 && Sigma(Y) == 0 && Sigma(Z) == 0;

    /// <summary>Standard deviation in moving voxels for a span; 0 asks for no filter.</summary>
    public static double Sigma(double span) => span < Least ? 0 : HalfWidthToSigma * Math.Sqrt(span * span - 1);

    /// <summary>Samples of the Gaussian at whole voxels, summing to 1; a single 1 for sigma 0.</summary>
    public static double[] Kernel(double sigma)
    {
        var radius = (int)Math.Ceiling(3 * sigma);
        var kernel = new double[2 * radius + 1];
        for (var n = -radius; n <= radius; n++) kernel[n + radius] = n == 0 ? 1 : Math.Exp(-0.5 * (n / sigma) * (n / sigma));
        var sum = kernel.Sum();
        for (var n = 0; n < kernel.Length; n++) kernel[n] /= sum;
        return kernel;
    }
}

/// <summary>The voxels of one axis that are kept after smoothing: every <see cref="Step"/>-th from <see cref="Start"/>, centred on the axis.</summary>
internal readonly record struct AxisLattice(int Start, int Step, int Count)
{
    public static AxisLattice Of(double span, int length)
    {
        var step = LowPass.Sigma(span) == 0 ? 1 : Math.Max(1, (int)span);
        var count = (length - 1) / step + 1;
        return new AxisLattice((length - 1 - step * (count - 1)) / 2, step, count);
    }
}
