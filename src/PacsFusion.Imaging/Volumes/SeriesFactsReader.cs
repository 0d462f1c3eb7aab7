using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Collects <see cref="SeriesFacts"/> from the planes of a stack.</summary>
internal static class SeriesFactsReader
{
    // Values behind the second: maximum or minimum along rays, or a projection by name.
    private static readonly HashSet<string> s_projections = new(StringComparer.Ordinal) { "MIP", "MINIP", "PROJECTION IMAGE", "MAX_IP", "MIN_IP", "VOLUME_RENDERING" };

    // What an enhanced object says of the same (PS3.3 C.8.16.2): pictures of rays, surfaces or bent planes.
    private static readonly HashSet<string> s_calculated = new(StringComparer.Ordinal) { "MAX_IP", "MIN_IP", "VOLUME_RENDER", "SURFACE_RENDER", "CURVED_MPR" };

    public static SeriesFacts Of(SliceStack stack)
    {
        var planes = stack.Planes;
        var headers = planes.Select(plane => plane.Instance.Header).Distinct().ToList();
        var isPet = planes[0].Instance.Header.GetString(DicomTag.Modality) == "PT";
        var row = planes[0].RowDirection;
        var normal = Vector3d.Cross(row, planes[0].ColumnDirection).Normalized();
        return new SeriesFacts
        {
            ImageType = planes[0].ImageType,
            IsOriginal = planes.All(plane => plane.IsOriginal),
            IsTomographic = !planes.Any(plane => plane.ImageType.Skip(1).Any(s_projections.Contains))
                && !headers.Exists(header => s_calculated.Contains(header.GetString(DicomTag.VolumeBasedCalculationTechnique) ?? "") || header.GetString(DicomTag.VolumetricProperties) == "DISTORTED"),
            HasBurnedInAnnotation = BurnedIn(headers),
            IsLossy = planes.Any(plane => plane.Instance.Syntax.IsLossy == true) || headers.Exists(header => header.GetString(DicomTag.LossyImageCompression) == "01"),
            LossyRatio = headers.Max(StatedRatio),
            Corrections = isPet ? planes[0].PetHeader.GetStrings(DicomTag.CorrectedImage) : [],
            IsAttenuationCorrected = isPet ? planes.All(plane => SuvHeader.AttenuationIsCorrected(plane.PetHeader)) : null,
            SliceThickness = planes.Max(plane => plane.Thickness is > 0 and var thickness ? thickness : null),
            SliceDistance = Math.Abs(Vector3d.Dot(stack.Grid.VoxelToPatient.ColumnZ, normal)),
            IsShownInverted = IsShownInverted(planes[0].Instance.Header),
        };
    }

    public static bool IsShownInverted(DicomDataset header) =>
        header.GetString(DicomTag.PhotometricInterpretation) == "MONOCHROME1" || header.GetString(DicomTag.PresentationLUTShape) == "INVERSE";

    /// <summary>Bytes that the frames of an object would take against those that they take; null where it is not encapsulated.</summary>
    public static double? MeasuredRatio(DicomDataset dataset, DicomPixelData pixels) =>
        dataset.GetBytes(DicomTag.PixelData).Length is > 0 and var length ? (double)pixels.FrameLength * pixels.NumberOfFrames / length : null;

    private static bool? BurnedIn(List<DicomDataset> headers)
    {
        var said = headers.Select(header => header.GetString(DicomTag.BurnedInAnnotation)).ToList();
        return said.Contains("YES") ? true : said.TrueForAll(value => value == "NO") ? false : null;
    }

    // One value for each compression that the pixels went through.
    private static double? StatedRatio(DicomDataset header) =>
        header.GetDoubles(DicomTag.LossyImageCompressionRatio) is { Length: > 0 } ratios && ratios.Max() is >= 1 and var ratio ? ratio : null;
}
