using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PacsFusion.Dicom;

namespace PacsFusion.Benchmarks;

/// <summary>Opens files, the header alone or whole, and prints microseconds per file, one number a round, as the peers' programs do.</summary>
internal static class ParseProgram
{
    private const int WarmUps = 60;

    // The runtime compiles a method again, with what it learnt, some 100 ms after the first calls: a node that runs for weeks is past that.
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromSeconds(1.5);

    public static int Run(string kind, string rounds, string[] files)
    {
        var options = Options(kind);
        var elements = 0L;
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < WarmUps || Stopwatch.GetElapsedTime(begun) < WarmUpTime; i++) elements += Pass(files, options);
        var times = new double[int.Parse(rounds, CultureInfo.InvariantCulture)];
        for (var i = 0; i < times.Length; i++)
        {
            var start = Stopwatch.GetTimestamp();
            elements += Pass(files, options);
            times[i] = Math.Round(Stopwatch.GetElapsedTime(start).TotalMicroseconds / files.Length, 2);
        }
        Console.WriteLine(JsonSerializer.Serialize(times));
        return elements > 0 ? 0 : 1;
    }

    /// <summary>Bytes allocated per file once everything is warm, as JSON.</summary>
    public static int Allocations(string kind, string[] files)
    {
        var options = Options(kind);
        for (var i = 0; i < 3; i++) Pass(files, options);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Pass(files, options);
        Console.WriteLine(JsonSerializer.Serialize(new { bytesPerFile = (GC.GetAllocatedBytesForCurrentThread() - before) / files.Length }));
        return 0;
    }

    private static long Pass(string[] files, DicomReadOptions options)
    {
        var elements = 0L;
        foreach (var path in files)
        {
            var file = DicomFile.Read(path, options);
            elements += file.Dataset.Count;
        }
        return elements;
    }

    private static DicomReadOptions Options(string kind) => kind == "header" ? DicomReadOptions.Header : DicomReadOptions.Default;
}
