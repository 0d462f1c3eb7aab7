using System.Text;
using System.Text.Json.Nodes;

namespace PacsFusion.Fhir.Tests;

/// <summary>Each case breaks a good report in one way that the EHR would have to refuse or, worse, would not notice.</summary>
public sealed class FusionReportCheckTests
{
    [Fact]
    public void AGoodReportHasNoProblems() => Assert.Empty(Problems(_ => { }));

    [Theory]
    [InlineData("att-1", "DiagnosticReport", "presentedForm/0/contentType", null)]
    [InlineData("qty-3", "Observation", "component/0/valueQuantity/system", null)]
    [InlineData("obs-6-component", "Observation", "component/0/dataAbsentReason", """{"text":"x"}""")]
    [InlineData("never-final", "DiagnosticReport", "status", "\"final\"")]
    [InlineData("no-diagnosis", "DiagnosticReport", "conclusionCode", """[{"text":"x"}]""")]
    [InlineData("report-identified", "DiagnosticReport", "conclusion", null)]
    [InlineData("reference-target", "DiagnosticReport", "result/0/reference", "\"Patient/x\"")]
    [InlineData("reference-target", "Observation", "device/reference", "\"urn:uuid:00000000-0000-5000-8000-000000000000\"")]
    [InlineData("reference-target", "DiagnosticReport", "subject/reference", "\"Patient?identifier=x\"")]
    [InlineData("strict-read-", "ImagingStudy", "series/0/uid", null)]
    [InlineData("strict-read-", "Device", "status", "\"running\"")]
    [InlineData("strict-read-", "DiagnosticReport", "media", "[]")]
    [InlineData("strict-read-", "DiagnosticReport", "invented", "\"x\"")]
    [InlineData("strict-read-", "DiagnosticReport", "text/div", "\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><script>x</script></div>\"")]
    [InlineData("validate-", "DiagnosticReport", "effectiveDateTime", "\"2026-02-30\"")]
    [InlineData("bundle", "", "resourceType", "\"Patient\"")]
    public void ABrokenReportIsNotSent(string rule, string type, string path, string? value)
    {
        var problems = Problems(bundle =>
        {
            var node = type.Length == 0 ? bundle : bundle["entry"]!.AsArray().Select(e => e!["resource"]!).Single(r => (string?)r["resourceType"] == type);
            var parts = path.Split('/');
            foreach (var part in parts[..^1]) node = int.TryParse(part, out var index) ? node[index]! : node[part]!;
            if (value is null) node.AsObject().Remove(parts[^1]);
            else node[parts[^1]] = JsonNode.Parse(value);
        });

        Assert.Contains(problems, p => p.Rule.StartsWith(rule, StringComparison.Ordinal));
    }

    private static IReadOnlyList<ReportProblem> Problems(Action<JsonNode> change)
    {
        var bundle = JsonNode.Parse(FusionReportBundle.Build(ReportSamples.Report()).Bytes.Span)!;
        change(bundle);
        return FusionReportCheck.Problems(Encoding.UTF8.GetBytes(bundle.ToJsonString()));
    }
}
