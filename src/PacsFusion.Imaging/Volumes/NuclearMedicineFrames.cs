using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// Reconstructed SPECT: one multi-frame NM object whose place stands in the Detector Information Sequence (PS3.3 C.8.4.11) and whose
/// slices follow each other by Spacing Between Slices along the normal (PS3.3 C.8.4.15). The vectors say which slice, gate and energy
/// window each frame is (PS3.3 C.8.4.8).
/// </summary>
internal static class NuclearMedicineFrames
{
    public static IReadOnlyList<ImagePlane> Planes(SeriesInstance instance)
    {
        var header = instance.Header;
        var type = header.GetStrings(DicomTag.ImageType);
        if (type.Count < 3 || type[2] is not ("RECON TOMO" or "RECON GATED TOMO"))
            throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "Image Type is not RECON TOMO");
        var detectors = header.GetSequence(DicomTag.DetectorInformationSequence);
        if (detectors.Count == 0 || header.GetDouble(DicomTag.SpacingBetweenSlices) is not { } step || !(Math.Abs(step) is >= 1e-3 and <= 1e4))
            throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "Detector Information or Spacing Between Slices is missing");
        var frames = PlaneReader.FrameCount(instance);
        var slices = Vector(instance, DicomTag.SliceVector, frames);
        var gates = Vector(instance, DicomTag.TimeSlotVector, frames);
        var windows = Vector(instance, DicomTag.EnergyWindowVector, frames);
        var heads = Vector(instance, DicomTag.DetectorVector, frames);
        if (heads is not null && heads.Distinct().Count() > 1)
            throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "frames come from several detectors");
        var head = heads is null ? 0 : heads[0] - 1;
        var detector = head >= 0 && head < detectors.Count ? detectors[head] : throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "Detector Vector names no detector");
        var first = PlaneReader.Plane(instance, 0, isFrame: true, type, null, detector, detector, header, header);
        var normal = Vector3d.Cross(first.RowDirection, first.ColumnDirection).Normalized();
        var planes = new ImagePlane[frames];
        for (var frame = 0; frame < frames; frame++)
            planes[frame] = first with
            {
                Frame = frame,
                Position = first.Position + normal * (step * (slices is null ? frame : slices[frame] - 1)),
                Moment = new PlaneMoment { [MomentKey.EnergyWindow] = windows?[frame], [MomentKey.TimeSlot] = gates?[frame] },
            };
        return planes;
    }

    private static int[]? Vector(SeriesInstance instance, DicomTag tag, int frames)
    {
        if (!instance.Header.Contains(tag)) return null;
        var vector = instance.Header.GetInts(tag);
        return vector.Length == 0 && instance.Header.Find(tag) is { IsEmpty: true } ? null
            : vector.Length == frames ? vector
            : throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, $"{tag.Keyword} does not have one value for each frame");
    }
}
