namespace PacsFusion.Fusion;

/// <summary>Measures models on a folder of image pairs: KIND/A/NAME.png and KIND/B/NAME.png, or A and B directly.</summary>
public static class ModelEvaluator
{
    /// <summary>
    /// Fuses every pair with every model and averages the metrics, on results rounded to 8 bits as they would be stored.
    /// </summary>
    /// <param name="pairs">The folder.</param>
    /// <param name="models">The models; they stay the caller's.</param>
    /// <param name="time">Clock for the milliseconds.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Figures by kind, then by model name; the kind of a folder without kinds is its own name.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder holds no pairs.</exception>
    /// <exception cref="InvalidDataException">A picture cannot be read, or the two of a pair differ in size.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelFigures>> Evaluate(
        string pairs, IReadOnlyList<IFusionModel> models, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(time);
        var kinds = new SortedDictionary<string, IReadOnlyDictionary<string, ModelFigures>>(StringComparer.Ordinal);
        foreach (var (kind, folder) in Kinds(pairs))
        {
            var loaded = Load(folder);
            kinds[kind] = models.ToDictionary(m => m.Info.Name, m => Measure(m, loaded, time, cancellationToken));
        }
        return kinds;
    }

    private static IEnumerable<(string Kind, string Folder)> Kinds(string root)
    {
        if (Directory.Exists(Path.Combine(root, "A"))) return [(Path.GetFileName(Path.GetFullPath(root)), root)];
        var kinds = Directory.Exists(root)
            ? Directory.GetDirectories(root).Where(d => Directory.Exists(Path.Combine(d, "A"))).Order(StringComparer.Ordinal).ToArray()
            : [];
        if (kinds.Length == 0) throw new DirectoryNotFoundException($"{root} holds no folders A and B, nor kinds with them.");
        return kinds.Select(k => (Path.GetFileName(k), k));
    }

    private static List<Pair> Load(string folder)
    {
        List<Pair> loaded = [];
        foreach (var path in Directory.GetFiles(Path.Combine(folder, "A"), "*.png").Order(StringComparer.Ordinal))
        {
            PngImage a = PngReader.Read(path), b = PngReader.Read(Path.Combine(folder, "B", Path.GetFileName(path)));
            if (a.Columns != b.Columns || a.Rows != b.Rows)
                throw new InvalidDataException($"The two pictures of {Path.GetFileName(path)} differ in size.");
            loaded.Add(new Pair(a.ToLuminance(), b.ToLuminance(), a.Columns, a.Rows));
        }
        return loaded;
    }

    private static ModelFigures Measure(IFusionModel model, List<Pair> pairs, TimeProvider time, CancellationToken cancellationToken)
    {
        var results = new byte[pairs.Count][];
        var milliseconds = 0.0;
        for (var n = 0; n < pairs.Count; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pair = pairs[n];
            float[] a = ToFloat(pair.A), b = ToFloat(pair.B), fused = new float[a.Length];
            var started = time.GetTimestamp();
            model.Fuse(new FusionSlice(a, b, pair.Columns, pair.Rows), new FusionOutput(fused, default), cancellationToken);
            milliseconds += time.GetElapsedTime(started).TotalMilliseconds;
            results[n] = Array.ConvertAll(fused, f => (byte)(f * 255 + 0.5f));
        }
        var values = new FusionMetricValues[pairs.Count];
        Parallel.For(0, pairs.Count, new ParallelOptions { CancellationToken = cancellationToken },
            n => values[n] = FusionMetrics.Measure(results[n], pairs[n].A, pairs[n].B, pairs[n].Columns, pairs[n].Rows));
        return new ModelFigures(FusionMetricValues.MeanOf(values), milliseconds / pairs.Count, pairs.Count);
    }

    private static float[] ToFloat(byte[] pixels) => Array.ConvertAll(pixels, p => p / 255f);

    private sealed record Pair(byte[] A, byte[] B, int Columns, int Rows);
}

/// <summary>What a model reached on one kind of pair.</summary>
/// <param name="Mean">Mean metrics.</param>
/// <param name="Milliseconds">Mean time of one fusion, one thread, without reading and measuring.</param>
/// <param name="Pairs">Number of pairs.</param>
public sealed record ModelFigures(FusionMetricValues Mean, double Milliseconds, int Pairs);
