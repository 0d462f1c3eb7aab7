using PacsFusion.Dicom;

namespace PacsFusion.Imaging;

/// <summary>Where one slice of a volume comes from.</summary>
/// <param name="SopInstanceUid">SOP Instance UID of the object.</param>
/// <param name="SopClassUid">SOP Class UID of the object.</param>
/// <param name="FrameNumber">Frame number within a multi-frame object, from 1; null for a single-frame object.</param>
/// <param name="Header">The object's data set without pixel data; shared by the frames of one object. Not to be changed.</param>
/// <param name="ImagePositionPatient">Centre of the slice's first voxel as its header gives it, mm.</param>
public sealed record SourceSlice(string SopInstanceUid, string SopClassUid, int? FrameNumber, DicomDataset Header, Vector3d ImagePositionPatient)
{
    /// <summary>Whether the slice was missing and its values are the mean of its neighbours; everything else here is then the slice's before it.</summary>
    public bool IsInterpolated { get; init; }
}

/// <summary>
/// A series as a volume in its modality's unit: CT in HU, PET as SUV where the header allows it, anything else rescaled.
/// Owns its volume: dispose it once the voxels are not needed any more.
/// </summary>
public sealed class SeriesVolume : IDisposable
{
    internal SeriesVolume(Volume volume, IReadOnlyList<SourceSlice> slices, IReadOnlyList<ImagingWarning> warnings)
    {
        Volume = volume;
        Slices = slices;
        Warnings = warnings;
    }

    /// <summary>The voxels; slices in ascending position along the normal (row direction x column direction).</summary>
    public Volume Volume { get; }

    /// <summary>The source of each slice, in the order of the volume's slices.</summary>
    public IReadOnlyList<SourceSlice> Slices { get; }

    /// <summary>Series Instance UID.</summary>
    public required string SeriesInstanceUid { get; init; }

    /// <summary>Study Instance UID; empty where absent.</summary>
    public required string StudyInstanceUid { get; init; }

    /// <summary>Modality code such as CT, PT, MR, NM.</summary>
    public required string Modality { get; init; }

    /// <summary>How the SUV came about, or why there is none; null where the modality is not PT.</summary>
    public SuvResult? Suv { get; init; }

    /// <summary>Greatest covered value, in the volume's unit.</summary>
    public required double Max { get; init; }

    /// <summary>Patient point of the voxel with <see cref="Max"/>; of equal ones the first in memory order.</summary>
    public required Vector3d MaxAt { get; init; }

    /// <summary>What a judgement of fitness for fusion rests on.</summary>
    public required SeriesFacts Facts { get; init; }

    /// <summary>Names of the volumes that the series holds at the same positions, in ascending order; empty where it is one.</summary>
    public IReadOnlyList<string> SubVolumes { get; init; } = [];

    /// <summary>Which of <see cref="SubVolumes"/> this is, from 1; null where the series is one volume.</summary>
    public int? SubVolume { get; init; }

    /// <summary>PET facts and rescale slope of each slice, in order; empty for other modalities.</summary>
    internal IReadOnlyList<(DicomDataset Header, double Slope)> PetSlices { get; init; } = [];

    internal SuvLimits SuvLimits { get; init; } = SuvLimits.Default;

    /// <summary>What was left out or put right.</summary>
    public IReadOnlyList<ImagingWarning> Warnings { get; }

    /// <summary>Disposes the volume.</summary>
    public void Dispose() => Volume.Dispose();
}
