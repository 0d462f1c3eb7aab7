using System.Diagnostics;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using PacsFusion.Dicom;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>
/// Brings both series onto the fixed grid in the units of their modalities, by the headers or by a registration, measures how well they
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
        var result = await Task.Run(() => aligner.Align(Files(work.PatientKey, work.FixedSeriesUid), Files(work.PatientKey, work.MovingSeriesUid), rule, cancellationToken, ValueMaps(work.PatientKey)), cancellationToken).ConfigureAwait(false);
        // What was found stays with the case however it ends: explain shows the figures of a refusal too.
        var facts = (JsonObject)result.Facts.DeepClone();
        if (!result.TryGet(out var pair, out var refusal))
        {
            cases.MergeResult(work.CaseId, facts);
            AlignLog.Refused(log, work.CaseId, refusal.Code);
            return new StageOutcome.Refused(AlignReasons.Of(refusal.Code), refusal.Text);
        }
        facts["warnings"] = new JsonArray([.. pair.Warnings.Select(warning => warning.ToJson())]);
        facts["stages"] = new JsonArray(new JsonObject { ["stage"] = "align", ["seconds"] = Math.Round(Stopwatch.GetElapsedTime(started).TotalSeconds, 3) });
        cases.MergeResult(work.CaseId, facts);
        workspace.Put(work.CaseId, pair);
        AlignLog.Aligned(log, work.CaseId, pair.Fixed.Volume.Columns, pair.Fixed.Volume.Rows, pair.Fixed.Volume.Slices);
        return new StageOutcome.Done(CaseState.Fusing);
    }

    private List<DicomDataset> ValueMaps(string patientKey) =>
        [.. instances.OfClass(patientKey, DicomUid.RealWorldValueMappingStorage).Select(instance => DicomFile.Read(Path.Combine(spoolFolder, instance.RelativePath)).Dataset)];

    private List<string> Files(string patientKey, string seriesUid) =>
        [.. instances.OfSeries(patientKey, seriesUid).Select(instance => Path.Combine(spoolFolder, instance.RelativePath))];
}
