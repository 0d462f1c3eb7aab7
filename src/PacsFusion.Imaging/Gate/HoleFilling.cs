namespace PacsFusion.Imaging;

/// <summary>Fills what a body mask encloses within each slice.</summary>
internal static class HoleFilling
{
    /// <summary>A copy of the mask in which everything that the edge of its slice cannot reach (by faces) counts as inside.</summary>
    public static byte[] Fill(BodyMask body)
    {
        var grid = body.Grid;
        var filled = body.Inside.ToArray();
        var open = new Stack<int>();
        var outside = new bool[grid.SliceLength];
        for (var slice = 0; slice < grid.Slices; slice++)
        {
            var mask = filled.AsSpan(slice * grid.SliceLength, grid.SliceLength);
            Array.Clear(outside);
            for (var i = 0; i < grid.Columns; i++)
            {
                Visit(mask, i);
                Visit(mask, (grid.Rows - 1) * grid.Columns + i);
            }
            for (var j = 0; j < grid.Rows; j++)
            {
                Visit(mask, j * grid.Columns);
                Visit(mask, (j + 1) * grid.Columns - 1);
            }
            while (open.TryPop(out var at))
            {
                var column = at % grid.Columns;
                if (column > 0) Visit(mask, at - 1);
                if (column < grid.Columns - 1) Visit(mask, at + 1);
                if (at >= grid.Columns) Visit(mask, at - grid.Columns);
                if (at + grid.Columns < mask.Length) Visit(mask, at + grid.Columns);
            }
            for (var at = 0; at < mask.Length; at++) mask[at] = outside[at] ? (byte)0 : (byte)1;
        }
        return filled;

        void Visit(Span<byte> mask, int at)
        {
            if (mask[at] != 0 || outside[at]) return;
            outside[at] = true;
            open.Push(at);
        }
    }
}
