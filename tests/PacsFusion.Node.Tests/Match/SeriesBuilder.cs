using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Match;

/// <summary>Series of one examination, as a PET/CT sends them.</summary>
internal static class SeriesBuilder
{
    public static PatientIdentity Patient { get; } = new("P1", "HOSPITAL", "19600116", "M", "DOE^JOHN");

    public static SeriesDescriptor Ct(string uid = "1.1") => new()
    {
        SeriesInstanceUid = uid,
        StudyInstanceUid = "1",
        PatientKey = "k1",
        Patient = Patient,
        Modality = "CT",
        FrameOfReferenceUid = "1.9",
        ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"],
        SliceThickness = 3.75,
        SliceStep = 3.27,
        Rows = 512,
        Columns = 512,
        Orientation = OrientationClass.Axial,
        InstanceCount = 135,
        SliceCount = 135,
        Start = new DateTime(1960, 1, 16, 9, 58, 0),
        CallingAeTitle = "PETCT1",
    };

    public static SeriesDescriptor Scout(string uid = "1.2") => Ct(uid) with
    {
        ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"],
        IsLocalizer = true,
        SliceStep = null,
        InstanceCount = 1,
        SliceCount = 1,
        Orientation = OrientationClass.Coronal,
    };

    public static SeriesDescriptor Pet(string uid = "1.3") => Ct(uid) with
    {
        Modality = "PT",
        ImageType = ["ORIGINAL", "PRIMARY"],
        Units = "BQML",
        CorrectedImage = ["DECY", "ATTN", "SCAT"],
        AttenuationCorrected = true,
        DecayCorrection = "START",
        SliceThickness = 3.27,
        Rows = 128,
        Columns = 128,
        Start = new DateTime(1960, 1, 16, 9, 59, 47),
    };

    public static SeriesDescriptor UncorrectedPet(string uid = "1.4") => Pet(uid) with
    {
        Units = "PROPCNTS",
        CorrectedImage = ["DECY"],
        AttenuationCorrected = false,
    };

    public static SeriesDescriptor Mr(string uid, string description) => Ct(uid) with
    {
        Modality = "MR",
        ImageType = ["ORIGINAL", "PRIMARY", "M"],
        SeriesDescription = description,
        SliceCount = 40,
        InstanceCount = 40,
    };

    public static SeriesDescriptor NotAnImage(string uid, string modality) => Ct(uid) with { Modality = modality, ImageType = [], IsImage = false, SliceCount = 1, InstanceCount = 1 };
}
