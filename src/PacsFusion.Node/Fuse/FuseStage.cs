using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PacsFusion.Fusion;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>Fuses an aligned pair and puts the fused objects on disk, where Deliver finds them.</summary>
internal sealed class FuseStage(
    NodeConfiguration configuration, CaseStore cases, InstanceStore instances, ResultStore results, CaseWorkspace workspace, ModelRoom models, SeriesComposer composer, string dataFolder,
    ILogger<FuseStage> log) : ICaseStage
{
    /// <inheritdoc/>
    public CaseState Takes => CaseState.Fusing;

    /// <inheritdoc/>
    public CaseState During => CaseState.Fusing;

    /// <inheritdoc/>
    public async Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken)
    {
        // Without the volumes (the node was stopped in between) the case begins again.
        if (!workspace.TryTake(work.CaseId, out var pair)) return new StageOutcome.Retry(TimeSpan.Zero, FuseReasons.VolumesGone, "");
        using var owned = pair;
        var rule = configuration.Rules.First(rule => rule.Name == work.Rule && rule.Version == work.RuleVersion);
        if (!models.Load(rule.Fuse.Model).TryGet(out var model, out var refusal)) return new StageOutcome.Refused(FuseReasons.Of(refusal.Code), refusal.Text);

        var started = Stopwatch.GetTimestamp();
        var folder = Path.Combine("results", work.CaseId);
        var hashes = instances.OfSeries(work.PatientKey, work.FixedSeriesUid).Concat(instances.OfSeries(work.PatientKey, work.MovingSeriesUid)).Select(instance => instance.Sha256).ToList();
        var outcome = await DeviceFallback.ComposeAsync(model, () => models.LoadOnCpu(rule.Fuse.Model), (with, told) => composer.ComposeAsync(
            pair, rule, with, hashes, work.CreatedAt, Path.Combine(dataFolder, folder), null, cancellationToken, told)).ConfigureAwait(false);
        if (!outcome.TryGet(out var composed, out refusal)) return new StageOutcome.Refused(FuseReasons.Of(refusal.Code), refusal.Text);

        results.Keep(work.CaseId, [.. composed.Objects.Select(item => item with { Path = $"results/{work.CaseId}/{item.Path}" })]);
        cases.MergeResult(work.CaseId, Result(work, composed, Stopwatch.GetElapsedTime(started)), composed.SeriesInstanceUid);
        FuseLog.Fused(log, work.CaseId, composed.Slices, composed.Model.Name, composed.Model.Provider);
        return new StageOutcome.Done(CaseState.Composed);
    }

    private JsonObject Result(FusionCase work, ComposedSeries composed, TimeSpan took)
    {
        var earlier = cases.Find(work.CaseId)?.Result is { } text ? JsonNode.Parse(text)!.AsObject() : [];
        var stages = earlier["stages"] is JsonArray done ? (JsonArray)done.DeepClone() : [];
        stages.Add(new JsonObject { ["stage"] = "fuse", ["seconds"] = Math.Round(took.TotalSeconds, 3) });
        var warnings = earlier["warnings"] is JsonArray known ? (JsonArray)known.DeepClone() : [];
        foreach (var warning in composed.Warnings) warnings.Add(warning.ToJson());
        return new JsonObject
        {
            ["model"] = composed.ModelJson(),
            ["metrics"] = composed.MetricsJson(),
            ["metricsUndefined"] = composed.MetricsUndefinedJson(),
            ["metricDefinitions"] = ComposedSeries.MetricDefinitionsJson(),
            ["measuredSlices"] = composed.Metrics?.Slices.Count ?? 0,
            ["explanation"] = composed.ExplanationJson(),
            ["fused"] = new JsonObject { ["seriesInstanceUid"] = composed.SeriesInstanceUid, ["instances"] = composed.Slices },
            ["warnings"] = warnings,
            ["stages"] = stages,
        };
    }
}
