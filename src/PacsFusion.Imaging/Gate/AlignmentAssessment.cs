namespace PacsFusion.Imaging;

/// <summary>Figures of one transform of a pair, all from one fixed sample.</summary>
public sealed record TransformFigures
{
    /// <summary>Fixed patient point to moving patient point, LPS mm.</summary>
    public required Affine FixedToMoving { get; init; }

    /// <summary>Mutual information, nats.</summary>
    public required double MutualInformation { get; init; }

    /// <summary>(H(fixed) + H(moving)) / H(both), 1 to 2.</summary>
    public required double NormalizedMutualInformation { get; init; }

    /// <summary>(NMI - 1) / (NMI of the best transform - 1); 1 is as good as the best, 0 is independence. Can exceed 1 a little.</summary>
    public required double Ratio { get; init; }

    /// <summary>Mutual information over that of the best transform.</summary>
    public required double MutualInformationRatio { get; init; }

    /// <summary>Share of the smaller body that lies in the other volume's field of view, 0 to 1.</summary>
    public required double BodyOverlap { get; init; }

    /// <summary>Dice coefficient of both bodies where both fields of view reach, 0 to 1; null where one has no body.</summary>
    public double? BodyDice { get; init; }

    /// <summary>Share of the uptake (SUV above 0.3) within the other field of view that lies in the other body; null unless one side is PET.</summary>
    public double? UptakeInBody { get; init; }

    /// <summary>Mean distance in mm from where the header puts the corners of the fixed body box; 0 for the header, null without one.</summary>
    public double? Displacement { get; init; }

    /// <summary>Greatest of the eight distances, mm.</summary>
    public double? GreatestDisplacement { get; init; }

    /// <summary>Angle in degrees by which the transform turns against the header; null without one.</summary>
    public double? Rotation { get; init; }
}

/// <summary>What a quick registration says about a pair. Nothing is decided here: see <see cref="AlignmentDecision"/>.</summary>
public sealed record AlignmentAssessment
{
    /// <summary>Whether the headers claim a common frame of reference; false: the header says nothing.</summary>
    public required bool FramesEqual { get; init; }

    /// <summary>Figures of the header's transform; null where the frames differ or the fields of view share nothing under it.</summary>
    public TransformFigures? Header { get; init; }

    /// <summary>Figures of the rigid transform that was found.</summary>
    public required TransformFigures Rigid { get; init; }

    /// <summary>Figures of the affine transform that was found; null where none was asked for.</summary>
    public TransformFigures? Affine { get; init; }

    /// <summary>
    /// Capture spread in mm: eight local searches from ±5 mm and ±3 degrees off the best; median of the mean corner distance to their
    /// median outcome. Small where the pair fits one way only.
    /// </summary>
    public required double CaptureSpread { get; init; }

    /// <summary>
    /// (NMI - 1) of the best fit of the moving volume mirrored along any patient axis, over that of the volume as it is. Above 1: the mirrored
    /// picture fits better, so one of both is mirrored (or they do not belong together). Null where it was not asked for.
    /// </summary>
    public double? MirrorRatio { get; init; }

    /// <summary>The same for the moving volume turned by half about any patient axis, or by a quarter about the long one.</summary>
    public double? TurnedRatio { get; init; }

    /// <summary>Greatest voxel spacing of both volumes along any axis, mm.</summary>
    public double Resolution { get; init; }

    /// <summary>How the rigid transform was found.</summary>
    public required RegistrationResult Registration { get; init; }
}

/// <summary>Settings of an <see cref="AlignmentAssessor"/>.</summary>
public sealed record AlignmentAssessmentOptions
{
    /// <summary>Settings of the registration.</summary>
    public RegistrationOptions Registration { get; init; } = new();

    /// <summary>Whether the moving volume is tried mirrored and turned as well. Default true.</summary>
    public bool TryOtherPoses { get; init; } = true;
}
