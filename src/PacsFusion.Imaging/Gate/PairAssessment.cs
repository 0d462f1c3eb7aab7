namespace PacsFusion.Imaging;

/// <summary>One run of an <see cref="AlignmentAssessor"/> over a prepared pair.</summary>
internal sealed class PairAssessment(RegistrationPair pair, AlignmentAssessmentOptions options, CancellationToken cancellationToken)
{
    private const int FigureSamples = 60_000;
    private const int CaptureSamples = 30_000;
    private const double CaptureShift = 5;
    private const double CaptureDegrees = 3;

    private readonly BodyFigures _bodies = new(pair);

    public Outcome<AlignmentAssessment> Run(Affine? header)
    {
        var outcome = header is { } given
            ? pair.Register(given, TransformModel.Rigid, cancellationToken)
            : pair.RegisterUnrelated(TransformModel.Rigid, cancellationToken);
        if (!outcome.TryGet(out var found, out var refusal)) return refusal;

        TransformFigures? affine = null;
        var metric = pair.Metric(RegistrationPair.MiddleLevel, FigureSamples);
        var best = Measure(metric, found.FixedToMoving, header, null);
        if (options.Registration.Model == TransformModel.Affine
            && new LevelSearch(pair, cancellationToken).Refine(found.FixedToMoving, found.Overlap, TransformModel.Affine).TryGet(out var bent, out _))
            affine = Measure(metric, bent.FixedToMoving, header, best);
        var others = options.TryOtherPoses ? OtherPoses(metric, found, best) : (Mirrored: (double?)null, Turned: (double?)null);
        return new AlignmentAssessment
        {
            FramesEqual = header is not null,
            Header = header is { } claim ? Measure(metric, claim, header, best) : null,
            Rigid = best,
            Affine = affine,
            CaptureSpread = CaptureSpread(found),
            MirrorRatio = others.Mirrored,
            TurnedRatio = others.Turned,
            Resolution = pair.Resolution,
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
            Ratio = best is null ? 1 : Excess(normalized, best.NormalizedMutualInformation),
            MutualInformationRatio = best is null ? 1 : information / Math.Max(best.MutualInformation, 1e-9),
            BodyOverlap = _bodies.Overlap(map),
            BodyDice = _bodies.Dice(map),
            UptakeInBody = _bodies.UptakeInBody(map),
            Displacement = moved?.Mean,
            GreatestDisplacement = moved?.Greatest,
            Rotation = header is { } from ? Degrees(map, from) : null,
        };
    }

    private static double Excess(double normalized, double best) => (normalized - 1) / Math.Max(best - 1, 1e-9);

    /// <summary>Angle between the linear parts of two rigid maps; of an affine one, that of its trace.</summary>
    private static double Degrees(in Affine map, in Affine from)
    {
        var turn = map.Multiply(from.Invert());
        return Math.Acos(Math.Clamp((turn.M00 + turn.M11 + turn.M22 - 1) / 2, -1, 1)) * 180 / Math.PI;
    }

    private double CaptureSpread(RegistrationResult found)
    {
        var metric = pair.Metric(RegistrationPair.MiddleLevel, CaptureSamples);
        var search = new LevelSearch(pair, cancellationToken);
        var turn = CaptureDegrees * Math.PI / 180 * pair.Radius;
        var images = new List<Vector3d[]>();
        for (var n = 0; n < 8; n++)
        {
            double x = (n & 1) == 0 ? 1 : -1, y = (n & 2) == 0 ? 1 : -1, z = (n & 4) == 0 ? 1 : -1;
            // Each of the three signs meets each of the others as often alike as unlike.
            double[] place = [turn * y * z, turn * z * x, turn * x * y * z, CaptureShift * x, CaptureShift * y, CaptureShift * z];
            if (search.Local(metric, found.FixedToMoving, place, found.Overlap) is { } map) images.Add([.. pair.Corners.Select(corner => map.Transform(corner))]);
        }
        if (images.Count < 5) return double.PositiveInfinity;
        var middle = new Vector3d[pair.Corners.Length];
        for (var c = 0; c < middle.Length; c++)
            middle[c] = new Vector3d(Median(images.Select(image => image[c].X)), Median(images.Select(image => image[c].Y)), Median(images.Select(image => image[c].Z)));
        return Median(images.Select(image => image.Select((point, c) => (point - middle[c]).Length).Average()));
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>Best fit of the moving volume mirrored along any axis, and of it turned by a half or quarter, each against the true best.</summary>
    private (double? Mirrored, double? Turned) OtherPoses(MutualInformationMetric metric, RegistrationResult found, TransformFigures best)
    {
        var search = new LevelSearch(pair, cancellationToken);
        double Fit(Affine[] poses)
        {
            if (search.Pose(found.FixedToMoving, poses, found.Overlap) is not { } map) return 0;
            metric.Evaluate(map, []);
            return Excess(metric.Normalized, best.NormalizedMutualInformation);
        }
        static Affine Axes(double x, double y, double z) => new(x, 0, 0, 0, 0, y, 0, 0, 0, 0, z, 0);
        Affine quarter = new(0, -1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0), back = new(0, 1, 0, 0, -1, 0, 0, 0, 0, 0, 1, 0);
        return (Fit([Axes(-1, 1, 1), Axes(1, -1, 1), Axes(1, 1, -1)]), Fit([Axes(-1, -1, 1), Axes(-1, 1, -1), Axes(1, -1, -1), quarter, back]));
    }
}
