using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Which SOP classes are read as volumes, and what modality each must be.</summary>
internal static class ImageClasses
{
    private static readonly Dictionary<string, string> s_modality = new(StringComparer.Ordinal)
    {
        [DicomUid.CTImageStorage] = "CT",
        [DicomUid.EnhancedCTImageStorage] = "CT",
        [DicomUid.LegacyConvertedEnhancedCTImageStorage] = "CT",
        [DicomUid.MRImageStorage] = "MR",
        [DicomUid.EnhancedMRImageStorage] = "MR",
        [DicomUid.LegacyConvertedEnhancedMRImageStorage] = "MR",
        [DicomUid.PositronEmissionTomographyImageStorage] = "PT",
        [DicomUid.EnhancedPETImageStorage] = "PT",
        [DicomUid.LegacyConvertedEnhancedPETImageStorage] = "PT",
        [DicomUid.NuclearMedicineImageStorage] = "NM",
        [DicomUid.EnhancedUSVolumeStorage] = "US",
    };

    private static readonly HashSet<string> s_enhanced =
    [
        DicomUid.EnhancedCTImageStorage, DicomUid.LegacyConvertedEnhancedCTImageStorage,
        DicomUid.EnhancedMRImageStorage, DicomUid.LegacyConvertedEnhancedMRImageStorage,
        DicomUid.EnhancedPETImageStorage, DicomUid.LegacyConvertedEnhancedPETImageStorage,
        DicomUid.EnhancedUSVolumeStorage,
    ];

    private static readonly HashSet<string> s_flatUltrasound = [DicomUid.UltrasoundImageStorage, DicomUid.UltrasoundMultiFrameImageStorage];

    public static bool IsSupported(SeriesInstance instance) => s_modality.ContainsKey(instance.SopClassUid);

    /// <summary>Whether frames are described by functional groups.</summary>
    public static bool IsEnhanced(string sopClassUid) => s_enhanced.Contains(sopClassUid);

    /// <summary>Ultrasound pictures: the probe's place is not in them.</summary>
    public static bool IsFlatUltrasound(SeriesInstance instance) => s_flatUltrasound.Contains(instance.SopClassUid);

    /// <summary>Whether the object has pixels of its own kind at all, read or not; one of a class that is read must have them.</summary>
    public static bool IsImage(SeriesInstance instance) =>
        IsSupported(instance) || instance.Header.GetInt(DicomTag.Rows) > 0 && instance.Header.GetInt(DicomTag.Columns) > 0
        && instance.Header.GetString(DicomTag.Modality) is not ("SEG" or "RTDOSE" or "RTSTRUCT" or "SR" or "PR" or "REG" or "RWV");

    public static bool IsLocalizer(IReadOnlyList<string> imageType) => imageType.Skip(2).Any(value => value is "LOCALIZER");

    /// <summary>The one modality of the series; refused where objects differ or a modality is not that of its SOP class.</summary>
    public static void CheckModality(IReadOnlyList<SeriesInstance> instances)
    {
        var first = s_modality[instances[0].SopClassUid];
        foreach (var instance in instances)
        {
            var expected = s_modality[instance.SopClassUid];
            if (expected != first || instance.Header.GetString(DicomTag.Modality) != expected)
                throw PlaneReader.Refused(instance, ImagingReasons.ModalityMismatch, $"Modality is not {first}, as the SOP class of the series says");
        }
    }
}
