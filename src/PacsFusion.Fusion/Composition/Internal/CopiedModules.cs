using PacsFusion.Dicom;

namespace PacsFusion.Fusion.Internal;

/// <summary>Which elements of the fixed header a result repeats, by module of PS3.3.</summary>
internal static class CopiedModules
{
    /// <summary>General Study (C.7.2.1) and the parts of Patient (C.7.1.1) and Patient Study (C.7.2.2) outside group 0010.</summary>
    private static readonly DicomTag[] StudyLevel =
    [
        DicomTag.StudyInstanceUID, DicomTag.StudyDate, DicomTag.StudyTime, DicomTag.StudyID, DicomTag.AccessionNumber,
        DicomTag.IssuerOfAccessionNumberSequence, DicomTag.StudyDescription, DicomTag.ReferringPhysicianName,
        DicomTag.ReferringPhysicianIdentificationSequence, DicomTag.ConsultingPhysicianName,
        DicomTag.ConsultingPhysicianIdentificationSequence, DicomTag.PhysiciansOfRecord,
        DicomTag.PhysiciansOfRecordIdentificationSequence, DicomTag.NameOfPhysiciansReadingStudy,
        DicomTag.PhysiciansReadingStudyIdentificationSequence, DicomTag.RequestingServiceCodeSequence,
        DicomTag.ReferencedStudySequence, DicomTag.ReferencedPatientSequence, DicomTag.ProcedureCodeSequence,
        DicomTag.ReasonForPerformedProcedureCodeSequence, DicomTag.AdmittingDiagnosesDescription,
        DicomTag.AdmittingDiagnosesCodeSequence, DicomTag.AdmissionID, DicomTag.IssuerOfAdmissionIDSequence,
        DicomTag.ServiceEpisodeID, DicomTag.IssuerOfServiceEpisodeIDSequence, DicomTag.ServiceEpisodeDescription,
        DicomTag.PatientState, DicomTag.TimezoneOffsetFromUTC, DicomTag.LongitudinalTemporalInformationModified,
    ];

    /// <summary>Image Plane (C.7.6.2) and Frame of Reference (C.7.4.1): the slice lies exactly where its source lies.</summary>
    private static readonly DicomTag[] Geometry =
    [
        DicomTag.FrameOfReferenceUID, DicomTag.PositionReferenceIndicator, DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient,
        DicomTag.PixelSpacing, DicomTag.SliceThickness, DicomTag.SpacingBetweenSlices, DicomTag.SliceLocation, DicomTag.PatientPosition,
        DicomTag.BodyPartExamined, DicomTag.Laterality,
    ];

    // What cannot be missing from an object (type 2): empty where the source has nothing.
    private static readonly DicomTag[] NeverAbsent =
    [
        DicomTag.PatientName, DicomTag.PatientID, DicomTag.PatientBirthDate, DicomTag.PatientSex, DicomTag.StudyDate, DicomTag.StudyTime,
        DicomTag.StudyID, DicomTag.AccessionNumber, DicomTag.ReferringPhysicianName,
    ];

    private static readonly DicomTag[] Lossy =
        [DicomTag.LossyImageCompression, DicomTag.LossyImageCompressionRatio, DicomTag.LossyImageCompressionMethod];

    /// <summary>What there must be for the result to be an object of the same study and place.</summary>
    public static IReadOnlyList<DicomTag> Required { get; } =
    [
        DicomTag.StudyInstanceUID, DicomTag.SeriesInstanceUID, DicomTag.SOPClassUID, DicomTag.SOPInstanceUID, DicomTag.FrameOfReferenceUID,
        DicomTag.ImagePositionPatient, DicomTag.ImageOrientationPatient, DicomTag.PixelSpacing,
    ];

    /// <summary>All modules of a slice at the place of its source.</summary>
    public static void Apply(DicomDataset source, DicomDataset target)
    {
        ApplyStudy(source, target);
        target.CopyFrom(source, Geometry);
        foreach (var tag in (DicomTag[])[DicomTag.PositionReferenceIndicator, DicomTag.Laterality])
            if (!target.Contains(tag)) target.SetEmpty(tag);
        // Once lossy, always lossy (C.7.6.1.1.5): what was lost in a source stays lost in its descendants.
        if (source.GetString(DicomTag.LossyImageCompression) == "01") target.CopyFrom(source, Lossy);
        else target.Set(DicomTag.LossyImageCompression, "00");
    }

    /// <summary>Patient and study alone, for an object without a place of its own.</summary>
    public static void ApplyStudy(DicomDataset source, DicomDataset target)
    {
        target.CopyFrom(source, StudyLevel);
        var trial = HoldsClinicalTrial(source);
        foreach (var element in source)
        {
            // Group 0010 is the patient's. Group 0012 holds how the data was de-identified (0062 to 0064, Patient module) and the trial.
            var (group, number) = (element.Tag.Group, element.Tag.Element);
            if ((group == 0x0010 && number != 0) || (group == 0x0012 && (number is >= 0x0062 and <= 0x0064 || (trial && number != 0))))
                target.CopyFrom(source, element.Tag);
        }
        foreach (var tag in NeverAbsent)
            if (!target.Contains(tag)) target.SetEmpty(tag);
        // A label and no key: longer than its VR allows (SH, 16 characters), it would make the new object invalid.
        if (target.GetString(DicomTag.StudyID) is { Length: > 16 } label) target.Set(DicomTag.StudyID, label[..16].TrimEnd());
    }

    // De-identified archives often keep half a Clinical Trial Subject module (C.7.1.3). It is optional as a whole, but what it must hold
    // is not, so a torn one is left out rather than made part of a new object.
    private static bool HoldsClinicalTrial(DicomDataset source) =>
        !source.GetBytes(DicomTag.ClinicalTrialSponsorName).IsEmpty && !source.GetBytes(DicomTag.ClinicalTrialProtocolID).IsEmpty
        && (!source.GetBytes(DicomTag.ClinicalTrialSubjectID).IsEmpty || !source.GetBytes(DicomTag.ClinicalTrialSubjectReadingID).IsEmpty);
}
