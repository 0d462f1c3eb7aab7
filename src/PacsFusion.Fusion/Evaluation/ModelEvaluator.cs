namespace PacsFusion.Fusion;

/// <summary>Measures models on a folder of image pairs: KIND/A/NAME.png and KIND/B/NAME.png, or A and B directly.</summary>
public static class ModelEvaluator
{
    /// <summary>
    /// Fuses every pair with every model and averages the metrics, on results rounded to 8 bits as they would be stored.
    /// </summary>
    /// <param name="pairs">The folder.</param>
    /// <param name="models">The models; they stay the caller's.</param>
    /// <param name="options">Which pairs, and where fused pictures go.</param>
    /// <param name="time">Clock for the milliseconds.</param>
    /// <param name="cancellationToken">Stops between two images.</param>
    /// <returns>Figures by kind, then by model name; the kind of a folder without kinds is its own name. A kind of which no pair is asked for is left out.</returns>
    /// <exception cref="DirectoryNotFoundException">The folder holds no pairs.</exception>
    /// <exception cref="InvalidDataException">A picture cannot be read, the two of a pair differ in size, or no pair is asked for.</exception>
    /// <exception cref="IOException">A picture is missing, or one cannot be written.</exception>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelFigures>> Evaluate(
        string pairs, IReadOnlyList<IFusionModel> models, EvaluationOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(time);
        var kinds = new SortedDictionary<string, IReadOnlyDictionary<string, ModelFigures>>(StringComparer.Ordinal);
        foreach (var (kind, folder) in Kinds(pairs))
        {
            var loaded = Load(folder, name => options.Split?.Takes(kind, name, options.Use) ?? true);
            if (loaded.Count == 0) continue;
            kinds[kind] = models.ToDictionary(m => m.Info.Name, m => Measure(m, loaded, options.OutputFolder is { } output ? Path.Combine(output, m.Info.Name, kind) : null, time, cancellationToken));
        }
        return kinds.Count > 0 ? kinds : throw new InvalidDataException($"{pairs}: no pair of pictures is asked for.");
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

    private static List<Pair> Load(string folder, Func<string, bool> takes)
    {
        List<Pair> loaded = [];
        foreach (var path in Directory.GetFiles(Path.Combine(folder, "A"), "*.png").Order(StringComparer.Ordinal))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (!takes(name)) continue;
            PngImage a = Read(path), b = Read(Path.Combine(folder, "B", Path.GetFileName(path)));
            if (a.Columns != b.Columns || a.Rows != b.Rows)
                throw new InvalidDataException($"{path}: the two pictures of the pair differ in size.");
            loaded.Add(new Pair(name, a.ToLuminance(), b.ToLuminance(), a.Columns, a.Rows));
        }
        return loaded;
    }

    private static PngImage Read(string path)
    {
        try
        {
            return PngReader.Read(path);
        }
        catch (InvalidDataException fault)
        {
            throw new InvalidDataException($"{path}: {fault.Message}", fault);
        }
    }

    private static ModelFigures Measure(IFusionModel model, List<Pair> pairs, string? output, TimeProvider time, CancellationToken cancellationToken)
    {
        var results = new byte[pairs.Count][];
        if (output is not null) Directory.CreateDirectory(output);
        // The first call of a model pays for what later ones find ready: it is not measured.
        _ = Fuse(model, pairs[0], cancellationToken);
        var milliseconds = 0.0;
        for (var n = 0; n < pairs.Count; n++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var pair = pairs[n];
            var started = time.GetTimestamp();
            var fused = Fuse(model, pair, cancellationToken);
            milliseconds += time.GetElapsedTime(started).TotalMilliseconds;
            results[n] = Array.ConvertAll(fused, f => (byte)(f * 255 + 0.5f));
            if (output is not null) PngWriter.Write(Path.Combine(output, pair.Name + ".png"), new PngImage(pair.Columns, pair.Rows, 1, results[n]));
        }
        var values = new FusionMetricValues[pairs.Count];
        _ = FusionMetrics.Measure(results[0], pairs[0].A, pairs[0].B, pairs[0].Columns, pairs[0].Rows);
        var spent = Environment.CpuUsage.TotalTime;
        Parallel.For(0, pairs.Count, new ParallelOptions { CancellationToken = cancellationToken },
            n => values[n] = FusionMetrics.Measure(results[n], pairs[n].A, pairs[n].B, pairs[n].Columns, pairs[n].Rows));
        var measuring = (Environment.CpuUsage.TotalTime - spent).TotalMilliseconds;
        return new ModelFigures(FusionMetricValues.MeanOf(values), milliseconds / pairs.Count, measuring / pairs.Count, pairs.Count);
    }

    private static float[] Fuse(IFusionModel model, Pair pair, CancellationToken cancellationToken)
    {
        float[] a = ToFloat(pair.A), b = ToFloat(pair.B), fused = new float[a.Length];
        model.Fuse(new FusionSlice(a, b, pair.Columns, pair.Rows), new FusionOutput(fused, default), cancellationToken);
        return fused;
    }

    private static float[] ToFloat(byte[] pixels) => Array.ConvertAll(pixels, p => p / 255f);

    private sealed record Pair(string Name, byte[] A, byte[] B, int Columns, int Rows);
}

/// <summary>What a model reached on one kind of pair.</summary>
/// <param name="Mean">Mean metrics.</param>
/// <param name="Milliseconds">Mean time of one fusion, one thread, without reading and measuring.</param>
/// <param name="MeasuringMilliseconds">Mean processor time of measuring one result, all threads together.</param>
/// <param name="Pairs">Number of pairs.</param>
public sealed record ModelFigures(FusionMetricValues Mean, double Milliseconds, double MeasuringMilliseconds, int Pairs);
