namespace PacsFusion.Imaging;

/// <summary>What the headers and values of a series say beyond geometry and unit, over all slices of the volume.</summary>
public sealed record SeriesFacts
{
    /// <summary>Image Type or Frame Type of the first slice.</summary>
    public required IReadOnlyList<string> ImageType { get; init; }

    /// <summary>Whether every slice says ORIGINAL.</summary>
    public bool IsOriginal { get; init; }

    /// <summary>Whether slices are cuts through the patient: false for projections such as MIP.</summary>
    public bool IsTomographic { get; init; }

    /// <summary>Burned In Annotation: true where any slice says YES, false where all say NO, null where nothing is said.</summary>
    public bool? HasBurnedInAnnotation { get; init; }

    /// <summary>Whether pixels went through lossy compression once, by Lossy Image Compression or by the transfer syntax.</summary>
    public bool IsLossy { get; init; }

    /// <summary>Greatest ratio of lossy compression: that of the header, else measured from the bytes; null where not lossy or not known.</summary>
    public double? LossyRatio { get; init; }

    /// <summary>Corrected Image (PET); for enhanced PET what its own flags say. Empty for other modalities.</summary>
    public IReadOnlyList<string> Corrections { get; init; } = [];

    /// <summary>Whether a PET is corrected for attenuation on every slice; null for other modalities.</summary>
    public bool? IsAttenuationCorrected { get; init; }

    /// <summary>Greatest Slice Thickness, mm; null where absent.</summary>
    public double? SliceThickness { get; init; }

    /// <summary>Distance of the slices along the normal, mm.</summary>
    public double SliceDistance { get; init; }

    /// <summary>Least covered value, in the volume's unit.</summary>
    public double Min { get; init; }

    /// <summary>Greatest covered value, in the volume's unit.</summary>
    public double Max { get; init; }

    /// <summary>Covered voxels as a share of all.</summary>
    public double CoveredShare { get; init; }

    /// <summary>Whether the header wants low values bright (MONOCHROME1 or Presentation LUT Shape INVERSE).</summary>
    public bool IsShownInverted { get; init; }
}
