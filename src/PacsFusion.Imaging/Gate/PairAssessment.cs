namespace PacsFusion.Imaging;

/// <summary>One run of an <see cref="AlignmentAssessor"/> over a prepared pair.</summary>
internal sealed class PairAssessment(RegistrationPair pair)
{
    private const int FigureSamples = 60_000;
    private const int CaptureSamples = 20_000;

    public Outcome<AlignmentAssessment> Run(Affine? header, CancellationToken cancellationToken)
    {
        var outcome = header is { } given
            ? pair.Register(given, TransformModel.Rigid, cancellationToken)
            : pair.RegisterUnrelated(TransformModel.Rigid, cancellationToken);
        if (!outcome.TryGet(out var found, out var refusal)) return refusal;
        var metric = pair.Metric(RegistrationPair.MiddleLevel, FigureSamples);
        var best = Measure(metric, found.FixedToMoving, header, null);
        var own = header is { } claim ? Measure(metric, claim, header, best) : null;
        return new AlignmentAssessment
        {
            FramesEqual = header is not null,
            Header = own,
            Rigid = best,
            CaptureSpread = 0,
            Registration = found,
        };
    }

    private TransformFigures Measure(MutualInformationMetric metric, in Affine map, Affine? header, TransformFigures? best)
    {
        double information = metric.Evaluate(map, []), normalized = metric.Normalized;
        (double Mean, double Greatest)? moved = header is { } claim ? pair.CornerDistance(map, claim) : null;
        return new TransformFigures
        {
            FixedToMoving = map,
            MutualInformation = information,
            NormalizedMutualInformation = normalized,
            Ratio = best is null ? 1 : (normalized - 1) / Math.Max(best.NormalizedMutualInformation - 1, 1e-9),
            MutualInformationRatio = best is null ? 1 : information / Math.Max(best.MutualInformation, 1e-9),
            BodyOverlap = 1,
            Displacement = moved?.Mean,
            GreatestDisplacement = moved?.Greatest,
            Rotation = header is null ? null : 0,
        };
    }
}
