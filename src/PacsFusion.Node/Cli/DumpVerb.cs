using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;

namespace PacsFusion.Node.Cli;

/// <summary><c>dump PATH…</c>: shows any DICOM file; as text, as DICOM JSON (PS3.18 annex F), or one line per file.</summary>
internal static class DumpVerb
{
    private const int ValueWidth = 64;

    public static Command Create(CommandLine line)
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders", Arity = ArgumentArity.OneOrMore };
        var summary = new Option<bool>("--summary") { Description = "One line per file: PATH<TAB>ok, or PATH<TAB>error<TAB>CODE<TAB>text" };
        return line.Verb("dump", "Show DICOM files", [paths, summary], (context, parsed, cancellationToken) =>
        {
            var files = InputFiles.Expand(parsed.GetValue(paths)!);
            var asSummary = parsed.GetValue(summary);
            var failed = 0;
            var json = new List<JsonNode>();
            foreach (var path in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var file = DicomFile.Read(path);
                    if (asSummary) context.Output.Out.WriteLine($"{path}\tok");
                    else if (context.Output.Json) json.Add(ToJson(file));
                    else Write(context.Output.Out, path, file);
                }
                catch (Exception fault) when (fault is DicomException or IOException or UnauthorizedAccessException)
                {
                    failed++;
                    var (code, text) = Describe(fault);
                    if (asSummary) context.Output.Out.WriteLine($"{path}\terror\t{code}\t{text}");
                    else context.Output.Error.WriteLine($"pacsfusion: {path}: {code}: {text}");
                }
            }
            if (context.Output.Json && !asSummary && json.Count > 0) context.Output.Answer(json.Count == 1 ? json[0] : new JsonArray([.. json]));
            return Task.FromResult(failed == 0 || asSummary ? ExitCode.Done : ExitCode.Failed);
        });
    }

    private static (string Code, string Text) Describe(Exception fault) => fault switch
    {
        DicomException dicom => (dicom.Code, string.Create(CultureInfo.InvariantCulture, $"{dicom.Message}{(dicom.Tag is { } tag ? $" at {tag}" : "")}{(dicom.Offset is { } offset ? $", offset {offset}" : "")}").ReplaceLineEndings(" ")),
        _ => ("file-not-readable", fault.Message.ReplaceLineEndings(" ")),
    };

    private static JsonNode ToJson(DicomFile file) => JsonNode.Parse(DicomJson.Write(file.Dataset))!;

    private static void Write(TextWriter output, string path, DicomFile file)
    {
        output.WriteLine($"# {path}");
        output.WriteLine($"# {file.TransferSyntax.Uid} {file.TransferSyntax.Name}");
        Write(output, file.FileMeta, 0);
        Write(output, file.Dataset, 0);
        foreach (var warning in file.Warnings)
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"# warning {warning.Code}{(warning.Tag is { } tag ? $" at {tag}" : "")}, offset {warning.Offset}"));
    }

    private static void Write(TextWriter output, DicomDataset dataset, int depth)
    {
        var indent = new string(' ', depth * 2);
        foreach (var element in dataset)
        {
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{indent}{element.Tag} {element.VR} {Value(element),-ValueWidth} # {(element.HasUndefinedLength ? "u/l" : element.Length)} {element.Tag.Keyword}"));
            foreach (var item in element.Items)
            {
                output.WriteLine($"{indent}  item");
                Write(output, item, depth + 2);
            }
        }
    }

    private static string Value(DicomElement element)
    {
        if (element.IsSequence) return string.Create(CultureInfo.InvariantCulture, $"({element.Items.Count} items)");
        if (element.IsEncapsulated) return "(encapsulated)";
        if (element.IsEmpty) return "(no value)";
        if (element.VR is DicomVR.OB or DicomVR.OW or DicomVR.OF or DicomVR.OD or DicomVR.OL or DicomVR.OV or DicomVR.UN)
            return Convert.ToHexStringLower(element.GetBytes().Span[..Math.Min(16, element.Length)]) + (element.Length > 16 ? "..." : "");
        var text = new StringBuilder("[").AppendJoin('\\', element.GetStrings()).Append(']');
        // Control characters in values must not reach a terminal.
        for (var i = 0; i < text.Length; i++)
            if (char.IsControl(text[i])) text[i] = '.';
        return text.Length <= ValueWidth ? text.ToString() : text.ToString(0, ValueWidth - 3) + "...";
    }
}
