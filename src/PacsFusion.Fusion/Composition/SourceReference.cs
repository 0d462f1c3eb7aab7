using PacsFusion.Dicom;

namespace PacsFusion.Fusion;

/// <summary>A source instance, as the result refers to it.</summary>
/// <param name="StudyInstanceUid">Its study.</param>
/// <param name="SeriesInstanceUid">Its series.</param>
/// <param name="SopClassUid">Its SOP class.</param>
/// <param name="SopInstanceUid">The instance.</param>
/// <param name="FrameNumber">One frame of a multi-frame instance, from 1; null for all of it.</param>
public sealed record SourceReference(string StudyInstanceUid, string SeriesInstanceUid, string SopClassUid, string SopInstanceUid, int? FrameNumber = null)
{
    /// <summary>Reads the four UIDs of a header; null where one is missing.</summary>
    public static SourceReference? From(DicomDataset header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.GetString(DicomTag.StudyInstanceUID) is { } study && header.GetString(DicomTag.SeriesInstanceUID) is { } series
            && header.GetString(DicomTag.SOPClassUID) is { } sopClass && header.GetString(DicomTag.SOPInstanceUID) is { } instance
            ? new SourceReference(study, series, sopClass, instance)
            : null;
    }
}
