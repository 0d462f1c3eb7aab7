namespace PacsFusion.Fusion;

/// <summary>What all objects of one fused series share.</summary>
public sealed record SecondaryCaptureSeries
{
    /// <summary>The wording that every fused object carries in Image Comments.</summary>
    public const string ResearchUse = "For research use only. Not for diagnosis. Fused by software; compare with the source series.";

    /// <summary>Where the UIDs come from.</summary>
    public required FusionIdentity Identity { get; init; }

    /// <summary>The model that fused.</summary>
    public required FusionModelInfo Model { get; init; }

    /// <summary>Series Description, at most 64 characters (more are cut); the research-use wording belongs in it.</summary>
    public required string Description { get; init; }

    /// <summary>Series Number.</summary>
    public required int Number { get; init; }

    /// <summary>How the images came about, at most 1024 characters; see <see cref="DerivationText"/>.</summary>
    public required string Derivation { get; init; }

    /// <summary>
    /// When the result was made: taken from the case and not from the clock, so that making it again gives the same bytes.
    /// </summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Version of the software.</summary>
    public required string SoftwareVersion { get; init; }

    /// <summary>What the images show. Default: the fusion.</summary>
    public SecondaryCaptureKind Kind { get; init; }

    /// <summary>Series Instance UID of the images.</summary>
    public string SeriesInstanceUid => Kind == SecondaryCaptureKind.Explanation ? Identity.Derive("explanation series") : Identity.SeriesInstanceUid;

    /// <summary>SOP Instance UID of the image of a slice, from 0.</summary>
    public string SopInstanceUid(int slice) => Kind == SecondaryCaptureKind.Explanation
        ? Identity.Derive("explanation slice " + slice.ToString(System.Globalization.CultureInfo.InvariantCulture))
        : Identity.SopInstanceUid(slice);

    /// <summary>The series of images that show which source a fused pixel comes from; stands behind the other objects of the result.</summary>
    /// <param name="fixedModality">The source that is blue.</param>
    /// <param name="movingModality">The source that is orange.</param>
    public SecondaryCaptureSeries Explanation(string fixedModality, string movingModality) => this with
    {
        Kind = SecondaryCaptureKind.Explanation,
        Number = Number + 300_000,
        Description = $"PacsFusion {fixedModality}+{movingModality} source shares (research use only)",
        Derivation = $"Share of each source in every pixel of series {SeriesInstanceUid}: blue {fixedModality}, orange {movingModality}, white half of each, black where both are 0. "
            + (Model.EstimatesWeight ? "The model gives no weights; they are an ESTIMATE by least squares in windows of 7 x 7 pixels. " : "Weights are the model's own. ") + Derivation,
    };

    /// <summary>
    /// Derivation text from the facts: modalities, windows, resampling, model with hash and provider, colours, steps after the fusion.
    /// </summary>
    public static string DerivationText(
        string fixedModality, ResolvedWindow fixedWindow, string movingModality, ResolvedWindow movingWindow, string alignment,
        FusionModelInfo model, ColourMap? colour, double opacity = 0.5, IReadOnlyList<PostProcess>? postProcessing = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var hue = colour is null || colour == ColourMap.Grey
            ? "grey"
            : $"{(model.Name == PixelModels.Overlay ? "overlay of colours" : "luminance from the fusion, chroma")} from {colour.Name}{(colour.PaletteUid is { } uid ? $" ({uid})" : "")} of {movingModality}";
        if (model.Name == PixelModels.Overlay) hue += string.Create(System.Globalization.CultureInfo.InvariantCulture, $", opacity {opacity:0.##}");
        if (postProcessing is { Count: > 0 }) hue += "; post-processing: " + string.Join(", ", postProcessing.Select(step => $"{step.Id} ({step.Meaning})"));
        return string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{fixedModality} [{fixedWindow.Low:0.###}..{fixedWindow.High:0.###}] and {movingModality} [{movingWindow.Low:0.###}..{movingWindow.High:0.###}] resampled to the {fixedModality} grid ({alignment}), fused by {model.Name} {model.Version} ({model.Sha256[..16]}) on {model.Provider}; {hue}. Research use only.");
    }
}

/// <summary>What the images of a series show.</summary>
public enum SecondaryCaptureKind
{
    /// <summary>The fused image.</summary>
    Fused,

    /// <summary>The share that each source has in it.</summary>
    Explanation,
}

/// <summary>One slice to be made into an object.</summary>
public sealed record SecondaryCaptureSlice
{
    /// <summary>Header of the fixed slice that it was made on; its pixel data is not needed.</summary>
    public required PacsFusion.Dicom.DicomDataset FixedHeader { get; init; }

    /// <summary>Frame of the fixed object that it was made on, from 1; null where the object is one image.</summary>
    public int? FixedFrame { get; init; }

    /// <summary>Instances of the moving series that this slice shows something of.</summary>
    public required IReadOnlyList<SourceReference> Moving { get; init; }

    /// <summary>Slice index on the fixed grid, from 0; Instance Number is one more.</summary>
    public required int Index { get; init; }

    /// <summary>Pixels across.</summary>
    public required int Columns { get; init; }

    /// <summary>Pixels down.</summary>
    public required int Rows { get; init; }

    /// <summary>RGB (3 bytes a pixel) or grey (1 byte a pixel); copied.</summary>
    public required ReadOnlyMemory<byte> Pixels { get; init; }

    /// <summary>Whether <see cref="Pixels"/> are RGB.</summary>
    public required bool IsColour { get; init; }
}
