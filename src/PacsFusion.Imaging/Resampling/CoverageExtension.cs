namespace PacsFusion.Imaging;

/// <summary>
/// Replaces values that are not covered by the nearest covered one along the row, else the nearest row, else the nearest slice, so that
/// filters that reach far (the spline's) never see a placeholder.
/// </summary>
internal static class CoverageExtension
{
    public static void Apply(float[] voxels, byte[] mask, VolumeGrid grid, ParallelOptions parallel)
    {
        int columns = grid.Columns, length = grid.SliceLength;
        var slices = new bool[grid.Slices];
        Parallel.For(0, grid.Slices, parallel, k =>
        {
            var rows = new bool[grid.Rows];
            for (var j = 0; j < grid.Rows; j++)
            {
                var at = k * length + j * columns;
                rows[j] = Row(voxels.AsSpan(at, columns), mask.AsSpan(at, columns));
            }
            slices[k] = Nearest(rows, (from, to) => voxels.AsSpan(k * length + from * columns, columns).CopyTo(voxels.AsSpan(k * length + to * columns)));
        });
        if (!Nearest(slices, (from, to) => voxels.AsSpan(from * length, length).CopyTo(voxels.AsSpan(to * length))))
            voxels.AsSpan(0, (int)grid.VoxelCount).Clear();
    }

    private static bool Row(Span<float> values, ReadOnlySpan<byte> mask)
    {
        var before = -1;
        for (var i = 0; i < values.Length; i++)
        {
            if (mask[i] == 0) continue;
            // Between two covered voxels each half takes its nearer one.
            var from = before < 0 ? 0 : (before + i) / 2 + 1;
            if (before >= 0) values[(before + 1)..from].Fill(values[before]);
            values[from..i].Fill(values[i]);
            before = i;
        }
        if (before >= 0) values[(before + 1)..].Fill(values[before]);
        return before >= 0;
    }

    private static bool Nearest(ReadOnlySpan<bool> have, Action<int, int> copy)
    {
        if (!have.Contains(true)) return false;
        for (var i = 0; i < have.Length; i++)
        {
            if (have[i]) continue;
            for (var distance = 1; ; distance++)
            {
                if (i - distance >= 0 && have[i - distance]) copy(i - distance, i);
                else if (i + distance < have.Length && have[i + distance]) copy(i + distance, i);
                else continue;
                break;
            }
        }
        return true;
    }
}
