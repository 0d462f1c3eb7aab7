using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// Decay Factor (0054,1321) is what the scanner multiplied with, Frame Reference Time what it counted from: where both fit, the pixels refer
/// to the series time, as the SUV of Decay Correction START takes for granted.
/// </summary>
internal static class DecayFactorCheck
{
    private const double Tolerance = 0.01;

    /// <summary>A warning where a slice's Decay Factor is neither that of a frame's start (GE) nor that of its reference time.</summary>
    public static IReadOnlyList<ImagingWarning> Of(IReadOnlyList<DicomDataset> slices, double halfLife)
    {
        foreach (var slice in slices)
        {
            if (slice.GetDouble(DicomTag.DecayFactor) is not (> 0 and var given) || slice.GetDouble(DicomTag.FrameReferenceTime) is not { } reference) continue;
            var atReference = Math.Pow(2, reference / 1000 / halfLife);
            // Decay within the frame: the mean of the frame lies below its start.
            var x = Math.Log(2) / halfLife * (slice.GetDouble(DicomTag.ActualFrameDuration) ?? 0) / 1000;
            var fromStart = x > 0 ? atReference * x / (1 - Math.Exp(-x)) : atReference;
            if (Math.Abs(given / fromStart - 1) <= Tolerance || Math.Abs(given / atReference - 1) <= Tolerance) continue;
            return [new ImagingWarning(ImagingReasons.SuvDecayFactor, FormattableString.Invariant(
                $"Decay Factor is {given:0.#####}; Frame Reference Time and half-life make it {fromStart:0.#####}: the pixels may refer to another time."))];
        }
        return [];
    }
}
