namespace PacsFusion.Fusion.Tests;

public sealed class ModelEvaluatorTests : IDisposable
{
    private const int Side = 48;
    private readonly string _folder = Directory.CreateTempSubdirectory("fusion-evaluation-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void FiguresAreTheMeansOverThePairs()
    {
        Pair("CT-MRI", "1", 1);
        Pair("CT-MRI", "2", 2);
        using var model = PixelModels.Create("maximum")!;
        var figures = Evaluate([model])["CT-MRI"]["maximum"];
        Assert.Equal(2, figures.Pairs);
        var expected = FusionMetricValues.MeanOf([.. new[] { 1, 2 }.Select(seed =>
        {
            byte[] a = Images.Blobs(Side, Side, seed), b = Images.Blobs(Side, Side, seed + 100);
            return FusionMetrics.Measure(Images.Fuse(model, a, b, Side, Side), a, b, Side, Side);
        })]);
        Assert.Equal(expected, figures.Mean);
    }

    [Theory]
    [InlineData(EvaluationUse.Validation, "2")]
    [InlineData(EvaluationUse.Training, "1 3")]
    [InlineData(EvaluationUse.All, "1 2 3")]
    public void TheSplitDecidesWhichPairsAreMeasured(EvaluationUse use, string names)
    {
        foreach (var name in new[] { "1", "2", "3" }) Pair("CT-MRI", name, name[0]);
        var split = Path.Combine(_folder, "split.json");
        File.WriteAllText(split, """{"CT-MRI":{"cases":["2"],"names":["2"]}}""");
        var output = Path.Combine(_folder, "out");
        using var model = PixelModels.Create("average")!;
        Evaluate([model], new EvaluationOptions { Split = EvaluationSplit.Read(split), Use = use, OutputFolder = output });
        Assert.Equal(names.Split(' '), Directory.GetFiles(Path.Combine(output, "average", "CT-MRI")).Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void ThePicturesThatAreKeptAreThoseThatWereMeasured()
    {
        Pair("CT-MRI", "1", 1);
        using var model = PixelModels.Create("laplacian-pyramid")!;
        var output = Path.Combine(_folder, "out");
        Evaluate([model], new EvaluationOptions { OutputFolder = output });
        var kept = PngReader.Read(Path.Combine(output, "laplacian-pyramid", "CT-MRI", "1.png"));
        Assert.Equal(Images.Fuse(model, Images.Blobs(Side, Side, 1), Images.Blobs(Side, Side, 101), Side, Side), kept.Pixels.ToArray());
    }

    [Fact]
    public void AKindThatTheSplitDoesNotNameIsLeftOut()
    {
        Pair("CT-MRI", "1", 1);
        Pair("PET-MRI", "1", 2);
        var split = Path.Combine(_folder, "split.json");
        File.WriteAllText(split, """{"PET-MRI":{"names":["1"]}}""");
        using var model = PixelModels.Create("average")!;
        Assert.Equal(["PET-MRI"], Evaluate([model], new EvaluationOptions { Split = EvaluationSplit.Read(split) }).Keys);
        File.WriteAllText(split, "{}");
        Assert.Throws<InvalidDataException>(() => Evaluate([model], new EvaluationOptions { Split = EvaluationSplit.Read(split) }));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("""{"CT-MRI":{"cases":[]}}""")]
    [InlineData("""{"CT-MRI":{"names":[1]}}""")]
    [InlineData("""{"CT-MRI":1}""")]
    public void WhatIsNoSplitIsNamed(string text)
    {
        var split = Path.Combine(_folder, "split.json");
        File.WriteAllText(split, text);
        Assert.Contains(split, Assert.Throws<InvalidDataException>(() => EvaluationSplit.Read(split)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFolderWithoutPairsAndPicturesThatDifferInSizeAreNamed()
    {
        using var model = PixelModels.Create("average")!;
        Assert.Throws<DirectoryNotFoundException>(() => Evaluate([model]));
        Pair("CT-MRI", "1", 1);
        PngWriter.Write(Path.Combine(_folder, "CT-MRI", "B", "1.png"), new PngImage(2, 2, 1, new byte[4]));
        Assert.Contains("1.png: the two pictures", Assert.Throws<InvalidDataException>(() => Evaluate([model])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void APictureTooSmallForAFigureHasTheReasonInstead()
    {
        Pair("CT-MRI", "1", 1);
        foreach (var side in new[] { "A", "B" }) PngWriter.Write(Path.Combine(_folder, "CT-MRI", side, "1.png"), new PngImage(9, 9, 1, new byte[81]));
        using var model = PixelModels.Create("average")!;
        var mean = Evaluate([model])["CT-MRI"]["average"].Mean;
        Assert.True(double.IsNaN(mean.VIF));
        Assert.Equal("VIF needs 17 pixels a side; the image has 9 x 9.", mean.Undefined["VIF"]);
    }

    [Fact]
    public void TheTableHasARowForEachModelAndADashForWhatNoPairHas()
    {
        Pair("CT-MRI", "1", 1);
        foreach (var side in new[] { "A", "B" }) PngWriter.Write(Path.Combine(_folder, "CT-MRI", side, "1.png"), new PngImage(9, 9, 1, new byte[81]));
        using IFusionModel average = PixelModels.Create("average")!, maximum = PixelModels.Create("maximum")!;
        var lines = EvaluationTable.Markdown(Evaluate([average, maximum]), "maximum").Split('\n');
        Assert.Equal("**CT-MRI** (1 pairs)", lines[0]);
        var head = lines[2].Split(" | ");
        Assert.Equal(("| model", "EN", "ms |"), (head[0], head[1], head[^1]));
        Assert.StartsWith("| average | 0.00 |", lines[4], StringComparison.Ordinal);
        Assert.StartsWith("| **maximum** | 0.00 |", lines[5], StringComparison.Ordinal);
        Assert.Equal("-", lines[5].Split(" | ")[Array.IndexOf(head, "VIF")]);
        Assert.Equal(head.Length, lines[3].Split("---").Length - 1);
    }

    private IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelFigures>> Evaluate(IReadOnlyList<IFusionModel> models, EvaluationOptions? options = null) =>
        ModelEvaluator.Evaluate(_folder, models, options ?? new EvaluationOptions(), TimeProvider.System, TestContext.Current.CancellationToken);

    private void Pair(string kind, string name, int seed)
    {
        foreach (var (side, add) in new[] { ("A", 0), ("B", 100) })
        {
            Directory.CreateDirectory(Path.Combine(_folder, kind, side));
            PngWriter.Write(Path.Combine(_folder, kind, side, name + ".png"), new PngImage(Side, Side, 1, Images.Blobs(Side, Side, seed + add)));
        }
    }
}
