using System.CommandLine;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Node.Hosting;

namespace PacsFusion.Node.Cli;

/// <summary><c>convert IN --out OUT --transfer-syntax UID</c>: the same objects in another transfer syntax, without loss.</summary>
internal static class ConvertVerb
{
    public static Command Create(CommandLine line)
    {
        var input = new Argument<string>("in") { Description = "A file, or a folder whose files are all converted" };
        var output = new Option<string>("--out") { Description = "The file to write; of a folder, the folder", Required = true };
        var syntaxUid = new Option<string>("--transfer-syntax") { Description = "UID of the transfer syntax", Required = true };
        return line.Verb("convert", "Write DICOM files in another transfer syntax, without loss", [input, output, syntaxUid], (context, parsed, cancellationToken) =>
        {
            if (DicomTransferSyntax.Find(parsed.GetValue(syntaxUid)!) is not { } syntax)
                throw new CliException(ExitCode.Usage, $"--transfer-syntax {parsed.GetValue(syntaxUid)}: no transfer syntax of the standard.");
            using var codecs = CodecRoom.Open(context.DataFolder);
            if (syntax.IsEncapsulated && !DicomTranscoder.CanEncode(syntax, codecs.Codecs))
            {
                var why = codecs.Problem is { } problem ? $" {problem.Text}" : "";
                throw new CliException(ExitCode.Refused, $"refused, transfer-syntax-not-encodable: {syntax.Name} is not written here.{why}");
            }
            return Task.FromResult(Run(context, Path.GetFullPath(parsed.GetValue(input)!), Path.GetFullPath(parsed.GetValue(output)!), syntax, codecs.Codecs, cancellationToken));
        });
    }

    private static int Run(CliContext context, string input, string output, DicomTransferSyntax syntax, IFrameCodecs? codecs, CancellationToken cancellationToken)
    {
        var isFolder = Directory.Exists(input);
        var files = new JsonArray();
        var refused = 0;
        foreach (var path in InputFiles.Expand([input]))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = isFolder ? Path.Combine(output, Path.GetRelativePath(input, path)) : output;
            string? code = null, text = null;
            try
            {
                var converted = DicomTranscoder.Transcode(DicomFile.Read(path), syntax, codecs, cancellationToken);
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                // Under a name of its own first: a conversion onto itself must not lose the source.
                var unfinished = $"{target}.{Environment.ProcessId}.part";
                converted.Write(unfinished);
                File.Move(unfinished, target, overwrite: true);
            }
            catch (DicomException fault)
            {
                refused++;
                (code, text) = (fault.Code, fault.Message.ReplaceLineEndings(" "));
                context.Output.Error.WriteLine($"pacsfusion: {path}: {code}: {text}");
            }
            files.Add(new JsonObject { ["path"] = path, ["out"] = code is null ? target : null, ["code"] = code, ["text"] = text });
        }
        context.Output.Answer(new JsonObject { ["transferSyntax"] = syntax.Uid, ["converted"] = files.Count - refused, ["refused"] = refused, ["files"] = files.DeepClone() });
        context.Output.Say($"{files.Count - refused} of {files.Count} files written as {syntax.Name} ({syntax.Uid})");
        return refused == 0 ? ExitCode.Done : ExitCode.Refused;
    }
}
