using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Makes a summary picture into a Secondary Capture object (PS3.3 A.8.1) in a series of its own of the fixed series' study: it lies at no
/// place in the patient, so it has no geometry and no frame of reference. Same input, same bytes.
/// </summary>
/// <param name="series">What the fused series says of itself; its identity gives the UIDs.</param>
public sealed class KeyImageBuilder(SecondaryCaptureSeries series)
{
    /// <summary>Added to the number of the fused series, so that the picture stands behind it.</summary>
    public const int NumberOffset = 100_000;

    /// <summary>Series Instance UID of the key image.</summary>
    public string SeriesInstanceUid => series.Identity.Derive("key image series");

    /// <summary>
    /// Builds the object. Refused with <see cref="FusionReasons.SourceHeaderIncomplete"/> where the header lacks its study.
    /// </summary>
    /// <param name="picture">The picture, RGB.</param>
    /// <param name="fixedHeader">Header of a fixed slice: patient and study.</param>
    /// <param name="shown">The fused slice that its axial view shows.</param>
    /// <param name="description">Series Description, at most 64 characters.</param>
    /// <exception cref="ArgumentException">The picture is not RGB.</exception>
    public Outcome<DicomDataset> Build(PngImage picture, DicomDataset fixedHeader, SourceReference shown, string description)
    {
        ArgumentNullException.ThrowIfNull(picture);
        ArgumentNullException.ThrowIfNull(fixedHeader);
        ArgumentNullException.ThrowIfNull(shown);
        if (picture.Channels != 3) throw new ArgumentException("A key image is RGB.", nameof(picture));
        if (fixedHeader.GetBytes(DicomTag.StudyInstanceUID).IsEmpty)
            return new Refusal(FusionReasons.SourceHeaderIncomplete, "The fixed slice has no StudyInstanceUID.");
        var result = new DicomDataset();
        if (fixedHeader.GetStrings(DicomTag.SpecificCharacterSet) is { Count: > 0 } charset)
            result.Set(DicomTag.SpecificCharacterSet, [.. charset]);
        CopiedModules.ApplyStudy(fixedHeader, result);
        var (date, time) = ResultEquipment.LocalTime(fixedHeader, series.CreatedAt);
        result
            .Set(DicomTag.SOPClassUID, DicomUid.SecondaryCaptureImageStorage)
            .Set(DicomTag.SOPInstanceUID, series.Identity.Derive("key image"))
            .Set(DicomTag.SeriesInstanceUID, SeriesInstanceUid)
            .Set(DicomTag.SeriesNumber, (series.Number + NumberOffset).ToString(CultureInfo.InvariantCulture))
            .Set(DicomTag.SeriesDescription, ResultEquipment.Cut(description, 64))
            .Set(DicomTag.SeriesDate, date)
            .Set(DicomTag.SeriesTime, time)
            .Set(DicomTag.ContentDate, date)
            .Set(DicomTag.ContentTime, time)
            .Set(DicomTag.InstanceCreationDate, date)
            .Set(DicomTag.InstanceCreationTime, time)
            .Set(DicomTag.Modality, "OT")
            .SetEmpty(DicomTag.Laterality)
            .Set(DicomTag.ConversionType, "WSD")
            .Set(DicomTag.ImageType, "DERIVED", "SECONDARY", "FUSION", "KEY IMAGE")
            .Set(DicomTag.InstanceNumber, 1)
            .SetEmpty(DicomTag.PatientOrientation)
            .Set(DicomTag.ImageComments, SecondaryCaptureSeries.ResearchUse)
            // The words on it are figures and warnings; nothing on it says who the patient is.
            .Set(DicomTag.BurnedInAnnotation, "NO")
            .Set(DicomTag.LossyImageCompression, "00")
            .Set(DicomTag.DerivationDescription, ResultEquipment.Cut(series.Derivation, 1024))
            .Set(DicomTag.SamplesPerPixel, 3)
            .Set(DicomTag.PhotometricInterpretation, "RGB")
            .Set(DicomTag.PlanarConfiguration, 0)
            .Set(DicomTag.Rows, picture.Rows)
            .Set(DicomTag.Columns, picture.Columns)
            .Set(DicomTag.BitsAllocated, 8)
            .Set(DicomTag.BitsStored, 8)
            .Set(DicomTag.HighBit, 7)
            .Set(DicomTag.PixelRepresentation, 0)
            .SetBytes(DicomTag.PixelData, DicomVR.OB, picture.Pixels);
        References.Describe(result, shown, []);
        ResultEquipment.Describe(result, fixedHeader, series, date, time);
        return result;
    }
}
