using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>What an uptake is normalised by, from weight, height and sex: g for masses, cm2 for the body surface.</summary>
internal static class BodyMeasure
{
    /// <summary>The measure, or why there is none.</summary>
    public static (double? Value, SuvResult? Refused) Of(SuvKind kind, SuvHeader header, SuvLimits limits)
    {
        if (header.Weight is not { } weight || !(weight >= limits.MinimumWeight && weight <= limits.MaximumWeight))
            return No(ImagingReasons.SuvWeight, FormattableString.Invariant($"Patient's Weight is {Number(header.Weight)} kg; {limits.MinimumWeight:G3} to {limits.MaximumWeight:G3} is plausible."));
        if (kind == SuvKind.BodyWeight) return (weight * 1000, null);
        if (header.Height is not { } height || !(height >= limits.MinimumHeight && height <= limits.MaximumHeight))
            return No(ImagingReasons.SuvHeight, FormattableString.Invariant($"Patient's Size is {Number(header.Height)} m; {limits.MinimumHeight:G3} to {limits.MaximumHeight:G3} is plausible."));
        var centimetres = height * 100;
        if (kind == SuvKind.BodySurfaceArea) return (71.84 * Math.Pow(weight, 0.425) * Math.Pow(centimetres, 0.725), null);
        if (header.Sex is not ("M" or "F"))
            return No(ImagingReasons.SuvSex, "Patient's Sex is not M or F.");
        var man = header.Sex == "M";
        var ratio = weight / centimetres;
        var index = weight / (height * height);
        var kilograms = kind switch
        {
            SuvKind.LeanBodyMassJames => man ? 1.10 * weight - 120 * ratio * ratio : 1.07 * weight - 148 * ratio * ratio,
            SuvKind.LeanBodyMassJames128 => man ? 1.10 * weight - 128 * ratio * ratio : 1.07 * weight - 148 * ratio * ratio,
            SuvKind.LeanBodyMassJanmahasatian => 9270 * weight / (man ? 6680 + 216 * index : 8780 + 244 * index),
            _ => man ? 48.0 + 1.06 * (centimetres - 152) : 45.5 + 0.91 * (centimetres - 152),
        };
        // James' parabola falls again for heavy patients; a body is never leaner than a quarter of its weight.
        return kilograms >= 0.25 * weight && kilograms <= 2 * weight
            ? (kilograms * 1000, null)
            : No(ImagingReasons.SuvHeight, FormattableString.Invariant($"The formula for {kind} gives {kilograms:G4} kg for {weight:G4} kg."));
    }

    private static (double?, SuvResult?) No(string code, string text) => (null, new SuvResult(null, code, text));

    private static string Number(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "missing";
}
