using System.Globalization;

namespace PacsFusion.Imaging;

/// <summary>Which transforms a rule allows.</summary>
public enum AlignmentMethod
{
    /// <summary>The header's, if it stands up.</summary>
    Header,

    /// <summary>The header's if it stands up, else the rigid one found.</summary>
    Rigid,

    /// <summary>The header's if it stands up, else the affine one found.</summary>
    Affine,
}

/// <summary>Where the chosen transform comes from.</summary>
public enum AlignmentSource
{
    /// <summary>The headers.</summary>
    Header,

    /// <summary>A rigid registration.</summary>
    Rigid,

    /// <summary>An affine registration.</summary>
    Affine,
}

/// <summary>How a decision came out.</summary>
public enum AlignmentOutcome
{
    /// <summary>Use it.</summary>
    Accept,

    /// <summary>Use it and say so visibly.</summary>
    Warn,

    /// <summary>Do not use it.</summary>
    Refuse,
}

/// <summary>One reason for a warning or a refusal.</summary>
/// <param name="Code">A code of <see cref="ImagingReasons"/>.</param>
/// <param name="Severity">Warn or refuse.</param>
/// <param name="Value">What was measured.</param>
/// <param name="Limit">The limit that it broke.</param>
/// <param name="Text">One line with the figures.</param>
public sealed record AlignmentFinding(string Code, AlignmentOutcome Severity, double Value, double Limit, string Text);

/// <summary>The verdict on a pair.</summary>
/// <param name="Outcome">Accept, warn or refuse: the worst of the findings.</param>
/// <param name="Source">Where the chosen transform comes from.</param>
/// <param name="Chosen">The transform to use and its figures; where refused, the one that was looked at.</param>
/// <param name="Findings">Every limit that was broken, worst first.</param>
public sealed record AlignmentVerdict(AlignmentOutcome Outcome, AlignmentSource Source, TransformFigures Chosen, IReadOnlyList<AlignmentFinding> Findings)
{
    /// <summary>The first finding that refuses; null where the pair may be used.</summary>
    public Refusal? Refusal => Findings.FirstOrDefault(finding => finding.Severity == AlignmentOutcome.Refuse) is { } worst ? new Refusal(worst.Code, worst.Text) : null;

    /// <summary>What a reader of the result must be told; empty where accepted or refused.</summary>
    public IReadOnlyList<ImagingWarning> Warnings => Outcome == AlignmentOutcome.Warn ? [.. Findings.Select(finding => new ImagingWarning(finding.Code, finding.Text))] : [];
}

/// <summary>Decides whether a pair may be fused and by which transform.</summary>
public static class AlignmentDecision
{
    /// <summary>
    /// Keeps the header where it is as good as the best found (<see cref="AlignmentThresholds.Ratio"/>) and near it
    /// (<see cref="AlignmentThresholds.HeaderTolerance"/>); else takes the registered transform
    /// where the method allows it; then judges the choice. Limits of displacement and rotation hold only where the frames are equal.
    /// </summary>
    public static AlignmentVerdict Decide(AlignmentAssessment assessment, AlignmentMethod method, AlignmentThresholds? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(assessment);
        var limits = thresholds ?? new AlignmentThresholds();
        var (source, chosen) = Choose(assessment, method, limits);
        var findings = new List<AlignmentFinding>();

        // Above: a value greater than the limit breaks it. NaN breaks every limit.
        void Judge(string code, double value, double accept, double refuse, bool least, string what)
        {
            bool Meets(double limit) => least ? value >= limit : value <= limit;
            if (Meets(accept)) return;
            var severity = Meets(refuse) ? AlignmentOutcome.Warn : AlignmentOutcome.Refuse;
            var limit = severity == AlignmentOutcome.Warn ? accept : refuse;
            findings.Add(new AlignmentFinding(code, severity, value, limit,
                string.Create(CultureInfo.InvariantCulture, $"{what} is {value:0.###}, {(least ? "at least" : "at most")} {limit:0.###} is asked for.")));
        }

        if (method == AlignmentMethod.Header && assessment.Header is null)
            findings.Add(new AlignmentFinding(ImagingReasons.HeaderMeaningless, AlignmentOutcome.Refuse, 0, 0, "The headers do not relate the volumes to each other and the rule allows no registration."));
        Judge(ImagingReasons.AlignmentOff, chosen.Ratio, limits.Ratio, limits.Ratio, true, "Mutual information against the best found");
        if (source == AlignmentSource.Header)
            Judge(ImagingReasons.AlignmentOff, assessment.Rigid.Displacement ?? 0, Tolerance(assessment, limits), double.PositiveInfinity, false, "Distance of the best alignment from the header in mm");
        if (assessment.FramesEqual)
        {
            Judge(ImagingReasons.AlignmentFarFromHeader, assessment.Rigid.Displacement ?? 0, limits.DisplacementAccept, limits.DisplacementWarn, false, "Distance from the header in mm");
            Judge(ImagingReasons.AlignmentFarFromHeader, assessment.Rigid.Rotation ?? 0, limits.RotationAccept, limits.RotationWarn, false, "Rotation against the header in degrees");
        }
        Judge(ImagingReasons.AlignmentUncertain, assessment.CaptureSpread, limits.SpreadAccept, source == AlignmentSource.Header ? limits.HeaderSpreadWarn : limits.SpreadWarn, false, "Capture spread in mm");
        Judge(ImagingReasons.LittleBodyOverlap, chosen.BodyOverlap, limits.BodyOverlap, limits.BodyOverlap, true, "Overlap of the smaller body");
        if (chosen.UptakeInBody is { } uptake) Judge(ImagingReasons.UptakeOutsideBody, uptake, limits.UptakeInBody, limits.UptakeInBody, true, "Share of the uptake inside the body");
        if (assessment.MirrorRatio is { } mirror) Judge(ImagingReasons.MirroredFitsBetter, mirror, Math.Min(limits.OtherPoseAccept, limits.MirrorRatio), limits.MirrorRatio, false, "Fit of the mirrored picture against the true one");
        if (assessment.TurnedRatio is { } turned) Judge(ImagingReasons.TurnedFitsBetter, turned, Math.Min(limits.OtherPoseAccept, limits.TurnedRatio), limits.TurnedRatio, false, "Fit of the turned picture against the true one");

        var outcome = findings.Count == 0 ? AlignmentOutcome.Accept : findings.Max(finding => finding.Severity);
        return new AlignmentVerdict(outcome, source, chosen, [.. findings.OrderByDescending(finding => finding.Severity)]);
    }

    private static double Tolerance(AlignmentAssessment assessment, AlignmentThresholds limits) =>
        Math.Max(Math.Max(limits.HeaderTolerance, limits.HeaderToleranceVoxels * assessment.Resolution), 2 * assessment.CaptureSpread);

    private static (AlignmentSource Source, TransformFigures Figures) Choose(AlignmentAssessment assessment, AlignmentMethod method, AlignmentThresholds limits)
    {
        var affine = method == AlignmentMethod.Affine && assessment.Affine is { } stretched
            && Math.Abs(stretched.FixedToMoving.Determinant - 1) <= limits.VolumeChange ? stretched : null;
        if (assessment.Header is { } header && (method == AlignmentMethod.Header || StandsUp(header, affine, assessment, limits))) return (AlignmentSource.Header, header);
        return affine is null ? (AlignmentSource.Rigid, assessment.Rigid) : (AlignmentSource.Affine, affine);
    }

    private static bool StandsUp(TransformFigures header, TransformFigures? affine, AlignmentAssessment assessment, AlignmentThresholds limits) =>
        header.Ratio >= limits.Ratio
        && assessment.Rigid.Displacement <= Tolerance(assessment, limits)
        && (affine is null || header.Ratio >= limits.Ratio * affine.Ratio);
}
