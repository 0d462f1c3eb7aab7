namespace PacsFusion.Imaging;

/// <summary>
/// Block means for sampling down: without them a grid coarser than the source would pick single voxels and alias. The origin moves by half
/// a block less half a voxel. A block counts where at least half of it is covered; its mean is taken over the covered voxels.
/// </summary>
internal static class BlockAverage
{
    /// <summary>Whole number of moving voxels that one fixed voxel spans along each moving axis, at least 1.</summary>
    public static (int X, int Y, int Z) Factors(in Affine fixedToMovingIndex, VolumeGrid moving)
    {
        return (Factor(fixedToMovingIndex.M00, fixedToMovingIndex.M01, fixedToMovingIndex.M02, moving.Columns),
            Factor(fixedToMovingIndex.M10, fixedToMovingIndex.M11, fixedToMovingIndex.M12, moving.Rows),
            Factor(fixedToMovingIndex.M20, fixedToMovingIndex.M21, fixedToMovingIndex.M22, moving.Slices));

        static int Factor(double a, double b, double c, int length) =>
            Math.Clamp((int)Math.Round(Math.Min(length, Math.Sqrt(a * a + b * b + c * c)), MidpointRounding.AwayFromZero), 1, length);
    }

    /// <summary>The averaged volume; the caller owns it.</summary>
    public static Volume Apply(Volume source, int fx, int fy, int fz, int threads, VolumePool? pool, CancellationToken cancellationToken)
    {
        var result = new Volume(source.Grid.Coarsen(fx, fy, fz), source.Unit, source.Coverage is not null, pool);
        try
        {
            Parallel.For(0, result.Slices, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                slice => Slice(source, result, slice, fx, fy, fz));
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    private static void Slice(Volume source, Volume result, int slice, int fx, int fy, int fz)
    {
        var values = result.Slice(slice);
        var mask = result.CoverageSlice(slice);
        ReadOnlySpan<float> all = source.Voxels.Span;
        ReadOnlySpan<byte> covered = source.Coverage is { } coverage ? coverage.Span : [];
        var sums = new double[result.Columns];
        var counts = new int[result.Columns];
        for (var row = 0; row < result.Rows; row++)
        {
            Array.Clear(sums);
            Array.Clear(counts);
            for (var dz = 0; dz < fz; dz++)
                for (var dy = 0; dy < fy; dy++)
                {
                    var start = ((slice * fz + dz) * source.Rows + row * fy + dy) * source.Columns;
                    for (var column = 0; column < result.Columns; column++)
                        for (var dx = 0; dx < fx; dx++)
                        {
                            var at = start + column * fx + dx;
                            if (!covered.IsEmpty && covered[at] == 0) continue;
                            sums[column] += all[at];
                            counts[column]++;
                        }
                }
            for (var column = 0; column < result.Columns; column++)
            {
                var at = row * result.Columns + column;
                values[at] = counts[column] == 0 ? 0 : (float)(sums[column] / counts[column]);
                if (!mask.IsEmpty) mask[at] = counts[column] * 2 >= fx * fy * fz ? (byte)1 : (byte)0;
            }
        }
    }
}
