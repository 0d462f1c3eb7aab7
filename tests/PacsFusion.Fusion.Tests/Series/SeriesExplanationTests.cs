using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class SeriesExplanationTests
{
    private const int Columns = 64, Rows = 50, Slices = 4;

    [Fact]
    public async Task Shares_are_what_the_weights_and_values_say()
    {
        using var pair = new Pair();
        using var model = PixelModels.Create("average")!;
        var explained = await Explain(pair, model, (slice, i, a, b) =>
            Assert.Equal(a + b == 0 ? 0 : a / (double)(a + b), slice.FixedShare.Span[i] / 255.0, a + b == 0 ? 0 : 0.02));
        // Half of each everywhere: the share is that of the brightness. Body 128 of 255; uptake 51, in the hot cube 255.
        Assert.Equal(128.0 / (128 + 51), explained.FixedOfSignal!.Value, 0.01);
        Assert.Equal(255.0 / (128 + 255), explained.MovingOfSignal!.Value, 0.01);
        Assert.InRange(explained.FixedInBody!.Value, 0.6, 0.75);
        Assert.Equal(128.0 / (128 + 255), explained.FixedInHottest!.Value, 0.02);
        Assert.Empty(explained.Warnings("CT", "PT"));
    }

    [Fact]
    public async Task The_hottest_hundredth_is_named_for_uptake_only()
    {
        using var pair = new Pair();
        using var model = PixelModels.Create("average")!;
        Assert.Null((await Explain(pair, model, functional: false)).FixedInHottest);
    }

    [Theory]
    [InlineData("copy-fixed", "PT")]
    [InlineData("copy-moving", "CT")]
    public async Task A_source_that_vanished_is_named(string name, string vanished)
    {
        using var pair = new Pair();
        using var model = PixelModels.Create(name)!;
        var warning = Assert.Single((await Explain(pair, model)).Warnings("CT", "PT"));
        Assert.Equal(FusionReasons.SourceVanished, warning.Code);
        Assert.Contains($"The {vanished} series", warning.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_outside_the_sources_range_are_told()
    {
        using var pair = new Pair();
        using var model = new Invented((a, b) => a == 0 && b == 0 ? 0 : Math.Min(1, Math.Max(a, b) + 0.1f));
        var explained = await Explain(pair, model);
        Assert.InRange(explained.OutsideRange, 20, 26);
        Assert.Contains(explained.Warnings("CT", "PT"), w => w.Code == FusionReasons.OutsideSourceRange);
        Assert.DoesNotContain(explained.Warnings("CT", "PT"), w => w.Code == FusionReasons.InventedBackground);
    }

    [Fact]
    public async Task A_background_that_neither_source_has_is_told()
    {
        using var pair = new Pair();
        using var model = new Invented((a, b) => a == 0 && b == 0 ? 0.02f : Math.Max(a, b));
        var explained = await Explain(pair, model);
        Assert.Equal(5, explained.Background);
        Assert.Equal([FusionReasons.InventedBackground], explained.Warnings("CT", "PT").Select(w => w.Code));
    }

    [Fact]
    public void Weights_of_a_model_without_any_are_estimated_and_it_says_so()
    {
        using var folder = new ModelFolder().Add("net", TinyOnnx.OneNode("Max", ["a", "b"], "fused"));
        using var model = ModelCatalog.Open(folder.Path).Load("net", new InferenceOptions()).Value;
        Assert.True(model.Info.EstimatesWeight);
        float[] a = Images.ToFloat(Images.Blobs(Columns, Rows, 1)), b = new float[a.Length], fused = new float[a.Length], weight = new float[a.Length];
        for (var i = 0; i < a.Length; i++) b[i] = i % Columns < Columns / 2 ? 1 : 0;
        model.Fuse(new FusionSlice(a, b, Columns, Rows), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        for (var y = 0; y < Rows; y++)
        {
            for (var x = 0; x < Columns / 2 - 4; x++) Assert.Equal(0, weight[y * Columns + x], 1e-6);
            for (var x = Columns / 2 + 4; x < Columns; x++)
                if (a[y * Columns + x] > 0) Assert.Equal(1, weight[y * Columns + x], 1e-6);
        }
        using var shipped = ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value;
        Assert.False(shipped.Info.EstimatesWeight);
    }

    private static async Task<SeriesExplanation> Explain(Pair pair, IFusionModel model, Action<FusedSlice, int, int, int>? look = null, bool functional = true)
    {
        List<SliceContribution> slices = [];
        var request = new SeriesFusionRequest
        {
            Fixed = pair.Fixed,
            Moving = pair.Moving,
            FixedWindow = DisplayWindow.Parse("-200..200").Value,
            MovingWindow = DisplayWindow.Parse("SUV 0..10").Value,
            Model = model,
            MovingIsUptake = functional,
            MeasuredSlices = 0,
            Threads = 2,
        };
        await foreach (var slice in SeriesFuser.Create(request).Value.FuseAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            slices.Add(slice.Contribution);
            for (var i = 0; look is not null && i < Columns * Rows; i++) look(slice, i, slice.Fixed.Span[i], slice.Moving.Span[i]);
            slice.Dispose();
        }
        slices.Reverse();
        return SeriesExplanation.From(slices, model.Info.EstimatesWeight);
    }

    /// <summary>A block of body with uptake in it and a hot cube of about a hundredth of its voxels.</summary>
    private sealed class Pair : IDisposable
    {
        public Volume Fixed { get; } = Volumes.Of(VoxelUnit.HounsfieldUnits, Columns, Rows, Slices, (x, y, _) => Inside(x, y) ? 0 : -1000);

        public Volume Moving { get; } = Volumes.Of(VoxelUnit.SuvBodyWeight, Columns, Rows, Slices, (x, y, z) =>
            !Inside(x, y) ? 0 : Math.Abs(x - 30) < 5 && Math.Abs(y - 25) < 5 && z == 2 ? 12 : 2);

        public void Dispose()
        {
            Fixed.Dispose();
            Moving.Dispose();
        }

        private static bool Inside(int x, int y) => x is >= 8 and < 56 && y is >= 6 and < 44;
    }

    private sealed class Invented(Func<float, float, float> value) : IFusionModel
    {
        public FusionModelInfo Info { get; } = new("invented", "1", new string('e', 64), "arithmetic", FusionLevel.Pixel, "managed");

        public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
        {
            for (var i = 0; i < output.Fused.Length; i++) output.Fused[i] = value(input.A[i], input.B[i]);
            output.Weight.Fill(0.5f);
        }

        public void Dispose()
        {
        }
    }
}
