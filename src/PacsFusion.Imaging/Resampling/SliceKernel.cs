namespace PacsFusion.Imaging;

/// <summary>One way of making fixed slices from a moving volume. Safe for use from several threads, each with a scratch of its own.</summary>
internal abstract class SliceKernel
{
    /// <summary>Floats of scratch memory that <see cref="Slice"/> needs.</summary>
    public virtual int ScratchLength => 0;

    /// <summary>Writes one fixed slice.</summary>
    /// <param name="k">Fixed slice index.</param>
    /// <param name="destination">The slice's values.</param>
    /// <param name="coverage">Its coverage; empty where every voxel is known to be covered.</param>
    /// <param name="scratch">At least <see cref="ScratchLength"/> floats.</param>
    /// <returns>The number of covered voxels.</returns>
    public abstract int Slice(int k, Span<float> destination, Span<byte> coverage, float[] scratch);
}

/// <summary>A moving volume as kernels read it.</summary>
/// <param name="Voxels">Values from the start of the array on; may be longer than the grid.</param>
/// <param name="Mask">Coverage likewise; null where all is covered.</param>
/// <param name="Grid">Size.</param>
/// <param name="Known">What is known, in indices of this grid.</param>
internal sealed record KernelSource(float[] Voxels, byte[]? Mask, VolumeGrid Grid, KnownBox Known)
{
    public static KernelSource Of(Volume volume, KnownBox known) => new(Array<float>(volume.Voxels), volume.Coverage is { } mask ? Array<byte>(mask) : null, volume.Grid, known);

    private static T[] Array<T>(Memory<T> memory)
    {
        if (!System.Runtime.InteropServices.MemoryMarshal.TryGetArray<T>(memory, out var segment) || segment.Offset != 0)
            throw new InvalidOperationException("A volume's voxels lie in one array from its start.");
        return segment.Array!;
    }
}
