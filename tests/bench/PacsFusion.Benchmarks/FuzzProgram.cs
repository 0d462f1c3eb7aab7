using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Codecs;
using PacsFusion.Dicom.Tests;

namespace PacsFusion.Benchmarks;

/// <summary>Fuzzes for a time and keeps each input that is a defect: an unexpected exception, too long, too much memory.</summary>
internal static class FuzzProgram
{
    private const double LongestSeconds = 5;
    private const long MostBytes = 100_000_000;
    private const int LongestKept = 64 << 10;

    /// <summary>Fuzzes.</summary>
    /// <param name="seconds">For how long.</param>
    /// <param name="seed">The same seed gives the same inputs, as long as the coverage is the same.</param>
    /// <param name="output">Where defects go.</param>
    /// <param name="folders">Where files to begin with are.</param>
    /// <param name="coverage">Keeps inputs that reach new branches and damages them further; null: damages the files alone.</param>
    public static int Run(string seconds, string seed, string output, string[] folders, BranchCoverage? coverage = null)
    {
        var files = folders.SelectMany(f => Directory.EnumerateFiles(f, "*", SearchOption.AllDirectories)).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes).Where(b => b.Length is > 140 and < 200_000).ToList();
        var options = new CodecModuleOptions { CacheFolder = Path.Combine(Path.GetTempPath(), $"pacsfusion-codecs-{Environment.UserName}"), FrameDeadline = TimeSpan.FromSeconds(1) };
        using var module = File.Exists(options.ModulePath) ? CodecModule.Open(options) : null;
        var fuzzer = new FileFuzzer(files, module, int.Parse(seed, CultureInfo.InvariantCulture));
        var limit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        var first = files.Count;
        if (coverage is not null)
            foreach (var file in files.ToArray())
            {
                fuzzer.Use(file);
                coverage.Take();
            }
        var known = coverage?.Branches;
        var clock = Stopwatch.StartNew();
        int inputs = 0, defects = 0;
        double slowest = 0;
        long most = 0;
        while (clock.Elapsed < limit)
        {
            var bytes = fuzzer.Next();
            inputs++;
            var start = Stopwatch.GetTimestamp();
            string? defect = null;
            try
            {
                fuzzer.Use(bytes);
            }
            catch (Exception fault)
            {
                defect = fault.ToString();
            }
            if (coverage?.Take() == true && bytes.Length < LongestKept) files.Add(bytes);
            var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
            slowest = Math.Max(slowest, took);
            var used = fuzzer.MostAllocated > most ? most = fuzzer.MostAllocated : 0;
            defect ??= took > LongestSeconds ? $"{took} s" : used > MostBytes + bytes.Length ? $"{used} bytes" : null;
            if (defect is null) continue;
            defects++;
            Directory.CreateDirectory(output);
            var path = Path.Combine(output, $"{seed}-{inputs}.dcm");
            File.WriteAllBytes(path, bytes);
            Console.Error.WriteLine($"{path}: {defect}");
        }
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            inputs,
            inputsPerMinute = Math.Round(inputs / clock.Elapsed.TotalMinutes),
            defects,
            slowestSeconds = Math.Round(slowest, 2),
            mostBytesAllocated = most,
            codecs = module is not null,
            coverage = coverage is null ? null : new { branchesOfTheFiles = known, branches = coverage.Branches, kept = files.Count - first },
        }));
        return defects == 0 ? 0 : 1;
    }
}
