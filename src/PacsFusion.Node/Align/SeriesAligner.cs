using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Fusion;
using PacsFusion.Imaging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Align;

/// <summary>Align without a ledger: what <c>fuse</c> uses too.</summary>
/// <param name="pool">Where volumes come from.</param>
internal sealed class SeriesAligner(AlignOptions options, VolumePool pool)
{
    /// <summary>Aligns two series given by their files. The caller owns the pair.</summary>
    /// <param name="valueMaps">Real World Value Mapping objects to compare a PET's SUV with; those of other studies are passed over.</param>
    public AlignResult Align(
        IReadOnlyList<string> fixedFiles, IReadOnlyList<string> movingFiles, FusionRule rule, CancellationToken cancellationToken, IReadOnlyList<DicomDataset>? valueMaps = null)
    {
        var facts = new JsonObject();
        var reading = new SeriesReaderOptions { Threads = options.Threads, Codecs = options.Codecs };
        if (!new SeriesReader(reading, pool).Read(fixedFiles, cancellationToken).TryGet(out var fixedSeries, out var refusal)) return new AlignResult(Named("fixed", refusal), facts);
        facts["fixed"] = AlignFacts.Side(fixedSeries);
        SeriesVolume? movingSeries = null;
        AlignedPair? pair = null;
        try
        {
            var movingReading = reading with { SuvKind = rule.Moving.SuvKind, InterpolateMissingSlice = rule.Moving.InterpolateMissingSlice };
            if (!new SeriesReader(movingReading, pool).Read(movingFiles, cancellationToken).TryGet(out movingSeries, out refusal)) return new AlignResult(Named("moving", refusal), facts);
            facts["moving"] = AlignFacts.Side(movingSeries);
            if (Unfit(fixedSeries, movingSeries, rule) is { } unfit) return new AlignResult(unfit, facts);
            if (!Bring(fixedSeries, movingSeries, rule, facts, MapWarnings(movingSeries, valueMaps), cancellationToken).TryGet(out pair, out refusal)) return new AlignResult(refusal, facts);
            movingSeries.Dispose();
            return new AlignResult(pair);
        }
        finally
        {
            if (pair is null)
            {
                fixedSeries.Dispose();
                movingSeries?.Dispose();
            }
        }
    }

    private Outcome<AlignedPair> Bring(SeriesVolume fixedSeries, SeriesVolume movingSeries, FusionRule rule, JsonObject facts, IReadOnlyList<CaseWarning> mapWarnings, CancellationToken cancellationToken)
    {
        var assessor = new AlignmentAssessor(new AlignmentAssessmentOptions { Registration = new RegistrationOptions { Threads = options.Threads, Model = ModelOf(rule.Align.Method) } }, pool);
        if (!assessor.Assess(fixedSeries.Volume, movingSeries.Volume, cancellationToken).TryGet(out var assessment, out var refusal)) return refusal;
        var verdict = Decide(assessment, rule.Align);
        var alignment = AlignFacts.Alignment(assessment, verdict);
        facts["alignment"] = alignment;
        if (verdict.Refusal is { } refused) return refused;

        var movingOnFixed = new Resampler(new ResamplerOptions { Threads = options.Threads }, pool).Resample(movingSeries.Volume, fixedSeries.Volume.Grid, verdict.Chosen.FixedToMoving, cancellationToken);
        AlignedPair? pair = null;
        try
        {
            var figures = AlignmentFigures.Measure(fixedSeries.Volume, movingOnFixed, cancellationToken);
            AlignFacts.Add(alignment, figures);
            if (figures.Overlap <= 0) return new Refusal(ImagingReasons.NoOverlap, "The moving series does not reach into the field of view of the fixed one.");
            if (AlignmentGate.Evaluate(figures, AlignmentLimits.OnGrid(rule.Align.Gate)).Refusal is { } failed) return failed;
            pair = new AlignedPair(fixedSeries, movingSeries, movingOnFixed, verdict, figures, [.. Warnings(rule, fixedSeries, movingSeries, verdict, figures), .. mapWarnings], facts);
            var (column, row, slice) = pair.HottestVoxel();
            alignment["greatest"] = movingOnFixed[column, row, slice];
            alignment["greatestAt"] = AlignFacts.Point(fixedSeries.Volume.VoxelToPatient.Transform(new Vector3d(column, row, slice)));
            return pair;
        }
        finally
        {
            if (pair is null) movingOnFixed.Dispose();
        }
    }

    private static List<CaseWarning> MapWarnings(SeriesVolume moving, IReadOnlyList<DicomDataset>? maps) =>
        maps is null || moving.Modality != "PT" ? [] : [.. RealWorldValueMaps.Compare(moving, maps).Where(comparison => comparison.NamesThisSeries)
            .Select(comparison => comparison.Warning).OfType<ImagingWarning>().DistinctBy(warning => warning.Text).Select(warning => new CaseWarning(warning.Code, warning.Text))];

    private static TransformModel ModelOf(AlignMethod method) => method == AlignMethod.Affine ? TransformModel.Affine : TransformModel.Rigid;

    private static AlignmentVerdict Decide(AlignmentAssessment assessment, AlignSpec spec)
    {
        var limits = AlignmentLimits.Of(spec);
        return spec.Method switch
        {
            AlignMethod.Geometry => AlignmentDecision.Decide(assessment, AlignmentMethod.Rigid, limits) is { Source: not AlignmentSource.Header } && spec.HeaderFails == HeaderFailure.Refuse
                ? HeaderRefused(assessment, limits)
                : AlignmentDecision.Decide(assessment, AlignmentMethod.Rigid, limits),
            // The rule asks for the registered transform however good the header is.
            AlignMethod.Rigid => AlignmentDecision.Decide(assessment with { Header = null }, AlignmentMethod.Rigid, limits),
            _ => AlignmentDecision.Decide(assessment with { Header = null }, AlignmentMethod.Affine, limits),
        };
    }

    // What the library would let through with a warning is a no here: the rule trusts headers that stand up, and nothing else.
    private static AlignmentVerdict HeaderRefused(AlignmentAssessment assessment, AlignmentThresholds limits)
    {
        var verdict = AlignmentDecision.Decide(assessment, AlignmentMethod.Header, limits);
        if (verdict.Refusal is not null) return verdict;
        var moved = assessment.Rigid.Displacement ?? 0;
        var finding = new AlignmentFinding(ImagingReasons.AlignmentOff, AlignmentOutcome.Refuse, moved, limits.HeaderTolerance,
            string.Create(CultureInfo.InvariantCulture, $"The best alignment found lies {moved:0.#} mm from the headers, and the rule takes no other."));
        return verdict with { Outcome = AlignmentOutcome.Refuse, Findings = [finding, .. verdict.Findings] };
    }

    private static Refusal Named(string role, Refusal refusal) => refusal with { Text = $"{role} series: {refusal.Text}" };

    private static Refusal? Unfit(SeriesVolume fixedSeries, SeriesVolume movingSeries, FusionRule rule)
    {
        foreach (var (role, series) in new[] { ("fixed", fixedSeries), ("moving", movingSeries) })
            if (FusionFitness.Evaluate(series).FirstOrDefault(finding => finding.IsRefusal) is { } unfit)
                return Named(role, new Refusal(unfit.Code, unfit.Text));
        if (movingSeries is { Modality: "PT", Suv: { Factor: null } suv } && rule.Fuse.MovingWindowOf("PT").Kind == WindowKind.Suv)
            return new Refusal(suv.ReasonCode!, suv.Text);
        return null;
    }

    private static List<CaseWarning> Warnings(FusionRule rule, SeriesVolume fixedSeries, SeriesVolume movingSeries, AlignmentVerdict verdict, AlignmentFigures figures)
    {
        var warnings = new List<CaseWarning>();
        warnings.AddRange(verdict.Warnings.Select(warning => new CaseWarning(warning.Code, warning.Text)));
        if (rule.Align.Method == AlignMethod.Geometry && verdict.Source != AlignmentSource.Header)
            warnings.Add(new CaseWarning(AlignReasons.HeaderNotTaken.Code, AlignReasons.HeaderNotTaken.Text));
        warnings.AddRange(AlignmentGate.Evaluate(figures, AlignmentLimits.OnGrid(rule.Align.Warn)).Findings.Where(finding => finding.ReasonCode == ImagingReasons.GateFailed)
            .Select(finding => new CaseWarning(AlignReasons.FigureOutsideWarning.Code, $"{AlignReasons.FigureOutsideWarning.Text} {finding.Figure} is {finding.Value:0.###}, {finding.Condition} is asked for.")));
        if (figures.BodyOverlap is { } overlap && overlap < 0.5)
            warnings.Add(new CaseWarning(AlignReasons.LittleOverlap.Code, AlignReasons.LittleOverlap.Text));
        foreach (var (role, series) in new[] { ("Fixed", fixedSeries), ("Moving", movingSeries) })
        {
            warnings.AddRange(series.Warnings.Select(warning => new CaseWarning(warning.Code, $"{role} series: {warning.Text}")));
            warnings.AddRange(FusionFitness.Evaluate(series).Where(finding => !finding.IsRefusal).Select(finding => new CaseWarning(finding.Code, $"{role} series: {finding.Text}")));
        }
        if (movingSeries is { Modality: "PT", Suv.Factor: null })
            warnings.Add(new CaseWarning(movingSeries.Suv.ReasonCode!, $"Not quantitative: {movingSeries.Suv.Text}"));
        return warnings;
    }
}
