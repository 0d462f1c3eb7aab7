using PacsFusion.Dicom;

namespace PacsFusion.Fusion.Internal;

/// <summary>Codes and the references of a derived image to what it was made of.</summary>
internal static class References
{
    /// <summary>An item with a code of the DICOM Controlled Terminology (PS3.16 annex D).</summary>
    public static DicomDataset Code(string value, string meaning) => new DicomDataset()
        .Set(DicomTag.CodeValue, value)
        .Set(DicomTag.CodingSchemeDesignator, "DCM")
        .Set(DicomTag.CodeMeaning, meaning);

    /// <summary>Source Image Sequence (C.7.6.1.1.4) and the Common Instance Reference module (C.12.2).</summary>
    public static void Describe(DicomDataset result, SourceReference fixedSlice, IReadOnlyList<SourceReference> moving)
    {
        result.SetSequence(DicomTag.SourceImageSequence,
            [Source(fixedSlice, preserved: true), .. moving.Select(m => Source(m, preserved: false))]);
        SourceReference[] all = [fixedSlice, .. moving];
        result.SetSequence(DicomTag.ReferencedSeriesSequence,
            [.. Series(all.Where(r => r.StudyInstanceUid == fixedSlice.StudyInstanceUid))]);
        DicomDataset[] elsewhere =
        [
            .. all.Where(r => r.StudyInstanceUid != fixedSlice.StudyInstanceUid).GroupBy(r => r.StudyInstanceUid).Select(study => new DicomDataset()
                .Set(DicomTag.StudyInstanceUID, study.Key)
                .SetSequence(DicomTag.ReferencedSeriesSequence, [.. Series(study)])),
        ];
        if (elsewhere.Length > 0) result.SetSequence(DicomTag.StudiesContainingOtherReferencedInstancesSequence, elsewhere);
    }

    private static DicomDataset Source(SourceReference reference, bool preserved) => Instance(reference)
        .Set(DicomTag.SpatialLocationsPreserved, preserved ? "YES" : "NO")
        .SetSequence(DicomTag.PurposeOfReferenceCodeSequence, Code("121322", "Source image for image processing operation"));

    private static IEnumerable<DicomDataset> Series(IEnumerable<SourceReference> references) =>
        references.GroupBy(r => r.SeriesInstanceUid).Select(series => new DicomDataset()
            .Set(DicomTag.SeriesInstanceUID, series.Key)
            .SetSequence(DicomTag.ReferencedInstanceSequence, [.. series.Distinct().Select(Instance)]));

    private static DicomDataset Instance(SourceReference reference) => new DicomDataset()
        .Set(DicomTag.ReferencedSOPClassUID, reference.SopClassUid)
        .Set(DicomTag.ReferencedSOPInstanceUID, reference.SopInstanceUid);
}
