namespace PacsFusion.Imaging;

/// <summary>
/// The binomial filter (1 2 1) / 4 along each axis, in place. Noise of a raw volume is damped by trilinear interpolation midway between
/// voxels but not at their centres, and mutual information follows that rather than the anatomy; smoothed once, it hardly differs.
/// </summary>
internal static class Smoothing
{
    public static void Apply(Volume volume)
    {
        var voxels = volume.Voxels.Span;
        for (var start = 0; start < voxels.Length; start += volume.Columns) Line(voxels.Slice(start, volume.Columns));
        for (var slice = 0; slice < volume.Slices; slice++) Blocks(volume.Slice(slice), volume.Columns);
        Blocks(voxels, volume.Grid.SliceLength);
    }

    private static void Line(Span<float> line)
    {
        var before = line[0];
        for (var i = 0; i < line.Length; i++)
        {
            var own = line[i];
            line[i] = Mean(before, own, i + 1 < line.Length ? line[i + 1] : own);
            before = own;
        }
    }

    // Along rows or slices: equal places of the block before and the block after.
    private static void Blocks(Span<float> all, int length)
    {
        var before = all[..length].ToArray();
        for (var start = 0; start < all.Length; start += length)
        {
            var own = all.Slice(start, length);
            ReadOnlySpan<float> after = start + length < all.Length ? all.Slice(start + length, length) : own;
            for (var i = 0; i < own.Length; i++)
            {
                var value = own[i];
                own[i] = Mean(before[i], value, after[i]);
                before[i] = value;
            }
        }
    }

    // What is not known on one side counts as no difference.
    private static float Mean(float before, float own, float after) =>
        0.5f * own + 0.25f * ((float.IsNaN(before) ? own : before) + (float.IsNaN(after) ? own : after));
}
