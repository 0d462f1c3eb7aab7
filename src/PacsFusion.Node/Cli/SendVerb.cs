using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli;

/// <summary><c>send FILES…</c>: a C-STORE SCU for admins.</summary>
internal static class SendVerb
{
    public static Command Create(CommandLine line)
    {
        var files = new Argument<string[]>("files") { Description = "Part 10 files and folders; a destination's name may stand last", Arity = ArgumentArity.OneOrMore };
        var peer = new PeerOptions();
        return line.Verb("send", "Send DICOM files to a peer by C-STORE", [files, .. peer.Symbols], async (context, parsed, cancellationToken) =>
        {
            var given = parsed.GetValue(files)!;
            string? name = null;
            if (given.Length > 1 && !Path.Exists(given[^1])) (name, given) = (given[^1], given[..^1]);
            var target = peer.Resolve(context, parsed, name);
            var paths = InputFiles.Expand(given);
            var progress = new SynchronousProgress<StoreOutcome>(outcome =>
            {
                if (!outcome.IsStored) context.Output.Progress($"pacsfusion: {outcome.Path}: {outcome.Code}: {outcome.Text}");
            });
            var report = await new StoreScu(null, context.Time).SendAsync(target, paths, progress, cancellationToken).ConfigureAwait(false);
            var stored = report.Files.Count(file => file.IsStored);
            context.Output.Answer(new JsonObject
            {
                ["files"] = report.Files.Count,
                ["stored"] = stored,
                ["associations"] = report.Associations,
                ["failed"] = new JsonArray([.. report.Files.Where(file => !file.IsStored).Select(file => new JsonObject { ["path"] = file.Path, ["code"] = file.Code, ["text"] = file.Text })]),
            });
            context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"{stored} of {report.Files.Count} files stored by {target.CalledAeTitle} at {target.Host}:{target.Port} in {report.Associations} associations."));
            if (report.AllStored && report.Files.Count > 0) return ExitCode.Done;
            return report.Failure is PeerUnreachableException or AssociationRejectedException ? ExitCode.Unreachable : ExitCode.Failed;
        });
    }

    /// <summary>Reports on the calling thread, so that lines come in order and before the end.</summary>
    private sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
    {
        public void Report(T value) => report(value);
    }
}
