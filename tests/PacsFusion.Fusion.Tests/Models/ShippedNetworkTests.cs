using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion.Tests;

public sealed class ShippedNetworkTests
{
    [Theory]
    [InlineData(75, 101)]
    [InlineData(64, 64)]
    [InlineData(33, 200)]
    [InlineData(7, 5)]
    public void Background_stays_exactly_zero_and_swapping_changes_nothing_at_any_size(int columns, int rows)
    {
        using var model = Load();
        float[] a = Images.ToFloat(Images.Blobs(columns, rows, 1)), b = Images.ToFloat(Images.Blobs(columns, rows, 2));
        var (first, weight) = Fuse(model, a, b, columns, rows);
        var (second, _) = Fuse(model, b, a, columns, rows);
        for (var i = 0; i < a.Length; i++)
        {
            if (a[i] == 0 && b[i] == 0) Assert.Equal(0f, first[i]);
            Assert.Equal(first[i], second[i], 1e-5);
            Assert.InRange(weight[i], 0, 1);
        }
    }

    [Theory]
    [InlineData("feature-max")]
    [InlineData("feature-mean")]
    [InlineData("feature-sum")]
    public void Networks_with_a_fixed_rule_keep_to_the_same_contract(string name)
    {
        using var model = ModelCatalog.Open(ModelFolder.Shipped).Load(name, new InferenceOptions()).Value;
        foreach (var (columns, rows) in new[] { (75, 101), (32, 32), (33, 47) })
        {
            float[] a = Images.ToFloat(Images.Blobs(columns, rows, 1)), b = Images.ToFloat(Images.Blobs(columns, rows, 2));
            var (first, weight) = Fuse(model, a, b, columns, rows);
            var (second, other) = Fuse(model, b, a, columns, rows);
            for (var i = 0; i < a.Length; i++)
            {
                if (a[i] == 0 && b[i] == 0) Assert.Equal(0f, first[i]);
                Assert.Equal(first[i], second[i], 1e-5);
                Assert.Equal(1, weight[i] + other[i], 1e-2);
            }
        }
    }

    [Fact]
    public void A_box_around_the_body_and_tiles_give_what_the_whole_image_gives()
    {
        // Larger than one tile, so that it is cut; the same content in the corner of a smaller image is not.
        const int columns = 700, rows = 120, offset = 300;
        using var model = Load();
        byte[] small = Images.Blobs(offset, rows, 3), smaller = Images.Blobs(offset, rows, 4);
        float[] a = new float[columns * rows], b = new float[columns * rows];
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < columns; x++)
            {
                // Repeated content with a period that is even keeps the half-size grid in step.
                a[y * columns + x] = small[y * offset + x % offset] / 255f;
                b[y * columns + x] = smaller[y * offset + x % offset] / 255f;
            }
        Assert.True(TilePlan.Cover(new FusionSlice(a, b, columns, rows), 4f / 255).Count > 1);
        var (wide, _) = Fuse(model, a, b, columns, rows);
        var (narrow, _) = Fuse(model, Images.ToFloat(small), Images.ToFloat(smaller), offset, rows);
        for (var y = 0; y < rows; y++)
            for (var x = 40; x < offset - 40; x++)
                Assert.Equal(narrow[y * offset + x], wide[y * columns + offset + x], 1e-5);
    }

    [Fact]
    public void Tiles_cover_every_pixel_that_holds_something_once()
    {
        const int columns = 1201, rows = 700;
        float[] a = new float[columns * rows], b = new float[columns * rows];
        a[100 * columns + 37] = 1;
        b[650 * columns + 1190] = 1;
        var seen = new int[a.Length];
        foreach (var tile in TilePlan.Cover(new FusionSlice(a, b, columns, rows), 4f / 255))
        {
            Assert.Equal(0, tile.Seen.Left % 2);
            Assert.Equal(0, tile.Seen.Top % 2);
            Assert.True(tile.Seen.Columns * tile.Seen.Rows <= TilePlan.LargestSeen(TilePlan.LargestSide));
            for (var y = tile.Kept.Top; y < tile.Kept.Top + tile.Kept.Rows; y++)
                for (var x = tile.Kept.Left; x < tile.Kept.Left + tile.Kept.Columns; x++) seen[y * columns + x]++;
        }
        Assert.True(seen.Max() == 1);
        Assert.Equal(1, seen[100 * columns + 37]);
        Assert.Equal(1, seen[650 * columns + 1190]);
    }

    [Fact]
    public void A_table_and_noise_in_the_air_cost_less_than_the_box_around_them_and_change_nothing()
    {
        // A body, a table's two thin rails well apart from it, and noise below what counts as anatomy everywhere.
        const int columns = 420, rows = 400, body = 150;
        float[] a = new float[columns * rows], b = new float[a.Length];
        float[] innerA = Images.ToFloat(Images.Blobs(body, body, 5)), innerB = Images.ToFloat(Images.Blobs(body, body, 6));
        for (var i = 0; i < a.Length; i++) (a[i], b[i]) = (i * 31 % 4 / 255f, i * 17 % 3 / 255f);
        for (var y = 0; y < body; y++)
        {
            innerA.AsSpan(y * body, body).CopyTo(a.AsSpan((31 + y) * columns + 133));
            innerB.AsSpan(y * body, body).CopyTo(b.AsSpan((31 + y) * columns + 133));
        }
        for (var x = 7; x < columns - 9; x++) a[(300 + x / 40) * columns + x] = a[(388 - x / 40) * columns + x] = 0.9f;

        var input = new FusionSlice(a, b, columns, rows);
        var tiles = TilePlan.Cover(input, 4f / 255);
        Assert.True(tiles.Sum(tile => tile.Seen.Columns * tile.Seen.Rows) < 0.55 * a.Length);
        Assert.All(tiles, tile => Assert.Equal((0, 0), (tile.Seen.Left % 2, tile.Seen.Top % 2)));

        using var model = Load();
        var (fused, weight) = Fuse(model, a, b, columns, rows);
        float[] whole = new float[a.Length], wholeWeight = new float[a.Length];
        ((OnnxFusionModel)model).Network.Run(a, b, whole, wholeWeight, columns, rows, TestContext.Current.CancellationToken);
        for (var i = 0; i < a.Length; i++)
        {
            if (Math.Max(a[i], b[i]) <= 4f / 255) continue;
            Assert.Equal(whole[i], fused[i], 1e-5);
            Assert.Equal(wholeWeight[i], weight[i], 1e-5);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(513)]
    [InlineData(2000)]
    public void The_tiles_of_any_image_lie_inside_it_and_do_not_overlap(int columns)
    {
        const int rows = 70;
        float[] a = new float[columns * rows];
        for (var i = 0; i < a.Length; i += 97) a[i] = 1;
        var kept = new int[a.Length];
        foreach (var (seen, inner) in TilePlan.Cover(new FusionSlice(a, a, columns, rows), 4f / 255, TilePlan.SmallestSide))
        {
            Assert.True(seen.Left >= 0 && seen.Top >= 0 && seen.Left + seen.Columns <= columns && seen.Top + seen.Rows <= rows);
            Assert.True(inner.Left >= seen.Left && inner.Top >= seen.Top && inner.Left + inner.Columns <= seen.Left + seen.Columns && inner.Top + inner.Rows <= seen.Top + seen.Rows);
            Assert.True(seen.Columns * seen.Rows <= TilePlan.LargestSeen(TilePlan.SmallestSide));
            for (var y = inner.Top; y < inner.Top + inner.Rows; y++)
                for (var x = inner.Left; x < inner.Left + inner.Columns; x++) kept[y * columns + x]++;
        }
        for (var i = 0; i < a.Length; i++) Assert.True(kept[i] <= 1 && (a[i] == 0 || kept[i] == 1));
    }

    [Fact]
    public void Cancelling_ends_the_work()
    {
        using var model = Load();
        float[] a = Images.ToFloat(Images.Blobs(64, 64, 1));
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => model.Fuse(new FusionSlice(a, a, 64, 64), new FusionOutput(new float[a.Length], default), stop.Token));
    }

    private static IFusionModel Load() => ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value;

    private static (float[] Fused, float[] Weight) Fuse(IFusionModel model, float[] a, float[] b, int columns, int rows)
    {
        float[] fused = new float[a.Length], weight = new float[a.Length];
        model.Fuse(new FusionSlice(a, b, columns, rows), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        return (fused, weight);
    }
}
