using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Single values between voxel centres, for pictures.</summary>
internal static class PlaneSample
{
    /// <summary>The trilinear value where at least half of its weight is covered; false outside, half a voxel beyond the outer centres.</summary>
    public static bool TryValue(Volume volume, Vector3d index, out float value)
    {
        double sum = 0, share = 0;
        var values = volume.Voxels.Span;
        var mask = volume.Coverage is { } coverage ? coverage.Span : [];
        foreach (var (at, weight) in Corners(volume.Grid, index, stackalloc (int, double)[8]))
        {
            if (!mask.IsEmpty && mask[at] == 0) continue;
            sum += weight * values[at];
            share += weight;
        }
        value = share >= 0.5 ? (float)(sum / share) : 0;
        return share >= 0.5;
    }

    /// <summary>How much of the weight lies inside the mask, 0 to 1.</summary>
    public static double Share(BodyMask mask, Vector3d index)
    {
        double share = 0;
        var inside = mask.Inside.Span;
        foreach (var (at, weight) in Corners(mask.Grid, index, stackalloc (int, double)[8]))
            if (inside[at] != 0) share += weight;
        return share;
    }

    private static ReadOnlySpan<(int At, double Weight)> Corners(VolumeGrid grid, Vector3d index, Span<(int At, double Weight)> corners)
    {
        if (!Known(index.X, grid.Columns) || !Known(index.Y, grid.Rows) || !Known(index.Z, grid.Slices)) return [];
        double x = Math.Clamp(index.X, 0, grid.Columns - 1), y = Math.Clamp(index.Y, 0, grid.Rows - 1), z = Math.Clamp(index.Z, 0, grid.Slices - 1);
        var count = 0;
        for (var corner = 0; corner < 8; corner++)
        {
            int i = (int)x + (corner & 1), j = (int)y + ((corner >> 1) & 1), k = (int)z + (corner >> 2);
            var weight = (1 - Math.Abs(x - i)) * (1 - Math.Abs(y - j)) * (1 - Math.Abs(z - k));
            if (weight > 0) corners[count++] = ((k * grid.Rows + j) * grid.Columns + i, weight);
        }
        return corners[..count];

        static bool Known(double at, int length) => at >= -0.5 - 1e-6 && at <= length - 0.5 + 1e-6;
    }
}
