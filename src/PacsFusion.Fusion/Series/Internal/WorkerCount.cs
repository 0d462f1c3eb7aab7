namespace PacsFusion.Fusion.Internal;

/// <summary>How many slices may be at work at once. One more worker needs one more set of a network's buffers.</summary>
internal static class WorkerCount
{
    /// <summary>Share of the free memory that workers may take: the rest is for what the caller makes of the slices.</summary>
    private const double Share = 0.5;

    /// <summary>One for each processor, fewer where the memory does not suffice for so many, and one at least.</summary>
    /// <param name="processors">Processors of the process.</param>
    /// <param name="freeBytes">Memory that is still to be had.</param>
    /// <param name="bytesPerWorker">What one slice at work takes.</param>
    public static int Automatic(int processors, long freeBytes, long bytesPerWorker) =>
        (int)Math.Clamp((long)(Share * Math.Max(freeBytes, 0)) / Math.Max(bytesPerWorker, 1), 1, Math.Max(processors, 1));

    /// <summary>
    /// What this process may still take, in bytes: of its limit (container or heap limit, else the machine's memory) less what it holds,
    /// and of what the machine has available, the lesser.
    /// </summary>
    public static long FreeMemory()
    {
        var ofLimit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes - Environment.WorkingSet;
        return Math.Min(ofLimit, AvailableOnMachine() ?? long.MaxValue);
    }

    // Linux alone tells without a package; elsewhere the limit has to do.
    private static long? AvailableOnMachine()
    {
        const string file = "/proc/meminfo", key = "MemAvailable:";
        try
        {
            foreach (var line in File.ReadLines(file))
                if (line.StartsWith(key, StringComparison.Ordinal) && long.TryParse(line.AsSpan(key.Length).Trim().TrimEnd("kB ").Trim(), out var kibibytes))
                    return kibibytes * 1024;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // No such file: another system.
        }
        return null;
    }
}
