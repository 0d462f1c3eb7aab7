using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Turns an object's header into the image planes that it holds; refuses what has no usable geometry.</summary>
internal static class PlaneReader
{
    /// <summary>Most frames of one object; a header may claim any number.</summary>
    public const int MaximumFrames = 65_535;

    public static IReadOnlyList<ImagePlane> Planes(SeriesInstance instance)
    {
        var header = instance.Header;
        if (header.GetInt(DicomTag.SamplesPerPixel) is not (null or 1) || header.GetString(DicomTag.PhotometricInterpretation) is not ("MONOCHROME1" or "MONOCHROME2"))
            throw Refused(instance, ImagingReasons.Colour, $"Photometric Interpretation is {(header.GetString(DicomTag.PhotometricInterpretation) is null ? "missing" : "not MONOCHROME1 or MONOCHROME2")}");
        if (header.GetString(DicomTag.SeriesType) is not null && header.GetStrings(DicomTag.SeriesType) is [_, "REPROJECTION", ..])
            throw Refused(instance, ImagingReasons.NotTomographic, "Series Type is REPROJECTION");
        if (instance.SopClassUid == DicomUid.NuclearMedicineImageStorage) return NuclearMedicineFrames.Planes(instance);
        if (header.Contains(DicomTag.PerFrameFunctionalGroupsSequence)) return FunctionalGroupFrames.Planes(instance);
        if (ImageClasses.IsEnhanced(instance.SopClassUid) || FrameCount(instance) > 1)
            throw Refused(instance, ImagingReasons.BadFunctionalGroups, "frames without functional groups");
        return [SinglePlane(instance)];
    }

    /// <summary>Number of Frames, 1 where absent; refused where it is no plausible number.</summary>
    public static int FrameCount(SeriesInstance instance)
    {
        if (instance.Header.Find(DicomTag.NumberOfFrames) is null or { IsEmpty: true }) return 1;
        var frames = instance.Header.GetInt(DicomTag.NumberOfFrames);
        if (frames is not > 0) throw Refused(instance, ImagingReasons.BadPixels, "Number of Frames is no positive number");
        return frames <= MaximumFrames ? frames.Value
            : throw Refused(instance, ImagingReasons.TooLarge, $"Number of Frames is {frames}; {MaximumFrames} are allowed");
    }

    private static ImagePlane SinglePlane(SeriesInstance instance)
    {
        var header = instance.Header;
        var type = header.GetStrings(DicomTag.ImageType);
        // Many slices side by side in one picture: its position is that of none of them.
        if (type.Contains("MOSAIC")) throw Refused(instance, ImagingReasons.NotTomographic, "Image Type is MOSAIC");
        return Plane(instance, 0, isFrame: false, type, null, header, header, header, header) with { Moment = PlaneMoment.Of(header) };
    }

    /// <summary>Builds a plane from the data sets that carry position, orientation, spacing and rescale.</summary>
    public static ImagePlane Plane(SeriesInstance instance, int frame, bool isFrame, IReadOnlyList<string> imageType, string? stack,
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
            Kind = Kind(imageType, stack),
            ImageType = imageType,
            Columns = Size(instance, DicomTag.Columns),
            Rows = Size(instance, DicomTag.Rows),
            RowDirection = row,
            ColumnDirection = column,
            Position = Position(instance, position),
            RowSpacing = rowSpacing,
            ColumnSpacing = columnSpacing,
            Slope = slope,
            Intercept = intercept,
            RescaleType = rescale?.GetString(DicomTag.RescaleType),
            Thickness = measures?.GetDouble(DicomTag.SliceThickness) ?? instance.Header.GetDouble(DicomTag.SliceThickness),
            FrameOfReferenceUid = instance.Header.GetString(DicomTag.FrameOfReferenceUID),
            Moment = new PlaneMoment(),
            PetHeader = instance.Header,
        };
    }

    /// <summary>
    /// Image Type value 3 and the stack. Later values are left alone: scanners change them inside one stack, and parting by them would take
    /// half of a head for the whole.
    /// </summary>
    private static string Kind(IReadOnlyList<string> imageType, string? stack) =>
        (imageType.Count > 2 ? imageType[2] : "") + (stack is null ? "" : $"|{stack}");

    private static Vector3d Position(SeriesInstance instance, DicomDataset? source)
    {
        var p = source?.GetDoubles(DicomTag.ImagePositionPatient) ?? [];
        // A kilometre is no patient; beyond it sums lose their millimetres.
        if (p.Length != 3 || !Array.TrueForAll(p, value => Math.Abs(value) <= 1e6))
            throw Refused(instance, ImagingReasons.NoGeometry, "Image Position (Patient) is not three plausible numbers");
        return new Vector3d(p[0], p[1], p[2]);
    }

    private static (Vector3d Row, Vector3d Column) Orientation(SeriesInstance instance, DicomDataset? source)
    {
        var o = source?.GetDoubles(DicomTag.ImageOrientationPatient) ?? [];
        if (o.Length != 6 || !Array.TrueForAll(o, double.IsFinite))
            throw Refused(instance, ImagingReasons.NoGeometry, "Image Orientation (Patient) is not six numbers");
        return (new Vector3d(o[0], o[1], o[2]), new Vector3d(o[3], o[4], o[5]));
    }

    public static SeriesRefusedException Refused(SeriesInstance instance, string code, string what) =>
        new(code, $"Object {instance.Number} of the series: {what}.");

    private static (double Row, double Column) Spacing(SeriesInstance instance, DicomDataset? source)
    {
        var s = source?.GetDoubles(DicomTag.PixelSpacing) ?? [];
        if (s.Length != 2 || !Array.TrueForAll(s, value => value is >= 1e-4 and <= 1e4))
            throw Refused(instance, ImagingReasons.BadSpacing, "Pixel Spacing is not two plausible positive numbers");
        return (s[0], s[1]);
    }

    private static (double Slope, double Intercept) Rescale(SeriesInstance instance, DicomDataset? source)
    {
        // CT and PET values mean nothing without it; MR, NM and US mostly come without.
        var required = instance.Header.GetString(DicomTag.Modality) is "CT" or "PT";
        var hasSlope = source?.Find(DicomTag.RescaleSlope) is { IsEmpty: false };
        var hasIntercept = source?.Find(DicomTag.RescaleIntercept) is { IsEmpty: false };
        if (!hasSlope && !hasIntercept && !required)
            return instance.Header.Contains(DicomTag.ModalityLUTSequence) ? throw Refused(instance, ImagingReasons.BadRescale, "values go through a Modality LUT") : (1, 0);
        double? slope = hasSlope ? source!.GetDouble(DicomTag.RescaleSlope) : required ? null : 1;
        double? intercept = hasIntercept ? source!.GetDouble(DicomTag.RescaleIntercept) : required ? null : 0;
        // Within these no product with a stored value leaves the range of float.
        if (slope is not { } s || !(Math.Abs(s) is >= 1e-20 and <= 1e20) || intercept is not { } i || !(Math.Abs(i) <= 1e30))
            throw Refused(instance, ImagingReasons.BadRescale, "Rescale Slope and Intercept are not a number other than 0 and a number");
        return (s, i);
    }

    private static int Size(SeriesInstance instance, DicomTag tag) =>
        instance.Header.GetInt(tag) is > 0 and var size ? size : throw Refused(instance, ImagingReasons.BadPixels, $"{tag.Keyword} is missing or 0");
}
