using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class SeriesFuserTests
{
    private const int Columns = 90, Rows = 71, Slices = 7;

    [Fact]
    public async Task The_number_of_threads_changes_no_byte()
    {
        using var volumes = new Pair();
        using var model = ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value;
        var one = await Collect(volumes.Request(model) with { Threads = 1 });
        foreach (var threads in (int[])[2, 5])
        {
            var many = await Collect(volumes.Request(model) with { Threads = threads });
            Assert.Equal(one.Select(s => s.Index), many.Select(s => s.Index));
            Assert.All(one.Zip(many), p => Assert.Equal(p.First.Pixels, p.Second.Pixels));
        }
    }

    [Fact]
    public async Task The_hottest_voxel_is_in_the_saturated_spot()
    {
        using var volumes = new Pair();
        using var model = ModelCatalog.Open(ModelFolder.Shipped).Load(ModelCatalog.Default, new InferenceOptions()).Value;
        var slice = (await Collect(volumes.Request(model)))[Pair.HotSlice];
        var at = 3 * (Pair.HotRow * Columns + Pair.HotColumn);
        Assert.True(slice.Pixels[at] >= 250 && slice.Pixels[at + 1] >= 245, $"{slice.Pixels[at]}, {slice.Pixels[at + 1]}, {slice.Pixels[at + 2]}");
    }

    [Fact]
    public async Task Where_the_moving_image_says_nothing_the_fixed_one_stands_alone_and_grey()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("average")!;
        foreach (var slice in await Collect(volumes.Request(model)))
            for (var y = 0; y < Rows; y++)
                for (var x = 0; x < 10; x++)
                {
                    var i = y * Columns + x;
                    Assert.Equal(slice.Fixed[i], slice.Luminance[i]);
                    Assert.Equal(slice.Pixels[3 * i], slice.Pixels[3 * i + 2]);
                    Assert.Equal(255, slice.Weight[i]);
                }
    }

    [Fact]
    public async Task The_stored_picture_has_the_fused_luminance()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        foreach (var slice in await Collect(volumes.Request(model)))
            for (var i = 0; i < slice.Luminance.Length; i++)
                Assert.Equal(slice.Luminance[i], ColourBlend.Luminance(slice.Pixels[3 * i], slice.Pixels[3 * i + 1], slice.Pixels[3 * i + 2]));
    }

    [Fact]
    public async Task An_overlay_shows_the_colours_as_they_are_and_the_fixed_image_alone_where_nothing_covers_it()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create(PixelModels.Overlay)!;
        var request = volumes.Request(model) with { Opacity = 0.4 };
        var plain = await Collect(volumes.Request(model) with { Opacity = 0.4, Colour = null });
        foreach (var slice in await Collect(request))
        {
            for (var i = 0; i < slice.Luminance.Length; i++)
            {
                Assert.Equal(slice.Luminance[i], ColourBlend.Luminance(slice.Pixels[3 * i], slice.Pixels[3 * i + 1], slice.Pixels[3 * i + 2]));
                if (i % Columns < 10) Assert.Equal(slice.Fixed[i], slice.Luminance[i]);
            }
            var at = Pair.HotRow * Columns + Pair.HotColumn;
            if (slice.Index == Pair.HotSlice) Assert.Equal((byte)(0.6 * slice.Fixed[at] + 0.4 * 255 + 0.5), slice.Pixels[3 * at + 2]);
            Assert.InRange(plain[slice.Index].Luminance[at] - (0.6 * slice.Fixed[at] + 0.4 * (slice.Index == Pair.HotSlice ? 255 : 0)), -0.6, slice.Index == Pair.HotSlice ? 0.6 : 102);
        }
    }

    [Fact]
    public async Task Steps_after_an_overlay_change_what_is_stored_and_keep_its_luminance_exact()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create(PixelModels.Overlay)!;
        var plain = await Collect(volumes.Request(model));
        foreach (var step in PostProcess.All)
        {
            var after = await Collect(volumes.Request(model) with { PostProcessing = [step] });
            Assert.Contains(plain.Zip(after), p => !p.First.Pixels.SequenceEqual(p.Second.Pixels));
            foreach (var (before, slice) in plain.Zip(after))
                for (var i = 0; i < slice.Luminance.Length; i++)
                {
                    Assert.Equal(slice.Luminance[i], ColourBlend.Luminance(slice.Pixels[3 * i], slice.Pixels[3 * i + 1], slice.Pixels[3 * i + 2]));
                    if (before.Pixels.AsSpan(3 * i, 3).IndexOfAnyExcept((byte)0) < 0) Assert.Equal(0, slice.Luminance[i]);
                }
        }
        static double Roughness(Copied slice) => Enumerable.Range(30, 20).Sum(x => Math.Abs(slice.Luminance[20 * Columns + x] - slice.Luminance[20 * Columns + x + 1]));
        var smooth = await Collect(volumes.Request(model) with { PostProcessing = [PostProcess.Denoise] });
        Assert.True(Roughness(smooth[3]) < 0.8 * Roughness(plain[3]));
    }

    [Fact]
    public async Task Steps_after_the_fusion_change_the_picture_and_leave_the_background_black()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        var plain = await Collect(volumes.Request(model));
        foreach (var step in PostProcess.All)
        {
            var after = await Collect(volumes.Request(model) with { PostProcessing = [step] });
            Assert.Contains(plain.Zip(after), p => !p.First.Luminance.SequenceEqual(p.Second.Luminance));
            for (var i = 0; i < after[3].Luminance.Length; i++)
                if (plain[3].Luminance[i] == 0) Assert.Equal(0, after[3].Luminance[i]);
        }
        // Noise of a few grey levels goes; the edge of the bone stays where it was.
        var smooth = await Collect(volumes.Request(model) with { PostProcessing = [PostProcess.Denoise], Colour = null });
        int edge = 50 * Columns + 45;
        Assert.True(smooth[3].Luminance[edge] > 240 && smooth[3].Luminance[edge - 8] < 190);
        Assert.True(Roughness(smooth[3]) < 0.6 * Roughness(plain[3]));

        static double Roughness(Copied slice) => Enumerable.Range(30, 20).Sum(x => Math.Abs(slice.Luminance[20 * Columns + x] - slice.Luminance[20 * Columns + x + 1]));
    }

    [Fact]
    public async Task Without_colours_the_slices_are_grey()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        var slices = await Collect(volumes.Request(model) with { Colour = null });
        Assert.All(slices, s => Assert.Equal(s.Luminance, s.Pixels));
    }

    [Fact]
    public async Task Metrics_are_taken_on_at_most_so_many_slices_that_hold_the_body()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        var slices = await Collect(volumes.Request(model) with { MeasuredSlices = 3 });
        var measured = slices.Where(s => s.Metrics is not null).Select(s => KeyValuePair.Create(s.Index, s.Metrics!)).ToArray();
        // The first slice is empty: nothing of it may count.
        Assert.Equal(3, measured.Length);
        Assert.DoesNotContain(0, measured.Select(m => m.Key));
        var series = SeriesMetrics.From(measured)!;
        Assert.Equal(measured.Average(m => m.Value.Qabf), series.Mean.Qabf, 12);
        Assert.Null(SeriesMetrics.From([]));
    }

    [Fact]
    public void Volumes_of_different_grids_are_refused()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        using var shifted = Volumes.Of(VoxelUnit.SuvBodyWeight, Columns, Rows, Slices, (_, _, _) => 1, origin: 0.5);
        Assert.Equal(FusionReasons.GridsDiffer, SeriesFuser.Create(volumes.Request(model) with { Moving = shifted }).Refusal?.Code);
    }

    [Fact]
    public async Task Progress_is_told_and_a_cancelled_fusion_stops()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        using var stop = new CancellationTokenSource();
        var heard = new Heard();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var slice in SeriesFuser.Create(volumes.Request(model)).Value.FuseAsync(heard, stop.Token))
            {
                slice.Dispose();
                if (slice.Index == 2) stop.Cancel();
            }
        });
        Assert.True(heard.Last is >= 3 and < Slices);
    }

    [Fact]
    public async Task Previews_have_square_pixels_the_head_on_top_and_show_the_voxel()
    {
        using var volumes = new Pair();
        using var model = PixelModels.Create("maximum")!;
        var renderer = new PreviewRenderer(volumes.Fixed.Grid, Pair.HotColumn, Pair.HotRow, Pair.HotSlice);
        await foreach (var slice in SeriesFuser.Create(volumes.Request(model)).Value.FuseAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            renderer.Add(slice);
            slice.Dispose();
        }
        PngImage axial = renderer.Axial(), coronal = renderer.Coronal(), sagittal = renderer.Sagittal();
        Assert.Equal((Columns, Rows), (axial.Columns, axial.Rows));
        Assert.Equal((Columns, 3 * Slices), (coronal.Columns, coronal.Rows));
        Assert.Equal((Rows, 3 * Slices), (sagittal.Columns, sagittal.Rows));
        Assert.Equal(255, axial.Pixels.Span[3 * (Pair.HotRow * Columns + Pair.HotColumn)]);
        var y = 3 * (Slices - 1 - Pair.HotSlice) + 1;
        Assert.Equal(255, coronal.Pixels.Span[3 * (y * Columns + Pair.HotColumn)]);
        Assert.Equal(255, sagittal.Pixels.Span[3 * (y * Rows + Pair.HotRow)]);
    }

    private static async Task<List<Copied>> Collect(SeriesFusionRequest request)
    {
        List<Copied> slices = [];
        await foreach (var slice in SeriesFuser.Create(request).Value.FuseAsync(cancellationToken: TestContext.Current.CancellationToken))
        {
            slices.Add(new Copied(slice.Index, slice.Pixels.ToArray(), slice.Luminance.ToArray(), slice.Fixed.ToArray(), slice.FixedWeight.ToArray(), slice.Metrics));
            slice.Dispose();
        }
        return slices;
    }

    private sealed record Copied(int Index, byte[] Pixels, byte[] Luminance, byte[] Fixed, byte[] Weight, FusionMetricValues? Metrics);

    private sealed class Heard : IProgress<int>
    {
        public int Last { get; private set; }

        public void Report(int value) => Last = value;
    }

    /// <summary>A cylinder of tissue with a bone, and uptake with one hot ball; the first slice is empty, the left edge not covered.</summary>
    private sealed class Pair : IDisposable
    {
        public const int HotColumn = 52, HotRow = 33, HotSlice = 4;

        public Volume Fixed { get; } = Volumes.Of(VoxelUnit.HounsfieldUnits, Columns, Rows, Slices, (x, y, z) =>
            z == 0 || Square(x - 45, y - 35) > 30 * 30 ? -1000 : Square(x - 45, y - 50) < 25 ? 900 : 40 + (x * 7 + y * 5 + z) % 11);

        public Volume Moving { get; } = Volumes.Of(VoxelUnit.SuvBodyWeight, Columns, Rows, Slices, (x, y, z) =>
            x < 10 ? 99 : (float)(0.5 + 14 * Math.Exp(-(Square(x - HotColumn, y - HotRow) + 9 * (z - HotSlice) * (z - HotSlice)) / 18.0)),
            (x, _, _) => x >= 10);

        public SeriesFusionRequest Request(IFusionModel model) => new()
        {
            Fixed = Fixed,
            Moving = Moving,
            FixedWindow = DisplayWindow.Parse("soft-tissue").Value,
            MovingWindow = DisplayWindow.Parse("SUV 0..10").Value,
            Model = model,
            Colour = ColourMap.HotIron,
            Threads = 2,
        };

        public void Dispose()
        {
            Fixed.Dispose();
            Moving.Dispose();
        }

        private static int Square(int x, int y) => x * x + y * y;
    }
}
