using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;
using Spectre.Console;

namespace PacsFusion.Node.Cli;

/// <summary>The table at the end of the demonstration.</summary>
internal static class DemoTable
{
    public static void Write(TextWriter output, FusionCase work, JsonObject answer, PhantomTruth truth, JsonObject result, string folder)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) });
        var table = new Table().Border(TableBorder.Rounded).AddColumn("what").AddColumn("result").Width(110);
        void Row(string what, string text) => table.AddRow(Markup.Escape(what), Markup.Escape(text));
        Row("instances received", $"{answer["received"]}");
        Row("rule matched", $"{work.Rule} v{work.RuleVersion}");
        Row("case", work.CaseId);
        Row("alignment", string.Join(", ", AlignmentFigures.Names.Where(name => result["alignment"]![name] is not null).Select(name => $"{name} {Number(result["alignment"]![name])}")));
        var moving = result["moving"]!;
        var hottest = truth.Lesions.MaxBy(lesion => lesion.Suv)!;
        Row("SUV", $"factor {Number(moving["suvFactor"])}, maximum {Number(moving["max"])} at ({Numbers(moving["maxAt"])}); hottest lesion {hottest.Name} SUV {Number(hottest.Suv)} at ({Number(hottest.Centre.X)}, {Number(hottest.Centre.Y)}, {Number(hottest.Centre.Z)})");
        Row("model", $"{answer["model"]!["name"]} {answer["model"]!["version"]} on {answer["model"]!["provider"]}");
        Row("metrics", string.Join(", ", answer["metrics"]!.AsObject().Where(metric => metric.Key is "SSIM" or "PSNR" or "EN" or "MI" or "CP" or "VIF" or "Qabf").Select(metric => $"{metric.Key} {Number(metric.Value)}")));
        Row("fused series", $"{answer["fused"]!["instances"]} images at {answer["fused"]!["destination"]} (sandbox): {answer["fused"]!["seriesInstanceUid"]}");
        Row("DiagnosticReport", $"{answer["report"]!["id"]} ({answer["report"]!["status"]}) at {answer["report"]!["destination"]} (sandbox)");
        foreach (var warning in answer["warnings"]!.AsArray()) Row("warning", $"{warning!["code"]}: {warning["text"]}");
        Row("pictures", string.Join("\n", answer["previews"]!.AsArray().Select(path => Path.GetRelativePath(".", path!.GetValue<string>()))));
        Row("seconds", string.Join(", ", answer["stages"]!.AsArray().Select(stage => $"{stage!["stage"]} {Number(stage["seconds"])}")));
        console.Write(table);
        output.WriteLine($"Everything lies in {Path.GetRelativePath(".", folder)}. For research use only.");
    }

    private static string Number(JsonNode? node) => node is null ? "-" : Number(node.GetValue<double>());

    private static string Number(double value) => value.ToString("G4", CultureInfo.InvariantCulture);

    private static string Numbers(JsonNode? node) => string.Join(", ", node!.AsArray().Select(Number));
}
