using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>A rectangle of pixels.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Columns, int Rows);

/// <summary>What a network is shown and the part of its answer that is kept.</summary>
internal readonly record struct Tile(PixelBox Seen, PixelBox Kept);

/// <summary>Cuts a slice into the tiles that hold something.</summary>
internal static class TilePlan
{
    /// <summary>Two pixels more than the radius of the default network's receptive field.</summary>
    public const int Margin = 16;

    /// <summary>Largest side of the kept part: about 250 MB for each slice at work, at a tenth more time than whole slices.</summary>
    public const int LargestSide = 320;

    /// <summary>Side below which tiles are not cut: the margins would outweigh what is kept.</summary>
    public const int SmallestSide = 80;

    /// <summary>Least pixels of a side that a network is shown, where the image has them.</summary>
    public const int LeastSeen = 32;

    /// <summary>Tiles whose kept parts cover, without overlap, every pixel where either image exceeds the threshold.</summary>
    public static IReadOnlyList<Tile> Cover(in FusionSlice slice, float threshold, int largestSide = LargestSide)
    {
        if (Content(slice, threshold) is not { } content) return [];
        var box = Grow(content, slice);
        List<Tile> tiles = [];
        int across = (box.Columns + largestSide - 1) / largestSide, down = (box.Rows + largestSide - 1) / largestSide;
        for (var v = 0; v < down; v++)
            for (var u = 0; u < across; u++)
            {
                int left = Even(box.Columns * u / across), right = u == across - 1 ? box.Columns : Even(box.Columns * (u + 1) / across);
                int top = Even(box.Rows * v / down), bottom = v == down - 1 ? box.Rows : Even(box.Rows * (v + 1) / down);
                var kept = new PixelBox(box.Left + left, box.Top + top, right - left, bottom - top);
                tiles.Add(new Tile(across * down == 1 ? kept : Grow(kept, slice), kept));
            }
        return tiles;
    }

    private static int Even(int n) => n & ~1;

    private static PixelBox? Content(in FusionSlice slice, float threshold)
    {
        int left = slice.Columns, right = -1, top = -1, bottom = -1;
        for (var y = 0; y < slice.Rows; y++)
        {
            var a = slice.A.Slice(y * slice.Columns, slice.Columns);
            var b = slice.B.Slice(y * slice.Columns, slice.Columns);
            if (TensorPrimitives.Max(a) <= threshold && TensorPrimitives.Max(b) <= threshold) continue;
            if (top < 0) top = y;
            bottom = y;
            for (var x = 0; x < left; x++)
                if (a[x] > threshold || b[x] > threshold) left = x;
            for (var x = slice.Columns - 1; x > right; x--)
                if (a[x] > threshold || b[x] > threshold) right = x;
        }
        return top < 0 ? null : new PixelBox(left, top, right - left + 1, bottom - top + 1);
    }

    private static PixelBox Grow(PixelBox box, in FusionSlice slice)
    {
        int left = Even(Math.Max(box.Left - Margin, 0)), top = Even(Math.Max(box.Top - Margin, 0));
        int right = Math.Min(box.Left + box.Columns + Margin, slice.Columns), bottom = Math.Min(box.Top + box.Rows + Margin, slice.Rows);
        // In a corner of the image even both margins may be less than a network takes.
        left = Even(Math.Max(Math.Min(left, right - LeastSeen), 0));
        top = Even(Math.Max(Math.Min(top, bottom - LeastSeen), 0));
        right = Math.Min(Math.Max(right, left + LeastSeen), slice.Columns);
        bottom = Math.Min(Math.Max(bottom, top + LeastSeen), slice.Rows);
        return new PixelBox(left, top, right - left, bottom - top);
    }
}
