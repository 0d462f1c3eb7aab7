using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// Frames of an enhanced object: each value from the frame's own functional group, else from the shared one (PS3.3 C.7.6.16). What an object
/// converted from single frames kept of their headers stands in the Unassigned Converted Attributes (PS3.3 C.7.6.16.2.25).
/// </summary>
internal static class FunctionalGroupFrames
{
    private static readonly DicomTag[] s_frameTypes =
    [
        DicomTag.MRImageFrameTypeSequence, DicomTag.CTImageFrameTypeSequence, DicomTag.PETFrameTypeSequence, DicomTag.USImageDescriptionSequence,
    ];

    public static IReadOnlyList<ImagePlane> Planes(SeriesInstance instance)
    {
        var header = instance.Header;
        var shared = header.GetItem(DicomTag.SharedFunctionalGroupsSequence);
        var groups = header.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence);
        var frames = PlaneReader.FrameCount(instance);
        if (groups.Count != frames)
            throw PlaneReader.Refused(instance, ImagingReasons.BadFunctionalGroups, $"{groups.Count} functional groups for {frames} frames");
        var isConverted = groups[0].Contains(DicomTag.UnassignedPerFrameConvertedAttributesSequence) || shared?.Contains(DicomTag.UnassignedSharedConvertedAttributesSequence) == true;
        var planes = new ImagePlane[frames];
        for (var frame = 0; frame < frames; frame++)
            planes[frame] = Plane(instance, frame, new FrameGroups(header, groups[frame], shared), isConverted);
        return planes;
    }

    private static ImagePlane Plane(SeriesInstance instance, int frame, FrameGroups groups, bool isConverted)
    {
        var type = groups.Type(s_frameTypes);
        var position = groups.Macro(DicomTag.PlanePositionSequence);
        var orientation = groups.Macro(DicomTag.PlaneOrientationSequence);
        if (position is null && groups.Macro(DicomTag.PlanePositionVolumeSequence) is not null)
            throw PlaneReader.Refused(instance, ImagingReasons.VolumeCoordinates, "frames have a position in the volume, none in the patient");
        var isPet = instance.Header.GetString(DicomTag.Modality) == "PT";
        var plane = PlaneReader.Plane(instance, frame, isFrame: true, type, groups.Stack, position, orientation,
            groups.Macro(DicomTag.PixelMeasuresSequence),
            (isPet ? PetFrameHeader.QuantityOf(groups, isConverted) : null) ?? groups.Macro(DicomTag.PixelValueTransformationSequence));
        return plane with
        {
            Moment = PlaneMoment.OfFrame(groups.Macro, isConverted ? groups.Converted() : null, type),
            PetHeader = isPet ? PetFrameHeader.Of(instance, groups, isConverted) : instance.Header,
        };
    }
}

/// <summary>Functional groups of one frame, with what is shared behind them.</summary>
internal sealed class FrameGroups(DicomDataset header, DicomDataset own, DicomDataset? shared)
{
    private DicomDataset? _converted;

    public DicomDataset Header { get; } = header;

    public string? Stack => Macro(DicomTag.FrameContentSequence)?.GetString(DicomTag.StackID);

    /// <summary>The first item of a macro: the frame's own, else the shared one.</summary>
    public DicomDataset? Macro(DicomTag sequence) => own.GetItem(sequence) ?? shared?.GetItem(sequence);

    /// <summary>All items of a macro.</summary>
    public IReadOnlyList<DicomDataset> Items(DicomTag sequence) =>
        own.GetSequence(sequence) is { Count: > 0 } items ? items : shared?.GetSequence(sequence) ?? [];

    /// <summary>Frame Type from the first of these macros that is there, else Image Type.</summary>
    public IReadOnlyList<string> Type(ReadOnlySpan<DicomTag> macros)
    {
        foreach (var macro in macros)
            if (Macro(macro)?.GetStrings(DicomTag.FrameType) is { Count: > 0 } type) return type;
        return Header.GetStrings(DicomTag.ImageType);
    }

    /// <summary>The attributes of the single-frame object that fit into no macro.</summary>
    public DicomDataset Converted() => _converted ??= Merge(
        shared?.GetItem(DicomTag.UnassignedSharedConvertedAttributesSequence), own.GetItem(DicomTag.UnassignedPerFrameConvertedAttributesSequence));

    private static DicomDataset Merge(params ReadOnlySpan<DicomDataset?> sources)
    {
        var merged = new DicomDataset();
        foreach (var source in sources)
            if (source is not null)
                foreach (var element in source) merged.CopyFrom(source, element.Tag);
        return merged;
    }
}
