using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;

namespace PacsFusion.Fhir;

/// <summary>What a report says in words: the conclusion, the page and the short narratives.</summary>
internal static class ReportText
{
    public const string Disclaimer =
        "Made automatically by software. Not reviewed by a physician. No diagnostic statement is made. For research use only.";

    public static string Title(FusionReport report) => $"{Pair(report)} image fusion";

    /// <summary><c>CT and PET</c>: the modalities of the sources as people say them.</summary>
    public static string Pair(FusionReport report) => string.Join(" and ", report.Sources.Select(s => Word(s.Modality)).Distinct(StringComparer.Ordinal));

    public static string Conclusion(FusionReport report)
    {
        var text = new StringBuilder();
        text.Append("Automated fusion of ").Append(string.Join(" with ", report.Sources.Select(SeriesName)))
            .Append(" into ").Append(SeriesName(report.Fused)).Append(". ").Append(Disclaimer);
        foreach (var warning in report.Warnings)
            text.Append(" Warning (").Append(PlainText.Clean(warning.Code)).Append("): ").Append(PlainText.Clean(warning.Text)?.TrimEnd('.')).Append('.');
        return text.ToString();
    }

    public static Narrative Narrative(string text) => new()
    {
        Status = Hl7.Fhir.Model.Narrative.NarrativeStatus.Generated,
        Div = $"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>{PlainText.Escape(text)}</p></div>",
    };

    public static string Html(FusionReport report)
    {
        var title = PlainText.Escape(Title(report));
        var page = new StringBuilder();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>").Append(title)
            .Append("</title></head>\n<body>\n<h1>").Append(title).Append("</h1>\n<p><strong>").Append(PlainText.Escape(Disclaimer)).Append("</strong></p>\n");
        if (report.Warnings.Count > 0)
        {
            page.Append("<h2>Warnings</h2>\n<ul>\n");
            foreach (var warning in report.Warnings)
                page.Append("<li>").Append(PlainText.Escape(warning.Text)).Append(" (").Append(PlainText.Escape(warning.Code)).Append(")</li>\n");
            page.Append("</ul>\n");
        }

        page.Append("<h2>Series</h2>\n<table>\n<tr><th>Role</th><th>Number</th><th>Modality</th><th>Description</th><th>Images</th><th>UID</th></tr>\n");
        for (var i = 0; i < report.Sources.Count; i++) SeriesRow(page, i == 0 ? "fixed" : "moving", report.Sources[i]);
        SeriesRow(page, "fused", report.Fused);
        page.Append("</table>\n");
        Table(page, "Alignment", report.Alignment);
        Table(page, "Quality", report.Metrics);

        page.Append("<h2>Made by</h2>\n<p>PacsFusion Node ").Append(PlainText.Escape(report.SoftwareVersion)).Append(", model ")
            .Append(PlainText.Escape(report.Model.Name)).Append(' ').Append(PlainText.Escape(report.Model.Version))
            .Append(" (SHA-256 ").Append(PlainText.Escape(report.Model.Sha256)).Append("), ")
            .Append(report.Issued.ToString("yyyy-MM-dd HH:mm zzz", CultureInfo.InvariantCulture)).Append("</p>\n</body>\n</html>\n");
        return page.ToString();
    }

    private static void SeriesRow(StringBuilder page, string role, ReportedSeries series) =>
        page.Append("<tr><td>").Append(role).Append("</td><td>").Append(series.Number?.ToString(CultureInfo.InvariantCulture))
            .Append("</td><td>").Append(PlainText.Escape(series.Modality)).Append("</td><td>").Append(PlainText.Escape(series.Description))
            .Append("</td><td>").Append(series.Instances.ToString(CultureInfo.InvariantCulture)).Append("</td><td>")
            .Append(PlainText.Escape(series.SeriesInstanceUid)).Append("</td></tr>\n");

    private static void Table(StringBuilder page, string heading, IReadOnlyList<ReportedMetric> metrics)
    {
        if (metrics.Count == 0) return;
        page.Append("<h2>").Append(heading).Append("</h2>\n<table>\n");
        foreach (var metric in metrics)
            page.Append("<tr><td>").Append(PlainText.Escape(MetricCodes.DisplayOf(metric.Name))).Append(" (").Append(PlainText.Escape(metric.Name))
                .Append(")</td><td>").Append(PlainText.Escape(MetricCodes.TextOf(metric))).Append("</td></tr>\n");
        page.Append("</table>\n");
    }

    private static string SeriesName(ReportedSeries series) =>
        series.Number is { } number ? $"series {number.ToString(CultureInfo.InvariantCulture)} ({Word(series.Modality)})" : $"a {Word(series.Modality)} series";

    private static string Word(string modality) => modality switch
    {
        "PT" => "PET",
        "OT" => "fused",
        _ => PlainText.Clean(modality) ?? "image",
    };
}
