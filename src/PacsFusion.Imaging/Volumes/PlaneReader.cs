using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Turns an object's header into the image planes that it holds; refuses what has no usable geometry.</summary>
internal static class PlaneReader
{
    /// <summary>SOP classes that are read. Enhanced PET carries dose and units elsewhere and is refused until that is read too.</summary>
    private static readonly HashSet<string> s_supported =
    [
        DicomUid.CTImageStorage, DicomUid.MRImageStorage, DicomUid.PositronEmissionTomographyImageStorage, DicomUid.NuclearMedicineImageStorage,
        DicomUid.EnhancedCTImageStorage, DicomUid.EnhancedMRImageStorage,
        DicomUid.LegacyConvertedEnhancedCTImageStorage, DicomUid.LegacyConvertedEnhancedMRImageStorage,
    ];

    public static bool IsSupported(SeriesInstance instance) => s_supported.Contains(instance.SopClassUid);

    /// <summary>Whether the object has pixels of its own kind at all, read or not.</summary>
    public static bool IsImage(SeriesInstance instance) =>
        instance.Header.GetInt(DicomTag.Rows) > 0 && instance.Header.GetInt(DicomTag.Columns) > 0
        && instance.Header.GetString(DicomTag.Modality) is not ("SEG" or "RTDOSE" or "RTSTRUCT" or "SR" or "PR" or "REG" or "RWV");

    public static bool IsLocalizer(SeriesInstance instance)
    {
        var type = instance.Header.GetStrings(DicomTag.ImageType);
        return type.Skip(2).Any(value => value is "LOCALIZER");
    }

    public static IReadOnlyList<ImagePlane> Planes(SeriesInstance instance)
    {
        var header = instance.Header;
        if (header.GetInt(DicomTag.SamplesPerPixel) is not (null or 1) || header.GetString(DicomTag.PhotometricInterpretation) is not ("MONOCHROME1" or "MONOCHROME2"))
            throw Refused(instance, ImagingReasons.Colour, $"Photometric Interpretation is {(header.GetString(DicomTag.PhotometricInterpretation) is null ? "missing" : "not MONOCHROME1 or MONOCHROME2")}");
        if (instance.SopClassUid == DicomUid.NuclearMedicineImageStorage) return NuclearMedicineFrames.Planes(instance);
        return header.Contains(DicomTag.PerFrameFunctionalGroupsSequence) ? FunctionalGroupFrames.Planes(instance) : [SinglePlane(instance)];
    }

    private static ImagePlane SinglePlane(SeriesInstance instance)
    {
        var header = instance.Header;
        if (header.GetInt(DicomTag.NumberOfFrames) is > 1)
            throw Refused(instance, ImagingReasons.BadFunctionalGroups, "several frames without functional groups");
        return Plane(instance, 0, isFrame: false, Kind(header.GetStrings(DicomTag.ImageType), null), header, header, header, header);
    }

    /// <summary>Builds a plane from the data sets that carry position, orientation, spacing and rescale.</summary>
    public static ImagePlane Plane(SeriesInstance instance, int frame, bool isFrame, string kind,
        DicomDataset? position, DicomDataset? orientation, DicomDataset? measures, DicomDataset? rescale)
    {
        var (row, column) = Orientation(instance, orientation);
        var (rowSpacing, columnSpacing) = Spacing(instance, measures);
        var (slope, intercept) = Rescale(instance, rescale);
        return new ImagePlane
        {
            Instance = instance,
            Frame = frame,
            IsFrame = isFrame,
            Kind = kind,
            Columns = Size(instance, DicomTag.Columns),
            Rows = Size(instance, DicomTag.Rows),
            RowDirection = row,
            ColumnDirection = column,
            Position = Position(instance, position),
            RowSpacing = rowSpacing,
            ColumnSpacing = columnSpacing,
            Slope = slope,
            Intercept = intercept,
            FrameOfReferenceUid = instance.Header.GetString(DicomTag.FrameOfReferenceUID),
        };
    }

    /// <summary>
    /// Image Type value 3 and the stack. Later values are left alone: scanners change them inside one stack, and parting by them would take
    /// half of a head for the whole.
    /// </summary>
    public static string Kind(IReadOnlyList<string> imageType, string? stack) =>
        (imageType.Count > 2 ? imageType[2] : "") + (stack is null ? "" : $"|{stack}");

    public static Vector3d Position(SeriesInstance instance, DicomDataset? source)
    {
        var p = source?.GetDoubles(DicomTag.ImagePositionPatient) ?? [];
        if (p.Length != 3 || !new Vector3d(p[0], p[1], p[2]).IsFinite)
            throw Refused(instance, ImagingReasons.NoGeometry, "Image Position (Patient) is not three numbers");
        return new Vector3d(p[0], p[1], p[2]);
    }

    public static (Vector3d Row, Vector3d Column) Orientation(SeriesInstance instance, DicomDataset? source)
    {
        var o = source?.GetDoubles(DicomTag.ImageOrientationPatient) ?? [];
        if (o.Length != 6 || !new Vector3d(o[0], o[1], o[2]).IsFinite || !new Vector3d(o[3], o[4], o[5]).IsFinite)
            throw Refused(instance, ImagingReasons.NoGeometry, "Image Orientation (Patient) is not six numbers");
        return (new Vector3d(o[0], o[1], o[2]), new Vector3d(o[3], o[4], o[5]));
    }

    public static SeriesRefusedException Refused(SeriesInstance instance, string code, string what) =>
        new(code, $"Object {instance.Number} of the series: {what}.");

    private static (double Row, double Column) Spacing(SeriesInstance instance, DicomDataset? source)
    {
        var s = source?.GetDoubles(DicomTag.PixelSpacing) ?? [];
        if (s.Length != 2 || !(s[0] > 0 && s[1] > 0 && double.IsFinite(s[0]) && double.IsFinite(s[1])))
            throw Refused(instance, ImagingReasons.BadSpacing, "Pixel Spacing is not two positive numbers");
        return (s[0], s[1]);
    }

    private static (double Slope, double Intercept) Rescale(SeriesInstance instance, DicomDataset? source)
    {
        // CT and PET values mean nothing without it; MR and NM mostly come without.
        var required = instance.Header.GetString(DicomTag.Modality) is "CT" or "PT";
        var hasSlope = source?.Find(DicomTag.RescaleSlope) is { IsEmpty: false };
        var hasIntercept = source?.Find(DicomTag.RescaleIntercept) is { IsEmpty: false };
        if (!hasSlope && !hasIntercept && !required) return (1, 0);
        double? slope = hasSlope ? source!.GetDouble(DicomTag.RescaleSlope) : required ? null : 1;
        double? intercept = hasIntercept ? source!.GetDouble(DicomTag.RescaleIntercept) : required ? null : 0;
        if (slope is not { } s || s == 0 || !double.IsFinite(s) || intercept is not { } i || !double.IsFinite(i))
            throw Refused(instance, ImagingReasons.BadRescale, "Rescale Slope and Intercept are not a number other than 0 and a number");
        return (s, i);
    }

    private static int Size(SeriesInstance instance, DicomTag tag) =>
        instance.Header.GetInt(tag) is > 0 and var size ? size : throw Refused(instance, ImagingReasons.BadPixels, $"{tag.Keyword} is missing or 0");
}
