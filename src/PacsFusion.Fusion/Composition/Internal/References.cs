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
        DescribeInstances(result, fixedSlice.StudyInstanceUid, [fixedSlice, .. moving]);
    }

    /// <summary>The Common Instance Reference module (C.12.2) alone.</summary>
    public static void DescribeInstances(DicomDataset result, string ownStudyUid, IReadOnlyList<SourceReference> all)
    {
        DicomDataset[] own = [.. Series(all.Where(r => r.StudyInstanceUid == ownStudyUid))];
        if (own.Length > 0) result.SetSequence(DicomTag.ReferencedSeriesSequence, own);
        DicomDataset[] elsewhere =
        [
            .. all.Where(r => r.StudyInstanceUid != ownStudyUid).GroupBy(r => r.StudyInstanceUid).Select(study => new DicomDataset()
                .Set(DicomTag.StudyInstanceUID, study.Key)
                .SetSequence(DicomTag.ReferencedSeriesSequence, [.. Series(study)])),
        ];
        if (elsewhere.Length > 0) result.SetSequence(DicomTag.StudiesContainingOtherReferencedInstancesSequence, elsewhere);
    }

    private static DicomDataset Source(SourceReference reference, bool preserved)
    {
        var item = Instance(reference)
            .Set(DicomTag.SpatialLocationsPreserved, preserved ? "YES" : "NO")
            .SetSequence(DicomTag.PurposeOfReferenceCodeSequence, Code("121322", "Source image for image processing operation"));
        return reference.FrameNumber is { } frame ? item.Set(DicomTag.ReferencedFrameNumber, frame) : item;
    }

    private static IEnumerable<DicomDataset> Series(IEnumerable<SourceReference> references) =>
        references.GroupBy(r => r.SeriesInstanceUid).Select(series => new DicomDataset()
            .Set(DicomTag.SeriesInstanceUID, series.Key)
            .SetSequence(DicomTag.ReferencedInstanceSequence, [.. series.Select(reference => reference with { FrameNumber = null }).Distinct().Select(Instance)]));

    /// <summary>SOP Instance Reference Macro (table 10-11).</summary>
    public static DicomDataset Instance(SourceReference reference) => new DicomDataset()
        .Set(DicomTag.ReferencedSOPClassUID, reference.SopClassUid)
        .Set(DicomTag.ReferencedSOPInstanceUID, reference.SopInstanceUid);
}
