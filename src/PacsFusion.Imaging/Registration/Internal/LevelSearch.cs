namespace PacsFusion.Imaging;

/// <summary>Goes through the levels of a pair: many starts on the coarsest, the best few on the next, one on the finest.</summary>
internal sealed class LevelSearch(RegistrationPair pair, CancellationToken cancellationToken)
{
    private const int CoarseSamples = 6000;
    private const int MiddleSamples = 20_000;
    private const int GridSamples = 3000;
    private const int Finalists = 3;

    // Longest step and tolerance in mm, for each level.
    private static readonly (double StepLimit, double Tolerance)[] Steps = [(12, 0.3), (5, 0.08), (2, 0.02)];

    private static readonly double[] PoseShifts = [0, 25, -25];

    private readonly List<RegistrationLevel> _levels = [];

    private sealed record Candidate(Affine Map, double MutualInformation, double Share)
    {
        // A win by leaving the picture is none: what counts is the information about the whole sample.
        public double Score => MutualInformation * Share;
    }

    /// <summary>From a transform that is thought to be near.</summary>
    public Outcome<RegistrationResult> FromNear(in Affine start, TransformModel model)
    {
        var metric = pair.Metric(0, CoarseSamples);
        if (metric.Samples == 0) return Nothing();
        var near = start;
        metric.Evaluate(near, []);
        var share = (double)metric.Inside / metric.Samples;
        if (share < 0.02) return Nothing();
        var space = pair.Space(TransformModel.Rigid, near);
        double turn = 12 * Math.PI / 180 * pair.Radius;
        double[][] offsets =
        [
            [0, 0, 0, 0, 0, 0], [turn, 0, 0, 0, 0, 0], [-turn, 0, 0, 0, 0, 0], [0, turn, 0, 0, 0, 0], [0, -turn, 0, 0, 0, 0], [0, 0, turn, 0, 0, 0], [0, 0, -turn, 0, 0, 0],
            [0, 0, 0, 18, 0, 0], [0, 0, 0, -18, 0, 0], [0, 0, 0, 0, 18, 0], [0, 0, 0, 0, -18, 0], [0, 0, 0, 0, 0, 22], [0, 0, 0, 0, 0, -22],
        ];
        var found = new List<Candidate>();
        foreach (var offset in offsets)
            if (Climb(metric, space, offset, 0, share) is { } candidate) found.Add(candidate);
        Note(0, metric, found);
        return found.Count == 0 ? Nothing() : Refine(found, share, model);
    }

    /// <summary>From the centres of both bodies and a coarse grid round them.</summary>
    public Outcome<RegistrationResult> FromUnrelated(TransformModel model)
    {
        if (Centroid(pair.FixedBody) is not { } fixedCentre || Centroid(pair.MovingBody) is not { } movingCentre) return Nothing();
        var joined = Affine.Translation(movingCentre - fixedCentre);
        var grid = pair.Metric(0, GridSamples, 32);
        var metric = pair.Metric(0, CoarseSamples);
        if (grid.Samples == 0) return Nothing();
        var seeds = Scan(grid, joined);
        var found = new List<Candidate>();
        foreach (var seed in seeds)
            if (Climb(metric, pair.Space(TransformModel.Rigid, seed.Map), new double[6], 0, seed.Share) is { } candidate) found.Add(candidate);
        Note(0, metric, found);
        return found.Count == 0 ? Nothing() : Refine(found, found.Max(candidate => candidate.Share), model);
    }

    private List<Candidate> Scan(MutualInformationMetric metric, Affine joined)
    {
        var found = new List<Candidate>();
        double[] angles = [-40, -20, 0, 20, 40], across = [-30, 0, 30], along = [-60, -30, 0, 30, 60];
        foreach (var ax in angles)
            foreach (var ay in angles)
                foreach (var az in angles)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    var turned = joined.Multiply(Affine.Rigid(Radians(ax), Radians(ay), Radians(az), pair.Centre, Vector3d.Zero));
                    foreach (var x in across)
                        foreach (var y in across)
                            foreach (var z in along)
                            {
                                var map = Affine.Translation(new Vector3d(x, y, z)).Multiply(turned);
                                var mi = metric.Evaluate(map, []);
                                found.Add(new Candidate(map, mi, (double)metric.Inside / metric.Samples));
                            }
                }
        return Best(found, 12, 25);

        static double Radians(double degrees) => degrees * Math.PI / 180;
    }

    private Outcome<RegistrationResult> Refine(List<Candidate> found, double share, TransformModel model)
    {
        var metric = pair.Metric(RegistrationPair.MiddleLevel, MiddleSamples);
        var finalists = new List<Candidate>();
        foreach (var candidate in Best(found, Finalists, 4))
            if (Climb(metric, pair.Space(TransformModel.Rigid, candidate.Map), new double[6], 1, share) is { } better) finalists.Add(better);
        if (finalists.Count == 0) return Nothing();
        var best = Best(finalists, 1, 0)[0];
        Note(1, metric, [best]);
        var rigid = Finish(best.Map, share, TransformModel.Rigid);
        return model == TransformModel.Affine && rigid.TryGet(out var stiff, out _) ? Refine(stiff.FixedToMoving, stiff.Overlap, model) : rigid;
    }

    /// <summary>From a transform that was found already, on the two finer levels.</summary>
    public Outcome<RegistrationResult> Refine(in Affine start, double share, TransformModel model)
    {
        var metric = pair.Metric(RegistrationPair.MiddleLevel, MiddleSamples);
        var space = pair.Space(model, start);
        if (Climb(metric, space, new double[space.Dimension], 1, share) is not { } better) return Nothing();
        Note(1, metric, [better]);
        return Finish(better.Map, share, model);
    }

    /// <summary>A local search on the 4 mm level; null where it left the picture.</summary>
    public Affine? Local(MutualInformationMetric metric, in Affine start, double[] place, double share) =>
        Climb(metric, pair.Space(TransformModel.Rigid, start), place, 1, share)?.Map;

    /// <summary>
    /// The best fit after one of several linear maps of the moving volume about its body's centre (mirrors, turns): a local search from each
    /// and its neighbourhood on the coarsest level, the best on the 4 mm level. A turn that walks back to the start is no other pose.
    /// </summary>
    public Affine? Pose(in Affine start, Affine[] poses, double share)
    {
        if (Centroid(pair.MovingBody) is not { } centre) return null;
        var metric = pair.Metric(0, CoarseSamples);
        var found = new List<Candidate>();
        foreach (var pose in poses)
        {
            var about = Affine.Translation(centre).Multiply(pose.Multiply(Affine.Translation(-centre)));
            foreach (var along in PoseShifts)
            {
                var map = Affine.Translation(new Vector3d(0, 0, along)).Multiply(about.Multiply(start));
                if (Climb(metric, pair.Space(TransformModel.Rigid, map), new double[6], 0, 0.5 * share) is { } candidate
                    && !IsNear(candidate.Map, start)) found.Add(candidate);
            }
        }
        var middle = pair.Metric(RegistrationPair.MiddleLevel, MiddleSamples);
        Candidate? best = null;
        foreach (var candidate in Best(found, 2, 4))
            if (Climb(middle, pair.Space(TransformModel.Rigid, candidate.Map), new double[6], 1, 0.5 * share) is { } better
                && !IsNear(better.Map, start) && better.Score > (best?.Score ?? 0)) best = better;
        return best?.Map;
    }

    // The trace of a rotation is 1 + 2 cos(angle); a mirror has a negative determinant.
    private static bool IsNear(in Affine map, in Affine other)
    {
        var turn = map.Multiply(other.Invert());
        return turn.Determinant > 0 && turn.M00 + turn.M11 + turn.M22 > 1 + 2 * Math.Cos(Math.PI / 5);
    }

    private Outcome<RegistrationResult> Finish(in Affine start, double share, TransformModel model)
    {
        var finest = pair.Metric(RegistrationPair.FinestLevel, pair.Options.FinalSamples);
        var space = pair.Space(model, start);
        if (Climb(finest, space, new double[space.Dimension], 2, share) is not { } last) return Nothing();
        Note(2, finest, [last]);
        finest.Evaluate(last.Map, []);
        return new RegistrationResult(last.Map, model, last.MutualInformation, finest.Normalized, last.Share, _levels);
    }

    private Candidate? Climb(MutualInformationMetric metric, TransformSpace space, double[] place, int level, double share)
    {
        // Each level draws its own sample: what was just enough on one may be just too little on the next.
        var least = pair.Options.MinimumOverlapShare * (1 - 0.05 * level) * share * metric.Samples;
        var byMap = new double[12];
        var (limit, tolerance) = Steps[level];
        var value = new QuasiNewton(limit, tolerance, 40).Maximize(place, (p, gradient) =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            var information = metric.Evaluate(space.ToAffine(p), byMap);
            if (metric.Inside < least) return double.NegativeInfinity;
            space.Pull(p, byMap, gradient);
            return information;
        });
        if (double.IsNegativeInfinity(value)) return null;
        var map = space.ToAffine(place);
        return new Candidate(map, value, Share(metric, map));
    }

    private static double Share(MutualInformationMetric metric, in Affine map)
    {
        metric.Evaluate(map, []);
        return (double)metric.Inside / metric.Samples;
    }

    /// <summary>The best few that lie at least so many mm apart.</summary>
    private List<Candidate> Best(List<Candidate> all, int count, double apart)
    {
        var kept = new List<Candidate>();
        // OrderBy keeps the order of equals, so that the outcome is one and the same.
        foreach (var candidate in all.OrderByDescending(candidate => candidate.Score))
        {
            if (kept.Count == count) break;
            if (kept.TrueForAll(other => pair.CornerDistance(other.Map, candidate.Map).Mean >= apart)) kept.Add(candidate);
        }
        return kept;
    }

    private static Vector3d? Centroid(BodyMask body)
    {
        if (body.VoxelCount == 0) return null;
        var inside = body.Inside.Span;
        long x = 0, y = 0, z = 0;
        var at = 0;
        for (var k = 0; k < body.Grid.Slices; k++)
            for (var j = 0; j < body.Grid.Rows; j++)
                for (var i = 0; i < body.Grid.Columns; i++)
                    if (inside[at++] != 0)
                    {
                        x += i;
                        y += j;
                        z += k;
                    }
        var n = (double)body.VoxelCount;
        return body.Grid.ToPatient(x / n, y / n, z / n);
    }

    private void Note(int level, MutualInformationMetric metric, List<Candidate> found) =>
        _levels.Add(new RegistrationLevel(pair.Spacing(level), metric.Samples, metric.Evaluations, found.Count == 0 ? 0 : found.Max(candidate => candidate.MutualInformation)));

    private static Refusal Nothing() => new(ImagingReasons.NoOverlap, "Both volumes share no part of space, or too little to compare.");
}
