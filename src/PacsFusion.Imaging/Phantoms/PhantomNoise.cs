namespace PacsFusion.Imaging;

/// <summary>Noise that depends on seed, series and voxel only, so that the order of work does not matter.</summary>
internal readonly struct PhantomNoise(int seed, int series)
{
    private readonly ulong _key = Mix((uint)seed * 0x9E3779B97F4A7C15UL ^ (uint)series * 0xD1B54A32D192ED03UL);

    /// <summary>Roughly normal with mean 0 and standard deviation 1: the sum of four uniform numbers.</summary>
    public double Normal(long voxel)
    {
        var bits = Mix(_key ^ (ulong)voxel * 0xA24BAED4963EE407UL);
        var sum = (int)(bits & 0xFFFF) + (int)(bits >> 16 & 0xFFFF) + (int)(bits >> 32 & 0xFFFF) + (int)(bits >> 48);
        return (sum / 65535.0 - 2) * 1.7320508075688772;
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ z >> 27) * 0x94D049BB133111EBUL;
        return z ^ z >> 31;
    }
}
