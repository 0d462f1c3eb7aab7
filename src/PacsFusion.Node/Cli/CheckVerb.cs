using System.CommandLine;
using System.Text.Json.Nodes;
using PacsFusion.Dicom.Network;
using PacsFusion.Fusion;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Fuse;
using PacsFusion.Node.Hosting;

namespace PacsFusion.Node.Cli;

/// <summary><c>check</c>: everything that is wrong with configuration, rules, models and peers at once.</summary>
internal static class CheckVerb
{
    public static Command Create(CommandLine line)
    {
        var peers = new Option<bool>("--peers") { Description = "Ask every destination for a C-ECHO too" };
        return line.Verb("check", "Show everything that is wrong with configuration, rules, models and peers", [peers], async (context, parsed, cancellationToken) =>
        {
            var loaded = ConfigurationLoader.Load(context.ConfigFile, context.Overrides, ConfigurationGate.Variables());
            var findings = new List<ConfigurationFinding>(loaded.Findings);
            if (loaded.Value is { } configuration)
            {
                findings.AddRange(Models(configuration));
                using var codecs = CodecRoom.Open(context.DataFolder);
                if (codecs.Problem is { } problem)
                    findings.Add(new ConfigurationFinding(FindingSeverity.Warning, configuration.File ?? "", 1, 1, problem.Code, problem.Text, problem.NextStep));
                if (parsed.GetValue(peers)) findings.AddRange(await PeersAsync(configuration, context.Time, cancellationToken).ConfigureAwait(false));
            }
            var ok = findings.All(finding => finding.Severity != FindingSeverity.Error);
            context.Output.Answer(new JsonObject
            {
                ["ok"] = ok,
                ["findings"] = new JsonArray([.. findings.Select(finding => new JsonObject
                {
                    ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
                    ["file"] = finding.File,
                    ["line"] = finding.Line,
                    ["column"] = finding.Column,
                    ["code"] = finding.Code,
                    ["text"] = finding.Text,
                    ["hint"] = finding.Hint,
                })]),
            });
            foreach (var finding in findings) context.Output.Say(ConfigurationGate.Line(finding));
            context.Output.Say(ok ? $"{context.ConfigFile ?? "Built-in defaults"}: nothing wrong." : $"{context.ConfigFile}: not usable.");
            return ok ? ExitCode.Done : ExitCode.Configuration;
        });
    }

    /// <summary>Models that rules name: found, whole, the file that the manifest describes, and loadable.</summary>
    private static IEnumerable<ConfigurationFinding> Models(NodeConfiguration configuration)
    {
        var catalog = ModelCatalog.Open(configuration.Fusion.ModelsFolder);
        foreach (var problem in catalog.Problems)
            yield return new ConfigurationFinding(FindingSeverity.Error, configuration.Fusion.ModelsFolder, 1, 1, problem.Code, problem.Text, FuseReasons.Of(problem.Code).NextStep);
        using var models = new ModelRoom(catalog, NodeRooms.InferenceOf(configuration.Fusion));
        foreach (var use in configuration.Rules.GroupBy(rule => catalog.Resolve(rule.Fuse.Model), StringComparer.Ordinal))
            if (!models.Load(use.Key).TryGet(out _, out var refusal))
                yield return new ConfigurationFinding(FindingSeverity.Error, use.First().File, 1, 1, refusal.Code, refusal.Text, FuseReasons.Of(refusal.Code).NextStep);
    }

    private static async Task<List<ConfigurationFinding>> PeersAsync(NodeConfiguration configuration, TimeProvider time, CancellationToken cancellationToken)
    {
        var findings = new List<ConfigurationFinding>();
        foreach (var destination in configuration.Destinations)
            try
            {
                await EchoVerb.EchoAsync(new DicomPeer(destination.Host, destination.Port, destination.AeTitle, destination.CallingAeTitle), time, cancellationToken).ConfigureAwait(false);
            }
            catch (DicomNetworkException fault)
            {
                findings.Add(new ConfigurationFinding(FindingSeverity.Warning, configuration.File ?? "", 1, 1, fault.Code, $"destination {destination.Name}: {fault.Message}", "Start the peer, or correct its address; results wait in the outbox meanwhile."));
            }
        return findings;
    }
}
