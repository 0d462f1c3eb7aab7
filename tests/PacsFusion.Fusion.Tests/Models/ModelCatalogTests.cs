using System.Security.Cryptography;

namespace PacsFusion.Fusion.Tests;

public sealed class ModelCatalogTests
{
    private static readonly byte[] Maximum = TinyOnnx.OneNode("Max", ["a", "b"], "fused");

    [Fact]
    public void A_file_that_is_not_the_manifests_is_refused_with_both_hashes()
    {
        using var folder = new ModelFolder().Add("net", Maximum, sha256: new string('0', 64));
        var refusal = ModelCatalog.Open(folder.Path).Load("net", new InferenceOptions()).Refusal!;
        Assert.Equal(FusionReasons.ModelHashMismatch, refusal.Code);
        Assert.Contains("net.onnx", refusal.Text, StringComparison.Ordinal);
        Assert.Contains(new string('0', 64), refusal.Text, StringComparison.Ordinal);
        Assert.Contains(Convert.ToHexStringLower(SHA256.HashData(Maximum)), refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_an_unknown_name_and_a_broken_manifest_each_have_their_code()
    {
        using var folder = new ModelFolder().Add("net", Maximum).Add("away", Maximum, file: "other.onnx").Add("odd", Maximum, level: "magic")
            .Add("outside", Maximum, file: "../net.onnx");
        File.WriteAllText(Path.Combine(folder.Path, "broken.json"), "{");
        var catalog = ModelCatalog.Open(folder.Path);
        Assert.Equal(FusionReasons.ModelFileMissing, catalog.Load("away", new InferenceOptions()).Refusal?.Code);
        Assert.Equal(FusionReasons.ModelNotFound, catalog.Load("none", new InferenceOptions()).Refusal?.Code);
        Assert.Equal(3, catalog.Problems.Count(p => p.Code == FusionReasons.ModelManifestInvalid));
        Assert.Null(catalog.Verify("net"));
        Assert.Equal(FusionReasons.ModelFileMissing, catalog.Verify("away")?.Code);
    }

    [Theory]
    [InlineData("x", "b", "fused")]
    [InlineData("a", "b", "y")]
    public void Other_inputs_or_outputs_are_refused(string first, string second, string output)
    {
        using var folder = new ModelFolder().Add("net", TinyOnnx.OneNode("Max", [first, second], output));
        Assert.Equal(FusionReasons.ModelInputsUnknown, ModelCatalog.Open(folder.Path).Load("net", new InferenceOptions()).Refusal?.Code);
    }

    [Fact]
    public void A_sites_own_network_with_the_same_inputs_is_taken_without_a_weight()
    {
        using var folder = new ModelFolder().Add("own", Maximum);
        using var model = ModelCatalog.Open(folder.Path).Load("own", new InferenceOptions()).Value;
        foreach (var (columns, rows) in ((int, int)[])[(32, 32), (33, 47), (701, 35)])
        {
            float[] a = Images.ToFloat(Images.Blobs(columns, rows, 1)), b = Images.ToFloat(Images.Blobs(columns, rows, 2)), fused = new float[a.Length];
            model.Fuse(new FusionSlice(a, b, columns, rows), new FusionOutput(fused, default), TestContext.Current.CancellationToken);
            Assert.Equal(a.Zip(b, Math.Max), fused);
        }
    }

    [Theory]
    [InlineData(11, new[] { 0, 1, 0, 0 }, 17, null, "holds double, not float32")]
    [InlineData(1, new[] { 0, 1, 0 }, 17, null, "has 3 dimensions, not the four of n, 1, h, w")]
    [InlineData(1, new[] { 0, 1, 256, 0 }, 17, null, "a fixed h (rows) of 256")]
    [InlineData(1, new[] { 0, 3, 0, 0 }, 17, null, "a fixed channel of 3; one channel is fed")]
    [InlineData(1, new[] { 8, 1, 0, 0 }, 17, null, "a fixed n (batch) of 8")]
    [InlineData(1, new[] { 0, 1, 0, 0 }, 13, null, "is of opset 13, but its manifest says 17")]
    [InlineData(1, new[] { 0, 1, 0, 0 }, 5, null, "opset 7 is the oldest")]
    [InlineData(1, new[] { 0, 1, 0, 0 }, 17, "my.site", "the domain 'my.site'")]
    public void What_is_wrong_with_a_network_is_said(int element, int[] shape, int opset, string? domain, string text)
    {
        using var folder = new ModelFolder().Add("net", TinyOnnx.OneNode("Max", ["a", "b"], "fused", opset, element, shape, domain));
        var refusal = ModelCatalog.Open(folder.Path).Load("net", new InferenceOptions()).Refusal!;
        Assert.Equal(FusionReasons.ModelInputsUnknown, refusal.Code);
        Assert.Contains(text, refusal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        using var folder = new ModelFolder().Add("net", [1, 2, 3]);
        Assert.Equal(FusionReasons.ModelNotLoadable, ModelCatalog.Open(folder.Path).Load("net", new InferenceOptions()).Refusal?.Code);
    }

    [Fact]
    public void A_provider_that_this_build_lacks_is_passed_over_and_the_record_says_so()
    {
        using var folder = new ModelFolder().Add("net", Maximum);
        var catalog = ModelCatalog.Open(folder.Path);
        using var model = catalog.Load("net", new InferenceOptions { Providers = ["tpu", "cuda", "cpu"] }).Value;
        Assert.Equal("cpu", model.Info.Provider);
        Assert.Equal([("tpu", false), ("cuda", false), ("cpu", true)], model.Info.Attempts.Select(a => (a.Provider, a.Used)));
        Assert.Equal(FusionReasons.ProviderUnavailable, catalog.Load("net", new InferenceOptions { Providers = ["cuda"] }).Refusal?.Code);
    }

    [Fact]
    public void A_folder_without_the_native_library_is_refused()
    {
        using var folder = new ModelFolder().Add("net", Maximum);
        var options = new InferenceOptions { NativeLibraries = folder.Path };
        Assert.Equal(FusionReasons.NativeLibraryUnusable, ModelCatalog.Open(folder.Path).Load("net", options).Refusal?.Code);
    }

    [Fact]
    public void Default_is_the_shipped_network_unless_configured_otherwise()
    {
        var catalog = ModelCatalog.Open(ModelFolder.Shipped);
        Assert.Empty(catalog.Problems);
        Assert.Equal("pacsfusion-cnn", catalog.Resolve("default"));
        Assert.Null(catalog.Verify("default"));
        Assert.Equal("maximum", ModelCatalog.Open(ModelFolder.Shipped, "maximum").Describe("default").Value.Name);
    }

    [Fact]
    public void The_shipped_card_says_what_a_reader_must_know()
    {
        var card = ModelCatalog.Open(ModelFolder.Shipped).Manifests.Single(m => m.Name == ModelCatalog.ShippedDefault);
        Assert.Contains("research use only", card.Statement, StringComparison.OrdinalIgnoreCase);
        Assert.NotEmpty(card.Limits);
        Assert.Equal(["CT-MRI", "PET-MRI", "SPECT-MRI"], card.Metrics.Keys.Order(StringComparer.Ordinal));
        Assert.All(card.Metrics.Values, m => Assert.True(m["Qabf"] > 0 && m["BG"] == 0));
        Assert.True(new FileInfo(card.FilePath).Length < 1 << 20);
    }
}
