using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Align;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary><c>fuse FIXED MOVING --out DIR</c>: Align and Fuse without a network.</summary>
internal static class FuseVerb
{
    public static Command Create(CommandLine line)
    {
        var fixedFolder = new Argument<string>("fixed") { Description = "Folder of the fixed series, whose grid the result has" };
        var movingFolder = new Argument<string>("moving") { Description = "Folder of the moving series" };
        var output = new Option<string>("--out") { Description = "Folder for the fused series", Required = true };
        var ruleName = new Option<string?>("--rule") { Description = "Rule to go by (default: the first that takes the two modalities)" };
        var modelName = new Option<string?>("--model") { Description = "Model to use instead of the rule's" };
        var saveAligned = new Option<bool>("--save-aligned") { Description = "Write fixed.nii, moving.nii and moving-coverage.nii too, all on the fixed grid" };
        var checkPictures = new Option<bool>("--check-pictures") { Description = "Write three pictures for judging the alignment: checkerboard and outline of the body" };
        var explain = new Option<bool>("--explain") { Description = "Write a series too that shows which source each pixel comes from, into explanation/" };
        return line.Verb("fuse", "Fuse two series on disk, without a network", [fixedFolder, movingFolder, output, ruleName, modelName, explain, saveAligned, checkPictures], async (context, parsed, cancellationToken) =>
        {
            var configuration = ConfigurationGate.Load(context);
            var job = new FuseJob(context, configuration, Path.GetFullPath(parsed.GetValue(output)!), parsed.GetValue(explain), parsed.GetValue(saveAligned), parsed.GetValue(checkPictures));
            return await job.RunAsync(parsed.GetValue(fixedFolder)!, parsed.GetValue(movingFolder)!, parsed.GetValue(ruleName), parsed.GetValue(modelName), cancellationToken).ConfigureAwait(false);
        });
    }
}

/// <summary>One run of <c>fuse</c>.</summary>
internal sealed class FuseJob(CliContext context, NodeConfiguration configuration, string output, bool explain, bool saveAligned, bool checkPictures)
{
    private readonly JsonArray _stages = [];
    private readonly List<CaseWarning> _warnings = [];
    private IReadOnlyList<string> _checkPictures = [];

    public async Task<int> RunAsync(string fixedFolder, string movingFolder, string? ruleName, string? modelName, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var codecs = CodecRoom.Open(context.DataFolder);
        var fixedSource = OfflineSeries.Read(context, fixedFolder, configuration, codecs.Codecs);
        var movingSource = OfflineSeries.Read(context, movingFolder, configuration, codecs.Codecs);
        Stage("receive", clock);

        var choice = OfflineMatch.Choose(configuration, fixedSource, movingSource, ruleName);
        if (choice.Refusal is { } noRule) return Refuse(noRule, choice.Rule?.Name, fixedSource, movingSource);
        var rule = modelName is null ? choice.Rule! : choice.Rule! with { Fuse = choice.Rule.Fuse with { Model = modelName } };
        _warnings.AddRange(choice.Warnings);
        if (explain) rule = rule with { Fuse = rule.Fuse with { Explain = true } };
        Stage("match", clock);

        using var models = new ModelRoom(ModelCatalog.Open(configuration.Fusion.ModelsFolder), NodeRooms.InferenceOf(configuration.Fusion));
        if (!models.Load(rule.Fuse.Model).TryGet(out var model, out var refusal)) return Refuse(refusal, rule.Name, fixedSource, movingSource);

        context.Output.Progress($"aligning {movingSource.Descriptor.Modality} onto {fixedSource.Descriptor.Modality} ...");
        var aligned = await Task.Run(() => new SeriesAligner(new AlignOptions { Codecs = codecs.Codecs }, new VolumePool()).Align(fixedSource.Files, movingSource.Files, rule, cancellationToken), cancellationToken).ConfigureAwait(false);
        if (!aligned.TryGet(out var pair, out refusal)) return Refuse(refusal, rule.Name, fixedSource, movingSource, aligned.Facts);
        using var owned = pair;
        _warnings.AddRange(pair.Warnings);
        Stage("align", clock);

        try
        {
            Directory.CreateDirectory(output);
            if (saveAligned)
            {
                NiftiWriter.Write(Path.Combine(output, "fixed.nii"), pair.Fixed.Volume);
                NiftiWriter.Write(Path.Combine(output, "moving.nii"), pair.MovingOnFixed);
                NiftiWriter.WriteCoverage(Path.Combine(output, "moving-coverage.nii"), pair.MovingOnFixed);
                Stage("save-aligned", clock);
            }
            if (checkPictures)
            {
                if (!CheckPictures(pair, rule, cancellationToken).TryGet(out var written, out refusal)) return Refuse(refusal, rule.Name, fixedSource, movingSource, pair.Facts);
                _checkPictures = written;
                Stage("check-pictures", clock);
            }
            context.Output.Progress($"fusing {pair.Fixed.Volume.Slices} slices with {model.Info.Name} on {model.Info.Provider}{(model.Info.PassedOver is { } why ? $" ({why.TrimEnd('.')})" : "")} ...");
            var hidden = Path.Combine(output, ".fused");
            var composer = new SeriesComposer(new FuseOptions { Threads = configuration.Fusion.Threads });
            var outcome = await DeviceFallback.ComposeAsync(model, () => models.LoadOnCpu(rule.Fuse.Model), (with, told) => composer.ComposeAsync(
                pair, rule, with, [.. fixedSource.Hashes, .. movingSource.Hashes], OfflineSeries.LatestTime(pair), hidden, null, cancellationToken, told)).ConfigureAwait(false);
            if (!outcome.TryGet(out var composed, out refusal)) return Refuse(refusal, rule.Name, fixedSource, movingSource);
            MoveInto(hidden, output);
            _warnings.AddRange(composed.Warnings);
            Stage("fuse", clock);
            return Done(rule, pair, composed);
        }
        catch (FusionRuntimeException fault)
        {
            throw new CliException(ExitCode.Failed, $"{fault.Message} {fault.InnerException!.Message.ReplaceLineEndings(" ")}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unreachable, $"{output}: {fault.Message}");
        }
    }

    private Outcome<List<string>> CheckPictures(AlignedPair pair, FusionRule rule, CancellationToken cancellationToken)
    {
        if (!rule.Fuse.FixedWindowOf(pair.Fixed.Modality).Resolve(pair.Fixed.Volume).TryGet(out var fixedWindow, out var refusal)) return refusal;
        if (!rule.Fuse.MovingWindowOf(pair.Moving.Modality).Resolve(pair.MovingOnFixed).TryGet(out var movingWindow, out refusal)) return refusal;
        var alignment = pair.Facts["alignment"]!;
        var figures = alignment.AsObject().Where(entry => GateFigures.Find(entry.Key) is not null && entry.Value is not null)
            .Select(entry => string.Create(CultureInfo.InvariantCulture, $"{entry.Key} {entry.Value!.GetValue<double>():0.###} {GateFigures.Find(entry.Key)!.Unit}").TrimEnd());
        var options = new CheckPictureOptions
        {
            FixedLabel = pair.Fixed.Modality,
            MovingLabel = pair.Moving.Modality,
            MovingColours = rule.Fuse.Colour,
            Caption = [$"{alignment["method"]}: {string.Join(", ", figures)}", .. pair.Warnings.Select(warning => warning.Text)],
        };
        var paths = new List<string>();
        foreach (var picture in CheckPictureRenderer.Render(pair.Fixed.Volume, pair.MovingOnFixed, fixedWindow, movingWindow, options, new PictureFont(), cancellationToken))
        {
            paths.Add(Path.Combine(output, $"check-{picture.Name}.png"));
            PngWriter.Write(paths[^1], picture.Image);
        }
        return paths;
    }

    private static void MoveInto(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var path in Directory.GetFiles(from)) File.Move(path, Path.Combine(to, Path.GetFileName(path)), overwrite: true);
        foreach (var folder in Directory.GetDirectories(from)) MoveInto(folder, Path.Combine(to, Path.GetFileName(folder)));
        Directory.Delete(from);
    }

    private int Done(FusionRule rule, AlignedPair pair, ComposedSeries composed)
    {
        var answer = new JsonObject
        {
            ["outcome"] = "fused",
            ["reason"] = null,
            ["rule"] = rule.Name,
            ["ruleVersion"] = rule.Version,
            ["model"] = composed.ModelJson(),
        };
        foreach (var (key, value) in pair.Facts) answer[key] = value?.DeepClone();
        answer["metrics"] = composed.MetricsJson();
        answer["metricsUndefined"] = composed.MetricsUndefinedJson();
        answer["metricDefinitions"] = ComposedSeries.MetricDefinitionsJson();
        answer["measuredSlices"] = composed.Metrics?.Slices.Count ?? 0;
        answer["explanation"] = composed.ExplanationJson();
        answer["output"] = new JsonObject
        {
            ["seriesInstanceUid"] = composed.SeriesInstanceUid,
            ["instances"] = composed.Slices,
            ["directory"] = output,
            ["keyImage"] = Located(composed.Find(ResultRole.KeyImage)),
            ["explanation"] = composed.ExplanationSeriesUid is null ? null : Path.Combine(output, "explanation"),
            ["registration"] = Located(composed.Find(ResultRole.Registration)),
        };
        answer["previews"] = new JsonArray([.. composed.Previews.Select(name => JsonValue.Create(Path.Combine(output, name)))]);
        if (checkPictures) answer["checkPictures"] = new JsonArray([.. _checkPictures.Select(path => JsonValue.Create(path))]);
        answer["warnings"] = new JsonArray([.. _warnings.Select(warning => warning.ToJson())]);
        answer["stages"] = _stages;
        context.Output.Answer(answer);
        context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"Fused by rule {rule.Name} with {composed.Model.Name} {composed.Model.Version}: {composed.Slices} images in {output}"));
        context.Output.Say($"Series {composed.SeriesInstanceUid}");
        foreach (var line in AlignmentLines.Of(pair.Facts["alignment"]!.AsObject())) context.Output.Say("  " + line);
        foreach (var line in MetricLines.Of(composed.MetricsJson(), composed.MetricsUndefinedJson())) context.Output.Say("  " + line);
        foreach (var (name, value) in composed.Explanation.Enumerate()) context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"  {name} {value:0.####}"));
        foreach (var warning in _warnings) context.Output.Say($"  warning {warning.Code}: {warning.Text}");
        return ExitCode.Done;
    }

    private string? Located(ResultObject? item) => item is null ? null : Path.Combine(output, item.Path);

    private int Refuse(Refusal refusal, string? rule, OfflineSeries fixedSource, OfflineSeries movingSource, JsonObject? facts = null)
    {
        var answer = new JsonObject
        {
            ["outcome"] = "refused",
            ["reason"] = refusal.Code,
            ["text"] = refusal.Text,
            ["nextStep"] = ReasonList.Find(refusal.Code)?.NextStep,
            ["rule"] = rule,
            ["fixed"] = new JsonObject { ["seriesInstanceUid"] = fixedSource.Descriptor.SeriesInstanceUid, ["modality"] = fixedSource.Descriptor.Modality },
            ["moving"] = new JsonObject { ["seriesInstanceUid"] = movingSource.Descriptor.SeriesInstanceUid, ["modality"] = movingSource.Descriptor.Modality },
            ["warnings"] = new JsonArray([.. _warnings.Select(warning => warning.ToJson())]),
            ["stages"] = _stages,
        };
        foreach (var (key, value) in facts ?? []) answer[key] = value?.DeepClone();
        context.Output.Answer(answer);
        context.Output.Error.WriteLine($"pacsfusion: refused, {refusal.Code}: {refusal.Text}{(ReasonList.Find(refusal.Code) is { } reason ? $" {reason.NextStep}" : "")}");
        return ExitCode.Refused;
    }

    private void Stage(string name, Stopwatch clock)
    {
        _stages.Add(new JsonObject { ["stage"] = name, ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 3) });
        clock.Restart();
    }
}
