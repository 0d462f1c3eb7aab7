namespace PacsFusion.Imaging;

/// <summary>What a registration must know about a volume's values.</summary>
internal enum ImageKind
{
    /// <summary>Hounsfield units.</summary>
    Ct,

    /// <summary>Uptake, in whatever unit.</summary>
    Pet,

    /// <summary>Values without a unit: MR and all else.</summary>
    Other,
}

internal static class ImageKinds
{
    public static ImageKind Kind(this Volume volume) => volume.Unit switch
    {
        VoxelUnit.HounsfieldUnits => ImageKind.Ct,
        VoxelUnit.Arbitrary => ImageKind.Other,
        _ => ImageKind.Pet,
    };
}
