using System.Diagnostics;

namespace PacsFusion.Tests;

/// <summary>
/// The packed imaging sets of the evidence data, unpacked once into a cache folder that all test programs share. Tests that need a set skip
/// where the archive is absent or nothing can unpack it.
/// </summary>
internal static class UnpackedSets
{
    /// <summary>Where sets are unpacked: <c>PACSFUSION_DATA_CACHE</c>, or <c>pacsfusion-data</c> in the temporary folder.</summary>
    public static string CacheFolder { get; } =
        Environment.GetEnvironmentVariable("PACSFUSION_DATA_CACHE") is { Length: > 0 } given
            ? given
            : Path.Combine(Path.GetTempPath(), "pacsfusion-data");

    /// <summary>The folder of a set such as <c>petct/ACRIN_042</c>, optionally one below it (<c>CT</c>); the calling test skips without it.</summary>
    public static string Require(string set, params string[] below)
    {
        SharedData.Require(["data", .. $"{set}.tar.xz".Split('/')]);
        Unpack(SharedData.Require("data", "unpack"), set);
        var path = Path.Combine([CacheFolder, .. set.Split('/'), .. below]);
        Assert.SkipUnless(Directory.Exists(path), $"{set}/{string.Join('/', below)} is not in the unpacked set");
        return path;
    }

    /// <summary>The files of a folder of a set, in ordinal order of their names.</summary>
    public static IReadOnlyList<string> Files(string set, params string[] below)
    {
        var files = Directory.GetFiles(Require(set, below));
        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }

    private static void Unpack(string script, string set)
    {
        Directory.CreateDirectory(CacheFolder);
        // flock(1) waits for test programs that run beside this one; the script does nothing where the set is there already.
        var start = new ProcessStartInfo("flock") { RedirectStandardError = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(CacheFolder, ".lock"), "bash", script, CacheFolder, set]) start.ArgumentList.Add(argument);
        try
        {
            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.SkipUnless(process.ExitCode == 0, $"{set} could not be unpacked: {error.GetAwaiter().GetResult()}");
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            Assert.Skip($"flock is not here: {exception.Message}");
        }
    }
}
