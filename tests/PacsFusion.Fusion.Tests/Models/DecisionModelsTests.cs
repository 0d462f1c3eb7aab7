using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class DecisionModelsTests
{
    private const int Columns = 96, Rows = 80;

    [Fact]
    public void They_are_listed_at_the_decision_level()
    {
        var catalog = ModelCatalog.Open(ModelFolder.Shipped);
        Assert.Superset(DecisionModels.Names.ToHashSet(), catalog.Names.ToHashSet());
        Assert.All(DecisionModels.Names, name => Assert.Equal(FusionLevel.Decision, catalog.Describe(name).Value.Level));
        Assert.All(DecisionModels.Names, name => Assert.Null(catalog.Verify(name)));
    }

    [Fact]
    public void Each_region_comes_from_the_source_with_more_local_energy_and_swapping_swaps_the_decision()
    {
        using var model = DecisionModels.Create(DecisionModels.SaliencyRegions)!;
        float[] a = new float[Columns * Rows], b = new float[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            var left = i % Columns < Columns / 2;
            var texture = 0.5f + 0.3f * ((i % Columns + i / Columns) % 2);
            a[i] = left ? texture : 0.6f;
            b[i] = left ? 0.6f : texture;
        }
        var (fused, weight) = Fuse(model, a, b);
        var (swapped, other) = Fuse(model, b, a);
        for (var i = 0; i < a.Length; i++)
        {
            Assert.Equal(fused[i], swapped[i], 1e-6);
            Assert.Equal(1, weight[i] + other[i], 1e-6);
            Assert.InRange(fused[i], Math.Min(a[i], b[i]) - 1e-6, Math.Max(a[i], b[i]) + 1e-6);
            var x = i % Columns;
            if (x < Columns / 2 - 8) Assert.Equal(1, weight[i]);
            if (x > Columns / 2 + 8) Assert.Equal(0, weight[i]);
        }
        // The border gives way over some pixels, never in one step.
        for (var x = 1; x < Columns; x++) Assert.True(Math.Abs(weight[40 * Columns + x] - weight[40 * Columns + x - 1]) < 0.3);
    }

    [Fact]
    public void Of_empty_images_nothing_comes()
    {
        foreach (var name in DecisionModels.Names)
        {
            using var model = DecisionModels.Create(name)!;
            Assert.All(Fuse(model, new float[Columns * Rows], new float[Columns * Rows]).Fused, value => Assert.Equal(0, value));
        }
    }

    [Fact]
    public async Task Inside_a_lesion_the_moving_series_is_shown_and_the_fixed_one_elsewhere()
    {
        // A warm sheet below the threshold, a lesion of SUV 10 with a rim of 3 (under 41 % of 10), and a small one of 3 of its own.
        using var moving = Volumes.Of(VoxelUnit.SuvBodyWeight, Columns, Rows, 5, (x, y, z) =>
            Within(x, y, 30, 40, 6) && z is 2 or 3 && Within(x, y, 30, 40, 6) ? 10 : Within(x, y, 30, 40, 12) && z is 2 or 3 && Within(x, y, 30, 40, 12) ? 3 : Within(x, y, 75, 40, 5) && z == 2 ? 3 : 1.5f);
        using var body = Volumes.Of(VoxelUnit.HounsfieldUnits, Columns, Rows, 5, (_, _, _) => 40);
        var mask = LesionMask.Of(moving, TestContext.Current.CancellationToken);
        Assert.Equal(LesionMask.Lesion, mask[(2 * Rows + 40) * Columns + 30]);
        Assert.Equal(LesionMask.Lesion, mask[(3 * Rows + 40) * Columns + 30]);
        Assert.Equal(LesionMask.Lesion, mask[(2 * Rows + 40) * Columns + 75]);
        Assert.NotEqual(LesionMask.Lesion, mask[(2 * Rows + 40) * Columns + 40]);
        Assert.NotEqual(LesionMask.Lesion, mask[(4 * Rows + 40) * Columns + 30]);

        using var model = DecisionModels.Create(DecisionModels.LesionMask)!;
        var request = new SeriesFusionRequest
        {
            Fixed = body,
            Moving = moving,
            FixedWindow = DisplayWindow.Parse("soft-tissue").Value,
            MovingWindow = DisplayWindow.Parse("SUV 0..10").Value,
            Model = model,
            MeasuredSlices = 0,
        };
        await foreach (var slice in SeriesFuser.Create(request).Value.FuseAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            using var owned = slice;
            int At(int x) => slice.Luminance.Span[40 * Columns + x];
            Assert.Equal(128, At(5));
            Assert.Equal(slice.Index is 2 or 3 ? 255 : 128, At(30));
            Assert.Equal(slice.Index == 2 ? 77 : 128, At(75));
            Assert.Equal(slice.Index is 2 or 3 ? 0 : 255, slice.FixedWeight.Span[40 * Columns + 30]);
        }

        static bool Within(int x, int y, int cx, int cy, int r) => (x - cx) * (x - cx) + (y - cy) * (y - cy) <= r * r;
    }

    [Theory]
    [InlineData(VoxelUnit.SuvBodyWeight, true)]
    [InlineData(VoxelUnit.SuvLeanBodyMass, true)]
    [InlineData(VoxelUnit.SuvIdealBodyWeight, true)]
    [InlineData(VoxelUnit.SuvBodySurfaceArea, false)]
    [InlineData(VoxelUnit.NotQuantitative, false)]
    public void In_uptake_per_gram_the_threshold_is_a_value_else_a_share_of_the_highest(VoxelUnit unit, bool absolute)
    {
        // 3 lies above 2.5 and below 41 % of 10; the two do not touch.
        using var moving = Volumes.Of(unit, 9, 1, 1, (x, _, _) => x == 1 ? 10 : x == 7 ? 3 : 0);
        var mask = LesionMask.Of(moving, TestContext.Current.CancellationToken);
        Assert.Equal(LesionMask.Lesion, mask[1]);
        Assert.Equal(absolute, mask[7] == LesionMask.Lesion);
    }

    private static (float[] Fused, float[] Weight) Fuse(IFusionModel model, float[] a, float[] b)
    {
        float[] fused = new float[a.Length], weight = new float[a.Length];
        model.Fuse(new FusionSlice(a, b, Columns, Rows), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        return (fused, weight);
    }
}
