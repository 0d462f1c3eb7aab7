using System.Collections.Concurrent;
using System.Diagnostics;

namespace PacsFusion.Tests;

/// <summary>An interpreter that has what a peer needs: the first python3 on PATH may be one without, while the system's has it.</summary>
internal static class Python
{
    private static readonly ConcurrentDictionary<string, string?> Found = new(StringComparer.Ordinal);

    /// <summary>The first python3, of PATH and then of the system, that can import all modules; the calling test skips where none can.</summary>
    public static string Require(params string[] modules)
    {
        var wanted = string.Join(", ", modules);
        var found = Found.GetOrAdd(wanted, static imports => Candidates().FirstOrDefault(python => Can(python, imports)));
        Assert.SkipWhen(found is null, $"no python3 has {wanted}");
        return found!;
    }

    private static IEnumerable<string> Candidates() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries).Append("/usr/bin").Append("/usr/local/bin")
            .Select(folder => Path.Combine(folder, "python3")).Where(File.Exists).Distinct(StringComparer.Ordinal);

    private static bool Can(string python, string imports)
    {
        using var process = Process.Start(new ProcessStartInfo(python, ["-B", "-c", "import " + imports]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var said = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        _ = said.GetAwaiter().GetResult();
        return process.ExitCode == 0;
    }
}
