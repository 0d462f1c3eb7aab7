using System.Collections.Concurrent;

namespace PacsFusion.Node.Receive;

/// <summary>Blocks of 256 KiB for objects that are arriving, with a ceiling over all of them.</summary>
internal sealed class BlockPool(long limitBytes)
{
    public const int BlockLength = 256 << 10;

    // What stays allocated between bursts: 16 MiB.
    private const int Kept = 64;
    private readonly ConcurrentBag<byte[]> idle = [];
    private long rented;

    /// <summary>Bytes lent out now.</summary>
    public long RentedBytes => Volatile.Read(ref rented) * BlockLength;

    /// <summary>A block, or null at the ceiling.</summary>
    public byte[]? TryRent()
    {
        if (Interlocked.Increment(ref rented) * BlockLength > limitBytes)
        {
            Interlocked.Decrement(ref rented);
            return null;
        }

        return idle.TryTake(out var block) ? block : GC.AllocateUninitializedArray<byte>(BlockLength);
    }

    public void Return(byte[] block)
    {
        Interlocked.Decrement(ref rented);
        if (idle.Count < Kept) idle.Add(block);
    }
}
