using System.Globalization;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>
/// A stack of any orientation whose value is <see cref="Volumes.Linear"/> of each voxel's patient point (plus an offset), to 0.05: in a
/// volume that was turned, mirrored, shifted or had its spacings swapped no voxel fits its place.
/// </summary>
public sealed record FieldStack
{
    public const double Slope = 0.1;

    public Vector3d Row { get; init; } = new(1, 0, 0);

    public Vector3d Column { get; init; } = new(0, 1, 0);

    public Vector3d Origin { get; init; } = new(-4, 8, 10);

    /// <summary>From slice to slice; null: 3 mm along row x column.</summary>
    public Vector3d? Step { get; init; }

    public double RowSpacing { get; init; } = 2;

    public double ColumnSpacing { get; init; } = 1.5;

    public int Columns { get; init; } = 7;

    public int Rows { get; init; } = 5;

    public int Slices { get; init; } = 6;

    /// <summary>Added to the field; tells volumes at one place apart.</summary>
    public double Offset { get; init; }

    public Vector3d Position(int slice) => Origin + (Step ?? Vector3d.Cross(Row, Column) * 3) * slice;

    /// <summary>One object, stored = (field + offset) / 0.1.</summary>
    internal DicomDataset Slice(int slice, string uid) => Common(uid)
        .Set(DicomTag.SOPClassUID, DicomUid.MRImageStorage)
        .Set(DicomTag.ImagePositionPatient, Numbers(Position(slice)))
        .Set(DicomTag.ImageOrientationPatient, Numbers(Row, Column))
        .Set(DicomTag.PixelSpacing, Number(RowSpacing), Number(ColumnSpacing))
        .Set(DicomTag.RescaleSlope, Number(Slope)).Set(DicomTag.RescaleIntercept, "0")
        .SetPixels(Stored([slice]));

    /// <summary>All slices as objects, in an order that is none.</summary>
    internal List<DicomDataset> Single(int firstUid = 1)
    {
        var slices = Enumerable.Range(0, Slices).Select(k => Slice(k, $"1.2.3.{firstUid + k}")).ToList();
        for (var i = 0; i < slices.Count - 1; i += 2) (slices[i], slices[^(i / 2 + 1)]) = (slices[^(i / 2 + 1)], slices[i]);
        return slices;
    }

    /// <summary>One enhanced MR object with the frames of these stacks, interleaved, geometry per frame, rescale shared.</summary>
    internal static DicomDataset Enhanced(params FieldStack[] stacks)
    {
        var first = stacks[0];
        var frames = Enumerable.Range(0, first.Slices).SelectMany(slice => stacks.Select(stack => (Stack: stack, Slice: slice))).ToList();
        var groups = frames.Select(frame => new DicomDataset()
            .SetSequence(DicomTag.FrameContentSequence, new DicomDataset().Set(DicomTag.StackID, "1").Set(DicomTag.InStackPositionNumber, frame.Slice + 1))
            .SetSequence(DicomTag.PlanePositionSequence, new DicomDataset().Set(DicomTag.ImagePositionPatient, Numbers(frame.Stack.Position(frame.Slice))))
            .SetSequence(DicomTag.PlaneOrientationSequence, new DicomDataset().Set(DicomTag.ImageOrientationPatient, Numbers(frame.Stack.Row, frame.Stack.Column)))).ToArray();
        var shared = new DicomDataset()
            .SetSequence(DicomTag.PixelMeasuresSequence, new DicomDataset()
                .Set(DicomTag.PixelSpacing, Number(first.RowSpacing), Number(first.ColumnSpacing)).Set(DicomTag.SliceThickness, "3"))
            .SetSequence(DicomTag.PixelValueTransformationSequence, Rescale(Slope));
        return first.Common("1.2.3.1")
            .Set(DicomTag.SOPClassUID, DicomUid.EnhancedMRImageStorage)
            .Set(DicomTag.NumberOfFrames, Number(frames.Count))
            .SetSequence(DicomTag.SharedFunctionalGroupsSequence, shared)
            .SetSequence(DicomTag.PerFrameFunctionalGroupsSequence, groups)
            .SetPixels(frames.SelectMany(frame => frame.Stack.Stored([frame.Slice])).ToArray());
    }

    internal static DicomDataset Rescale(double slope, double intercept = 0) =>
        new DicomDataset().Set(DicomTag.RescaleSlope, Number(slope)).Set(DicomTag.RescaleIntercept, Number(intercept));

    public short[] Stored(IEnumerable<int> slices)
    {
        var stored = new List<short>();
        foreach (var slice in slices)
            for (var j = 0; j < Rows; j++)
                for (var i = 0; i < Columns; i++)
                    stored.Add((short)Math.Round((Volumes.Linear(Position(slice) + Row * (ColumnSpacing * i) + Column * (RowSpacing * j)) + Offset) / Slope));
        return [.. stored];
    }

    /// <summary>Largest difference between the covered voxels and the field at their place.</summary>
    internal double Error(SeriesVolume series, double factor = 1)
    {
        var volume = series.Volume;
        Assert.Equal((Columns, Rows), (volume.Columns, volume.Rows));
        var worst = 0.0;
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                    if (volume.IsCovered(i, j, k))
                        worst = Math.Max(worst, Math.Abs(volume[i, j, k] / factor - Offset - Volumes.Linear(volume.Grid.ToPatient(i, j, k))));
        return worst;
    }

    private DicomDataset Common(string uid) => new DicomDataset()
        .Set(DicomTag.SOPInstanceUID, uid)
        .Set(DicomTag.StudyInstanceUID, "1.2")
        .Set(DicomTag.SeriesInstanceUID, "1.2.3")
        .Set(DicomTag.FrameOfReferenceUID, "1.2.4")
        .Set(DicomTag.Modality, "MR")
        .Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "M")
        .Set(DicomTag.SamplesPerPixel, 1)
        .Set(DicomTag.PhotometricInterpretation, "MONOCHROME2")
        .Set(DicomTag.Rows, Rows).Set(DicomTag.Columns, Columns)
        .Set(DicomTag.BitsAllocated, 16).Set(DicomTag.BitsStored, 16).Set(DicomTag.HighBit, 15).Set(DicomTag.PixelRepresentation, 1);

    public static string Number(double value) => value.ToString("0.##########", CultureInfo.InvariantCulture);

    private static string[] Numbers(params Vector3d[] vectors) => [.. vectors.SelectMany(v => (double[])[v.X, v.Y, v.Z]).Select(Number)];
}
