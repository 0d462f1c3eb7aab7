using System.Diagnostics;
using System.Text.Json;
using PacsFusion.Fusion;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Benchmarks;

/// <summary>
/// The Fuse stage of two series on disk beside the session runs that it needs: the same tiles through the same session on as many
/// threads, and nothing else. Both in turn in one process, so that they share what the machine does meanwhile.
/// </summary>
internal static class FuseProgram
{
    private static readonly DateTimeOffset MadeAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Hashes = [new('a', 64), new('b', 64)];

    public static async Task<int> RunAsync(string fixedFolder, string movingFolder, string models, string name, string rounds, string threads, string output)
    {
        var rule = ConfigurationLoader.Load(null, [], new Dictionary<string, string>()).Value!.Rules.First(rule => rule.Fixed.Modalities.Contains("CT") && rule.Moving.Modalities.Contains("PT"));
        if (!ModelCatalog.Open(models).Load(name, new InferenceOptions()).TryGet(out var model, out var refusal)) return Complain(refusal);
        using var ownedModel = model;
        var aligned = new SeriesAligner(new AlignOptions(), new VolumePool()).Align(Directory.GetFiles(fixedFolder), Directory.GetFiles(movingFolder), rule, CancellationToken.None);
        if (!aligned.TryGet(out var pair, out refusal)) return Complain(refusal);
        using var ownedPair = pair;
        var network = (model as OnnxFusionModel)?.Network;
        var tiles = network is null ? [] : TilesOf(pair, rule, model);

        List<object> answers = [];
        for (var round = 0; round < int.Parse(rounds, System.Globalization.CultureInfo.InvariantCulture); round++)
            foreach (var count in threads.Split(',').Select(int.Parse))
            {
                if (network is not null)
                    answers.Add(Measured("session", count, () =>
                    {
                        RunAll(network, tiles, count);
                        return Task.CompletedTask;
                    }));
                answers.Add(Measured("stage", count, async () =>
                {
                    var composer = new SeriesComposer(new FuseOptions { Threads = count });
                    _ = (await composer.ComposeAsync(pair, rule, model, Hashes, MadeAt, output, null, CancellationToken.None).ConfigureAwait(false)).Value;
                }));
            }
        var volume = pair.Fixed.Volume;
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            model = model.Info.Name,
            slices = volume.Slices,
            size = new[] { volume.Columns, volume.Rows },
            tiles = tiles.Count,
            pixels = tiles.Sum(tile => (long)tile.Columns * tile.Rows),
            pixelsOfGrid = (long)volume.Columns * volume.Rows * volume.Slices,
            parts = answers,
        }));
        return 0;

        static object Measured(string part, int threads, Func<Task> work)
        {
            using var process = Process.GetCurrentProcess();
            var cpu = process.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            work().GetAwaiter().GetResult();
            var wall = Stopwatch.GetElapsedTime(started);
            process.Refresh();
            return new { part, threads, seconds = wall.TotalSeconds, cpuSeconds = (process.TotalProcessorTime - cpu).TotalSeconds };
        }
    }

    private static int Complain(Refusal refusal)
    {
        Console.Error.WriteLine($"{refusal.Code}: {refusal.Text}");
        return 1;
    }

    private static List<Input> TilesOf(AlignedPair pair, FusionRule rule, IFusionModel model)
    {
        var recorder = new Recorder();
        using var recording = new OnnxFusionModel(model.Info, recorder);
        var fuser = SeriesFuser.Create(new SeriesFusionRequest
        {
            Fixed = pair.Fixed.Volume,
            Moving = pair.MovingOnFixed,
            FixedWindow = rule.Fuse.FixedWindow,
            MovingWindow = rule.Fuse.MovingWindow,
            Model = recording,
            MeasuredSlices = 0,
        }).Value;
        for (var k = 0; k < fuser.Slices; k++) fuser.FuseSlice(k, CancellationToken.None).Dispose();
        return recorder.Inputs;
    }

    private static void RunAll(INetworkRun network, List<Input> tiles, int threads)
    {
        var next = -1;
        var workers = Enumerable.Range(0, threads).Select(_ => new Thread(() =>
        {
            var largest = tiles.Max(tile => tile.A.Length);
            float[] fused = new float[largest], weight = new float[largest];
            for (var i = Interlocked.Increment(ref next); i < tiles.Count; i = Interlocked.Increment(ref next))
                network.Run(tiles[i].A, tiles[i].B, fused, weight, tiles[i].Columns, tiles[i].Rows, CancellationToken.None);
        })).ToList();
        workers.ForEach(worker => worker.Start());
        workers.ForEach(worker => worker.Join());
    }

    private sealed record Input(float[] A, float[] B, int Columns, int Rows);

    /// <summary>Keeps what a network is shown, and answers nothing.</summary>
    private sealed class Recorder : INetworkRun
    {
        public List<Input> Inputs { get; } = [];

        public bool HasWeight => true;

        public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken) =>
            Inputs.Add(new Input(a[..(columns * rows)], b[..(columns * rows)], columns, rows));

        public void Dispose()
        {
        }
    }
}
