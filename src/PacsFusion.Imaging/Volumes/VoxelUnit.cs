namespace PacsFusion.Imaging;

/// <summary>What the numbers of a <see cref="Volume"/> mean.</summary>
public enum VoxelUnit
{
    /// <summary>Values after rescaling that carry no unit (MR, NM, anything else).</summary>
    Arbitrary,

    /// <summary>Hounsfield units (CT).</summary>
    HounsfieldUnits,

    /// <summary>Standardised uptake value by body weight, g/ml.</summary>
    SuvBodyWeight,

    /// <summary>Activity concentration, Bq/ml (PET without an SUV).</summary>
    BecquerelPerMillilitre,

    /// <summary>PET values that are no quantity (counts, proportional counts, other units).</summary>
    NotQuantitative,

    /// <summary>Standardised uptake value by lean body mass, g/ml; <see cref="SuvResult.Kind"/> names the formula.</summary>
    SuvLeanBodyMass,

    /// <summary>Standardised uptake value by body surface area, cm2/ml.</summary>
    SuvBodySurfaceArea,

    /// <summary>Standardised uptake value by ideal body weight, g/ml.</summary>
    SuvIdealBodyWeight,
}
