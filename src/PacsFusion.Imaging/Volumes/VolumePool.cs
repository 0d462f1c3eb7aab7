using System.Collections.Concurrent;

namespace PacsFusion.Imaging;

/// <summary>
/// Keeps the large buffers of disposed volumes for the next ones: touching fresh pages of a 512x512x135 volume costs more than resampling
/// into it. Safe for use from several threads. A buffer may be handed out for a request of at least three quarters of its length.
/// </summary>
public sealed class VolumePool
{
    private readonly ConcurrentBag<float[]> _voxels = [];
    private readonly ConcurrentBag<byte[]> _masks = [];
    private long _retained;

    /// <summary>A pool that keeps at most so many bytes.</summary>
    /// <param name="maximumRetainedBytes">Bytes kept between uses; what comes back beyond that is left to the collector. Default 1 GiB.</param>
    public VolumePool(long maximumRetainedBytes = 1L << 30)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maximumRetainedBytes);
        MaximumRetainedBytes = maximumRetainedBytes;
    }

    /// <summary>Upper limit of <see cref="RetainedBytes"/>.</summary>
    public long MaximumRetainedBytes { get; }

    /// <summary>Bytes that lie in the pool now.</summary>
    public long RetainedBytes => Interlocked.Read(ref _retained);

    internal float[] RentVoxels(int length) => Rent(_voxels, length, sizeof(float));

    internal byte[] RentMask(int length) => Rent(_masks, length, sizeof(byte));

    internal void Return(float[] buffer) => Return(_voxels, buffer, sizeof(float));

    internal void Return(byte[] buffer) => Return(_masks, buffer, sizeof(byte));

    private T[] Rent<T>(ConcurrentBag<T[]> bag, int length, int size)
    {
        List<T[]>? unfit = null;
        T[]? found = null;
        while (found is null && bag.TryTake(out var candidate))
        {
            if (candidate.Length >= length && candidate.Length <= length + length / 3) found = candidate;
            else (unfit ??= []).Add(candidate);
        }
        if (unfit is not null)
            foreach (var buffer in unfit) bag.Add(buffer);
        if (found is null) return GC.AllocateUninitializedArray<T>(length);
        Interlocked.Add(ref _retained, -(long)found.Length * size);
        return found;
    }

    private void Return<T>(ConcurrentBag<T[]> bag, T[] buffer, int size)
    {
        var bytes = (long)buffer.Length * size;
        if (Interlocked.Add(ref _retained, bytes) > MaximumRetainedBytes)
        {
            Interlocked.Add(ref _retained, -bytes);
            return;
        }
        bag.Add(buffer);
    }
}
