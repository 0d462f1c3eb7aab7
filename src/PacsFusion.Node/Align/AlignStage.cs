using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>
/// Brings both series onto the fixed grid by patient geometry, in the units of their modalities, measures how well they
/// fit, and asks the rule's gate.
/// </summary>
internal sealed class AlignStage(NodeConfiguration configuration, CaseStore cases, InstanceStore instances, CaseWorkspace workspace, SeriesAligner aligner, string spoolFolder, ILogger<AlignStage> log) : ICaseStage
{
    /// <inheritdoc/>
    public CaseState Takes => CaseState.Queued;

    /// <inheritdoc/>
    public CaseState During => CaseState.Aligning;

    /// <inheritdoc/>
    public async Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken)
    {
        if (configuration.Rules.FirstOrDefault(rule => rule.Name == work.Rule && rule.Version == work.RuleVersion) is not { } rule)
            return new StageOutcome.Failed(AlignReasons.RuleGone, $"rule {work.Rule} version {work.RuleVersion}");

        var started = Stopwatch.GetTimestamp();
        var outcome = await Task.Run(() => aligner.Align(Files(work.PatientKey, work.FixedSeriesUid), Files(work.PatientKey, work.MovingSeriesUid), rule, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!outcome.TryGet(out var pair, out var refusal))
        {
            AlignLog.Refused(log, work.CaseId, refusal.Code);
            return new StageOutcome.Refused(AlignReasons.Of(refusal.Code), refusal.Text);
        }
        var facts = (JsonObject)pair.Facts.DeepClone();
        facts["warnings"] = new JsonArray([.. pair.Warnings.Select(warning => warning.ToJson())]);
        facts["stages"] = new JsonArray(new JsonObject { ["stage"] = "align", ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3) });
        cases.MergeResult(work.CaseId, facts);
        workspace.Put(work.CaseId, pair);
        AlignLog.Aligned(log, work.CaseId, pair.Fixed.Volume.Columns, pair.Fixed.Volume.Rows, pair.Fixed.Volume.Slices);
        return new StageOutcome.Done(CaseState.Fusing);
    }

    private List<string> Files(string patientKey, string seriesUid) =>
        [.. instances.OfSeries(patientKey, seriesUid).Select(instance => Path.Combine(spoolFolder, instance.RelativePath))];
}

/// <summary>Align without a ledger: what <c>fuse</c> uses too.</summary>
/// <param name="pool">Where volumes come from.</param>
internal sealed class SeriesAligner(AlignOptions options, VolumePool pool)
{
    /// <summary>Aligns two series given by their files. The caller owns the pair.</summary>
    /// <returns>The pair, or a refusal with a code of <see cref="AlignReasons"/>.</returns>
    public Outcome<AlignedPair> Align(IReadOnlyList<string> fixedFiles, IReadOnlyList<string> movingFiles, FusionRule rule, CancellationToken cancellationToken)
    {
        var reader = new SeriesReader(new SeriesReaderOptions { Threads = options.Threads, Codecs = options.Codecs }, pool);
        var fixedOutcome = reader.Read(fixedFiles, cancellationToken);
        if (!fixedOutcome.TryGet(out var fixedSeries, out var refusal)) return Named("fixed", refusal);
        SeriesVolume? movingSeries = null;
        Volume? movingOnFixed = null;
        var handedOver = false;
        try
        {
            var movingOutcome = reader.Read(movingFiles, cancellationToken);
            if (!movingOutcome.TryGet(out movingSeries, out refusal)) return Named("moving", refusal);
            if (Misfit(fixedSeries, movingSeries, rule) is { } misfit) return misfit;

            var identity = Affine.Identity;
            movingOnFixed = new Resampler(new ResamplerOptions { Threads = options.Threads }, pool).Resample(movingSeries.Volume, fixedSeries.Volume.Grid, identity, cancellationToken);
            var figures = AlignmentFigures.Measure(fixedSeries.Volume, movingOnFixed, cancellationToken);
            if (figures.Overlap <= 0) return new Refusal(ImagingReasons.NoOverlap, "The moving series does not reach into the field of view of the fixed one.");
            if (AlignmentGate.Evaluate(figures, rule.Align.Gate).Refusal is { } failed) return failed;

            var pair = new AlignedPair(fixedSeries, movingSeries, movingOnFixed, identity, figures, Warnings(rule, fixedSeries, movingSeries, figures), Facts(fixedSeries, movingSeries, identity, figures));
            var (column, row, slice) = pair.HottestVoxel();
            var place = fixedSeries.Volume.VoxelToPatient.Transform(new Vector3d(column, row, slice));
            pair.Facts["alignment"]!["greatest"] = movingOnFixed[column, row, slice];
            pair.Facts["alignment"]!["greatestAt"] = new JsonArray(place.X, place.Y, place.Z);
            movingSeries.Dispose();
            handedOver = true;
            return pair;
        }
        finally
        {
            if (!handedOver)
            {
                fixedSeries.Dispose();
                movingSeries?.Dispose();
                movingOnFixed?.Dispose();
            }
        }
    }

    private static Refusal Named(string role, Refusal refusal) => refusal with { Text = $"{role} series: {refusal.Text}" };

    private static Refusal? Misfit(SeriesVolume fixedSeries, SeriesVolume movingSeries, FusionRule rule)
    {
        if (fixedSeries.Volume.FrameOfReferenceUid is not { } frame || frame != movingSeries.Volume.FrameOfReferenceUid)
            return new Refusal(AlignReasons.FrameDiffers.Code, AlignReasons.FrameDiffers.Text);
        if (movingSeries is { Modality: "PT", Suv: { Factor: null } suv } && rule.Fuse.MovingWindow.Kind == PacsFusion.Fusion.WindowKind.Suv)
            return new Refusal(suv.ReasonCode!, suv.Text);
        return null;
    }

    private static List<CaseWarning> Warnings(FusionRule rule, SeriesVolume fixedSeries, SeriesVolume movingSeries, AlignmentFigures figures)
    {
        var warnings = new List<CaseWarning> { new(AlignReasons.NotVerified.Code, AlignReasons.NotVerified.Text) };
        if (rule.Align.Method != AlignMethod.Geometry) warnings.Add(new CaseWarning(AlignReasons.RegistrationNotThere.Code, AlignReasons.RegistrationNotThere.Text));
        foreach (var (role, series) in new[] { ("Fixed", fixedSeries), ("Moving", movingSeries) })
            warnings.AddRange(series.Warnings.Select(warning => new CaseWarning(warning.Code, $"{role} series: {warning.Text}")));
        if (movingSeries is { Modality: "PT", Suv.Factor: null })
            warnings.Add(new CaseWarning(movingSeries.Suv.ReasonCode!, $"Not quantitative: {movingSeries.Suv.Text}"));
        if (figures.BodyOverlap is { } overlap && overlap < 0.5)
            warnings.Add(new CaseWarning(AlignReasons.LittleOverlap.Code, AlignReasons.LittleOverlap.Text));
        return warnings;
    }

    private static JsonObject Facts(SeriesVolume fixedSeries, SeriesVolume movingSeries, in Affine fixedToMoving, AlignmentFigures figures)
    {
        var alignment = new JsonObject { ["method"] = "geometry", ["matrix"] = new JsonArray([.. fixedToMoving.ToRowMajor16().Select(value => JsonValue.Create(value))]) };
        foreach (var name in AlignmentFigures.Names) alignment[name] = figures.Find(name);
        alignment["uptakeVoxels"] = figures.UptakeVoxels;
        alignment["uptakeVoxelsInBody"] = figures.UptakeVoxelsInBody;
        return new JsonObject { ["fixed"] = Side(fixedSeries), ["moving"] = Side(movingSeries), ["alignment"] = alignment };
    }

    private static JsonObject Side(SeriesVolume series)
    {
        var volume = series.Volume;
        return new JsonObject
        {
            ["seriesInstanceUid"] = series.SeriesInstanceUid,
            ["modality"] = series.Modality,
            ["size"] = new JsonArray(volume.Columns, volume.Rows, volume.Slices),
            ["spacing"] = new JsonArray(volume.Spacing.X, volume.Spacing.Y, volume.Spacing.Z),
            ["units"] = AlignReasons.UnitWord(volume.Unit),
            ["suvFactor"] = series.Suv?.Factor,
            ["max"] = series.Max,
            ["maxAt"] = new JsonArray(series.MaxAt.X, series.MaxAt.Y, series.MaxAt.Z),
            ["sourceUnits"] = series.Slices[0].Header.GetString(DicomTag.Units),
        };
    }
}
