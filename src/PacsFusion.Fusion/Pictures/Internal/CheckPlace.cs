using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Where the planes of check pictures go through.</summary>
internal static class CheckPlace
{
    /// <summary>Whether the values are uptake of a tracer, so that the hottest place is worth a look.</summary>
    public static bool IsUptake(VoxelUnit unit) => unit is VoxelUnit.SuvBodyWeight or VoxelUnit.BecquerelPerMillilitre or VoxelUnit.NotQuantitative;

    /// <summary>A voxel index on the grid: the given point, else the greatest uptake inside the body, else the middle of the body or of the grid.</summary>
    public static Vector3d Choose(Vector3d? patient, BodyMask body, Volume moving)
    {
        var grid = body.Grid;
        if (patient is { } point)
        {
            var at = grid.ToVoxel(point);
            return new Vector3d(Inside(at.X, grid.Columns), Inside(at.Y, grid.Rows), Inside(at.Z, grid.Slices));
        }
        return (IsUptake(moving.Unit) ? Hottest(body, moving) : null) ?? Middle(body);

        static double Inside(double at, int length) => Math.Clamp(Math.Round(at), 0, length - 1);
    }

    private static Vector3d? Hottest(BodyMask body, Volume moving)
    {
        ReadOnlySpan<byte> inside = body.Inside.Span, mask = moving.Coverage is { } coverage ? coverage.Span : [];
        ReadOnlySpan<float> values = moving.Voxels.Span;
        var best = -1;
        for (var n = 0; n < values.Length; n++)
            if (inside[n] != 0 && (mask.IsEmpty || mask[n] != 0) && (best < 0 || values[n] > values[best])) best = n;
        return best < 0 ? null : At(body.Grid, best);
    }

    private static Vector3d Middle(BodyMask body)
    {
        var grid = body.Grid;
        if (body.VoxelCount == 0) return new Vector3d(grid.Columns / 2, grid.Rows / 2, grid.Slices / 2);
        var sum = Vector3d.Zero;
        var inside = body.Inside.Span;
        for (var n = 0; n < inside.Length; n++)
            if (inside[n] != 0) sum += At(grid, n);
        sum /= body.VoxelCount;
        return new Vector3d(Math.Round(sum.X), Math.Round(sum.Y), Math.Round(sum.Z));
    }

    private static Vector3d At(VolumeGrid grid, int n) => new(n % grid.Columns, n / grid.Columns % grid.Rows, n / grid.SliceLength);
}
