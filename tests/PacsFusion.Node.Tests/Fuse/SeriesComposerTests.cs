using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Tests.Receive;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Fuse;

public sealed class SeriesComposerTests : IClassFixture<SmallPhantom>, IDisposable
{
    private static readonly DateTimeOffset MadeAt = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly string[] Hashes = [new('a', 64), new('b', 64)];
    private readonly AlignedPair _pair;
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-composer-").FullName;

    public SeriesComposerTests(SmallPhantom phantom) => _pair = phantom.Files.Align();

    public void Dispose()
    {
        _pair.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task OneObjectForEachFixedSliceInItsOrder()
    {
        var composed = await ComposeAsync("one");
        Assert.Equal(12, composed.Slices);
        Assert.Equal([.. Enumerable.Range(1, 12), 1], composed.Objects.Select(item => item.Number));
        Assert.Equal(13, composed.Objects.Select(item => item.SopInstanceUid).Distinct().Count());
        Assert.Equal(["axial.png", "coronal.png", "sagittal.png"], composed.Previews);
        Assert.All(composed.Previews, name => Assert.True(File.Exists(Path.Combine(_folder, "one", name))));
        Assert.NotNull(composed.Metrics);
        Assert.All(Read("one", composed), dataset => Assert.Equal(composed.SeriesInstanceUid, dataset.GetString(DicomTag.SeriesInstanceUID)));
        Assert.All(Read("one", composed), dataset => Assert.Contains("research use", dataset.GetString(DicomTag.SeriesDescription)!, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AKeyImageStandsInASeriesOfItsOwn()
    {
        var composed = await ComposeAsync("key");
        var item = composed.Find(ResultRole.KeyImage)!;
        Assert.Same(item, composed.Objects[^1]);
        var image = DicomFile.Read(Path.Combine(_folder, "key", item.Path)).Dataset;
        Assert.Equal(_pair.Fixed.Slices[0].Header.GetString(DicomTag.StudyInstanceUID), image.GetString(DicomTag.StudyInstanceUID));
        Assert.NotEqual(composed.SeriesInstanceUid, image.GetString(DicomTag.SeriesInstanceUID));
        Assert.Contains("research use", image.GetString(DicomTag.SeriesDescription)!, StringComparison.Ordinal);
        Assert.Contains(composed.Objects, slice => slice.SopInstanceUid == image.GetItem(DicomTag.SourceImageSequence)!.GetString(DicomTag.ReferencedSOPInstanceUID));
    }

    [Fact]
    public async Task ASecondRunAndAnyNumberOfThreadsGiveTheSameUidsAndBytes_Invariant4()
    {
        var first = await ComposeAsync("first", threads: 1);
        foreach (var threads in new[] { 1, 2 })
        {
            var again = await ComposeAsync("again", threads: threads);
            Assert.Equal(first.Objects, again.Objects);
            foreach (var item in first.Objects)
                Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder, "first", item.Path), default), await File.ReadAllBytesAsync(Path.Combine(_folder, "again", item.Path), default));
        }
    }

    [Fact]
    public async Task AnotherRuleVersionModelLookOrContentGivesOtherUids_Invariant4()
    {
        var rule = PhantomFiles.Rule();
        var series = new[]
        {
            (await ComposeAsync("a")).SeriesInstanceUid,
            (await ComposeAsync("b", rule with { Version = rule.Version + 1 })).SeriesInstanceUid,
            (await ComposeAsync("c", model: "average")).SeriesInstanceUid,
            (await ComposeAsync("d", rule with { Fuse = rule.Fuse with { MovingWindow = DisplayWindow.Parse("SUV 0..9").Value } })).SeriesInstanceUid,
            (await ComposeAsync("e", hashes: [Hashes[0], new('c', 64)])).SeriesInstanceUid,
        };
        Assert.Equal(series.Length, series.Distinct(StringComparer.Ordinal).Count());
        Assert.All(series, uid => Assert.StartsWith("2.25.", uid, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EverySliceLiesExactlyWhereItsFixedSliceLies_Invariant6()
    {
        var composed = await ComposeAsync("geometry");
        var slices = Read("geometry", composed);
        for (var k = 0; k < slices.Count; k++)
        {
            var header = _pair.Fixed.Slices[k].Header;
            foreach (var tag in new[] { DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing, DicomTag.FrameOfReferenceUID, DicomTag.StudyInstanceUID })
            {
                Assert.NotEmpty(header.GetStrings(tag));
                Assert.Equal(header.GetStrings(tag), slices[k].GetStrings(tag));
            }
            Assert.Contains(slices[k].GetSequence(DicomTag.SourceImageSequence), item => item.GetString(DicomTag.ReferencedSOPInstanceUID) == header.GetString(DicomTag.SOPInstanceUID));
        }
    }

    [Fact]
    public async Task AFolderIsCompleteOrAbsent()
    {
        using var failing = new FailingModel(after: 5);
        var composer = new SeriesComposer(new FuseOptions { Threads = 2 });
        await Assert.ThrowsAnyAsync<Exception>(() => composer.ComposeAsync(_pair, PhantomFiles.Rule(), failing, Hashes, MadeAt, Path.Combine(_folder, "broken"), null, default));
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public async Task ARunThatFailsLeavesTheEarlierFolderAsItWas()
    {
        var composed = await ComposeAsync("kept");
        using var failing = new FailingModel(after: 3);
        await Assert.ThrowsAnyAsync<Exception>(() => new SeriesComposer(new FuseOptions()).ComposeAsync(_pair, PhantomFiles.Rule(), failing, Hashes, MadeAt, Path.Combine(_folder, "kept"), null, default));
        Assert.Equal(12, Read("kept", composed).Count);
        Assert.True(File.Exists(Path.Combine(_folder, "kept", composed.Find(ResultRole.KeyImage)!.Path)));
    }

    [Fact]
    public async Task AMovingSeriesThatLiesBelowItsWindowIsWarnedOf()
    {
        var rule = PhantomFiles.Rule();
        var composed = await ComposeAsync("low", rule with { Fuse = rule.Fuse with { MovingWindow = DisplayWindow.Parse("SUV 500..600").Value } });
        Assert.Contains(composed.Warnings, warning => warning.Code == "nothing-in-window");
    }

    [Fact]
    public async Task EveryFigureOfThePerformanceMatrixIsThereWithItsDefinition()
    {
        var composed = await ComposeAsync("matrix");
        var metrics = composed.MetricsJson();
        Assert.Equal(["SSIM", "PSNR", "EN", "MI", "CP", "VIF", "Qabf"], FusionMetricDefinition.All.Where(definition => definition.InMatrix).Select(definition => definition.Key));
        Assert.Equal(metrics.Select(entry => entry.Key).Order(StringComparer.Ordinal), ComposedSeries.MetricDefinitionsJson().Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.All(ComposedSeries.MetricDefinitionsJson(), entry => Assert.True(entry.Value!.GetValue<string>().Length > 10));
        Assert.All(metrics, entry => Assert.NotNull(entry.Value));
        Assert.Empty(composed.MetricsUndefinedJson());
    }

    [Fact]
    public async Task WhereNothingCanBeMeasuredEveryFigureIsNullAndSaysWhy()
    {
        var rule = PhantomFiles.Rule();
        var composed = await ComposeAsync("dark", rule with { Fuse = rule.Fuse with { FixedWindow = DisplayWindow.Parse("20000..20010").Value } });
        Assert.Null(composed.Metrics);
        Assert.Equal(FusionMetricDefinition.All.Count, composed.MetricsJson().Count);
        Assert.All(composed.MetricsJson(), entry => Assert.Null(entry.Value));
        Assert.Equal(composed.MetricsJson().Select(entry => entry.Key), composed.MetricsUndefinedJson().Select(entry => entry.Key));
        Assert.All(composed.MetricsUndefinedJson(), entry => Assert.Contains("No slice", entry.Value!.GetValue<string>(), StringComparison.Ordinal));
    }

    [Fact]
    public void AFigureThatTheSliceIsTooSmallForSaysHowLargeItMustBe()
    {
        var pixels = Enumerable.Range(0, 16 * 16).Select(i => (byte)i).ToArray();
        var composed = new ComposedSeries("1.2", [], PixelModels.Create("maximum")!.Info, SeriesMetrics.From([new(0, FusionMetrics.Measure(pixels, pixels, pixels, 16, 16))]), SeriesExplanation.From([], false), null, [], []);
        Assert.Null(composed.MetricsJson()["VIF"]);
        Assert.Contains("17 pixels", Assert.Single(composed.MetricsUndefinedJson()).Value!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task WhereTheSharesAreAskedForTheyAreASeriesOfTheirOwnAtTheSamePlaces()
    {
        var rule = PhantomFiles.Rule();
        var plain = await ComposeAsync("plain");
        Assert.Null(plain.ExplanationSeriesUid);
        Assert.Null(plain.Find(ResultRole.Explanation));

        var composed = await ComposeAsync("shares", rule with { Fuse = rule.Fuse with { Explain = true } });
        var objects = composed.Objects.Where(item => item.Role == ResultRole.Explanation).ToList();
        Assert.Equal(Enumerable.Range(1, 12), objects.Select(item => item.Number));
        Assert.All(objects, item => Assert.StartsWith("explanation/", item.Path, StringComparison.Ordinal));
        Assert.Equal(composed.Objects.Count, composed.Objects.Select(item => item.SopInstanceUid).Distinct().Count());
        Assert.DoesNotContain(composed.ExplanationSeriesUid, new[] { composed.SeriesInstanceUid, plain.SeriesInstanceUid });
        var fused = Read("shares", composed);
        for (var k = 0; k < objects.Count; k++)
        {
            var image = DicomFile.Read(Path.Combine(_folder, "shares", objects[k].Path)).Dataset;
            Assert.Equal(composed.ExplanationSeriesUid, image.GetString(DicomTag.SeriesInstanceUID));
            Assert.Equal(["DERIVED", "SECONDARY", "FUSION", "EXPLANATION"], image.GetStrings(DicomTag.ImageType));
            Assert.Equal(fused[k].GetStrings(DicomTag.ImagePositionPatient), image.GetStrings(DicomTag.ImagePositionPatient));
            Assert.Contains(composed.SeriesInstanceUid, image.GetString(DicomTag.DerivationDescription)!, StringComparison.Ordinal);
            Assert.True(image.GetString(DicomTag.DerivationDescription)!.Length <= 1024);
            Assert.Equal(3 * 96 * 96, image.GetBytes(DicomTag.PixelData).Length);
        }
        var again = await ComposeAsync("again", rule with { Fuse = rule.Fuse with { Explain = true } }, threads: 1);
        Assert.Equal(composed.Objects, again.Objects);
        foreach (var item in objects)
            Assert.Equal(await File.ReadAllBytesAsync(Path.Combine(_folder, "shares", item.Path), default), await File.ReadAllBytesAsync(Path.Combine(_folder, "again", item.Path), default));
    }

    [Fact]
    public async Task AModelThatShowsOneSourceAloneIsWarnedOfInEveryPlace()
    {
        var rule = PhantomFiles.Rule();
        var composed = await ComposeAsync("alone", rule with { Fuse = rule.Fuse with { MovingWindow = DisplayWindow.Parse("SUV 0..2").Value } }, model: "copy-fixed");
        var warning = Assert.Single(composed.Warnings, warning => warning.Code == FusionReasons.SourceVanished);
        Assert.Contains("PT", warning.Text, StringComparison.Ordinal);
        Assert.Equal(0, composed.ExplanationJson()["movingShareOfSignal"]!.GetValue<double>());
        Assert.Equal(1, composed.ExplanationJson()["fixedShareInBody"]!.GetValue<double>());
        Assert.NotNull(ReasonList(warning.Code));
        static object? ReasonList(string code) => PacsFusion.Node.Cli.ReasonList.Find(code);
    }

    [Fact]
    public async Task WhatAGpuHasNoMemoryForIsFusedOnTheCpuWithAWarningAndUidsOfItsOwn()
    {
        using var gpu = new FailingModel(after: 4, new FusionDeviceMemoryException("no memory", new InvalidOperationException("no memory")));
        using var cpu = PixelModels.Create("maximum")!;
        var composer = new SeriesComposer(new FuseOptions { Threads = 2 });
        var outcome = await DeviceFallback.ComposeAsync(gpu, () => Held<IFusionModel>(cpu), (model, told) =>
            composer.ComposeAsync(_pair, PhantomFiles.Rule(), model, Hashes, MadeAt, Path.Combine(_folder, "fallback"), null, default, told));
        var warning = Assert.Single(outcome.Value.Warnings);
        Assert.Equal(FusionReasons.DeviceMemoryExhausted, warning.Code);
        Assert.Equal("managed", outcome.Value.Model.Provider);
        Assert.Equal((await ComposeAsync("plain")).SeriesInstanceUid, outcome.Value.SeriesInstanceUid);

        static PacsFusion.Imaging.Outcome<T> Held<T>(T model) where T : class => model;
    }

    [Fact]
    public async Task AModelThatFailsAtWorkIsARefusalThatSaysWhat()
    {
        using var failing = new FailingModel(after: 4, new FusionRuntimeException("Model net gave values that are no numbers in slice 5.", new ArithmeticException("NaN")));
        var outcome = await DeviceFallback.ComposeAsync(failing, () => throw new InvalidOperationException(), (model, told) =>
            new SeriesComposer(new FuseOptions()).ComposeAsync(_pair, PhantomFiles.Rule(), model, Hashes, MadeAt, Path.Combine(_folder, "failing"), null, default, told));
        Assert.Equal(FusionReasons.ModelFailed, outcome.Refusal!.Code);
        Assert.Contains("slice 5", outcome.Refusal.Text, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void ModelsOfTheRulesAreLoadedAheadAndTheLogSaysOnWhat()
    {
        var log = new TextLog();
        using var room = new ModelRoom(ModelCatalog.Open(PhantomFiles.Defaults.Fusion.ModelsFolder), new InferenceOptions { Providers = ["cuda", "cpu"] });
        room.Warm(["default", ModelCatalog.ShippedDefault, "maximum", "nonsense"], log, default);
        Assert.Single(log.Text.Split('\n'), line => line.Contains("pacsfusion-cnn", StringComparison.Ordinal) && line.Contains("ready on cpu; cuda: ", StringComparison.Ordinal));
        Assert.Contains("maximum 1 is ready on managed", log.Text, StringComparison.Ordinal);
        Assert.Contains("nonsense cannot be used", log.Text, StringComparison.Ordinal);
    }

    private async Task<ComposedSeries> ComposeAsync(string name, FusionRule? rule = null, string model = "maximum", int threads = 2, string[]? hashes = null)
    {
        using var fusion = PixelModels.Create(model)!;
        var outcome = await new SeriesComposer(new FuseOptions { Threads = threads }).ComposeAsync(_pair, rule ?? PhantomFiles.Rule(), fusion, hashes ?? Hashes, MadeAt, Path.Combine(_folder, name), null, default);
        return outcome.Value;
    }

    private List<DicomDataset> Read(string name, ComposedSeries composed) => [.. composed.Objects.Where(item => item.Role == ResultRole.Fused).Select(item => DicomFile.Read(Path.Combine(_folder, name, item.Path)).Dataset)];

    private sealed class FailingModel(int after, Exception? fault = null) : IFusionModel
    {
        private int _calls;

        public FusionModelInfo Info { get; } = new("failing", "1", new string('f', 64), "arithmetic", FusionLevel.Pixel, "managed");

        public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _calls) > after) throw fault ?? new InvalidOperationException("made to fail");
            input.A.CopyTo(output.Fused);
        }

        public void Dispose()
        {
        }
    }
}
