using FsCheck.Xunit;

namespace PacsFusion.Fusion.Tests;

public sealed class PixelModelsTests
{
    [Property(MaxTest = 30)]
    public void Every_built_in_model_stays_in_range_and_keeps_the_background(byte columns, byte rows, int seed)
    {
        int w = columns % 60 + 1, h = rows % 60 + 1;
        byte[] a = Images.Blobs(w, h, seed), b = Images.Blobs(w, h, seed + 1);
        foreach (var name in PixelModels.Names)
        {
            using var model = PixelModels.Create(name)!;
            float[] fused = new float[a.Length], weight = new float[a.Length];
            model.Fuse(new FusionSlice(Images.ToFloat(a), Images.ToFloat(b), w, h), new FusionOutput(fused, weight), default);
            for (var i = 0; i < a.Length; i++)
            {
                Assert.InRange(fused[i], 0, 1);
                Assert.InRange(weight[i], 0, 1);
                if (a[i] == 0 && b[i] == 0) Assert.Equal(0, fused[i]);
            }
        }
    }

    [Theory]
    [InlineData("laplacian-pyramid", 61, 47)]
    [InlineData("wavelet", 61, 47)]
    [InlineData("wavelet", 64, 33)]
    [InlineData("wavelet", 3, 90)]
    [InlineData("guided-filter", 61, 47)]
    [InlineData("guided-filter", 5, 90)]
    [InlineData("gradient-choice", 61, 47)]
    public void Two_equal_images_give_that_image(string name, int columns, int rows)
    {
        var image = Images.Blobs(columns, rows, 9);
        using var model = PixelModels.Create(name)!;
        Assert.Equal(image, Images.Fuse(model, image, image, columns, rows));
    }

    [Theory]
    [InlineData("wavelet")]
    [InlineData("guided-filter")]
    [InlineData("gradient-choice")]
    public void Detail_comes_from_the_source_that_has_it(string name)
    {
        const int side = 96;
        byte[] flat = new byte[side * side], striped = new byte[side * side];
        flat.AsSpan().Fill(120);
        for (var i = 0; i < striped.Length; i++) striped[i] = (byte)(120 + (i % side % 6 < 3 ? 60 : -60));
        using var model = PixelModels.Create(name)!;
        var fused = Images.Fuse(model, flat, striped, side, side);
        for (var y = 20; y < side - 20; y++)
            for (var x = 20; x < side - 20; x++) Assert.InRange(Math.Abs(fused[y * side + x] - striped[y * side + x]), 0, 3);
    }

    [Fact]
    public void Gradient_choice_takes_every_pixel_whole_and_its_weight_says_from_where()
    {
        const int side = 64;
        byte[] a = Images.Blobs(side, side, 1), b = Images.Blobs(side, side, 2);
        using var model = PixelModels.Create("gradient-choice")!;
        float[] fa = Images.ToFloat(a), fb = Images.ToFloat(b), fused = new float[a.Length], weight = new float[a.Length];
        model.Fuse(new FusionSlice(fa, fb, side, side), new FusionOutput(fused, weight), TestContext.Current.CancellationToken);
        Assert.Equal(FusionLevel.Decision, model.Info.Level);
        for (var i = 0; i < fused.Length; i++) Assert.Equal(weight[i] == 1 ? fa[i] : fb[i], fused[i]);
        Assert.Contains(1f, weight);
        Assert.Contains(0f, weight);
    }

    [Fact]
    public void Built_in_models_are_told_apart_by_hash() =>
        Assert.Equal(PixelModels.Names.Count, PixelModels.Names.Select(n => PixelModels.Create(n)!.Info.Sha256).Distinct().Count());
}
