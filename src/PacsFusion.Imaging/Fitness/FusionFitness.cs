using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>One thing that stands against fusing a series, or that a reader of the fused series should know.</summary>
/// <param name="IsRefusal">True where the series must not be fused; false for a warning.</param>
/// <param name="Code">A code of <see cref="ImagingReasons"/>, <c>fitness-*</c>.</param>
/// <param name="Text">One line with the figures.</param>
public sealed record FitnessFinding(bool IsRefusal, string Code, string Text);

/// <summary>Judges one series before anything is made of it. What concerns a pair (overlap, alignment) is judged elsewhere.</summary>
public static class FusionFitness
{
    /// <summary>All findings, refusals first.</summary>
    /// <param name="series">The series as read.</param>
    /// <param name="limits">Null takes the defaults.</param>
    public static IReadOnlyList<FitnessFinding> Evaluate(SeriesVolume series, FitnessLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(series);
        limits ??= FitnessLimits.Default;
        var findings = new List<FitnessFinding>();
        Size(series, limits, findings);
        Values(series, limits, findings);
        Origin(series, limits, findings);
        return [.. findings.OrderByDescending(finding => finding.IsRefusal)];
    }

    private static void Size(SeriesVolume series, FitnessLimits limits, List<FitnessFinding> findings)
    {
        var volume = series.Volume;
        if (volume.Slices < limits.MinimumSlices)
            findings.Add(Refused(ImagingReasons.FitnessTooFewSlices, $"{volume.Slices} slices; {limits.MinimumSlices} are needed."));
        if (Math.Min(volume.Columns, volume.Rows) < limits.MinimumSize)
            findings.Add(Refused(ImagingReasons.FitnessTooSmall, $"{volume.Columns}x{volume.Rows} voxels; {limits.MinimumSize} are needed each way."));
        var spacing = volume.Spacing;
        if (Math.Max(spacing.X, Math.Max(spacing.Y, series.Facts.SliceDistance)) > limits.MaximumVoxelSize)
            findings.Add(Refused(ImagingReasons.FitnessTooCoarse,
                $"Voxels of {spacing.X:0.###} x {spacing.Y:0.###} mm, slices {series.Facts.SliceDistance:0.###} mm apart; {limits.MaximumVoxelSize:0.###} mm are allowed."));
        // Thin cuts with wide gaps between them leave most of the patient unseen.
        if (series.Facts.SliceThickness is { } thickness && series.Facts.SliceDistance > 2 * thickness)
            findings.Add(Warned(ImagingReasons.FitnessGaps, $"Slices of {thickness:0.###} mm lie {series.Facts.SliceDistance:0.###} mm apart."));
    }

    private static void Values(SeriesVolume series, FitnessLimits limits, List<FitnessFinding> findings)
    {
        var facts = series.Facts;
        if (!(facts.Max > facts.Min))
            findings.Add(Refused(ImagingReasons.FitnessConstant, $"Every covered voxel is {facts.Min:G6}."));
        if (facts.CoveredShare < limits.MinimumCoveredShare)
            findings.Add(Refused(ImagingReasons.FitnessUncovered, $"Only {facts.CoveredShare:0.####} of the voxels say anything; {limits.MinimumCoveredShare:0.####} are needed."));
        if (facts.IsAttenuationCorrected == false)
            findings.Add(Warned(ImagingReasons.FitnessUncorrected, $"The PET is not corrected for attenuation: uptake deep in the body looks too low."));
        if (!facts.IsLossy) return;
        var ratio = facts.LossyRatio;
        if (ratio is null)
            findings.Add(Warned(ImagingReasons.FitnessLossy, $"Lossy compression of unknown ratio."));
        else if (ratio > limits.MaximumLossyRatio)
            findings.Add(Refused(ImagingReasons.FitnessLossy, $"Lossy compression of {ratio:0.#} to 1; {limits.MaximumLossyRatio:0.#} are allowed."));
        else if (ratio > limits.WarnLossyRatio)
            findings.Add(Warned(ImagingReasons.FitnessLossy, $"Lossy compression of {ratio:0.#} to 1."));
    }

    private static void Origin(SeriesVolume series, FitnessLimits limits, List<FitnessFinding> findings)
    {
        if (!series.Facts.IsTomographic)
            findings.Add(Refused(ImagingReasons.FitnessNotTomographic, $"Image Type names a projection."));
        if (series.Facts.HasBurnedInAnnotation == true)
            findings.Add(new FitnessFinding(series.Modality != "US" && !limits.AllowBurnedInAnnotation, ImagingReasons.FitnessBurnedIn, "Burned In Annotation is YES: text is part of the pixels."));
    }

    private static FitnessFinding Refused(string code, FormattableString text) => new(true, code, text.ToString(CultureInfo.InvariantCulture));

    private static FitnessFinding Warned(string code, FormattableString text) => new(false, code, text.ToString(CultureInfo.InvariantCulture));
}
