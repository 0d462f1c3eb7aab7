using PacsFusion.Dicom;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>One side of a registered pair.</summary>
/// <param name="Modality">Such as <c>CT</c>; stands in the descriptions.</param>
/// <param name="FrameOfReferenceUid">What its images claim; null where they claim none.</param>
/// <param name="Instances">All its images; at least one.</param>
public sealed record RegisteredSeries(string Modality, string? FrameOfReferenceUid, IReadOnlyList<SourceReference> Instances)
{
    /// <summary>The side of a series that was read as a volume: the images of its slices, each once. Images without the four UIDs are left out.</summary>
    public static RegisteredSeries Of(SeriesVolume series)
    {
        ArgumentNullException.ThrowIfNull(series);
        return new RegisteredSeries(series.Modality, series.Volume.FrameOfReferenceUid,
            [.. series.Slices.Select(slice => SourceReference.From(slice.Header)).OfType<SourceReference>().Distinct()]);
    }
}

/// <summary>What a Spatial Registration object is made of.</summary>
public sealed record SpatialRegistration
{
    /// <summary>Where the UIDs come from: the identity of the fused series that the registration served.</summary>
    public required FusionIdentity Identity { get; init; }

    /// <summary>Header of a fixed image: patient, study, character set and time zone are taken from it.</summary>
    public required DicomDataset FixedHeader { get; init; }

    /// <summary>The side that stays; its frame of reference becomes the registered one.</summary>
    public required RegisteredSeries Fixed { get; init; }

    /// <summary>The side that is moved.</summary>
    public required RegisteredSeries Moving { get; init; }

    /// <summary>
    /// Fixed patient point to moving patient point, LPS mm, as the resampler takes it. The object holds its inverse: the standard's matrix
    /// runs from the source to the registered frame.
    /// </summary>
    public required Affine FixedToMoving { get; init; }

    /// <summary>Series Number.</summary>
    public required int SeriesNumber { get; init; }

    /// <summary>Figures of the alignment in words for Frame of Reference Transformation Comment, at most 64 characters; null leaves it out. No patient data.</summary>
    public string? Comment { get; init; }

    /// <summary>When the result was made: taken from the case and not from the clock, so that making it again gives the same bytes.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Version of the software.</summary>
    public required string SoftwareVersion { get; init; }
}
