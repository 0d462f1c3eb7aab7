using PacsFusion.Imaging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>Why two series are not brought together, or what a reader must know where they are.</summary>
internal static class AlignReasons
{
    public static readonly ReasonCode FrameDiffers = new(
        "frame-of-reference-differs", "The series are in different frames of reference, and this version does not register.",
        "Nothing to do with this version; the pair needs registration.");

    public static readonly ReasonCode RegistrationNotThere = new(
        "registration-not-available", "The rule asks for registration, which this version does not have; the alignment of the headers was taken.",
        "Compare the result with its sources before anybody relies on it.");

    public static readonly ReasonCode LittleOverlap = new(
        "little-overlap", "The moving series covers less than half of the body in the fixed one; the rest shows the fixed series alone.",
        "Check that the two series show the same part of the patient.");

    public static readonly ReasonCode NotVerified = new(
        "alignment-not-verified", "The alignment is that of the image headers; no registration has checked it. Compare with the sources.",
        "Look at the figures of the alignment in the report.");

    public static readonly ReasonCode RuleGone = new(
        "rule-version-gone", "The case was made by a rule, or a version of it, that is no longer in the configuration.",
        "Bring the rule's version back and 'retry', or cancel the case; new cases use the rules as they are now.");

    /// <summary>All of them, those of the imaging library included.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
    [
        FrameDiffers, RegistrationNotThere, LittleOverlap, NotVerified, RuleGone,
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
