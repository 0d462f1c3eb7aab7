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

    [Fact]
    public void A_pyramid_of_two_equal_images_gives_that_image()
    {
        var image = Images.Blobs(61, 47, 9);
        using var model = PixelModels.Create("laplacian-pyramid")!;
        Assert.Equal(image, Images.Fuse(model, image, image, 61, 47));
    }

    [Fact]
    public void Built_in_models_are_told_apart_by_hash() =>
        Assert.Equal(PixelModels.Names.Count, PixelModels.Names.Select(n => PixelModels.Create(n)!.Info.Sha256).Distinct().Count());
}
