namespace PacsFusion.Imaging;

/// <summary>A block of voxels: from the low corner up to, but without, the high one.</summary>
internal readonly record struct VoxelBox(int LowX, int LowY, int LowZ, int HighX, int HighY, int HighZ)
{
    public long VoxelCount => (long)(HighX - LowX) * (HighY - LowY) * (HighZ - LowZ);

    /// <summary>The voxel with that number, column index fastest.</summary>
    public (int Column, int Row, int Slice) At(long index)
    {
        int width = HighX - LowX, height = HighY - LowY;
        var line = index / width;
        return (LowX + (int)(index % width), LowY + (int)(line % height), LowZ + (int)(line / height));
    }

    /// <summary>The eight corners in patient mm: centres of the outermost voxels.</summary>
    public Vector3d[] Corners(VolumeGrid grid)
    {
        var corners = new Vector3d[8];
        for (var n = 0; n < 8; n++)
            corners[n] = grid.ToPatient((n & 1) == 0 ? LowX : HighX - 1, (n & 2) == 0 ? LowY : HighY - 1, (n & 4) == 0 ? LowZ : HighZ - 1);
        return corners;
    }

    /// <summary>The whole grid.</summary>
    public static VoxelBox Of(VolumeGrid grid) => new(0, 0, 0, grid.Columns, grid.Rows, grid.Slices);

    /// <summary>The block of another grid of the same volume (a pyramid level) that holds this one and a margin.</summary>
    public VoxelBox On(VolumeGrid own, VolumeGrid other, double margin)
    {
        var toOther = other.VoxelToPatient.Invert();
        var low = toOther.Transform(own.ToPatient(LowX - 0.5, LowY - 0.5, LowZ - 0.5));
        var high = toOther.Transform(own.ToPatient(HighX - 0.5, HighY - 0.5, HighZ - 0.5));
        var spacing = other.Spacing;
        var (x0, x1) = Clip(low.X, high.X, margin / spacing.X, other.Columns);
        var (y0, y1) = Clip(low.Y, high.Y, margin / spacing.Y, other.Rows);
        var (z0, z1) = Clip(low.Z, high.Z, margin / spacing.Z, other.Slices);
        return new VoxelBox(x0, y0, z0, x1, y1, z1);

        static (int Low, int High) Clip(double low, double high, double margin, int length)
        {
            var from = Math.Clamp((int)Math.Round(low + 0.5 - margin), 0, length - 1);
            return (from, Math.Clamp((int)Math.Round(high + 0.5 + margin), from + 1, length));
        }
    }

    /// <summary>
    /// The block of a mask that holds nearly all of it: rows, columns and slices at its ends with less than half a percent of their
    /// voxels inside are cut off (a stray arm or table edge). The whole grid where the mask is empty.
    /// </summary>
    public static VoxelBox Around(BodyMask mask)
    {
        var grid = mask.Grid;
        if (mask.VoxelCount == 0) return Of(grid);
        var inside = mask.Inside.Span;
        int[] x = new int[grid.Columns], y = new int[grid.Rows], z = new int[grid.Slices];
        var at = 0;
        for (var k = 0; k < grid.Slices; k++)
            for (var j = 0; j < grid.Rows; j++)
                for (var i = 0; i < grid.Columns; i++)
                    if (inside[at++] != 0)
                    {
                        x[i]++;
                        y[j]++;
                        z[k]++;
                    }
        var (x0, x1) = Ends(x, grid.Rows * grid.Slices);
        var (y0, y1) = Ends(y, grid.Columns * grid.Slices);
        var (z0, z1) = Ends(z, grid.Columns * grid.Rows);
        return new VoxelBox(x0, y0, z0, x1, y1, z1);

        static (int Low, int High) Ends(int[] counts, int plane)
        {
            var least = Math.Min(plane / 200, counts.Max() - 1);
            return (Array.FindIndex(counts, n => n > least), Array.FindLastIndex(counts, n => n > least) + 1);
        }
    }
}
