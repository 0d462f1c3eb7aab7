using System.Globalization;
using System.Text;
using Hl7.Fhir.Model;

namespace PacsFusion.Fhir;

/// <summary>Codes, wording and units of the measures. Neither LOINC nor DICOM has codes for them, so they are the product's own.</summary>
internal static class MetricCodes
{
    private const string Ucum = "http://unitsofmeasure.org";

    private static readonly Dictionary<string, (string Display, string Unit)> s_known = new(StringComparer.OrdinalIgnoreCase)
    {
        ["en"] = ("Entropy of the fused image", "bit"),
        ["mi"] = ("Mutual information of the fused image with its sources", "bit"),
        ["nmi"] = ("Normalised mutual information of the aligned sources", "1"),
        ["fmi"] = ("Feature mutual information of the fused image with its sources", "1"),
        ["sd"] = ("Standard deviation of the fused image", "1"),
        ["sf"] = ("Spatial frequency of the fused image", "1"),
        ["ag"] = ("Average gradient of the fused image", "1"),
        ["cc"] = ("Correlation of the fused image with its sources", "1"),
        ["scd"] = ("Sum of the correlations of differences", "1"),
        ["ssim"] = ("Structural similarity of the fused image with its sources", "1"),
        ["ms-ssim"] = ("Multi-scale structural similarity of the fused image with its sources", "1"),
        ["psnr"] = ("Peak signal-to-noise ratio of the fused image against its sources", "dB"),
        ["vif"] = ("Visual information fidelity of the fused image", "1"),
        ["qabf"] = ("Edge information kept from the sources", "1"),
        ["ncc"] = ("Normalised cross-correlation after alignment", "1"),
        ["dice"] = ("Dice overlap of the body masks", "1"),
        ["uptake-in-body"] = ("Share of the uptake inside the body", "1"),
        ["overlap"] = ("Share of the moving volume inside the fixed volume", "1"),
        ["translation"] = ("Length of the applied translation", "mm"),
        ["rotation"] = ("Angle of the applied rotation", "deg"),
        ["edge-distance-rms"] = ("Root mean square distance of matched edges", "mm"),
        ["inference-time"] = ("Time of the inference", "s"),
        ["iterations"] = ("Iterations of the registration", "{iterations}"),
    };

    /// <summary>UCUM codes that the node may use; a typing error in a unit must not reach an EHR.</summary>
    private static readonly HashSet<string> s_units = new(StringComparer.Ordinal)
        { "1", "%", "bit", "dB", "mm", "mm2", "mm3", "cm", "deg", "rad", "s", "ms", "Hz", "[hnsf'U]", "g/ml", "Bq/ml", "{iterations}", "{SUVbw}g/ml" };

    public static bool IsUnit(string code) => s_units.Contains(code);

    /// <summary><c>uptakeInBody</c> and <c>uptake_in_body</c> become <c>uptake-in-body</c>; names in capitals are only lowered.</summary>
    public static string CodeOf(string name)
    {
        var code = new StringBuilder(name.Length + 4);
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (char.IsAsciiLetterUpper(c) && i > 0 && char.IsAsciiLetterLower(name[i - 1])) code.Append('-');
            code.Append(char.IsAsciiLetterOrDigit(c) ? char.ToLowerInvariant(c) : '-');
        }
        return code.ToString().Trim('-');
    }

    public static string DisplayOf(string name) => s_known.TryGetValue(CodeOf(name), out var known) ? known.Display : name;

    public static string UnitOf(ReportedMetric metric) =>
        metric.Unit ?? (s_known.TryGetValue(CodeOf(metric.Name), out var known) ? known.Unit : "1");

    public static Observation.ComponentComponent Component(ReportedMetric metric, FhirSystems systems)
    {
        var component = new Observation.ComponentComponent { Code = new CodeableConcept(systems.Metric, CodeOf(metric.Name), DisplayOf(metric.Name), null) };
        if (Number(metric) is { } number)
        {
            var unit = UnitOf(metric);
            component.Value = new Quantity { Value = number, Unit = unit == "1" ? null : unit, System = Ucum, Code = unit };
        }
        else
        {
            var (code, display) = Absence(metric.Absent ?? MetricAbsence.Error);
            component.DataAbsentReason = new CodeableConcept("http://terminology.hl7.org/CodeSystem/data-absent-reason", code, display, null);
        }
        return component;
    }

    /// <summary>Value and unit for people, or why there is none.</summary>
    public static string TextOf(ReportedMetric metric)
    {
        if (Number(metric) is not { } number) return $"not available ({Absence(metric.Absent ?? MetricAbsence.Error).Code})";
        var unit = UnitOf(metric);
        return number.ToString(CultureInfo.InvariantCulture) + (unit == "1" ? "" : " " + unit);
    }

    /// <summary>Six significant digits: more would claim a precision that the measures lack, and differ between processors.</summary>
    private static decimal? Number(ReportedMetric metric) =>
        metric.Value is { } value && Math.Abs(value) < 1e15
            ? decimal.Parse(value.ToString("G6", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
            : null;

    private static (string Code, string Display) Absence(MetricAbsence absence) => absence switch
    {
        MetricAbsence.NotApplicable => ("not-applicable", "Not Applicable"),
        MetricAbsence.NotPerformed => ("not-performed", "Not Performed"),
        MetricAbsence.NotANumber => ("not-a-number", "Not a Number (NaN)"),
        MetricAbsence.PositiveInfinity => ("positive-infinity", "Positive Infinity (PINF)"),
        MetricAbsence.NegativeInfinity => ("negative-infinity", "Negative Infinity (NINF)"),
        _ => ("error", "Error"),
    };
}
