namespace PacsFusion.Node.Receive;

/// <summary>Whether the volume may take more. Asks the system once a second or every 64 MiB, and counts in between.</summary>
/// <param name="probe">Free bytes of the volume.</param>
/// <param name="minFreeBytes">The mark; 0 never refuses.</param>
/// <param name="time">For the age of the last answer.</param>
internal sealed class FreeSpaceGuard(Func<long> probe, long minFreeBytes, TimeProvider time)
{
    private const long TrustedBytes = 64 << 20;
    private static readonly TimeSpan TrustedTime = TimeSpan.FromSeconds(1);
    private readonly Lock gate = new();
    private long asked;
    private long free = long.MinValue;
    private long taken;

    /// <summary>The real probe for a folder.</summary>
    public static Func<long> ProbeOf(string folder) => () => new DriveInfo(folder).AvailableFreeSpace;

    /// <summary>Counts bytes as taken and says whether the mark still holds.</summary>
    public bool Take(long bytes)
    {
        if (minFreeBytes == 0) return true;
        lock (gate)
        {
            taken += bytes;
            if (free == long.MinValue || taken > TrustedBytes || time.GetElapsedTime(asked) >= TrustedTime)
            {
                free = probe();
                asked = time.GetTimestamp();
                taken = 0;
            }

            return free - taken >= minFreeBytes;
        }
    }
}
