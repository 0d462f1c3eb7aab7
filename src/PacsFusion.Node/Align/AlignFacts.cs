using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Align;

/// <summary>What was found, as the fields <c>fixed</c>, <c>moving</c> and <c>alignment</c> of the JSON answers.</summary>
internal static class AlignFacts
{
    /// <summary>One series.</summary>
    public static JsonObject Side(SeriesVolume series)
    {
        var volume = series.Volume;
        return new JsonObject
        {
            ["seriesInstanceUid"] = series.SeriesInstanceUid,
            ["modality"] = series.Modality,
            ["size"] = new JsonArray(volume.Columns, volume.Rows, volume.Slices),
            ["spacing"] = new JsonArray(volume.Spacing.X, volume.Spacing.Y, volume.Spacing.Z),
            ["units"] = AlignReasons.UnitWord(volume.Unit),
            ["suvFactor"] = series.Suv?.Factor,
            ["max"] = series.Max,
            ["maxAt"] = Point(series.MaxAt),
            ["sourceUnits"] = series.Slices[0].Header.GetString(DicomTag.Units),
        };
    }

    /// <summary>What the registration says of the pair, and which transform was chosen.</summary>
    public static JsonObject Alignment(AlignmentAssessment assessment, AlignmentVerdict verdict)
    {
        var chosen = verdict.Chosen;
        return new JsonObject
        {
            ["method"] = Word(verdict.Source),
            ["matrix"] = Matrix(chosen.FixedToMoving),
            ["verdict"] = verdict.Outcome.ToString().ToLowerInvariant(),
            ["findings"] = new JsonArray([.. verdict.Findings.Select(finding => new JsonObject
            {
                ["code"] = finding.Code,
                ["severity"] = finding.Severity.ToString().ToLowerInvariant(),
                ["value"] = Finite(finding.Value),
                ["limit"] = Finite(finding.Limit),
            })]),
            ["framesEqual"] = assessment.FramesEqual,
            ["ratio"] = Finite(chosen.Ratio),
            ["headerRatio"] = Finite(assessment.Header?.Ratio),
            ["captureSpread"] = Finite(assessment.CaptureSpread),
            ["displacement"] = Finite(assessment.Rigid.Displacement),
            ["rotation"] = Finite(assessment.Rigid.Rotation),
            ["smallerBodyOverlap"] = Finite(chosen.BodyOverlap),
            ["bodyDice"] = Finite(chosen.BodyDice),
            ["mirrorRatio"] = Finite(assessment.MirrorRatio),
            ["turnedRatio"] = Finite(assessment.TurnedRatio),
            ["registered"] = new JsonObject
            {
                ["matrix"] = Matrix(assessment.Rigid.FixedToMoving),
                ["mutualInformation"] = Finite(assessment.Rigid.MutualInformation),
                ["nmi"] = Finite(assessment.Rigid.NormalizedMutualInformation),
                ["evaluations"] = assessment.Registration.Evaluations,
            },
        };
    }

    /// <summary>Adds the figures of the pair on the fixed grid.</summary>
    public static void Add(JsonObject alignment, AlignmentFigures figures)
    {
        foreach (var name in AlignmentFigures.Names) alignment[name] = figures.Find(name);
        alignment["uptakeVoxels"] = figures.UptakeVoxels;
        alignment["uptakeVoxelsInBody"] = figures.UptakeVoxelsInBody;
    }

    /// <summary>A point in patient mm.</summary>
    public static JsonArray Point(Vector3d point) => new(point.X, point.Y, point.Z);

    /// <summary>How a method is called in answers and rules.</summary>
    public static string Word(AlignmentSource source) => source switch
    {
        AlignmentSource.Header => "geometry",
        AlignmentSource.Rigid => "rigid",
        _ => "affine",
    };

    private static JsonArray Matrix(in Affine map) => [.. map.ToRowMajor16().Select(value => JsonValue.Create(value))];

    private static double? Finite(double? value) => value is { } number && double.IsFinite(number) ? number : null;
}
