using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>
/// Reconstructed SPECT: one multi-frame NM object whose place stands in the Detector Information Sequence (PS3.3 C.8.4.11) and whose
/// slices follow each other by Spacing Between Slices along the normal (PS3.3 C.8.4.15).
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
        if (detectors.Count == 0 || header.GetDouble(DicomTag.SpacingBetweenSlices) is not { } step || step == 0 || !double.IsFinite(step))
            throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "Detector Information or Spacing Between Slices is missing");
        var frames = header.GetInt(DicomTag.NumberOfFrames) ?? 1;
        var vector = header.GetInts(DicomTag.SliceVector);
        if (vector.Length != 0 && vector.Length != frames)
            throw PlaneReader.Refused(instance, ImagingReasons.NotTomographic, "Slice Vector does not have one value for each frame");
        var first = PlaneReader.Plane(instance, 0, isFrame: true, PlaneReader.Kind(type, null), detectors[0], detectors[0], header, header);
        var normal = Vector3d.Cross(first.RowDirection, first.ColumnDirection).Normalized();
        var planes = new ImagePlane[frames];
        for (var frame = 0; frame < frames; frame++)
        {
            var index = vector.Length == 0 ? frame : vector[frame] - 1;
            planes[frame] = first with { Frame = frame, Position = first.Position + normal * (step * index) };
        }
        return planes;
    }
}
