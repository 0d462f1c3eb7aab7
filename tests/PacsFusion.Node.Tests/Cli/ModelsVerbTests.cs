using System.Security.Cryptography;
using System.Text.Json;
using PacsFusion.Fusion;
using PacsFusion.Node.Cli;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Cli;

public sealed class ModelsVerbTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-models-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task EveryModelIsListedWithTheFieldsOfTheContract()
    {
        var run = await CommandRun.RunAsync("models", "list", "--json");
        Assert.Equal((ExitCode.Done, ""), (run.Code, run.Error));
        var models = run.Json["models"]!.AsArray();
        Assert.Superset(new HashSet<string> { "average", "maximum", "laplacian-pyramid", ModelCatalog.ShippedDefault }, models.Select(model => (string)model!["name"]!).ToHashSet());
        foreach (var model in models)
        {
            foreach (var field in new[] { "name", "version", "sha256", "family", "level", "file" }) Assert.Equal(JsonValueKind.String, model![field]!.GetValueKind());
            Assert.Matches("^[0-9a-f]{64}$", (string?)model!["sha256"]);
            Assert.Contains((string)model["level"]!, new[] { "pixel", "feature", "decision" });
        }
        var shipped = models.Single(model => (string?)model!["name"] == ModelCatalog.ShippedDefault)!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync((string)shipped["file"]!, default))), (string?)shipped["sha256"]);
    }

    [Fact]
    public async Task GoodModelsPass()
    {
        var run = await CommandRun.RunAsync("models", "verify", "maximum", "average", "--json");
        Assert.Equal((ExitCode.Done, true), (run.Code, (bool)run.Json["ok"]!));
    }

    [Fact]
    public async Task WhatAModelRunsOnAndWhyABetterProviderIsPassedOverIsSaidInOneLine()
    {
        var run = await CommandRun.RunAsync("models", "verify", "default", "maximum", "--json", "--set", "fusion.providers=[cuda, cpu]");
        Assert.Equal(("cpu", "managed"), ((string?)run.Json["models"]![0]!["provider"], (string?)run.Json["models"]![1]!["provider"]));
        Assert.Null(run.Json["models"]![1]!["passedOver"]);
        var line = Assert.Single((await CommandRun.RunAsync("models", "verify", "default", "--set", "fusion.providers=[cuda, cpu]")).Lines);
        Assert.StartsWith("default: ok on cpu (cuda: ", line, StringComparison.Ordinal);
        Assert.Contains(((string)run.Json["models"]![0]!["passedOver"]!).TrimEnd('.'), line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AFileThatItsManifestDoesNotDescribeIsFiveAndBothHashesAreNamed()
    {
        var (found, claimed) = Tampered();
        var verify = await CommandRun.RunAsync("models", "verify", "tampered", "--json", "--set", $"fusion.models={_folder}");
        Assert.Equal((ExitCode.Refused, false, "model-hash-mismatch"), (verify.Code, (bool)verify.Json["ok"]!, (string?)verify.Json["models"]![0]!["code"]));
        Assert.Contains(found, verify.OnlyError, StringComparison.Ordinal);
        Assert.Contains(claimed, verify.OnlyError, StringComparison.Ordinal);

        using var phantom = new PhantomFiles();
        var fuse = await CommandRun.RunAsync("fuse", phantom.CtFolder, phantom.PetFolder, "--out", Path.Combine(_folder, "out"), "--model", "tampered", "--json", "--set", $"fusion.models={_folder}");
        Assert.Equal((ExitCode.Refused, "refused", "model-hash-mismatch"), (fuse.Code, (string?)fuse.Json["outcome"], (string?)fuse.Json["reason"]));
        Assert.Contains(found, (string)fuse.Json["text"]!, StringComparison.Ordinal);
        Assert.Contains(claimed, (string)fuse.Json["text"]!, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Combine(_folder, "out")));
    }

    [Fact]
    public async Task AManifestThatCannotBeReadIsFive()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "broken.json"), "{", default);
        var run = await CommandRun.RunAsync("models", "verify", "maximum", "--set", $"fusion.models={_folder}");
        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Contains("model-manifest-invalid: broken.json", run.OnlyError, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ModelsAreMeasuredPerKindAndTheirPicturesKept()
    {
        var (pairs, split, output) = (Path.Combine(_folder, "pairs"), Path.Combine(_folder, "split.json"), Path.Combine(_folder, "out"));
        foreach (var kind in new[] { "CT-MRI", "PET-MRI" })
            foreach (var name in new[] { "1", "2", "3" })
                Pair(Path.Combine(pairs, kind), name);
        await File.WriteAllTextAsync(split, """{"CT-MRI":{"cases":["1"],"names":["1","3"]},"PET-MRI":{"names":["2"]}}""", default);

        var run = await CommandRun.RunAsync("models", "evaluate", "--data", pairs, "--split", split, "--use", "val", "--model", "average", "--out", output, "--json");
        Assert.Equal(ExitCode.Done, run.Code);
        var kinds = run.Json["kinds"]!.AsObject();
        Assert.Equal(["CT-MRI", "PET-MRI"], kinds.Select(kind => kind.Key));
        foreach (var (_, kind) in kinds)
        {
            Assert.Equal(ModelCatalog.ShippedDefault, (string?)kind!["default"]);
            var figures = kind["models"]!["average"]!;
            foreach (var metric in new[] { "EN", "MI", "SSIM", "PSNR", "VIF", "Qabf" }) Assert.Equal(JsonValueKind.Number, figures["mean"]![metric]!.GetValueKind());
            Assert.True((double)figures["milliseconds"]! >= 0);
        }
        Assert.Equal((2, 1), ((int)kinds["CT-MRI"]!["models"]!["average"]!["pairs"]!, (int)kinds["PET-MRI"]!["models"]!["average"]!["pairs"]!));
        Assert.Equal(["average/CT-MRI/1.png", "average/CT-MRI/3.png", "average/PET-MRI/2.png"],
            Directory.GetFiles(output, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(output, path)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task AllModelsOfOneKindAreMeasuredAndThoseThatCannotBeLoadedAreNamed()
    {
        Tampered();
        var kind = Path.Combine(_folder, "CT-MRI");
        Pair(kind, "1");
        var run = await CommandRun.RunAsync("models", "evaluate", "--data", kind, "--model", "all", "--json", "--set", $"fusion.models={_folder}");
        Assert.Equal(ExitCode.Refused, run.Code);
        Assert.Equal(PixelModels.Names.Append(DecisionModels.SaliencyRegions).Order(), run.Json["kinds"]!["CT-MRI"]!["models"]!.AsObject().Select(model => model.Key).Order());
        Assert.Equal(("tampered", "model-hash-mismatch"), ((string?)run.Json["refused"]![0]!["name"], (string?)run.Json["refused"]![0]!["code"]));
    }

    [Theory]
    [InlineData("A/1.png")]
    [InlineData("B/1.png")]
    public async Task APictureThatIsDamagedIsFourAndNamed(string which)
    {
        Pair(_folder, "1");
        await File.WriteAllTextAsync(Path.Combine(_folder, which), "no picture", default);
        var run = await CommandRun.RunAsync("models", "evaluate", "--data", _folder, "--model", "average", "--json");
        Assert.Equal((ExitCode.Unreachable, ""), (run.Code, run.Out));
        Assert.Contains(Path.Combine(_folder, which), run.Error.TrimEnd('\n').Split('\n')[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task ASplitThatIsNoneIsFourAndNamed()
    {
        Pair(_folder, "1");
        await File.WriteAllTextAsync(Path.Combine(_folder, "split.json"), """["1"]""", default);
        var run = await CommandRun.RunAsync("models", "evaluate", "--data", _folder, "--split", Path.Combine(_folder, "split.json"), "--model", "average");
        Assert.Equal(ExitCode.Unreachable, run.Code);
        Assert.Contains("split.json: not a split", run.Error, StringComparison.Ordinal);
    }

    /// <summary>A model whose file is not the one of its manifest; both hashes.</summary>
    private (string Found, string Claimed) Tampered()
    {
        var bytes = "not the model that was evaluated"u8.ToArray();
        var claimed = new string('c', 64);
        File.WriteAllBytes(Path.Combine(_folder, "tampered.onnx"), bytes);
        File.WriteAllText(Path.Combine(_folder, "tampered.json"), JsonSerializer.Serialize(new
        {
            name = "tampered",
            version = "1",
            file = "tampered.onnx",
            sha256 = claimed,
            family = "cnn",
            level = "feature",
            opset = 17,
            inputs = Array.Empty<object>(),
            outputs = Array.Empty<object>(),
            normalisation = "",
            licence = "",
            intendedUse = "",
            limits = Array.Empty<string>(),
            statement = "",
        }));
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), claimed);
    }

    private static void Pair(string folder, string name)
    {
        var random = new Random(name[0]);
        foreach (var side in new[] { "A", "B" })
        {
            Directory.CreateDirectory(Path.Combine(folder, side));
            var pixels = new byte[48 * 48];
            random.NextBytes(pixels);
            PngWriter.Write(Path.Combine(folder, side, name + ".png"), new PngImage(48, 48, 1, pixels));
        }
    }
}
