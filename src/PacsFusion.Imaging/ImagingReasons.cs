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

    /// <summary>An image, but of a kind that is not read as a volume (XA, secondary capture).</summary>
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

    /// <summary>Modality differs inside the series, or is not that of the SOP class.</summary>
    public const string ModalityMismatch = "series-modality-mismatch";

    /// <summary>Ultrasound volume placed against the probe, not against the patient.</summary>
    public const string VolumeCoordinates = "series-volume-coordinates-only";

    /// <summary>Several volumes at the same positions; one was taken.</summary>
    public const string SeveralVolumes = "series-several-volumes";

    /// <summary>A volume was asked for that the series does not hold.</summary>
    public const string NoSuchVolume = "series-no-such-volume";

    /// <summary>A missing slice was interpolated.</summary>
    public const string SliceInterpolated = "series-slice-interpolated";

    /// <summary>Low values are meant to be shown bright; the values were turned over.</summary>
    public const string InvertedDisplay = "series-inverted-display";

    /// <summary>CT values are not in Hounsfield units.</summary>
    public const string NotHounsfield = "ct-not-hounsfield";

    /// <summary>Units is not one that can become an SUV.</summary>
    public const string SuvUnits = "suv-units-not-quantitative";

    /// <summary>Not corrected for attenuation or decay.</summary>
    public const string SuvUncorrected = "suv-not-corrected";

    /// <summary>Decay Correction is unknown, or NONE in an image that says it is corrected.</summary>
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

    /// <summary>SUV by a measure that is not known.</summary>
    public const string SuvType = "suv-type-unknown";

    /// <summary>The slices disagree in a value that must be one for the series.</summary>
    public const string SuvInconsistent = "suv-header-inconsistent";

    /// <summary>Height missing or implausible, or no use for the formula.</summary>
    public const string SuvHeight = "suv-height-implausible";

    /// <summary>Sex is not one that the formula knows.</summary>
    public const string SuvSex = "suv-sex-missing";

    /// <summary>Decay Factor does not fit the frame's time.</summary>
    public const string SuvDecayFactor = "suv-decay-factor-disagrees";

    /// <summary>A real world value map names another factor.</summary>
    public const string SuvMapDisagrees = "suv-map-disagrees";

    /// <summary>Too few slices to fuse.</summary>
    public const string FitnessTooFewSlices = "fitness-too-few-slices";

    /// <summary>Too few columns or rows to fuse.</summary>
    public const string FitnessTooSmall = "fitness-too-small";

    /// <summary>Voxels too large to fuse.</summary>
    public const string FitnessTooCoarse = "fitness-too-coarse";

    /// <summary>Slices thinner than the gaps between them.</summary>
    public const string FitnessGaps = "fitness-slice-gaps";

    /// <summary>All values are equal.</summary>
    public const string FitnessConstant = "fitness-constant-image";

    /// <summary>Next to nothing but padding.</summary>
    public const string FitnessUncovered = "fitness-no-coverage";

    /// <summary>PET without attenuation correction.</summary>
    public const string FitnessUncorrected = "fitness-pet-uncorrected";

    /// <summary>Lossy compression beyond a ratio.</summary>
    public const string FitnessLossy = "fitness-lossy-compression";

    /// <summary>Projections, not cuts.</summary>
    public const string FitnessNotTomographic = "fitness-not-tomographic";

    /// <summary>Text is part of the pixels.</summary>
    public const string FitnessBurnedIn = "fitness-burned-in-annotation";

    /// <summary>Both volumes share no part of space.</summary>
    public const string NoOverlap = "align-no-overlap";

    /// <summary>A gate condition cannot be read.</summary>
    public const string GateSyntax = "gate-condition-invalid";

    /// <summary>A gate condition does not hold.</summary>
    public const string GateFailed = "gate-failed";

    /// <summary>The figure that a gate asks for does not exist for this pair.</summary>
    public const string GateFigureMissing = "gate-figure-missing";

    /// <summary>A volume holds a single value.</summary>
    public const string ConstantImage = "align-constant-image";

    /// <summary>The headers do not relate the volumes and no registration is allowed.</summary>
    public const string HeaderMeaningless = "align-header-meaningless";

    /// <summary>The transform fits clearly worse than the best that was found.</summary>
    public const string AlignmentOff = "align-off";

    /// <summary>Registrations from neighbouring starts disagree.</summary>
    public const string AlignmentUncertain = "align-uncertain";

    /// <summary>The best transform lies far from what the headers claim.</summary>
    public const string AlignmentFarFromHeader = "align-far-from-header";

    /// <summary>Too little of the smaller body lies in the other volume.</summary>
    public const string LittleBodyOverlap = "align-little-body-overlap";

    /// <summary>Too much uptake lies outside the body.</summary>
    public const string UptakeOutsideBody = "align-uptake-outside-body";

    /// <summary>The mirrored picture fits better than the one that was sent.</summary>
    public const string MirroredFitsBetter = "align-mirrored-fits-better";

    /// <summary>The picture fits better when it is turned by a quarter or a half.</summary>
    public const string TurnedFitsBetter = "align-turned-fits-better";

    /// <summary>The whole list, in the order of the codes above.</summary>
    public static IReadOnlyList<ImagingReason> All { get; } =
    [
        new(NoInstances, "The series has no readable instance.", "Check that the series was received; send it again."),
        new(UnreadableFile, "A file of the series is not DICOM or breaks off.", "Send the series again; look at the file with dump."),
        new(SeveralSeries, "The files belong to more than one series.", "Pass the files of one series only."),
        new(NotAnImage, "The objects hold no patient image (report, segmentation, map, structure set, dose).", "Name an image series instead."),
        new(SopClassUnsupported, "Images of this SOP class are not read as a volume.", "Send the reconstruction as CT, MR, PET, tomographic NM or tracked ultrasound volumes."),
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
        new(DuplicatePositions, "Several different slices lie at one position and nothing in the header tells them apart.", "Send each time point or echo as a series of its own."),
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
        new(ModalityMismatch, "The objects of the series differ in modality, or a modality is not that of its SOP class.", "Report the header to the sender's vendor; send each modality as a series of its own."),
        new(VolumeCoordinates, "The ultrasound volume is placed relative to the probe, not to the patient.", "Use a system that tracks the probe and writes Plane Position (Patient)."),
        new(SeveralVolumes, "The series holds several volumes at the same positions (time points, gates, echoes, b-values); one was taken.", "Check that the one named is the one you meant."),
        new(NoSuchVolume, "The series does not hold the volume that was asked for.", "Ask for one that the series holds, or for none."),
        new(SliceInterpolated, "One missing slice was filled in by its neighbours.", "Do not read anything out of that slice; send the series again."),
        new(InvertedDisplay, "The series is meant to be shown with low values bright; its values were turned over.", "Nothing."),
        new(NotHounsfield, "The CT values are not in Hounsfield units.", "Use the conventional reconstruction instead of a material or energy map."),
        new(SuvUnits, "The PET values are no activity concentration; no SUV.", "Use the attenuation-corrected reconstruction in Bq/ml."),
        new(SuvUncorrected, "The PET is not corrected for attenuation and decay; no SUV.", "Use the attenuation-corrected reconstruction."),
        new(SuvDecayCorrection, "The decay correction is unknown or contradicts the list of corrections; no SUV.", "Reconstruct with decay correction to the start of the scan."),
        new(SuvWeight, "The patient's weight is missing or implausible; no SUV.", "Correct the weight at the scanner and send again."),
        new(SuvDose, "The injected dose is missing or implausible; no SUV.", "Correct the dose (in Bq) at the scanner and send again."),
        new(SuvHalfLife, "The half-life is missing or implausible; no SUV.", "Correct the radionuclide at the scanner and send again."),
        new(SuvTimes, "The injection or scan time is missing; no SUV.", "Correct the times at the scanner and send again."),
        new(SuvDecayTime, "The injection lies after the scan or too long before it; no SUV.", "Correct the injection time at the scanner and send again."),
        new(SuvFactor, "The SUV factor is out of the plausible range; no SUV.", "Check dose, weight and times at the scanner."),
        new(SuvPrivateScale, "The vendor's scale factors are missing; no SUV.", "Send the private elements too, or reconstruct in Bq/ml."),
        new(SuvType, "The SUV is by a measure that is not known here.", "Reconstruct as SUV by body weight or in Bq/ml."),
        new(SuvInconsistent, "The slices disagree about units, dose, weight or decay; no SUV.", "Report the header to the sender's vendor."),
        new(SuvHeight, "The patient's height is missing or implausible; no SUV of this kind.", "Ask for SUV by body weight, or correct the height (in m) at the scanner."),
        new(SuvSex, "The patient's sex is neither M nor F; no SUV of this kind.", "Ask for SUV by body weight."),
        new(SuvDecayFactor, "The scanner's decay factor does not fit the frame's time; the SUV may refer to another moment.", "Check the SUV against the scanner's own workstation."),
        new(SuvMapDisagrees, "A real world value map of the study names a factor other than ours; ours was used.", "Check which one the scanner's own workstation shows."),
        new(FitnessTooFewSlices, "The series has too few slices to fuse.", "Name a series that covers a volume."),
        new(FitnessTooSmall, "The slices have too few columns or rows to fuse.", "Name a series with a larger matrix."),
        new(FitnessTooCoarse, "The voxels are too large to fuse.", "Name a finer reconstruction, or raise the limit."),
        new(FitnessGaps, "The slices are thin against the gaps between them; what lies between is guessed.", "Use a reconstruction without gaps."),
        new(FitnessConstant, "All values are equal; there is nothing to see.", "Check the series at its source; send it again."),
        new(FitnessUncovered, "The series holds next to nothing but padding.", "Check the series at its source."),
        new(FitnessUncorrected, "The PET is not corrected for attenuation.", "Use the attenuation-corrected reconstruction."),
        new(FitnessLossy, "The pixels went through lossy compression.", "Send the series as the scanner made it, or raise the limit."),
        new(FitnessNotTomographic, "The slices are projections, not cuts through the patient.", "Name the series that the projection was made from."),
        new(FitnessBurnedIn, "Text is part of the pixels; it would look like anatomy, and may name the patient.", "Use the series without annotation; allow it only with reason."),
        new(NoOverlap, "Both volumes share no part of space.", "Check that both series belong together; registration may be needed."),
        new(GateSyntax, "The gate condition cannot be read.", "Write it like \">= 0.90\"."),
        new(GateFailed, "The alignment does not meet the rule's gate.", "Look at both series side by side: did the patient move, or are they of different patients? Change the rule's gate only with reason."),
        new(GateFigureMissing, "The figure that the gate asks for does not exist for this pair.", "Remove the condition from the rule, or use it for PET pairs only."),
        new(ConstantImage, "A volume holds a single value; nothing can be compared.", "Look at the series; it may be empty, or wrongly rescaled."),
        new(HeaderMeaningless, "The headers do not relate the volumes to each other and the rule allows no registration.", "Let the rule register (align: method: rigid), or send series of one frame of reference."),
        new(AlignmentOff, "The alignment fits clearly worse than the best that was found.", "The patient moved between the scans, or the header is wrong: let the rule register, or look at both series side by side."),
        new(AlignmentUncertain, "Registrations from neighbouring starts disagree: the pair fits in no one way.", "Look at both series side by side: they may be of two patients or parts of the body, or posed differently."),
        new(AlignmentFarFromHeader, "The best alignment lies far from what the headers claim.", "Look at both series side by side: the header may be wrong, or the patient may have moved."),
        new(LittleBodyOverlap, "Too little of the smaller body lies in the other volume.", "Check that both series cover the same part of the body."),
        new(UptakeOutsideBody, "Too much of the uptake lies outside the body.", "Check that both series are of one patient and one scan."),
        new(MirroredFitsBetter, "The mirrored picture fits better than the one that was sent: one of both series may be mirrored.", "Check the handedness of both series at the source."),
        new(TurnedFitsBetter, "The picture fits better when it is turned by a quarter or a half: the patient position in a header may be wrong.", "Check the patient position of both series at the source."),
    ];
}
