namespace PacsFusion.Imaging;

/// <summary>One entry of the closed list of reasons.</summary>
/// <param name="Code">Kebab-case code.</param>
/// <param name="Text">What it means, one line.</param>
/// <param name="NextStep">What an operator can do about it, one line.</param>
public sealed record ImagingReason(string Code, string Text, string NextStep);

/// <summary>Every code that a refusal, a warning or a missing SUV of this library can carry, each with its meaning and next step.</summary>
public static class ImagingReasons
{
    /// <summary>No file, or nothing left that could be read.</summary>
    public const string NoInstances = "series-no-instances";

    /// <summary>A file is not DICOM or breaks off.</summary>
    public const string UnreadableFile = "series-unreadable-file";

    /// <summary>The files belong to more than one series.</summary>
    public const string SeveralSeries = "series-several";

    /// <summary>The objects carry no pixels of a patient volume (SR, SEG, real world value map, structure set, dose, presentation state).</summary>
    public const string NotAnImage = "series-not-an-image";

    /// <summary>An image, but of a kind that is not read as a volume (US, XA, secondary capture, enhanced PET).</summary>
    public const string SopClassUnsupported = "series-sop-class-unsupported";

    /// <summary>Only localizers.</summary>
    public const string LocalizerOnly = "series-localizer-only";

    /// <summary>Colour pixels.</summary>
    public const string Colour = "series-colour";

    /// <summary>The transfer syntax cannot be decoded here.</summary>
    public const string UndecodableSyntax = "series-transfer-syntax-undecodable";

    /// <summary>The pixel data are damaged or do not fit their description.</summary>
    public const string BadPixels = "series-pixels-damaged";

    /// <summary>Image Position or Image Orientation is missing or is not a number.</summary>
    public const string NoGeometry = "series-no-geometry";

    /// <summary>Row and column direction are not perpendicular unit vectors.</summary>
    public const string BadOrientation = "series-orientation-invalid";

    /// <summary>Pixel Spacing is missing, zero, negative or not a number.</summary>
    public const string BadSpacing = "series-pixel-spacing-invalid";

    /// <summary>Parallel slices of different size.</summary>
    public const string MixedMatrix = "series-mixed-matrix";

    /// <summary>Parallel slices of different pixel spacing.</summary>
    public const string MixedSpacing = "series-mixed-spacing";

    /// <summary>More than one frame of reference.</summary>
    public const string MixedFrame = "series-mixed-frame-of-reference";

    /// <summary>Slices of several orientations or kinds, none of which is the larger part.</summary>
    public const string AmbiguousParts = "series-ambiguous-parts";

    /// <summary>Too few slices for a volume.</summary>
    public const string TooFewSlices = "series-too-few-slices";

    /// <summary>Several different slices at one position.</summary>
    public const string DuplicatePositions = "series-duplicate-positions";

    /// <summary>A gap of a whole number of steps.</summary>
    public const string MissingSlice = "series-missing-slice";

    /// <summary>Slices do not lie evenly.</summary>
    public const string UnevenSlices = "series-uneven-slices";

    /// <summary>Rescale Slope is zero or not a number, or is missing where the modality needs it.</summary>
    public const string BadRescale = "series-rescale-invalid";

    /// <summary>The volume is larger than the limit.</summary>
    public const string TooLarge = "series-too-large";

    /// <summary>NM without tomographic geometry.</summary>
    public const string NotTomographic = "series-not-tomographic";

    /// <summary>Multi-frame without per-frame geometry.</summary>
    public const string BadFunctionalGroups = "series-functional-groups-missing";

    /// <summary>Slices of another orientation, size or kind were left out.</summary>
    public const string PartsLeftOut = "series-parts-left-out";

    /// <summary>Copies of an instance were left out.</summary>
    public const string CopiesLeftOut = "series-copies-left-out";

    /// <summary>Two instances carry one SOP Instance UID and different contents.</summary>
    public const string ConflictingInstances = "series-conflicting-instances";

    /// <summary>The slices are sheared (gantry tilt); kept in the affine map.</summary>
    public const string Sheared = "series-sheared";

    /// <summary>CT values are not in Hounsfield units.</summary>
    public const string NotHounsfield = "ct-not-hounsfield";

    /// <summary>Units is not one that can become an SUV.</summary>
    public const string SuvUnits = "suv-units-not-quantitative";

    /// <summary>Not corrected for attenuation or decay.</summary>
    public const string SuvUncorrected = "suv-not-corrected";

    /// <summary>Decay Correction is NONE or unknown.</summary>
    public const string SuvDecayCorrection = "suv-decay-correction-unsupported";

    /// <summary>Body weight missing or implausible.</summary>
    public const string SuvWeight = "suv-weight-implausible";

    /// <summary>Dose missing or implausible.</summary>
    public const string SuvDose = "suv-dose-implausible";

    /// <summary>Half-life missing or implausible.</summary>
    public const string SuvHalfLife = "suv-half-life-missing";

    /// <summary>Injection or scan time missing.</summary>
    public const string SuvTimes = "suv-times-missing";

    /// <summary>Injection after the scan, or longer ago than the limit.</summary>
    public const string SuvDecayTime = "suv-decay-time-implausible";

    /// <summary>The factor is out of range.</summary>
    public const string SuvFactor = "suv-factor-implausible";

    /// <summary>The vendor's scale factors are missing.</summary>
    public const string SuvPrivateScale = "suv-private-scale-missing";

    /// <summary>SUV by another measure than body weight.</summary>
    public const string SuvType = "suv-type-not-body-weight";

    /// <summary>The slices disagree in a value that must be one for the series.</summary>
    public const string SuvInconsistent = "suv-header-inconsistent";

    /// <summary>Both volumes share no part of space.</summary>
    public const string NoOverlap = "align-no-overlap";

    /// <summary>A gate condition cannot be read.</summary>
    public const string GateSyntax = "gate-condition-invalid";

    /// <summary>A gate condition does not hold.</summary>
    public const string GateFailed = "gate-failed";

    /// <summary>The figure that a gate asks for does not exist for this pair.</summary>
    public const string GateFigureMissing = "gate-figure-missing";

    /// <summary>The whole list, in the order of the codes above.</summary>
    public static IReadOnlyList<ImagingReason> All { get; } =
    [
        new(NoInstances, "The series has no readable instance.", "Check that the series was received; send it again."),
        new(UnreadableFile, "A file of the series is not DICOM or breaks off.", "Send the series again; look at the file with dump."),
        new(SeveralSeries, "The files belong to more than one series.", "Pass the files of one series only."),
        new(NotAnImage, "The objects hold no patient image (report, segmentation, map, structure set, dose).", "Name an image series instead."),
        new(SopClassUnsupported, "Images of this SOP class are not read as a volume.", "Send the reconstruction as CT, MR, PET or tomographic NM objects."),
        new(LocalizerOnly, "The series holds nothing but localizers.", "Name the diagnostic series instead."),
        new(Colour, "The pixels are colour, not measured values.", "Name the original series instead of a derived picture."),
        new(UndecodableSyntax, "The transfer syntax cannot be decoded here.", "Let the sender use an uncompressed syntax, or install the codecs."),
        new(BadPixels, "The pixel data are damaged or do not fit their description.", "Send the series again; compare with the source."),
        new(NoGeometry, "Image Position or Image Orientation (Patient) is missing or no number.", "Send the original slices; derived pictures often lack geometry."),
        new(BadOrientation, "Row and column direction are not perpendicular unit vectors.", "Report the header to the sender's vendor; use another series."),
        new(BadSpacing, "Pixel Spacing is missing, zero, negative or no number.", "Report the header to the sender's vendor; use another series."),
        new(MixedMatrix, "Parallel slices of the series have different sizes.", "Send the stacks as series of their own."),
        new(MixedSpacing, "Parallel slices of the series have different pixel spacing.", "Send the stacks as series of their own."),
        new(MixedFrame, "Slices of the series name different frames of reference.", "Send the stacks as series of their own."),
        new(AmbiguousParts, "The series mixes orientations or image kinds and none is the larger part.", "Send the stacks as series of their own."),
        new(TooFewSlices, "Too few slices for a volume.", "Wait for the rest, or name a series that covers a volume."),
        new(DuplicatePositions, "Several different slices lie at one position (time points, gates, echoes).", "Send each time point or echo as a series of its own."),
        new(MissingSlice, "A slice is missing inside the stack.", "Send the series again; the missing position is named."),
        new(UnevenSlices, "The slices do not lie evenly.", "Send an evenly spaced reconstruction."),
        new(BadRescale, "Rescale Slope or Intercept is missing, zero or no number.", "Send the original slices; the values cannot be trusted."),
        new(TooLarge, "The volume has more voxels than the limit allows.", "Raise the limit if the machine has the memory, or send a coarser reconstruction."),
        new(NotTomographic, "The NM object carries no tomographic geometry.", "Send the reconstructed SPECT slices, not projections or planar images."),
        new(BadFunctionalGroups, "The multi-frame object lacks per-frame position, orientation or spacing.", "Send the series as single-frame objects."),
        new(PartsLeftOut, "Slices of another orientation, size or kind were left out.", "Nothing; check that the volume is the part you meant."),
        new(CopiesLeftOut, "Copies of slices were left out.", "Nothing."),
        new(ConflictingInstances, "Two instances share a SOP Instance UID and differ; the first was kept.", "Find out at the source which one is right."),
        new(Sheared, "The slices are sheared against each other (gantry tilt); this is taken into account.", "Nothing."),
        new(NotHounsfield, "The CT values are not in Hounsfield units.", "Use the conventional reconstruction instead of a material or energy map."),
        new(SuvUnits, "The PET values are no activity concentration; no SUV.", "Use the attenuation-corrected reconstruction in Bq/ml."),
        new(SuvUncorrected, "The PET is not corrected for attenuation and decay; no SUV.", "Use the attenuation-corrected reconstruction."),
        new(SuvDecayCorrection, "The decay correction is NONE or unknown; no SUV.", "Reconstruct with decay correction to the start of the scan."),
        new(SuvWeight, "The patient's weight is missing or implausible; no SUV.", "Correct the weight at the scanner and send again."),
        new(SuvDose, "The injected dose is missing or implausible; no SUV.", "Correct the dose (in Bq) at the scanner and send again."),
        new(SuvHalfLife, "The half-life is missing or implausible; no SUV.", "Correct the radionuclide at the scanner and send again."),
        new(SuvTimes, "The injection or scan time is missing; no SUV.", "Correct the times at the scanner and send again."),
        new(SuvDecayTime, "The injection lies after the scan or too long before it; no SUV.", "Correct the injection time at the scanner and send again."),
        new(SuvFactor, "The SUV factor is out of the plausible range; no SUV.", "Check dose, weight and times at the scanner."),
        new(SuvPrivateScale, "The vendor's scale factors are missing; no SUV.", "Send the private elements too, or reconstruct in Bq/ml."),
        new(SuvType, "The SUV is not by body weight.", "Reconstruct as SUV by body weight or in Bq/ml."),
        new(SuvInconsistent, "The slices disagree about units, dose, weight or decay; no SUV.", "Report the header to the sender's vendor."),
        new(NoOverlap, "Both volumes share no part of space.", "Check that both series belong together; registration may be needed."),
        new(GateSyntax, "The gate condition cannot be read.", "Write it like \">= 0.90\"."),
        new(GateFailed, "The alignment does not meet the rule's gate.", "Look at both series side by side: did the patient move, or are they of different patients? Change the rule's gate only with reason."),
        new(GateFigureMissing, "The figure that the gate asks for does not exist for this pair.", "Remove the condition from the rule, or use it for PET pairs only."),
    ];
}
