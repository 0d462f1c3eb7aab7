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
        ["sd"] = ("Standard deviation of the fused image, grey levels 0 to 255", "1"),
        ["sf"] = ("Spatial frequency of the fused image", "1"),
        ["ag"] = ("Average gradient of the fused image", "1"),
        // UCUM knows bits but no nats.
        ["mi"] = ("Mutual information of the fused image with its sources, summed, in nats", "{nat}"),
        ["ncie"] = ("Nonlinear correlation information entropy", "1"),
        ["scd"] = ("Sum of the correlations of differences", "1"),
        ["cc"] = ("Mean correlation of the fused image with its sources", "1"),
        ["psnr"] = ("Peak signal-to-noise ratio of the fused image against its sources", "dB"),
        ["psnr255"] = ("Peak signal-to-noise ratio with the peak 255 of the fused image against its sources", "dB"),
        ["vif"] = ("Visual information fidelity of the fused image, summed over its sources", "1"),
        ["qabf"] = ("Edge information kept from the sources", "1"),
        ["ssim"] = ("Mean structural similarity of the fused image with its sources", "1"),
        ["ssim-sum"] = ("Structural similarity of the fused image, summed over its sources", "1"),
        ["ssim-min"] = ("Lesser structural similarity of the fused image with a source", "1"),
        ["cp"] = ("Share of the sources' local contrast that is kept", "1"),
        ["cx"] = ("Local contrast that neither source has", "1"),
        ["oor"] = ("Mean grey levels outside the range of the sources", "1"),
        ["bg"] = ("Greatest grey level where both sources are empty", "1"),
        ["fixed-share-in-body"] = ("Mean share of the fixed series inside the body", "1"),
        ["fixed-share-in-hottest"] = ("Mean share of the fixed series in the hottest hundredth of the uptake", "1"),
        ["fixed-share-of-signal"] = ("Mean share of the fixed series where it is the brighter one", "1"),
        ["moving-share-of-signal"] = ("Mean share of the moving series where it is the brighter one", "1"),
        ["outside-range"] = ("Mean grey levels outside the range of the sources, where a source is not black", "1"),
        ["far-outside-share"] = ("Share of pixels far outside the range of the sources", "1"),
        ["background-max"] = ("Greatest grey level of the whole series where both sources are black", "1"),
        ["nmi"] = ("Normalised mutual information of the aligned sources", "1"),
        ["ncc"] = ("Normalised cross-correlation after alignment", "1"),
        ["dice"] = ("Dice overlap of the body masks", "1"),
        ["uptake-in-body"] = ("Share of the uptake inside the body", "1"),
        ["overlap"] = ("Share of the fixed volume that the moving one covers", "1"),
        ["body-overlap"] = ("Share of the body that the moving volume covers", "1"),
        ["body-share"] = ("Share of the fixed volume that the body fills", "1"),
        ["body-voxels"] = ("Voxels of the body", "1"),
        ["uptake-voxels"] = ("Voxels with uptake", "1"),
        ["uptake-voxels-in-body"] = ("Voxels with uptake inside the body", "1"),
        ["ratio"] = ("Mutual information of the alignment in use against the best found", "1"),
        ["capture-spread"] = ("Disagreement of registrations from neighbouring starts", "mm"),
        ["displacement"] = ("Distance of the best alignment found from the image headers at the corners of the body", "mm"),
        ["smaller-body-overlap"] = ("Share of the smaller body in the other field of view", "1"),
        ["mirror-ratio"] = ("Fit of the mirrored moving series against the true one", "1"),
        ["turned-ratio"] = ("Fit of the turned moving series against the true one", "1"),
        ["translation"] = ("Length of the applied translation", "mm"),
        ["rotation"] = ("Angle of the best alignment found against the image headers", "deg"),
        ["edge-distance-rms"] = ("Root mean square distance of matched edges", "mm"),
        ["inference-time"] = ("Time of the inference", "s"),
        ["iterations"] = ("Iterations of the registration", "{iterations}"),
    };

    /// <summary>UCUM codes that the node may use; a typing error in a unit must not reach an EHR.</summary>
    private static readonly HashSet<string> s_units = new(StringComparer.Ordinal)
        { "1", "%", "bit", "dB", "mm", "mm2", "mm3", "cm", "deg", "rad", "s", "ms", "Hz", "[hnsf'U]", "g/ml", "Bq/ml", "{iterations}", "{nat}", "{SUVbw}g/ml" };

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

    /// <summary>Components of all figures. A figure of the alignment that shares its name with a measure of the images is told apart by its code.</summary>
    public static List<Observation.ComponentComponent> Components(FusionReport report, FhirSystems systems)
    {
        var measures = report.Metrics.Select(m => CodeOf(m.Name)).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. report.Metrics.Select(m => Component(m, CodeOf(m.Name), systems)),
            .. report.Alignment.Select(m => Component(m, measures.Contains(CodeOf(m.Name)) ? $"alignment-{CodeOf(m.Name)}" : CodeOf(m.Name), systems)),
        ];
    }

    private static Observation.ComponentComponent Component(ReportedMetric metric, string code, FhirSystems systems)
    {
        var component = new Observation.ComponentComponent { Code = new CodeableConcept(systems.Metric, code, DisplayOf(metric.Name), null) };
        if (Number(metric) is { } number)
        {
            var unit = UnitOf(metric);
            component.Value = new Quantity { Value = number, Unit = unit == "1" ? null : unit, System = Ucum, Code = unit };
        }
        else
        {
            var (reason, display) = Absence(metric.Absent ?? MetricAbsence.Error);
            component.DataAbsentReason = new CodeableConcept("http://terminology.hl7.org/CodeSystem/data-absent-reason", reason, display, PlainText.Clean(metric.Reason));
        }
        return component;
    }

    /// <summary>Value and unit for people, or why there is none.</summary>
    public static string TextOf(ReportedMetric metric)
    {
        if (Number(metric) is not { } number) return $"not available ({PlainText.Clean(metric.Reason) ?? Absence(metric.Absent ?? MetricAbsence.Error).Code})";
        var unit = UnitOf(metric);
        return number.ToString(CultureInfo.InvariantCulture) + (unit == "1" ? "" : " " + unit);
    }

    /// <summary>Counts as they are; else six significant digits: more would claim a precision that the measures lack, and differ between processors.</summary>
    private static decimal? Number(ReportedMetric metric) =>
        metric.Value is { } value && Math.Abs(value) < 1e15
            ? decimal.Parse(value.ToString(value == Math.Truncate(value) ? "F0" : "G6", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture)
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
