namespace PacsFusion.Imaging;

/// <summary>
/// Block means of a volume: the finest level as asked, then 4 and 8 mm, each from the finer one. What is not covered (or no finite number) becomes NaN: a
/// trilinear value that touches it is NaN too, and one comparison tells it. An axis that is coarser than a level is not shrunk.
/// </summary>
internal sealed class IntensityPyramid : IDisposable
{
    // A level of fewer voxels along an axis says nothing about that axis.
    private const int LeastVoxels = 8;

    private readonly Volume[] _levels = new Volume[3];
    private readonly Volume _source;

    private IntensityPyramid(Volume source, double finest) => (_source, Spacings) = (source, [8, 4, finest]);

    /// <summary>Aimed voxel sizes in mm, from coarse to fine.</summary>
    public double[] Spacings { get; }

    /// <summary>A level, 0 the coarsest. Values may be NaN; there is no coverage mask.</summary>
    public Volume this[int level] => _levels[level];

    /// <summary>Builds the levels.</summary>
    /// <param name="volume">The volume; it is only read.</param>
    /// <param name="finest">Aimed voxel size of the finest level, mm.</param>
    /// <param name="smooth">Whether the finest level is smoothed.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="pool">Where buffers come from.</param>
    /// <param name="cancellationToken">Stops between slices.</param>
    public static IntensityPyramid Build(Volume volume, double finest, bool smooth, int threads, VolumePool? pool, CancellationToken cancellationToken)
    {
        var pyramid = new IntensityPyramid(volume, finest);
        try
        {
            var source = volume;
            for (var level = pyramid._levels.Length - 1; level >= 0; level--)
                source = pyramid._levels[level] = Shrink(source, pyramid.Spacings[level], smooth && level == pyramid._levels.Length - 1, threads, pool, cancellationToken);
            if (smooth) Smoothing.Apply(pyramid._levels[^1]);
            return pyramid;
        }
        catch
        {
            pyramid.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (var level in _levels)
            if (level != _source) level?.Dispose();
    }

    private static Volume Shrink(Volume source, double aim, bool change, int threads, VolumePool? pool, CancellationToken cancellationToken)
    {
        var spacing = source.Spacing;
        int fx = Factor(spacing.X, source.Columns), fy = Factor(spacing.Y, source.Rows), fz = Factor(spacing.Z, source.Slices);
        // Touching fresh memory costs more than all else here: a level that equals the volume is the volume.
        if (!change && (fx, fy, fz) == (1, 1, 1) && source.Coverage is null && IntensityLine.AllFinite(source.Voxels.Span)) return source;
        // The origin moves by (factor - 1) / 2 voxels: positions are voxel centres.
        var result = new Volume(source.Grid.Coarsen(fx, fy, fz), source.Unit, false, pool);
        try
        {
            if (threads == 1)
                for (var slice = 0; slice < result.Slices; slice++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Slice(source, result, slice, fx, fy, fz);
                }
            else
                Parallel.For(0, result.Slices, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellationToken },
                    slice => Slice(source, result, slice, fx, fy, fz));
            return result;
        }
        catch
        {
            result.Dispose();
            throw;
        }

        int Factor(double own, int length) => Math.Clamp((int)Math.Round(aim / own), 1, Math.Max(1, length / LeastVoxels));
    }

    private static void Slice(Volume source, Volume result, int slice, int fx, int fy, int fz)
    {
        int width = source.Columns, columns = result.Columns;
        var line = new float[width];
        var counts = new float[width];
        ReadOnlySpan<float> all = source.Voxels.Span;
        ReadOnlySpan<byte> covered = source.Coverage is { } coverage ? coverage.Span : [];
        var destination = result.Slice(slice);
        var block = fx * fy * fz;
        for (var row = 0; row < result.Rows; row++)
        {
            Array.Clear(line);
            Array.Clear(counts);
            for (var dz = 0; dz < fz; dz++)
                for (var dy = 0; dy < fy; dy++)
                {
                    var start = ((slice * fz + dz) * source.Rows + row * fy + dy) * width;
                    IntensityLine.Add(all.Slice(start, width), covered.IsEmpty ? [] : covered.Slice(start, width), line, counts);
                }
            var target = destination.Slice(row * columns, columns);
            for (var column = 0; column < columns; column++)
            {
                float sum = 0, count = 0;
                for (var dx = column * fx; dx < column * fx + fx; dx++)
                {
                    sum += line[dx];
                    count += counts[dx];
                }
                target[column] = count * 2 >= block ? sum / count : float.NaN;
            }
        }
    }
}
