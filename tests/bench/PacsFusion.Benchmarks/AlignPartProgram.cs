using System.Diagnostics;
using System.Text.Json;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>One part of the Align stage, alone in a process, on two series on disk: what the whole stage is compared with.</summary>
internal static class AlignPartProgram
{
    public static int Run(string part, string fixedFolder, string movingFolder)
    {
        if (part is not ("read" or "assess" or "resample" or "measure")) return 2;
        var pool = new VolumePool();
        var reader = new SeriesReader(new SeriesReaderOptions(), pool);
        using var process = Process.GetCurrentProcess();
        var watch = new Part(process);
        if (part == "read") watch.Start();
        using var still = reader.Read(Directory.GetFiles(fixedFolder)).Value;
        using var moved = reader.Read(Directory.GetFiles(movingFolder)).Value;
        if (part == "read") return watch.Stop(part);

        if (part == "assess")
        {
            watch.Start();
            _ = new AlignmentAssessor(null, pool).Assess(still.Volume, moved.Volume).Value;
            return watch.Stop(part);
        }
        if (part == "resample") watch.Start();
        using var onFixed = new Resampler(new ResamplerOptions(), pool).Resample(moved.Volume, still.Volume.Grid, Affine.Identity);
        if (part == "resample") return watch.Stop(part);

        watch.Start();
        _ = AlignmentFigures.Measure(still.Volume, onFixed);
        return watch.Stop(part);
    }

    private sealed class Part(Process process)
    {
        private TimeSpan _cpu;
        private long _started;

        public void Start()
        {
            process.Refresh();
            _cpu = process.TotalProcessorTime;
            _started = Stopwatch.GetTimestamp();
        }

        public int Stop(string part)
        {
            var wall = Stopwatch.GetElapsedTime(_started);
            process.Refresh();
            Console.WriteLine(JsonSerializer.Serialize(new { part, seconds = wall.TotalSeconds, cpuSeconds = (process.TotalProcessorTime - _cpu).TotalSeconds }));
            return 0;
        }
    }
}
