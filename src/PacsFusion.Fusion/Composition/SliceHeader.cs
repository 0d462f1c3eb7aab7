using PacsFusion.Dicom;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>The header of one slice of a volume, as an object of its own would have it.</summary>
public static class SliceHeader
{
    /// <summary>
    /// The object's own header where it holds one slice. A frame of a multi-frame object has its place, orientation and spacing in
    /// functional groups (C.7.6.16), and an NM frame in its detector's item; for these they are written where a single-frame image has them.
    /// </summary>
    /// <param name="series">The series as read.</param>
    /// <param name="index">Slice index, from 0.</param>
    public static DicomDataset Of(SeriesVolume series, int index)
    {
        ArgumentNullException.ThrowIfNull(series);
        var slice = series.Slices[index];
        if (slice.FrameNumber is null) return slice.Header;
        var placed = new DicomDataset();
        foreach (var element in slice.Header)
            if (element.Tag != DicomTag.SharedFunctionalGroupsSequence && element.Tag != DicomTag.PerFrameFunctionalGroupsSequence && element.Tag != DicomTag.DetectorInformationSequence)
                placed.CopyFrom(slice.Header, element.Tag);
        var map = series.Volume.Grid.VoxelToPatient;
        Vector3d row = map.ColumnX.Normalized(), column = map.ColumnY.Normalized(), at = slice.ImagePositionPatient;
        placed
            .Set(DicomTag.ImagePositionPatient, [at.X, at.Y, at.Z])
            .Set(DicomTag.ImageOrientationPatient, [row.X, row.Y, row.Z, column.X, column.Y, column.Z])
            .Set(DicomTag.PixelSpacing, [map.ColumnY.Length, map.ColumnX.Length]);
        if (series.Facts.SliceThickness is { } thickness) placed.Set(DicomTag.SliceThickness, thickness);
        return placed;
    }

    /// <summary>What a result refers to as the source of a slice: the object, and the frame where it holds several.</summary>
    /// <param name="series">The series as read.</param>
    /// <param name="index">Slice index, from 0.</param>
    public static SourceReference? Reference(SeriesVolume series, int index)
    {
        ArgumentNullException.ThrowIfNull(series);
        var slice = series.Slices[index];
        return SourceReference.From(slice.Header) is { } whole ? whole with { FrameNumber = slice.FrameNumber } : null;
    }
}
