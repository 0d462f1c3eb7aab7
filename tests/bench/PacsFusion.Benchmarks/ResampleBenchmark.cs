using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>PET 128x128x135 onto a CT grid of 512x512x135, one thread, warm pooled buffers: the grids and maps of the C++ floor.</summary>
internal static class ResampleBenchmark
{
    private static readonly VolumeGrid Pet = Axial(128, 135, 5.46875, 3.27, new(-347.265625, -347.265625, 0));
    private static readonly VolumeGrid Ct = Axial(512, 135, 0.9765625, 3.27, new(-249.51171875, -249.51171875, 1.1));
    private static readonly Affine Turn = Affine.Rigid(Radians(5), Radians(-4), Radians(7), new(0, 0, 220), new(6, -4, 3));

    public static int Run(string[] arguments)
    {
        if (arguments.Length is < 2 or > 3 || !int.TryParse(arguments[1], NumberStyles.None, CultureInfo.InvariantCulture, out var repeats) || repeats < 1) return 2;
        var (path, map) = (arguments[0], arguments[0] is "rotated" or "cubic" ? Turn : Affine.Identity);
        var options = new ResamplerOptions
        {
            Threads = 1,
            UseSeparablePath = path == "separable",
            Interpolation = path == "cubic" ? Interpolation.CubicBSpline : Interpolation.Trilinear,
        };
        if (path is not ("separable" or "diagonal" or "rotated" or "cubic")) return 2;

        var pool = new VolumePool();
        var resampler = new Resampler(options, pool);
        // The same code on a small volume first: what the runtime itself needs is not the resampler's.
        using (var small = new Volume(Pet with { Columns = 16, Rows = 16, Slices = 8 }, VoxelUnit.SuvBodyWeight))
        {
            small.Voxels.Span.Clear();
            for (var warm = 0; warm < 40; warm++) resampler.Resample(small, Ct with { Columns = 64, Rows = 64, Slices = 8 }, map).Dispose();
        }
        var idle = PeakBytes();
        using var moving = new Volume(Pet, VoxelUnit.SuvBodyWeight);
        Fill(moving, arguments.Length > 2 ? arguments[2] : null);
        double[] wall = new double[repeats], cpu = new double[repeats];
        double sum = 0;
        long outputBytes = 0;
        using var process = Process.GetCurrentProcess();
        for (var round = -2; round < repeats; round++)
        {
            process.Refresh();
            var before = process.TotalProcessorTime;
            var started = Stopwatch.GetTimestamp();
            using var result = resampler.Resample(moving, Ct, map);
            var elapsed = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            process.Refresh();
            outputBytes = result.Grid.VoxelCount * sizeof(float) + (result.Coverage?.Length ?? 0);
            sum = result[256, 256, 67] + result[11, 400, 100];
            if (round < 0) continue;
            (wall[round], cpu[round]) = (elapsed, (process.TotalProcessorTime - before).TotalMilliseconds);
        }
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            path,
            milliseconds = wall,
            cpuMilliseconds = cpu,
            movingBytes = Pet.VoxelCount * sizeof(float),
            outputBytes,
            idlePeakBytes = idle,
            peakBytes = PeakBytes(),
            check = sum,
        }));
        return 0;
    }

    private static VolumeGrid Axial(int size, int slices, double spacing, double step, Vector3d origin) =>
        new(size, size, slices, Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), spacing, spacing, new(0, 0, step), origin), "1.2.3");

    private static double Radians(double degrees) => degrees * Math.PI / 180;

    private static void Fill(Volume volume, string? raw)
    {
        var voxels = volume.Voxels.Span;
        if (raw is not null)
        {
            using var file = File.OpenRead(raw);
            file.ReadExactly(MemoryMarshal.AsBytes(voxels));
            return;
        }
        var state = 12345u;
        for (var i = 0; i < voxels.Length; i++)
        {
            state = unchecked(state * 1664525 + 1013904223);
            voxels[i] = (state >> 8) * (1f / 16777216);
        }
    }

    /// <summary>The most memory this process ever had resident.</summary>
    private static long PeakBytes()
    {
        foreach (var line in File.ReadLines("/proc/self/status"))
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
                return 1024 * long.Parse(line.AsSpan(6).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
        return 0;
    }
}
