using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;

namespace PacsFusion.Node.Cli;

/// <summary><c>dump PATH…</c>: shows any DICOM file; as text, as DICOM JSON (PS3.18 annex F), or one line per file.</summary>
internal static class DumpVerb
{
    private const int ValueWidth = 64, LongestShown = 16 << 10;

    private static readonly DicomReadOptions InPart = new() { Truncation = TruncationRule.KeepComplete, MissingMeta = MissingMetaRule.Guess };

    public static Command Create(CommandLine line)
    {
        var paths = new Argument<string[]>("path") { Description = "Files and folders", Arity = ArgumentArity.OneOrMore };
        var summary = new Option<bool>("--summary") { Description = "One line per file: PATH<TAB>ok, or PATH<TAB>error<TAB>CODE<TAB>text" };
        return line.Verb("dump", "Show DICOM files", [paths, summary], (context, parsed, cancellationToken) =>
        {
            var files = InputFiles.Expand(parsed.GetValue(paths)!);
            var asSummary = parsed.GetValue(summary);
            var failed = 0;
            var shown = 0;
            var asJson = context.Output.Json && !asSummary;
            if (asJson && files.Count > 1) context.Output.Out.Write('[');
            var lines = new JsonArray();
            foreach (var path in files)
            {
                cancellationToken.ThrowIfCancellationRequested();
                try
                {
                    var file = DicomFile.Read(path);
                    if (asSummary) Line(path, null, "");
                    else if (asJson) Json(file.Dataset);
                    else Write(context.Output.Out, path, file);
                }
                catch (Exception fault) when (fault is DicomException or IOException or UnauthorizedAccessException)
                {
                    failed++;
                    var (code, text) = Describe(fault);
                    if (asSummary)
                    {
                        Line(path, code, text);
                        continue;
                    }
                    if (!asJson && fault is DicomFormatException && TryReadInPart(path) is { } part) Write(context.Output.Out, path, part);
                    context.Output.Error.WriteLine($"pacsfusion: {path}: {code}: {text}");
                }
            }
            if (asSummary) context.Output.Answer(new JsonObject { ["files"] = lines });
            else if (asJson && files.Count > 1) context.Output.Out.WriteLine(']');
            else if (asJson && shown > 0) context.Output.Out.WriteLine();
            return Task.FromResult(failed == 0 || asSummary ? ExitCode.Done : ExitCode.Failed);

            void Json(DicomDataset dataset)
            {
                if (shown++ > 0) context.Output.Out.Write(',');
                DicomJson.Write(dataset, new TextSink(context.Output.Out));
            }

            void Line(string path, string? code, string text)
            {
                var name = string.Concat(path.Select(c => char.IsControl(c) ? '?' : c));
                context.Output.Out.WriteLine(code is null ? $"{name}\tok" : $"{name}\terror\t{code}\t{text}");
                if (context.Output.Json) lines.Add(new JsonObject { ["path"] = path, ["ok"] = code is null, ["code"] = code, ["text"] = code is null ? null : text });
            }
        });
    }

    /// <summary>For the eye, what can be made of a file that is refused: what stands before the fault, or a file without meta information.</summary>
    private static DicomFile? TryReadInPart(string path)
    {
        try
        {
            return DicomFile.Read(path, InPart);
        }
        catch (Exception fault) when (fault is DicomException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (string Code, string Text) Describe(Exception fault) =>
        (fault is DicomException dicom ? dicom.Code : "file-not-readable", fault.Message.ReplaceLineEndings(" "));

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
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{indent}{element.Tag} {element.VR} {Value(element),-ValueWidth} # {(element.HasUndefinedLength ? "u/l" : element.Length)} {Name(dataset, element.Tag)}"));
            foreach (var item in element.Items)
            {
                output.WriteLine($"{indent}  item");
                Write(output, item, depth + 2);
            }
        }
    }

    private static string? Name(DicomDataset dataset, DicomTag tag) =>
        dataset.PrivateCreatorOf(tag) is { } creator ? DicomDictionary.PrivateKeywordOf(creator, tag) : tag.Keyword;

    private static string Value(DicomElement element)
    {
        if (element.IsSequence) return string.Create(CultureInfo.InvariantCulture, $"({element.Items.Count} items)");
        if (element.IsEncapsulated) return "(encapsulated)";
        if (element.IsEmpty) return "(no value)";
        if (element.VR is DicomVR.OB or DicomVR.OW or DicomVR.OF or DicomVR.OD or DicomVR.OL or DicomVR.OV or DicomVR.UN)
            return Convert.ToHexStringLower(element.GetBytes().Span[..Math.Min(16, element.Length)]) + (element.Length > 16 ? "..." : "");
        if (element.Length > LongestShown) return string.Create(CultureInfo.InvariantCulture, $"({element.Length} bytes)");
        var text = new StringBuilder("[").AppendJoin('\\', element.GetStrings()).Append(']');
        // Control characters in values must not reach a terminal.
        for (var i = 0; i < text.Length; i++)
            if (char.IsControl(text[i])) text[i] = '.';
        return text.Length <= ValueWidth ? text.ToString() : text.ToString(0, ValueWidth - 3) + "...";
    }
}
