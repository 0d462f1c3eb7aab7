using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>Why two series are not brought together, or what a reader must know where they are.</summary>
internal static class AlignReasons
{
    public static readonly ReasonCode LittleOverlap = new(
        "little-overlap", "The moving series covers less than half of the body in the fixed one; the rest shows the fixed series alone.",
        "Check that the two series show the same part of the patient.");

    public static readonly ReasonCode HeaderNotTaken = new(
        "align-registered", "The image headers do not place the series right or say nothing of each other: the moving series was registered.",
        "Compare with the sources; write align: { headerFails: refuse } into the rule to refuse such pairs.");

    public static readonly ReasonCode FigureOutsideWarning = new(
        "align-figure-warning", "A figure of the alignment is outside what the rule takes without a warning.",
        "Compare with the sources, or change align.warn of the rule with reason.");

    public static readonly ReasonCode RuleGone = new(
        "rule-version-gone", "The case was made by a rule, or a version of it, that is no longer in the configuration.",
        "Bring the rule's version back and 'retry', or cancel the case; new cases use the rules as they are now.");

    /// <summary>All of them, those of the imaging library included.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        LittleOverlap, HeaderNotTaken, FigureOutsideWarning, RuleGone,
        .. ImagingReasons.All.Select(reason => new ReasonCode(reason.Code, reason.Text, reason.NextStep)),
    ];

    /// <summary>The reason behind a code.</summary>
    public static ReasonCode Of(string code) => All.First(reason => reason.Code == code);

    /// <summary>A unit as the results write it.</summary>
    public static string UnitWord(VoxelUnit unit) => unit switch
    {
        VoxelUnit.HounsfieldUnits => "HU",
        VoxelUnit.SuvBodyWeight => "SUVbw",
        VoxelUnit.SuvLeanBodyMass => "SUVlbm",
        VoxelUnit.SuvBodySurfaceArea => "SUVbsa",
        VoxelUnit.SuvIdealBodyWeight => "SUVibw",
        VoxelUnit.BecquerelPerMillilitre => "BQML",
        VoxelUnit.NotQuantitative => "not-quantitative",
        _ => "stored",
    };
}
