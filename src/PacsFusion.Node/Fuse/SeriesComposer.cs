using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>A fused series on disk, with what belongs to it.</summary>
/// <param name="Objects">Fused slices in order, then the others; paths are relative to the folder that was given, with forward slashes.</param>
/// <param name="Metrics">Null where no slice held anything to measure.</param>
/// <param name="ExplanationSeriesUid">The series that shows the shares of the sources; null where the rule asks for none.</param>
/// <param name="Previews">File names of an axial, a coronal and a sagittal picture in the same folder.</param>
internal sealed record ComposedSeries(
    string SeriesInstanceUid, IReadOnlyList<ResultObject> Objects, FusionModelInfo Model, SeriesMetrics? Metrics, SeriesExplanation Explanation, string? ExplanationSeriesUid,
    IReadOnlyList<string> Previews, IReadOnlyList<CaseWarning> Warnings)
{
    /// <summary>The fused slices.</summary>
    public int Slices => Objects.Count(item => item.Role == ResultRole.Fused);

    /// <summary>The object of that role; null where there is none.</summary>
    public ResultObject? Find(ResultRole role) => Objects.FirstOrDefault(item => item.Role == role);

    public JsonObject ModelJson() => new()
    {
        ["name"] = Model.Name,
        ["version"] = Model.Version,
        ["sha256"] = Model.Sha256,
        ["provider"] = Model.Provider,
    };

    /// <summary>Shares and guards, and the series that shows them where there is one.</summary>
    public JsonObject ExplanationJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in Explanation.Enumerate()) json[name] = value is { } figure ? Math.Round(figure, 6) : null;
        json["weights"] = Explanation.IsEstimate ? "estimated" : "model";
        json["seriesInstanceUid"] = ExplanationSeriesUid;
        return json;
    }

    /// <summary>The means over the measured slices, every figure; null where there is none, and <see cref="MetricsUndefinedJson"/> says why.</summary>
    public JsonObject MetricsJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in Values()) json[name] = double.IsFinite(value) ? Math.Round(value, 6) : null;
        return json;
    }

    /// <summary>Why a figure is null, by its key; empty where none is.</summary>
    public JsonObject MetricsUndefinedJson()
    {
        var json = new JsonObject();
        foreach (var (name, value) in Values())
            if (!double.IsFinite(value))
                json[name] = Metrics is null ? "No slice shows anything to measure: the fixed series lies below its window." : Metrics.Mean.Undefined.GetValueOrDefault(name, "The computation gave no number.");
        return json;
    }

    /// <summary>What each figure is.</summary>
    public static JsonObject MetricDefinitionsJson() => new(FusionMetricDefinition.All.Select(definition => KeyValuePair.Create(definition.Key, (JsonNode?)definition.Text)));

    private IEnumerable<KeyValuePair<string, double>> Values() =>
        Metrics?.Mean.Enumerate() ?? FusionMetricDefinition.All.Select(definition => KeyValuePair.Create(definition.Key, double.NaN));
}

/// <summary>Fuse without a ledger: slices to Secondary Capture objects in a folder. What <c>fuse</c> uses too.</summary>
internal sealed class SeriesComposer(FuseOptions options)
{
    /// <summary>
    /// Fuses every slice and writes one object per slice. Objects are written beside the folder and moved there when all of
    /// them are whole, so that a folder is either complete or absent.
    /// </summary>
    /// <param name="contentHashes">Content hashes of all source instances; they decide the UIDs (invariant 4).</param>
    /// <param name="createdAt">When the result was made; part of its bytes.</param>
    /// <param name="told">Warnings that the result carries beside its own.</param>
    /// <param name="progress">Told the number of slices on disk; null tells nobody.</param>
    public async Task<Outcome<ComposedSeries>> ComposeAsync(
        AlignedPair pair, FusionRule rule, IFusionModel model, IReadOnlyList<string> contentHashes, DateTimeOffset createdAt, string folder, IProgress<int>? progress,
        CancellationToken cancellationToken, IReadOnlyList<CaseWarning>? told = null)
    {
        var request = Request(pair, rule, model);
        if (!SeriesFuser.Create(request, cancellationToken).TryGet(out var fuser, out var refusal)) return refusal;

        var identity = new FusionIdentity(contentHashes, string.Create(CultureInfo.InvariantCulture, $"{rule.Name}/{rule.Version}"), model.Info.Sha256, model.Info.Provider, rule.Look);
        var series = new SecondaryCaptureSeries
        {
            Identity = identity,
            Model = model.Info,
            Description = Description(pair),
            Number = SeriesNumber(pair),
            Derivation = SecondaryCaptureSeries.DerivationText(pair.Fixed.Modality, fuser.FixedWindow, pair.Moving.Modality, fuser.MovingWindow, Placed(pair.Verdict.Source), model.Info, request.Colour, rule.Fuse.Opacity, rule.Fuse.PostProcessing),
            CreatedAt = createdAt,
            SoftwareVersion = NodeStatus.Version,
        };
        var builder = new SecondaryCaptureBuilder(series);
        var explaining = rule.Fuse.Explain ? new ExplanationComposer(pair, series) : null;

        var unfinished = folder + ".unfinished";
        if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        Directory.CreateDirectory(unfinished);
        try
        {
            var objects = new List<ResultObject>(fuser.Slices);
            var explained = new List<ResultObject>();
            var contributions = new List<SliceContribution>(fuser.Slices);
            var measured = new List<KeyValuePair<int, FusionMetricValues>>();
            var previews = Previews(pair);
            await foreach (var slice in fuser.FuseAsync(null, cancellationToken).ConfigureAwait(false))
            {
                using var owned = slice;
                previews.Add(slice);
                if (slice.Metrics is { } metrics) measured.Add(new(slice.Index, metrics));
                contributions.Add(slice.Contribution);
                var moving = MovingSources(pair, slice.Index);
                var built = builder.Build(new SecondaryCaptureSlice
                {
                    FixedHeader = SliceHeader.Of(pair.Fixed, slice.Index),
                    FixedFrame = pair.Fixed.Slices[slice.Index].FrameNumber,
                    Moving = moving,
                    Index = slice.Index,
                    Columns = slice.Columns,
                    Rows = slice.Rows,
                    Pixels = slice.Pixels,
                    IsColour = slice.IsColour,
                });
                if (!built.TryGet(out var dataset, out refusal)) return refusal;
                var name = string.Create(CultureInfo.InvariantCulture, $"{slice.Index + 1:0000}.dcm");
                DurableFiles.Write(Path.Combine(unfinished, name), stream => new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(stream));
                objects.Add(new ResultObject(dataset.GetString(DicomTag.SOPInstanceUID)!, DicomUid.SecondaryCaptureImageStorage, slice.Index + 1, name));
                if (explaining is not null)
                {
                    if (!explaining.Compose(slice, moving, unfinished).TryGet(out var shares, out refusal)) return refusal;
                    explained.Add(shares);
                }
                progress?.Report(objects.Count);
            }
            (string Name, PngImage Image)[] pictures = [("axial.png", previews.Axial()), ("coronal.png", previews.Coronal()), ("sagittal.png", previews.Sagittal())];
            foreach (var (name, image) in pictures) PngWriter.Write(Path.Combine(unfinished, name), image);
            var metricsOfSeries = SeriesMetrics.From(measured);
            var explanation = SeriesExplanation.From(contributions, model.Info.EstimatesWeight);
            List<CaseWarning> warnings = [.. told ?? [], .. Warnings(pair, fuser, explanation)];
            var keyImage = new KeyImageComposer(pair, rule, series, fuser).Compose([.. pictures.Select(picture => picture.Image)], objects[previews.Slice], metricsOfSeries, explanation, warnings, unfinished);
            if (!keyImage.TryGet(out var summary, out refusal)) return refusal;
            objects.AddRange(explained);
            objects.Add(summary);
            var registration = new RegistrationComposer(pair, series);
            if (registration.IsNeeded)
            {
                if (!registration.Compose(unfinished).TryGet(out var spatial, out refusal)) return refusal;
                objects.Add(spatial);
            }
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            Directory.Move(unfinished, folder);
            DurableFiles.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(folder))!);
            return new ComposedSeries(identity.SeriesInstanceUid, objects, model.Info, metricsOfSeries, explanation, explaining?.SeriesInstanceUid, [.. pictures.Select(picture => picture.Name)], warnings);
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        }
    }

    /// <summary>A doubtful alignment is told in the first place that a reader sees.</summary>
    private static string Description(AlignedPair pair) =>
        $"PacsFusion {pair.Fixed.Modality}+{pair.Moving.Modality} fused{(pair.Verdict.Outcome == AlignmentOutcome.Warn ? ", check alignment" : "")} (research use only)";

    private static string Placed(AlignmentSource source) => source switch
    {
        AlignmentSource.Header => "by image headers",
        AlignmentSource.Rigid => "by rigid registration",
        _ => "by affine registration",
    };

    /// <summary>Pictures through the hottest voxel of a functional image, else through the middle.</summary>
    private static PreviewRenderer Previews(AlignedPair pair)
    {
        var grid = pair.Fixed.Volume.Grid;
        if (pair.Moving.Modality is not ("PT" or "NM")) return new PreviewRenderer(grid, grid.Columns / 2, grid.Rows / 2, grid.Slices / 2);
        var (column, row, slice) = pair.HottestVoxel();
        return new PreviewRenderer(grid, column, row, slice);
    }

    private static List<CaseWarning> Warnings(AlignedPair pair, SeriesFuser fuser, SeriesExplanation explanation)
    {
        var warnings = new List<CaseWarning>();
        if (pair.Moving.Suv is { Factor: not null } && pair.Hottest() < fuser.MovingWindow.Low)
            warnings.Add(new CaseWarning(FuseReasons.NothingInWindow.Code, FuseReasons.NothingInWindow.Text));
        warnings.AddRange(explanation.Warnings(pair.Fixed.Modality, pair.Moving.Modality).Select(warning => new CaseWarning(warning.Code, warning.Text)));
        return warnings;
    }

    private SeriesFusionRequest Request(AlignedPair pair, FusionRule rule, IFusionModel model) =>
        new()
        {
            Fixed = pair.Fixed.Volume,
            Moving = pair.MovingOnFixed,
            FixedWindow = rule.Fuse.FixedWindowOf(pair.Fixed.Modality),
            MovingWindow = rule.Fuse.MovingWindowOf(pair.Moving.Modality),
            Model = model,
            Colour = rule.Fuse.Colour,
            Opacity = rule.Fuse.Opacity,
            PostProcessing = rule.Fuse.PostProcessing,
            MovingIsUptake = pair.Moving.Modality is "PT" or "NM",
            Threads = options.Threads,
        };

    /// <summary>A number far above those of scanners, that tells the results of different pairs of one study apart.</summary>
    private static int SeriesNumber(AlignedPair pair)
    {
        int Of(SeriesVolume series) => Math.Abs(series.Slices[0].Header.GetInt(DicomTag.SeriesNumber) ?? 0) % 100;
        return 90000 + (Of(pair.Fixed) * 100) + Of(pair.Moving);
    }

    /// <summary>The moving instances that the fixed slice lies between.</summary>
    private static List<SourceReference> MovingSources(AlignedPair pair, int slice)
    {
        var moving = pair.Moving;
        var fixedGrid = pair.Fixed.Volume.Grid;
        var toIndex = moving.Volume.Grid.VoxelToPatient.Invert().Multiply(pair.FixedToMoving).Multiply(fixedGrid.VoxelToPatient);
        double low = double.MaxValue, high = double.MinValue;
        foreach (var column in new[] { 0, fixedGrid.Columns - 1 })
            foreach (var row in new[] { 0, fixedGrid.Rows - 1 })
            {
                var k = toIndex.Transform(new Vector3d(column, row, slice)).Z;
                low = Math.Min(low, k);
                high = Math.Max(high, k);
            }
        var first = Math.Max(0, (int)Math.Floor(low + 1e-3));
        var last = Math.Min(moving.Slices.Count - 1, (int)Math.Ceiling(high - 1e-3));
        var sources = new List<SourceReference>();
        for (var k = first; k <= last; k++)
            if (SliceHeader.Reference(moving, k) is { } source && !sources.Contains(source)) sources.Add(source);
        return sources;
    }
}
