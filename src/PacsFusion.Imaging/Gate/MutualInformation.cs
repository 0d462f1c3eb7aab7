namespace PacsFusion.Imaging;

/// <summary>Normalised mutual information of two volumes on one grid, from a joint histogram of a fixed subsample.</summary>
internal static class MutualInformation
{
    private const int Bins = 32;
    private const int SampleTarget = 250_000;
    private const int SampleMinimum = 1000;

    // Air around the patient belongs to the picture: its edge carries most of the information.
    private const int MarginVoxels = 8;

    public static double? Normalized(Volume fixedVolume, Volume moving, BodyMask body)
    {
        var joint = JointHistogram(fixedVolume, moving, body, out var count);
        if (count < SampleMinimum) return null;
        Span<long> rows = stackalloc long[Bins], columns = stackalloc long[Bins];
        for (var f = 0; f < Bins; f++)
            for (var m = 0; m < Bins; m++)
            {
                rows[f] += joint[f * Bins + m];
                columns[m] += joint[f * Bins + m];
            }
        var both = Entropy(joint, count);
        return both > 0 ? (Entropy(rows, count) + Entropy(columns, count)) / both : null;
    }

    private static long[] JointHistogram(Volume fixedVolume, Volume moving, BodyMask body, out long count)
    {
        ValueRange fixedRange = ValueRange.Of(fixedVolume), movingRange = ValueRange.Of(moving);
        var (low, high) = BoundingBox(body);
        int sizeX = high.X - low.X, sizeY = high.Y - low.Y, sizeZ = high.Z - low.Z;
        var step = Math.Max(1, (int)Math.Ceiling(Math.Sqrt((double)sizeX * sizeY * sizeZ / SampleTarget)));
        var joint = new long[Bins * Bins];
        count = 0;
        for (var k = low.Z; k < high.Z; k++)
        {
            ReadOnlySpan<float> f = fixedVolume.Slice(k), m = moving.Slice(k);
            ReadOnlySpan<byte> fixedMask = fixedVolume.CoverageSlice(k), movingMask = moving.CoverageSlice(k);
            // The start wanders from slice to slice so that the sample is no set of columns along z.
            for (var j = low.Y + k * 5 % step; j < high.Y; j += step)
                for (var i = low.X + (k * 3 + j) % step; i < high.X; i += step)
                {
                    var at = j * fixedVolume.Columns + i;
                    if ((!fixedMask.IsEmpty && fixedMask[at] == 0) || (!movingMask.IsEmpty && movingMask[at] == 0)) continue;
                    joint[Bin(f[at], fixedRange) * Bins + Bin(m[at], movingRange)]++;
                    count++;
                }
        }
        return joint;
    }

    private static int Bin(float value, ValueRange range) =>
        (int)Math.Clamp((value - range.Low) / (range.High - range.Low) * Bins, 0, Bins - 1);

    private static double Entropy(ReadOnlySpan<long> histogram, long total)
    {
        var sum = 0.0;
        foreach (var n in histogram)
            if (n > 0) sum -= (double)n / total * Math.Log((double)n / total);
        return sum;
    }

    private static ((int X, int Y, int Z) Low, (int X, int Y, int Z) High) BoundingBox(BodyMask body)
    {
        var grid = body.Grid;
        if (body.VoxelCount == 0) return ((0, 0, 0), (grid.Columns, grid.Rows, grid.Slices));
        int x0 = int.MaxValue, y0 = int.MaxValue, z0 = int.MaxValue, x1 = -1, y1 = -1, z1 = -1;
        var inside = body.Inside.Span;
        for (var k = 0; k < grid.Slices; k++)
            for (var j = 0; j < grid.Rows; j++)
            {
                var row = inside.Slice((k * grid.Rows + j) * grid.Columns, grid.Columns);
                var first = row.IndexOf((byte)1);
                if (first < 0) continue;
                x0 = Math.Min(x0, first);
                x1 = Math.Max(x1, row.LastIndexOf((byte)1));
                y0 = Math.Min(y0, j);
                y1 = Math.Max(y1, j);
                z0 = Math.Min(z0, k);
                z1 = k;
            }
        return ((Math.Max(0, x0 - MarginVoxels), Math.Max(0, y0 - MarginVoxels), z0),
            (Math.Min(grid.Columns, x1 + 1 + MarginVoxels), Math.Min(grid.Rows, y1 + 1 + MarginVoxels), z1 + 1));
    }
}
