using System.Buffers;
using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>A rectangle of pixels.</summary>
internal readonly record struct PixelBox(int Left, int Top, int Columns, int Rows);

/// <summary>What a network is shown and the part of its answer that is kept.</summary>
internal readonly record struct Tile(PixelBox Seen, PixelBox Kept);

/// <summary>
/// Cuts a slice into the tiles that hold something. A run costs as much as the pixels it sees, margins included, so the cheapest of
/// all ways to cut along a grid of cells is taken: hollow and far-apart content falls into several tiles, a compact body stays whole.
/// </summary>
internal static class TilePlan
{
    /// <summary>Two pixels more than the radius of the default network's receptive field.</summary>
    public const int Margin = 16;

    /// <summary>
    /// Side of the largest square that is kept of one run; a tile of another form sees no more pixels than that one. About 250 MB for
    /// each slice at work, and hardly slower than whole slices.
    /// </summary>
    public const int LargestSide = 320;

    /// <summary>Side below which tiles are not cut: the margins would outweigh what is kept.</summary>
    public const int SmallestSide = 80;

    /// <summary>Least pixels of a side that a network is shown, where the image has them.</summary>
    public const int LeastSeen = 32;

    /// <summary>Side of a cell; cuts lie between cells.</summary>
    private const int Cell = 32;

    /// <summary>Cells a side of the regions that are planned each by itself, so that planning stays cheap on images of any size.</summary>
    private const int RegionCells = 16;

    /// <summary>What a run costs beside its pixels, in pixels.</summary>
    private const int RunCost = 300;

    /// <summary>Most pixels that one run sees for a largest side.</summary>
    public static int LargestSeen(int largestSide) => (largestSide + 2 * Margin) * (largestSide + 2 * Margin);

    /// <summary>Tiles whose kept parts cover, without overlap, every pixel where either image exceeds the threshold.</summary>
    public static IReadOnlyList<Tile> Cover(in FusionSlice slice, float threshold, int largestSide = LargestSide)
    {
        List<Tile> tiles = [];
        const int step = Cell * RegionCells;
        var plans = ArrayPool<Plan>.Shared.Rent(Region.Plans);
        for (var top = 0; top < slice.Rows; top += step)
            for (var left = 0; left < slice.Columns; left += step)
                new Region(plans, left, top, Math.Min(step, slice.Columns - left), Math.Min(step, slice.Rows - top)).Cover(slice, threshold, LargestSeen(largestSide), tiles);
        ArrayPool<Plan>.Shared.Return(plans);
        return tiles;
    }

    private static int Even(int n) => n & ~1;

    private static PixelBox Grow(int left, int top, int right, int bottom, int columns, int rows)
    {
        (left, top) = (Even(Math.Max(left - Margin, 0)), Even(Math.Max(top - Margin, 0)));
        (right, bottom) = (Math.Min(right + Margin, columns), Math.Min(bottom + Margin, rows));
        // In a corner of the image even both margins may be less than a network takes.
        left = Even(Math.Max(Math.Min(left, right - LeastSeen), 0));
        top = Even(Math.Max(Math.Min(top, bottom - LeastSeen), 0));
        right = Math.Min(Math.Max(right, left + LeastSeen), columns);
        bottom = Math.Min(Math.Max(bottom, top + LeastSeen), rows);
        return new PixelBox(left, top, right - left, bottom - top);
    }

    /// <summary>Edges of the content of some cells, right and bottom exclusive; empty where right is 0.</summary>
    private readonly record struct Edges(int Left, int Top, int Right, int Bottom)
    {
        public bool IsEmpty => Right == 0;

        public Edges With(Edges other) => IsEmpty ? other : other.IsEmpty ? this
            : new Edges(Math.Min(Left, other.Left), Math.Min(Top, other.Top), Math.Max(Right, other.Right), Math.Max(Bottom, other.Bottom));
    }

    /// <summary>The cheapest cuts of one region, by dynamic programming over all rectangles of its cells, from small to large.</summary>
    private readonly struct Region
    {
        /// <summary>Most rectangles of cells, empty ones counted too.</summary>
        public const int Plans = (RegionCells + 1) * (RegionCells + 1) * (RegionCells + 1) * (RegionCells + 1);

        private const int Unaffordable = int.MaxValue / 4;

        private readonly int _left, _top, _columns, _rows, _across, _down;
        private readonly Plan[] _plans;

        public Region(Plan[] plans, int left, int top, int columns, int rows)
        {
            _plans = plans;
            Array.Clear(plans);
            (_left, _top, _columns, _rows) = (left, top, columns, rows);
            (_across, _down) = ((columns + Cell - 1) / Cell, (rows + Cell - 1) / Cell);
        }

        public void Cover(in FusionSlice slice, float threshold, int largestSeen, List<Tile> tiles)
        {
            if (!Find(slice, threshold)) return;
            for (var high = 1; high <= _down; high++)
                for (var wide = 1; wide <= _across; wide++)
                    for (var v = 0; v + high <= _down; v++)
                        for (var u = 0; u + wide <= _across; u++)
                            Settle(u, v, u + wide, v + high, slice.Columns, slice.Rows, largestSeen);
            Collect(0, 0, _across, _down, slice, tiles);
        }

        private ref Plan At(int u, int v, int uEnd, int vEnd) => ref _plans[((u * (_across + 1) + uEnd) * (_down + 1) + v) * (_down + 1) + vEnd];

        // Where the content of each cell begins and ends; false where there is none.
        private bool Find(in FusionSlice slice, float threshold)
        {
            var any = false;
            for (var y = _top; y < _top + _rows; y++)
                for (var u = 0; u < _across; u++)
                {
                    var from = _left + u * Cell;
                    var length = Math.Min(Cell, _left + _columns - from);
                    ReadOnlySpan<float> a = slice.A.Slice(y * slice.Columns + from, length), b = slice.B.Slice(y * slice.Columns + from, length);
                    if (TensorPrimitives.Max(a) <= threshold && TensorPrimitives.Max(b) <= threshold) continue;
                    int first = 0, last = length - 1;
                    while (first < last && !(a[first] > threshold || b[first] > threshold)) first++;
                    while (last > first && !(a[last] > threshold || b[last] > threshold)) last--;
                    var v = (y - _top) / Cell;
                    ref var plan = ref At(u, v, u + 1, v + 1);
                    plan.Content = plan.Content.With(new Edges(from + first, y, from + last + 1, y + 1));
                    any = true;
                }
            return any;
        }

        private void Settle(int u, int v, int uEnd, int vEnd, int columns, int rows, int largestSeen)
        {
            ref var plan = ref At(u, v, uEnd, vEnd);
            var single = uEnd - u == 1 && vEnd - v == 1;
            if (!single)
                plan.Content = uEnd - u > 1
                    ? At(u, v, uEnd - 1, vEnd).Content.With(At(uEnd - 1, v, uEnd, vEnd).Content)
                    : At(u, v, uEnd, vEnd - 1).Content.With(At(u, vEnd - 1, uEnd, vEnd).Content);
            if (plan.Content.IsEmpty) return;
            var seen = Grow(plan.Content.Left, plan.Content.Top, plan.Content.Right, plan.Content.Bottom, columns, rows);
            var pixels = seen.Columns * seen.Rows;
            plan.Cost = single || pixels <= largestSeen ? pixels + RunCost : Unaffordable;
            for (var cut = u + 1; cut < uEnd; cut++) plan.Try(At(u, v, cut, vEnd).Cost + At(cut, v, uEnd, vEnd).Cost, (sbyte)cut);
            for (var cut = v + 1; cut < vEnd; cut++) plan.Try(At(u, v, uEnd, cut).Cost + At(u, cut, uEnd, vEnd).Cost, (sbyte)-cut);
        }

        private void Collect(int u, int v, int uEnd, int vEnd, in FusionSlice slice, List<Tile> tiles)
        {
            var plan = At(u, v, uEnd, vEnd);
            if (plan.Content.IsEmpty) return;
            if (plan.Cut == 0)
            {
                var (left, top, right, bottom) = plan.Content;
                tiles.Add(new Tile(Grow(left, top, right, bottom, slice.Columns, slice.Rows), new PixelBox(left, top, right - left, bottom - top)));
                return;
            }
            var cut = Math.Abs((int)plan.Cut);
            if (plan.Cut > 0)
            {
                Collect(u, v, cut, vEnd, slice, tiles);
                Collect(cut, v, uEnd, vEnd, slice, tiles);
            }
            else
            {
                Collect(u, v, uEnd, cut, slice, tiles);
                Collect(u, cut, uEnd, vEnd, slice, tiles);
            }
        }
    }

    /// <summary>The cheapest way to cover a rectangle of cells: whole where the cut is 0, else cut before that column, or row where negative.</summary>
    private struct Plan
    {
        public Edges Content;
        public int Cost;
        public sbyte Cut;

        public void Try(int cost, sbyte cut)
        {
            if (cost < Cost) (Cost, Cut) = (cost, cut);
        }
    }
}
