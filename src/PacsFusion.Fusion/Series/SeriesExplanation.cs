using System.Globalization;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>
/// Which source a fused series shows where, and whether the fusion kept to its sources. Shares are those of the fixed series, 0 to 1;
/// the moving series has the rest. A share is null where there is nothing to take it from.
/// </summary>
public sealed record SeriesExplanation
{
    /// <summary>Mean distance from the sources' range, in grey levels of 255, above which a series is warned of.</summary>
    public const double LargestOutside = 1;

    /// <summary>Share of pixels far outside the sources' range above which a series is warned of.</summary>
    public const double LargestFarOutside = 0.01;

    /// <summary>Share where it has signal, below which a source counts as vanished.</summary>
    public const double LeastShare = 0.02;

    /// <summary>Mean share of the fixed series inside the body.</summary>
    public double? FixedInBody { get; init; }

    /// <summary>Mean share of the fixed series in the hottest hundredth of the uptake inside the body; null where the moving series is no PET or NM.</summary>
    public double? FixedInHottest { get; init; }

    /// <summary>Mean share of the fixed series where it exceeds a tenth of its window and the other series.</summary>
    public double? FixedOfSignal { get; init; }

    /// <summary>Mean share of the moving series where it exceeds a tenth of its window and the other series.</summary>
    public double? MovingOfSignal { get; init; }

    /// <summary>Mean grey levels (of 255) by which fused pixels leave the range of their two sources, over pixels where a source is not 0.</summary>
    public double OutsideRange { get; init; }

    /// <summary>Share of those pixels that leave it by more than <see cref="SliceContribution.Far"/> grey levels.</summary>
    public double FarOutside { get; init; }

    /// <summary>Greatest fused grey level where both sources are 0.</summary>
    public int Background { get; init; }

    /// <summary>True where the model has no weights of its own and least squares over 7 x 7 pixels stand in for them.</summary>
    public bool IsEstimate { get; init; }

    /// <summary>Adds up the slices of a series, in any order.</summary>
    public static SeriesExplanation From(IEnumerable<SliceContribution> slices, bool isEstimate)
    {
        ArgumentNullException.ThrowIfNull(slices);
        ShareSum body = default, hottest = default, fixedOfSignal = default, movingOfSignal = default;
        long present = 0, outside = 0, far = 0;
        var background = 0;
        foreach (var slice in slices)
        {
            body += slice.Body;
            hottest += slice.Hottest;
            fixedOfSignal += slice.FixedOfSignal;
            movingOfSignal += slice.MovingOfSignal;
            present += slice.Present;
            outside += slice.OutsideLevels;
            far += slice.FarOutside;
            background = Math.Max(background, slice.Background);
        }
        return new SeriesExplanation
        {
            FixedInBody = body.Mean,
            FixedInHottest = hottest.Mean,
            FixedOfSignal = fixedOfSignal.Mean,
            MovingOfSignal = movingOfSignal.Mean,
            OutsideRange = (double)outside / Math.Max(1, present),
            FarOutside = (double)far / Math.Max(1, present),
            Background = background,
            IsEstimate = isEstimate,
        };
    }

    /// <summary>The figures by the names that JSON, report and key image use.</summary>
    public IEnumerable<KeyValuePair<string, double?>> Enumerate() =>
    [
        new("fixedShareInBody", FixedInBody),
        new("fixedShareInHottest", FixedInHottest),
        new("fixedShareOfSignal", FixedOfSignal),
        new("movingShareOfSignal", MovingOfSignal),
        new("outsideRange", OutsideRange),
        new("farOutsideShare", FarOutside),
        new("backgroundMax", Background),
    ];

    /// <summary>
    /// What a reader must be told: <see cref="FusionReasons.SourceVanished"/>, <see cref="FusionReasons.OutsideSourceRange"/>,
    /// <see cref="FusionReasons.InventedBackground"/>, each with a sentence that holds the figure.
    /// </summary>
    /// <param name="fixedName">The fixed series as people call it, such as <c>CT</c>.</param>
    /// <param name="movingName">The moving one.</param>
    public IReadOnlyList<(string Code, string Text)> Warnings(string fixedName, string movingName)
    {
        List<(string, string)> warnings = [];
        Vanished(fixedName, FixedOfSignal);
        Vanished(movingName, MovingOfSignal);
        if (OutsideRange > LargestOutside || FarOutside > LargestFarOutside)
            warnings.Add((FusionReasons.OutsideSourceRange, string.Create(CultureInfo.InvariantCulture,
                $"Fused values leave the range of the two sources by {OutsideRange:0.##} grey levels of 255 on average, {100 * FarOutside:0.##} % of the pixels by more than {SliceContribution.Far}.")));
        if (Background > 0)
            warnings.Add((FusionReasons.InventedBackground, string.Create(CultureInfo.InvariantCulture, $"The fusion shows up to grey level {Background} of 255 where both sources are black.")));
        return warnings;

        void Vanished(string name, double? share)
        {
            if (share < LeastShare)
                warnings.Add((FusionReasons.SourceVanished, string.Create(CultureInfo.InvariantCulture, $"The {name} series has hardly any part in the result: {100 * share:0.##} % where it is the brighter one.")));
        }
    }
}
