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
            Assert.True(tile.Kept.Columns <= TilePlan.LargestSide + 2 && tile.Kept.Rows <= TilePlan.LargestSide + 2);
            for (var y = tile.Kept.Top; y < tile.Kept.Top + tile.Kept.Rows; y++)
                for (var x = tile.Kept.Left; x < tile.Kept.Left + tile.Kept.Columns; x++) seen[y * columns + x]++;
        }
        Assert.True(seen.Max() == 1);
        Assert.Equal(1, seen[100 * columns + 37]);
        Assert.Equal(1, seen[650 * columns + 1190]);
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
