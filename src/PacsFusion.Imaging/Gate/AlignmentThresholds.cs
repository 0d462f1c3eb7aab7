namespace PacsFusion.Imaging;

/// <summary>Limits of an <see cref="AlignmentDecision"/>. Defaults were set on few pairs: see docs/alignment.md.</summary>
public sealed record AlignmentThresholds
{
    /// <summary>Least <see cref="TransformFigures.Ratio"/> at which a transform counts as good as the best found. Default 0.97.</summary>
    public double Ratio { get; init; } = 0.97;

    /// <summary>
    /// A header stands up only while the best transform moves the corners by at most so much on average, mm; or by at most twice the capture
    /// spread, or <see cref="HeaderToleranceVoxels"/>, if that is more. Ratios alone do not see 4 mm. Default 3.
    /// </summary>
    public double HeaderTolerance { get; init; } = 3;

    /// <summary>The same as a multiple of <see cref="AlignmentAssessment.Resolution"/>. Default 0.6.</summary>
    public double HeaderToleranceVoxels { get; init; } = 0.6;

    /// <summary>Greatest capture spread that is accepted, mm. Default 2.</summary>
    public double SpreadAccept { get; init; } = 2;

    /// <summary>Greatest capture spread that is let through with a warning, mm. Default 4: wrong pairs began at 5.1, right ones ended at 3.5.</summary>
    public double SpreadWarn { get; init; } = 4;

    /// <summary>
    /// The same where the header is kept: it speaks for the place too, and a body that looks the same along an axis (a limb, a cylinder) cannot
    /// be told more closely by any search. Default 5.
    /// </summary>
    public double HeaderSpreadWarn { get; init; } = 5;

    /// <summary>Greatest mean corner displacement from an equal frame's header that is accepted, mm. Default 10.</summary>
    public double DisplacementAccept { get; init; } = 10;

    /// <summary>The same with a warning, mm. Default 20.</summary>
    public double DisplacementWarn { get; init; } = 20;

    /// <summary>Greatest rotation against an equal frame's header that is accepted, degrees. Default 5.</summary>
    public double RotationAccept { get; init; } = 5;

    /// <summary>The same with a warning, degrees. Default 10.</summary>
    public double RotationWarn { get; init; } = 10;

    /// <summary>Least share of the smaller body in the other's field of view. Default 0.5.</summary>
    public double BodyOverlap { get; init; } = 0.5;

    /// <summary>Least share of the uptake inside the body. Default 0.9.</summary>
    public double UptakeInBody { get; init; } = 0.9;

    /// <summary>Greatest <see cref="AlignmentAssessment.MirrorRatio"/>: beyond, the mirrored picture fits better. Default 1.</summary>
    public double MirrorRatio { get; init; } = 1;

    /// <summary>Greatest <see cref="AlignmentAssessment.TurnedRatio"/>: beyond, the turned picture fits better. Default 1.</summary>
    public double TurnedRatio { get; init; } = 1;

    /// <summary>Either of these two beyond this is let through with a warning only. Default 0.95.</summary>
    public double OtherPoseAccept { get; init; } = 0.95;

    /// <summary>Greatest change of volume of an affine transform, as a share; beyond, the rigid one is taken. Default 0.2.</summary>
    public double VolumeChange { get; init; } = 0.2;
}
