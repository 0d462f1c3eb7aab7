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
            var report = await new StoreScu(null, context.Time).SendAsync(target, paths, null, cancellationToken).ConfigureAwait(false);
            // What the connection did to many files is one line; what is wrong with a file is a line of its own.
            var cut = report.Files.Count(file => file.Code == report.Failure?.Code);
            if (report.Failure is { } failure)
                context.Output.Progress($"pacsfusion: {target.CalledAeTitle} at {target.Host}:{target.Port}: {failure.Code}: {failure.Message} ({cut} files not sent)");
            foreach (var file in report.Files.Where(file => !file.IsStored && file.Code != report.Failure?.Code))
                context.Output.Progress($"pacsfusion: {file.Path}: {file.Code}: {file.Text}");
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
            return report.Failure is PeerUnreachableException or AssociationRejectedException or NetworkTimeoutException ? ExitCode.Unreachable : ExitCode.Failed;
        });
    }
}
