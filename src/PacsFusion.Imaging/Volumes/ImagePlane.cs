using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>One two-dimensional image of a series: a single-frame object, or one frame of a multi-frame object.</summary>
internal sealed record ImagePlane
{
    public required SeriesInstance Instance { get; init; }

    /// <summary>Frame within the object, from 0.</summary>
    public int Frame { get; init; }

    public bool IsFrame { get; init; }

    /// <summary>Image Type value 3, and the stack where there is one: images of other kinds are no part of a stack.</summary>
    public required string Kind { get; init; }

    public required int Columns { get; init; }

    public required int Rows { get; init; }

    /// <summary>Direction of increasing column index, as the header gives it.</summary>
    public required Vector3d RowDirection { get; init; }

    /// <summary>Direction of increasing row index, as the header gives it.</summary>
    public required Vector3d ColumnDirection { get; init; }

    public required Vector3d Position { get; init; }

    public required double RowSpacing { get; init; }

    public required double ColumnSpacing { get; init; }

    public required double Slope { get; init; }

    public required double Intercept { get; init; }

    /// <summary>Rescale Type; null where absent.</summary>
    public string? RescaleType { get; init; }

    public string? FrameOfReferenceUid { get; init; }

    public required PlaneMoment Moment { get; init; }

    /// <summary>Image Type or Frame Type.</summary>
    public required IReadOnlyList<string> ImageType { get; init; }

    public bool IsOriginal => ImageType.Count > 0 && ImageType[0] == "ORIGINAL";

    /// <summary>Slice Thickness, mm; null where absent.</summary>
    public double? Thickness { get; init; }

    /// <summary>What the PET rules read: the object's header, or for a frame the same facts in the terms of a single-frame PET.</summary>
    public required DicomDataset PetHeader { get; init; }
}
