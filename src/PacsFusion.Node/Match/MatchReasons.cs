using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Match;

/// <summary>Match's part of the closed list of reasons (invariant 8).</summary>
internal static class MatchReasons
{
    public static readonly ReasonCode Chosen = new("chosen", "The series is part of a pair.", "Nothing is to be done.");

    public static readonly ReasonCode OwnResult = new("own-result", "A PacsFusion node made the series; results are never fused again.", "Nothing is to be done.");
    public static readonly ReasonCode NotAnImage = new("not-an-image", "The series holds no slices that a volume is made of (structure set, segmentation, report, mapping, screen capture).", "Nothing is to be done.");
    public static readonly ReasonCode WrongModality = new("wrong-modality", "The rule takes other modalities.", "Add the modality to a role of the rule if it should be taken.");
    public static readonly ReasonCode OtherSource = new("other-source", "The series came from an AE title that the rule does not name in from.", "Add the AE title to from in the rule, or leave from out.");
    public static readonly ReasonCode Localizer = new("localizer", "The series is a localizer (scout), not a volume.", "Nothing is to be done.");
    public static readonly ReasonCode TransferSyntaxNotDecodable = new("transfer-syntax-not-decodable", "The pixels are compressed in a way that this node cannot decode.", "Send the series uncompressed or in RLE, or see what check says of codecs.");
    public static readonly ReasonCode PatientIdMissing = new("patient-id-missing", "The series has no Patient ID, so nothing shows whose it is.", "Correct the patient at the source and send the series again.");
    public static readonly ReasonCode MixedPatientIdentity = new("mixed-patient-identity", "The instances of the series do not agree on who the patient is.", "Correct the series at the source and send it again.");
    public static readonly ReasonCode Derived = new("derived", "The series was derived from other images, and the rule does not allow that.", "Set allowDerived: true in the role if such images should be taken.");

    public static readonly ReasonCode NotAttenuationCorrected = new("not-attenuation-corrected", "The rule asks for attenuation-corrected images and these are not.", "Send the corrected reconstruction.");
    public static readonly ReasonCode AttenuationCorrected = new("attenuation-corrected", "The rule asks for images without attenuation correction and these are corrected.", "Change require or exclude in the rule.");
    public static readonly ReasonCode UnitsNotQuantitative = new("units-not-quantitative", "The Units (0054,1001) are none of those that the rule takes.", "Send the quantitative reconstruction, or add the unit to require.units.");
    public static readonly ReasonCode ImageTypeNotWanted = new("image-type-not-wanted", "The Image Type lacks a value that the rule asks for, or has one that it excludes.", "Compare Image Type (0008,0008) with require and exclude in the rule.");
    public static readonly ReasonCode TooFewSlices = new("too-few-slices", "The series has fewer slices than the rule asks for.", "Check that the whole series was sent; lower minSlices if it was.");
    public static readonly ReasonCode TooManySlices = new("too-many-slices", "The series has more slices than the rule takes.", "Raise maxSlices in the rule if it should be taken.");
    public static readonly ReasonCode SlicesTooThin = new("slices-too-thin", "The slices are thinner than the rule takes, or their thickness is not known.", "Change minSliceThickness in the rule if it should be taken.");
    public static readonly ReasonCode SlicesTooThick = new("slices-too-thick", "The slices are thicker than the rule takes, or their thickness is not known.", "Send the thin reconstruction, or change maxSliceThickness in the rule.");
    public static readonly ReasonCode DescriptionNotWanted = new("description-not-wanted", "The Series Description does not match what the rule asks for.", "Compare the description at the modality with description in the rule.");
    public static readonly ReasonCode BodyPartNotWanted = new("body-part-not-wanted", "The Body Part Examined is none of those that the rule takes.", "Compare Body Part Examined with bodyPart in the rule.");
    public static readonly ReasonCode ManufacturerNotWanted = new("manufacturer-not-wanted", "The Manufacturer is none of those that the rule takes.", "Compare Manufacturer with manufacturer in the rule.");
    public static readonly ReasonCode OrientationNotWanted = new("orientation-not-wanted", "The planes do not lie as the rule asks.", "Send the reconstruction in the other plane, or change orientation in the rule.");
    public static readonly ReasonCode Excluded = new("excluded", "The rule excludes such series.", "Change exclude in the rule if it should be taken.");

    public static readonly ReasonCode NoPartner = new("no-partner", "No series fits the other role of the rule.", "Send the other series, or see why the candidates for the other role were not taken.");
    public static readonly ReasonCode SameSeries = new("same-series", "The series fits both roles and has the other one.", "Tell the roles apart in the rule.");
    public static readonly ReasonCode DifferentPatient = new("different-patient", "Patient ID or its issuer differs.", "Nothing is to be done, unless the two are one patient: then correct the ID at the source.");
    public static readonly ReasonCode DifferentStudy = new("different-study", "The two series are of different studies and the rule wants one.", "Set pair.sameStudy: false in the rule if studies may be combined.");
    public static readonly ReasonCode DifferentFrameOfReference = new("different-frame-of-reference", "The two series share no frame of reference and the rule wants one.", "Set pair.sameFrameOfReference: false and align.method: rigid in the rule if they may be registered.");
    public static readonly ReasonCode TooFarApart = new("too-far-apart", "More time lies between the two series than the rule allows, or their times are not known.", "Change pair.maxInterval in the rule if they may be combined.");
    public static readonly ReasonCode PatientIdentityContradiction = new("patient-identity-contradiction", "Birth date, sex or name of the two series contradict each other, or one study bears two patient IDs.", "Find out at the source whose images these are; then release the case, or cancel it.");

    public static readonly ReasonCode OriginalPreferred = new("original-preferred", "An original series was preferred to this derived one.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode DerivedPreferred = new("derived-preferred", "A derived series was preferred to this original one.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode AttenuationCorrectedPreferred = new("attenuation-corrected-preferred", "An attenuation-corrected series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode ThinnerPreferred = new("thinner-preferred", "A series with thinner slices was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode ThickerPreferred = new("thicker-preferred", "A series with thicker slices was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode MoreSlicesPreferred = new("more-slices-preferred", "A series with more slices was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode FewerSlicesPreferred = new("fewer-slices-preferred", "A series with fewer slices was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode LargerMatrixPreferred = new("larger-matrix-preferred", "A series with a larger matrix was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode SmallerMatrixPreferred = new("smaller-matrix-preferred", "A series with a smaller matrix was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode NewerPreferred = new("newer-preferred", "A newer series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode OlderPreferred = new("older-preferred", "An older series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode NearerInTimePreferred = new("nearer-in-time-preferred", "A series nearer in time to the fixed one was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode AxialPreferred = new("axial-preferred", "An axial series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode CoronalPreferred = new("coronal-preferred", "A coronal series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode SagittalPreferred = new("sagittal-preferred", "A sagittal series was preferred.", "Change prefer in the rule if this one should win.");
    public static readonly ReasonCode Superseded = new("superseded-by-newer-case", "Late instances, another rule version or another model made a newer case for the same rule and study.", "Nothing is to be done; the newer case has the result.");
    public static readonly ReasonCode LessPreferred = new("less-preferred", "Another series is its equal in everything that prefer names; the lower Series Instance UID was taken.", "Add a word to prefer in the rule that tells them apart.");

    /// <summary>All of them, in the order in which they are looked for.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        Chosen, OwnResult, NotAnImage, WrongModality, OtherSource, Localizer, TransferSyntaxNotDecodable, PatientIdMissing, MixedPatientIdentity, Derived,
        NotAttenuationCorrected, AttenuationCorrected, UnitsNotQuantitative, ImageTypeNotWanted, TooFewSlices, TooManySlices, SlicesTooThin, SlicesTooThick,
        DescriptionNotWanted, BodyPartNotWanted, ManufacturerNotWanted, OrientationNotWanted, Excluded,
        NoPartner, SameSeries, DifferentPatient, DifferentStudy, DifferentFrameOfReference, TooFarApart, PatientIdentityContradiction,
        OriginalPreferred, DerivedPreferred, AttenuationCorrectedPreferred, ThinnerPreferred, ThickerPreferred, MoreSlicesPreferred, FewerSlicesPreferred,
        LargerMatrixPreferred, SmallerMatrixPreferred, NewerPreferred, OlderPreferred, NearerInTimePreferred, AxialPreferred, CoronalPreferred, SagittalPreferred, LessPreferred, Superseded,
    ];
}
