using PacsFusion.Dicom;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Makes fused slices into single-frame Secondary Capture objects (PS3.3 A.8.1) of the fixed series' study, each at exactly the place of
/// the slice that it was made on. Same input, same bytes.
/// </summary>
public sealed class SecondaryCaptureBuilder
{
    /// <summary>Manufacturer (0008,0070) of everything this software makes.</summary>
    public const string Manufacturer = "PacsFusion";

    /// <summary>Manufacturer's Model Name (0008,1090) of everything this software makes.</summary>
    public const string ModelName = "PacsFusion Node";

    private readonly SecondaryCaptureSeries _series;

    /// <summary>Prepares the objects of one series.</summary>
    public SecondaryCaptureBuilder(SecondaryCaptureSeries series)
    {
        ArgumentNullException.ThrowIfNull(series);
        _series = series;
    }

    /// <summary>
    /// True for what this software made: such objects are never fused again (DESIGN invariant 9). Survives a PACS that changes the
    /// equipment, since the contribution is listed apart.
    /// </summary>
    public static bool IsOwnObject(DicomDataset header)
    {
        ArgumentNullException.ThrowIfNull(header);
        return header.GetString(DicomTag.Manufacturer) == Manufacturer
            || header.GetSequence(DicomTag.ContributingEquipmentSequence).Any(e => e.GetString(DicomTag.Manufacturer) == Manufacturer);
    }

    /// <summary>
    /// Builds the object of one slice. Refused with <see cref="FusionReasons.SourceHeaderIncomplete"/> where the header lacks the study,
    /// its own UIDs, the frame of reference or the place.
    /// </summary>
    /// <exception cref="ArgumentException">The pixels do not fill the size.</exception>
    public Outcome<DicomDataset> Build(SecondaryCaptureSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        var channels = slice.IsColour ? 3 : 1;
        if (slice.Columns < 1 || slice.Rows < 1 || slice.Pixels.Length != slice.Columns * slice.Rows * channels)
            throw new ArgumentException("The pixels do not fill the size.", nameof(slice));
        var source = slice.FixedHeader;
        var missing = CopiedModules.Required.Where(tag => source.GetBytes(tag).IsEmpty).ToArray();
        if (missing.Length > 0)
            return new Refusal(FusionReasons.SourceHeaderIncomplete, $"The fixed slice has no {string.Join(", ", missing.Select(t => t.Keyword))}.");

        var result = new DicomDataset();
        if (source.GetStrings(DicomTag.SpecificCharacterSet) is { Count: > 0 } charset)
            result.Set(DicomTag.SpecificCharacterSet, [.. charset]);
        CopiedModules.Apply(source, result);
        var (date, time) = ResultEquipment.LocalTime(source, _series.CreatedAt);
        DescribeSeries(result, slice, date, time);
        DescribePixels(result, slice);
        References.Describe(result, SourceReference.From(source)! with { FrameNumber = slice.FixedFrame }, slice.Moving);
        ResultEquipment.Describe(result, source, _series, date, time);
        return result;
    }

    private void DescribeSeries(DicomDataset result, SecondaryCaptureSlice slice, string date, string time) => result
        .Set(DicomTag.SOPClassUID, DicomUid.SecondaryCaptureImageStorage)
        .Set(DicomTag.SOPInstanceUID, _series.SopInstanceUid(slice.Index))
        .Set(DicomTag.SeriesInstanceUID, _series.SeriesInstanceUid)
        .Set(DicomTag.SeriesNumber, _series.Number)
        .Set(DicomTag.SeriesDescription, ResultEquipment.Cut(_series.Description, 64))
        .Set(DicomTag.SeriesDate, date)
        .Set(DicomTag.SeriesTime, time)
        .Set(DicomTag.ContentDate, date)
        .Set(DicomTag.ContentTime, time)
        .Set(DicomTag.InstanceCreationDate, date)
        .Set(DicomTag.InstanceCreationTime, time)
        .Set(DicomTag.Modality, "OT")
        .Set(DicomTag.ConversionType, "WSD")
        .Set(DicomTag.ImageType, _series.Kind == SecondaryCaptureKind.Explanation ? ["DERIVED", "SECONDARY", "FUSION", "EXPLANATION"] : ["DERIVED", "SECONDARY", "FUSION"])
        .Set(DicomTag.InstanceNumber, slice.Index + 1)
        .SetEmpty(DicomTag.PatientOrientation)
        .Set(DicomTag.ImageComments, SecondaryCaptureSeries.ResearchUse)
        .Set(DicomTag.BurnedInAnnotation, "NO")
        .Set(DicomTag.DerivationDescription, ResultEquipment.Cut(_series.Derivation, 1024))
        .SetSequence(DicomTag.DerivationCodeSequence, References.Code("113085", "Spatial resampling"));

    private static void DescribePixels(DicomDataset result, SecondaryCaptureSlice slice)
    {
        result
            .Set(DicomTag.SamplesPerPixel, slice.IsColour ? 3 : 1)
            .Set(DicomTag.PhotometricInterpretation, slice.IsColour ? "RGB" : "MONOCHROME2")
            .Set(DicomTag.Rows, slice.Rows)
            .Set(DicomTag.Columns, slice.Columns)
            .Set(DicomTag.BitsAllocated, 8)
            .Set(DicomTag.BitsStored, 8)
            .Set(DicomTag.HighBit, 7)
            .Set(DicomTag.PixelRepresentation, 0)
            .SetBytes(DicomTag.PixelData, DicomVR.OB, slice.Pixels.ToArray());
        if (slice.IsColour) result.Set(DicomTag.PlanarConfiguration, 0);
        // Without it viewers stretch each grey slice by its own content; fused levels mean the same in all of them.
        else result.Set(DicomTag.WindowCenter, "128").Set(DicomTag.WindowWidth, "256");
    }
}
