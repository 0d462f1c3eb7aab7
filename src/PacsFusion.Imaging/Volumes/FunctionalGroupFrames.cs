using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Frames of an enhanced object: each value from the frame's own functional group, else from the shared one (PS3.3 C.7.6.16).</summary>
internal static class FunctionalGroupFrames
{
    public static IReadOnlyList<ImagePlane> Planes(SeriesInstance instance)
    {
        var header = instance.Header;
        var shared = header.GetItem(DicomTag.SharedFunctionalGroupsSequence);
        var groups = header.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence);
        var frames = header.GetInt(DicomTag.NumberOfFrames) ?? 1;
        if (groups.Count != frames)
            throw PlaneReader.Refused(instance, ImagingReasons.BadFunctionalGroups, $"{groups.Count} functional groups for {frames} frames");
        var planes = new ImagePlane[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            var own = groups[frame];
            planes[frame] = PlaneReader.Plane(instance, frame, isFrame: true, Kind(header, own, shared),
                Macro(own, shared, DicomTag.PlanePositionSequence),
                Macro(own, shared, DicomTag.PlaneOrientationSequence),
                Macro(own, shared, DicomTag.PixelMeasuresSequence),
                Macro(own, shared, DicomTag.PixelValueTransformationSequence));
        }
        return planes;
    }

    private static string Kind(DicomDataset header, DicomDataset own, DicomDataset? shared)
    {
        var type = Macro(own, shared, DicomTag.MRImageFrameTypeSequence)?.GetStrings(DicomTag.FrameType)
            ?? Macro(own, shared, DicomTag.CTImageFrameTypeSequence)?.GetStrings(DicomTag.FrameType)
            ?? header.GetStrings(DicomTag.ImageType);
        return PlaneReader.Kind(type, Macro(own, shared, DicomTag.FrameContentSequence)?.GetString(DicomTag.StackID));
    }

    private static DicomDataset? Macro(DicomDataset own, DicomDataset? shared, DicomTag sequence) =>
        own.GetItem(sequence) ?? shared?.GetItem(sequence);
}
