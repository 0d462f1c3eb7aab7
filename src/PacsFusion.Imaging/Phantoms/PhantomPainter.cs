namespace PacsFusion.Imaging;

/// <summary>Paints the anatomy in one contrast onto a grid.</summary>
internal static class PhantomPainter
{
    /// <summary>
    /// Mean over a few points of each voxel, so that a coarse voxel on an edge is neither one side nor the other.
    /// </summary>
    /// <param name="grid">Where.</param>
    /// <param name="contrast">Which value of the tissue.</param>
    /// <param name="shift">How far the patient has moved from where the anatomy stands, mm.</param>
    /// <param name="samples">Points along each axis of a voxel.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    /// <returns>Values in voxel order.</returns>
    public static float[] Paint(VolumeGrid grid, Func<Tissue, float> contrast, Vector3d shift, int samples, CancellationToken cancellationToken)
    {
        var values = new float[grid.VoxelCount];
        Parallel.For(0, grid.Slices, new ParallelOptions { CancellationToken = cancellationToken }, k =>
        {
            for (var j = 0; j < grid.Rows; j++)
                for (var i = 0; i < grid.Columns; i++)
                {
                    var sum = 0f;
                    for (var c = 0; c < samples; c++)
                        for (var b = 0; b < samples; b++)
                            for (var a = 0; a < samples; a++)
                                sum += contrast(PhantomAnatomy.At(grid.ToPatient(i + Offset(a), j + Offset(b), k + Offset(c)) - shift));
                    values[(k * grid.Rows + j) * grid.Columns + i] = sum / (samples * samples * samples);
                }
        });
        return values;

        double Offset(int sample) => (sample + 0.5) / samples - 0.5;
    }

    /// <summary>Gaussian blur along all axes; the edge value continues outside.</summary>
    /// <param name="values">Values in voxel order; replaced.</param>
    /// <param name="grid">Their grid.</param>
    /// <param name="fwhm">Full width at half maximum, mm.</param>
    public static void Blur(float[] values, VolumeGrid grid, double fwhm)
    {
        var spacing = grid.Spacing;
        Along(values, grid.Columns, 1, fwhm / spacing.X);
        Along(values, grid.Rows, grid.Columns, fwhm / spacing.Y);
        Along(values, grid.Slices, grid.SliceLength, fwhm / spacing.Z);
    }

    private static void Along(float[] values, int length, int stride, double fwhmVoxels)
    {
        var sigma = fwhmVoxels / 2.3548200450309493;
        var radius = (int)Math.Ceiling(3 * sigma);
        var kernel = new double[2 * radius + 1];
        for (var i = -radius; i <= radius; i++) kernel[i + radius] = Math.Exp(-i * i / (2 * sigma * sigma));
        var total = kernel.Sum();
        var outer = values.Length / (length * stride);
        Parallel.For(0, outer, block =>
        {
            var line = new float[length];
            for (var inner = 0; inner < stride; inner++)
            {
                var start = block * length * stride + inner;
                for (var i = 0; i < length; i++) line[i] = values[start + i * stride];
                for (var i = 0; i < length; i++)
                {
                    var sum = 0.0;
                    for (var r = -radius; r <= radius; r++) sum += kernel[r + radius] * line[Math.Clamp(i + r, 0, length - 1)];
                    values[start + i * stride] = (float)(sum / total);
                }
            }
        });
    }
}
