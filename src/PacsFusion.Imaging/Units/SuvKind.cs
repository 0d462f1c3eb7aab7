namespace PacsFusion.Imaging;

/// <summary>What a standardised uptake value is normalised by (PS3.3 C.8.9.1, SUV Type).</summary>
public enum SuvKind
{
    /// <summary>Body weight, g/ml. SUV Type BW.</summary>
    BodyWeight,

    /// <summary>Lean body mass by James with the coefficient 120 for men, g/ml. SUV Type LBM.</summary>
    LeanBodyMassJames,

    /// <summary>Lean body mass by James with the coefficient 128 for men, g/ml. SUV Type LBMJAMES128.</summary>
    LeanBodyMassJames128,

    /// <summary>Lean body mass by Janmahasatian, g/ml. SUV Type LBMJANMA.</summary>
    LeanBodyMassJanmahasatian,

    /// <summary>Body surface area by Du Bois, cm2/ml. SUV Type BSA.</summary>
    BodySurfaceArea,

    /// <summary>Ideal body weight, g/ml. SUV Type IBW.</summary>
    IdealBodyWeight,
}

/// <summary>Questions about units and kinds of SUV.</summary>
public static class SuvKinds
{
    /// <summary>Whether the values are a standardised uptake value of any kind.</summary>
    public static bool IsSuv(this VoxelUnit unit) =>
        unit is VoxelUnit.SuvBodyWeight or VoxelUnit.SuvLeanBodyMass or VoxelUnit.SuvBodySurfaceArea or VoxelUnit.SuvIdealBodyWeight;

    /// <summary>The unit of values of this kind; the formulas of lean body mass share one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not a kind.</exception>
    public static VoxelUnit Unit(this SuvKind kind) => kind switch
    {
        SuvKind.BodyWeight => VoxelUnit.SuvBodyWeight,
        SuvKind.LeanBodyMassJames or SuvKind.LeanBodyMassJames128 or SuvKind.LeanBodyMassJanmahasatian => VoxelUnit.SuvLeanBodyMass,
        SuvKind.BodySurfaceArea => VoxelUnit.SuvBodySurfaceArea,
        SuvKind.IdealBodyWeight => VoxelUnit.SuvIdealBodyWeight,
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    /// <summary>The kind that a SUV Type (0054,1006) names; body weight where it is absent. Null where it is none of these.</summary>
    internal static SuvKind? OfType(string? suvType) => suvType switch
    {
        null or "" or "BW" => SuvKind.BodyWeight,
        "LBM" => SuvKind.LeanBodyMassJames,
        "LBMJAMES128" => SuvKind.LeanBodyMassJames128,
        "LBMJANMA" => SuvKind.LeanBodyMassJanmahasatian,
        "BSA" => SuvKind.BodySurfaceArea,
        "IBW" => SuvKind.IdealBodyWeight,
        _ => null,
    };
}
