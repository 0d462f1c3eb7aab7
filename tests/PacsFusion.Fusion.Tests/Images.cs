namespace PacsFusion.Fusion.Tests;

/// <summary>Made-up images and the shortest way through a model.</summary>
internal static class Images
{
    /// <summary>Bright textured discs on an exactly black ground.</summary>
    public static byte[] Blobs(int columns, int rows, int seed)
    {
        var random = new Random(seed);
        var image = new byte[columns * rows];
        for (var n = 0; n < 6; n++)
        {
            double cx = columns * (0.25 + 0.5 * random.NextDouble()), cy = rows * (0.25 + 0.5 * random.NextDouble());
            double r = Math.Min(columns, rows) * (0.05 + 0.15 * random.NextDouble()), level = 60 + 150 * random.NextDouble();
            for (var y = 0; y < rows; y++)
                for (var x = 0; x < columns; x++)
                    if (Math.Pow(x - cx, 2) + Math.Pow(y - cy, 2) < r * r) image[y * columns + x] = (byte)(level + random.Next(30));
        }
        return image;
    }

    public static float[] ToFloat(byte[] image) => Array.ConvertAll(image, p => p / 255f);

    public static byte[] Fuse(IFusionModel model, byte[] a, byte[] b, int columns, int rows)
    {
        var fused = new float[a.Length];
        model.Fuse(new FusionSlice(ToFloat(a), ToFloat(b), columns, rows), new FusionOutput(fused, default), TestContext.Current.CancellationToken);
        return Array.ConvertAll(fused, f => (byte)(f * 255 + 0.5f));
    }
}
