using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Align;

/// <summary>A rule's conditions as the limits of the library's decision; what a rule leaves out has the default.</summary>
internal static class AlignmentLimits
{
    public static AlignmentThresholds Of(AlignSpec spec)
    {
        var standard = new AlignmentThresholds();
        double Gate(string name, double otherwise) => spec.Gate.TryGetValue(name, out var condition) ? Inclusive(condition) : otherwise;
        // A gate that is tighter than the standard warning leaves nothing to warn of.
        double Warn(string name, double otherwise, double gate) => spec.Warn.TryGetValue(name, out var condition) ? Inclusive(condition) : Math.Min(otherwise, gate);

        double spread = Gate("captureSpread", standard.SpreadWarn), displacement = Gate("displacement", standard.DisplacementWarn), rotation = Gate("rotation", standard.RotationWarn);
        return standard with
        {
            Ratio = Gate("ratio", standard.Ratio),
            SpreadWarn = spread,
            HeaderSpreadWarn = Gate("captureSpread", standard.HeaderSpreadWarn),
            SpreadAccept = Warn("captureSpread", standard.SpreadAccept, spread),
            DisplacementWarn = displacement,
            DisplacementAccept = Warn("displacement", standard.DisplacementAccept, displacement),
            RotationWarn = rotation,
            RotationAccept = Warn("rotation", standard.RotationAccept, rotation),
            BodyOverlap = Gate("smallerBodyOverlap", standard.BodyOverlap),
            UptakeInBody = Gate("uptakeInBody", standard.UptakeInBody),
            MirrorRatio = Gate("mirrorRatio", standard.MirrorRatio),
            TurnedRatio = Gate("turnedRatio", standard.TurnedRatio),
        };
    }

    /// <summary>The conditions on figures of the fixed grid, which the library's decision does not know.</summary>
    public static IEnumerable<KeyValuePair<string, GateCondition>> OnGrid(IReadOnlyDictionary<string, GateCondition> conditions) =>
        conditions.Where(condition => GateFigures.Find(condition.Key) is { OfRegistration: false });

    private static double Inclusive(GateCondition condition) => condition.Comparison switch
    {
        GateComparison.GreaterThan => Math.BitIncrement(condition.Limit),
        GateComparison.LessThan => Math.BitDecrement(condition.Limit),
        _ => condition.Limit,
    };
}
