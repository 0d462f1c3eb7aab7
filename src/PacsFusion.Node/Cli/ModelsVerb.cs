using System.CommandLine;
using System.Text.Json.Nodes;
using PacsFusion.Fusion;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Hosting;

namespace PacsFusion.Node.Cli;

/// <summary><c>models list|verify|evaluate</c>: which models there are, and whether each is the one its manifest describes.</summary>
internal static class ModelsVerb
{
    public static Command Create(CommandLine line)
    {
        var models = new Command("models", "List, verify and evaluate fusion models");
        models.Subcommands.Add(line.Verb("list", "List the models", [], (context, _, _) =>
        {
            var catalog = Catalog(context);
            var infos = catalog.Names.Select(name => (Name: name, Outcome: catalog.Describe(name))).ToList();
            context.Output.Answer(new JsonObject
            {
                ["models"] = new JsonArray([.. infos.Where(info => !info.Outcome.IsRefused).Select(info => new JsonObject
                {
                    ["name"] = info.Name,
                    ["version"] = info.Outcome.Value.Version,
                    ["sha256"] = info.Outcome.Value.Sha256,
                    ["family"] = info.Outcome.Value.Family,
                    ["level"] = info.Outcome.Value.Level.ToString().ToLowerInvariant(),
                    ["file"] = catalog.Manifests.FirstOrDefault(manifest => manifest.Name == info.Name)?.FilePath ?? "built-in",
                    ["default"] = info.Name == catalog.DefaultName,
                })]),
            });
            foreach (var (name, outcome) in infos)
                context.Output.Say(outcome.IsRefused ? $"{name}  {outcome.Refusal!.Code}: {outcome.Refusal.Text}"
                    : $"{name}{(name == catalog.DefaultName ? " (default)" : "")}  {outcome.Value.Version}  {outcome.Value.Level.ToString().ToLowerInvariant()}  {outcome.Value.Family}  {outcome.Value.Sha256[..16]}");
            foreach (var problem in catalog.Problems) context.Output.Progress($"pacsfusion: {problem.Code}: {problem.Text}");
            return Task.FromResult(ExitCode.Done);
        }));
        var names = new Argument<string[]>("name") { Description = "Models; all where none is named", Arity = ArgumentArity.ZeroOrMore };
        models.Subcommands.Add(line.Verb("verify", "Check each model against its manifest and load it", [names], (context, parsed, _) =>
        {
            var configuration = ConfigurationGate.Load(context);
            var catalog = ModelCatalog.Open(configuration.Fusion.ModelsFolder);
            using var room = new ModelRoom(catalog, NodeRooms.InferenceOf(configuration.Fusion));
            var chosen = parsed.GetValue(names) is { Length: > 0 } some ? some : [.. catalog.Names];
            var results = chosen.Select(name => room.Load(name) is { IsRefused: false } outcome ? (Name: name, Refusal: (PacsFusion.Imaging.Refusal?)null, Info: outcome.Value.Info) : (name, room.Load(name).Refusal, null)).ToList();
            results.AddRange(catalog.Problems.Select(problem => (Name: catalog.Folder, Refusal: (PacsFusion.Imaging.Refusal?)problem, Info: (FusionModelInfo?)null)));
            context.Output.Answer(new JsonObject
            {
                ["ok"] = results.All(result => result.Refusal is null),
                ["models"] = new JsonArray([.. results.Select(result => new JsonObject { ["name"] = result.Name, ["ok"] = result.Refusal is null, ["provider"] = result.Info?.Provider, ["passedOver"] = result.Info?.PassedOver, ["code"] = result.Refusal?.Code, ["text"] = result.Refusal?.Text })]),
            });
            foreach (var (name, refusal, info) in results)
                if (refusal is null) context.Output.Say($"{name}: ok on {info!.Provider}{(info.PassedOver is { } why ? $" ({why.TrimEnd('.')})" : "")}");
                else context.Output.Error.WriteLine($"pacsfusion: {name}: {refusal.Code}: {refusal.Text}");
            return Task.FromResult(results.All(result => result.Refusal is null) ? ExitCode.Done : ExitCode.Refused);
        }));
        models.Subcommands.Add(ModelsEvaluateVerb.Create(line));
        return models;
    }

    private static ModelCatalog Catalog(CliContext context) => ModelCatalog.Open(ConfigurationGate.Load(context).Fusion.ModelsFolder);
}
