using System.CommandLine;
using System.Text.Json.Nodes;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Hosting;

namespace PacsFusion.Node.Cli;

/// <summary><c>models evaluate</c>: metrics and time of models on a folder of picture pairs.</summary>
internal static class ModelsEvaluateVerb
{
    public static Command Create(CommandLine line)
    {
        var pairs = new Option<string>("--data") { Description = "Folder of pairs: KIND/A/NAME.png and KIND/B/NAME.png, or A and B directly", Required = true };
        var split = new Option<string?>("--split") { Description = "JSON file with the validation pairs of each kind" };
        var use = new Option<string>("--use") { Description = "Which pairs of the split: val, train or all", DefaultValueFactory = _ => "val" };
        var model = new Option<string>("--model") { Description = "A model's name, default, or all", DefaultValueFactory = _ => ModelCatalog.Default };
        var output = new Option<string?>("--out") { Description = "Folder for the fused pictures: MODEL/KIND/NAME.png" };
        return line.Verb("evaluate", "Measure models on a folder of picture pairs", [pairs, split, use, model, output], async (context, parsed, cancellationToken) =>
        {
            var part = parsed.GetValue(use) switch
            {
                "val" => EvaluationUse.Validation,
                "train" => EvaluationUse.Training,
                "all" => EvaluationUse.All,
                var other => throw new CliException(ExitCode.Usage, $"--use {other}: use val, train or all."),
            };
            var configuration = ConfigurationGate.Load(context);
            var catalog = ModelCatalog.Open(configuration.Fusion.ModelsFolder);
            using var room = new ModelRoom(catalog, NodeRooms.InferenceOf(configuration.Fusion));
            var (models, refused) = Load(room, parsed.GetValue(model)!);
            foreach (var (name, refusal) in refused) context.Output.Error.WriteLine($"pacsfusion: {name}: {refusal.Code}: {refusal.Text}");
            var kinds = models.Count == 0 ? new Dictionary<string, IReadOnlyDictionary<string, ModelFigures>>() : await EvaluateAsync(context, parsed.GetValue(pairs)!, models, () => new EvaluationOptions
            {
                Split = parsed.GetValue(split) is { } file ? EvaluationSplit.Read(file) : null,
                Use = part,
                OutputFolder = parsed.GetValue(output),
            }, cancellationToken).ConfigureAwait(false);
            context.Output.Answer(new JsonObject
            {
                ["kinds"] = new JsonObject(kinds.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)new JsonObject
                {
                    ["models"] = new JsonObject(kind.Value.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)Figures(entry.Value)))),
                    ["default"] = catalog.DefaultName,
                }))),
                ["refused"] = new JsonArray([.. refused.Select(entry => new JsonObject { ["name"] = entry.Name, ["code"] = entry.Refusal.Code, ["text"] = entry.Refusal.Text })]),
            });
            context.Output.Say(EvaluationTable.Markdown(kinds, catalog.DefaultName).TrimEnd('\n'));
            return refused.Count == 0 ? ExitCode.Done : ExitCode.Refused;
        });
    }

    private static (List<IFusionModel> Models, List<(string Name, Refusal Refusal)> Refused) Load(ModelRoom room, string wanted)
    {
        var models = new List<IFusionModel>();
        var refused = new List<(string, Refusal)>();
        // Lesions by their uptake need to know which picture is functional, and the kinds differ in that.
        foreach (var name in wanted == "all" ? room.Catalog.Names.Where(name => name != DecisionModels.LesionMask) : [room.Catalog.Resolve(wanted)])
            if (room.Load(name).TryGet(out var model, out var refusal)) models.Add(model);
            else refused.Add((name, refusal));
        return (models, refused);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, ModelFigures>>> EvaluateAsync(
        CliContext context, string pairs, List<IFusionModel> models, Func<EvaluationOptions> options, CancellationToken cancellationToken)
    {
        context.Output.Progress($"measuring {string.Join(", ", models.Select(model => model.Info.Name))} on {pairs} ...");
        try
        {
            return await Task.Run(() => ModelEvaluator.Evaluate(pairs, models, options(), context.Time, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unreachable, fault.Message);
        }
    }

    private static JsonObject Figures(ModelFigures figures) => new()
    {
        ["mean"] = new JsonObject(figures.Mean.Enumerate().Select(metric => KeyValuePair.Create(metric.Key, (JsonNode?)(double.IsFinite(metric.Value) ? Math.Round(metric.Value, 6) : null)))),
        ["undefined"] = new JsonObject(figures.Mean.Undefined.Select(entry => KeyValuePair.Create(entry.Key, (JsonNode?)entry.Value))),
        ["milliseconds"] = Math.Round(figures.Milliseconds, 3),
        ["measuringMilliseconds"] = Math.Round(figures.MeasuringMilliseconds, 3),
        ["pairs"] = figures.Pairs,
    };
}
