using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>Puts a fused series on one picture: views, scales, figures and warnings.</summary>
internal sealed class KeyImageComposer(AlignedPair pair, FusionRule rule, SecondaryCaptureSeries series, SeriesFuser fuser)
{
    private const string FileName = "key-image/0001.dcm";

    /// <summary>Draws the picture and writes the object into the folder.</summary>
    /// <param name="views">Axial, coronal, sagittal.</param>
    /// <param name="shown">The fused slice of the axial view.</param>
    public Outcome<ResultObject> Compose(IReadOnlyList<PngImage> views, ResultObject shown, SeriesMetrics? metrics, SeriesExplanation explanation, IReadOnlyList<CaseWarning> warnings, string folder)
    {
        var header = pair.Fixed.Slices[0].Header;
        var picture = KeyImageRenderer.Render(Content(views, metrics, explanation, warnings), new PictureFont());
        var reference = new SourceReference(header.GetString(DicomTag.StudyInstanceUID) ?? "", series.Identity.SeriesInstanceUid, shown.SopClassUid, shown.SopInstanceUid);
        var built = new KeyImageBuilder(series).Build(picture, header, reference, $"PacsFusion {pair.Fixed.Modality}+{pair.Moving.Modality} key image (research use only)");
        if (!built.TryGet(out var dataset, out var refusal)) return refusal;
        var path = Path.Combine(folder, FileName);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        DurableFiles.Write(path, stream => new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(stream));
        return new ResultObject(dataset.GetString(DicomTag.SOPInstanceUID)!, DicomUid.SecondaryCaptureImageStorage, 1, FileName, ResultRole.KeyImage);
    }

    private KeyImageContent Content(IReadOnlyList<PngImage> views, SeriesMetrics? metrics, SeriesExplanation explanation, IReadOnlyList<CaseWarning> warnings) => new()
    {
        Title = $"{pair.Fixed.Modality} + {pair.Moving.Modality} fused",
        Views = views,
        Scales =
        [
            new KeyImageScale(pair.Fixed.Modality, fuser.FixedWindow.Low, fuser.FixedWindow.High, Unit("fixed"), ColourMap.Grey),
            new KeyImageScale(pair.Moving.Modality, fuser.MovingWindow.Low, fuser.MovingWindow.High, Unit("moving"), rule.Fuse.Colour),
            .. rule.Fuse.Explain ? [new KeyImageScale($"share of {pair.Fixed.Modality}", 0, 100, "%", ColourMap.Share)] : (KeyImageScale[])[],
        ],
        Alignment = [new KeyImageFigure("method", pair.Facts["alignment"]!["method"]!.GetValue<string>()), .. Figures()],
        Metrics = [.. Metrics(metrics)],
        Shares = [.. Shares(explanation)],
        Warnings = [.. pair.Warnings.Concat(warnings).Select(warning => warning.Text)],
        Origin =
        [
            $"Rule {rule.Name} version {rule.Version}",
            $"Model {series.Model.Name} {series.Model.Version}, SHA-256 {series.Model.Sha256[..16]}, on {series.Model.Provider}",
            $"{SecondaryCaptureBuilder.ModelName} {series.SoftwareVersion}. {SecondaryCaptureSeries.ResearchUse}",
        ],
    };

    private static IEnumerable<KeyImageFigure> Metrics(SeriesMetrics? metrics)
    {
        var values = metrics?.Mean.Enumerate().ToDictionary() ?? [];
        foreach (var definition in FusionMetricDefinition.All)
            yield return new KeyImageFigure(definition.Key, values.TryGetValue(definition.Key, out var value) && double.IsFinite(value) ? Number(value) : "-", definition.InMatrix ? definition.Text : "");
    }

    private IEnumerable<KeyImageFigure> Figures()
    {
        foreach (var (name, value) in pair.Facts["alignment"]!.AsObject())
            if (GateFigures.Find(name) is { } known && value is JsonValue number && number.TryGetValue<double>(out var figure))
                yield return new KeyImageFigure(name, $"{Number(figure)}{(known.Unit.Length > 0 ? " " + known.Unit : "")}");
    }

    private IEnumerable<KeyImageFigure> Shares(SeriesExplanation explanation)
    {
        var fixedModality = pair.Fixed.Modality;
        if (explanation.FixedInBody is { } inBody)
            yield return new KeyImageFigure($"Share of {fixedModality}{(explanation.IsEstimate ? " (estimate)" : "")}: inside the body", Percent(inBody));
        if (explanation.FixedInHottest is { } hottest) yield return new KeyImageFigure("hottest 1 % of uptake", Percent(hottest));
    }

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:0.#} %");

    private string Unit(string side) => pair.Facts[side]!["units"]!.GetValue<string>() is var word && word is "stored" or "not-quantitative" ? "" : word;

    private static string Number(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
