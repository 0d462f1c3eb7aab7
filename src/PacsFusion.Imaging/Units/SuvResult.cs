namespace PacsFusion.Imaging;

/// <summary>The factor that turns rescaled PET values into SUV, or why there is none.</summary>
/// <param name="Factor">
/// SUV = (stored * Rescale Slope + Rescale Intercept) * Factor; null where no SUV can be had. Where <see cref="SliceFactors"/> is not null it
/// is the factor of the first slice only.
/// </param>
/// <param name="ReasonCode">Null where there is a factor, else a code of <see cref="ImagingReasons"/>.</param>
/// <param name="Text">One line: the formula with its figures, or what is missing. No patient data but weight and times elapsed.</param>
public sealed record SuvResult(double? Factor, string? ReasonCode, string Text)
{
    /// <summary>What the SUV is normalised by.</summary>
    public SuvKind Kind { get; init; }

    /// <summary>
    /// One factor for each slice, in the order in which the slices were given: values without decay correction refer to a moment of their
    /// own each. Null where one factor holds for all.
    /// </summary>
    public IReadOnlyList<double>? SliceFactors { get; init; }

    /// <summary>What does not fit together in the header though it does not stand against an SUV.</summary>
    public IReadOnlyList<ImagingWarning> Warnings { get; init; } = [];
}

/// <summary>
/// What is plausible for an SUV. A header outside is refused, never corrected by a guess. The numbers are those of the research notes on
/// vendor headers: they are wide, and catch a dose in MBq, a weight in grams or a wrong date.
/// </summary>
public sealed record SuvLimits
{
    /// <summary>The defaults.</summary>
    public static SuvLimits Default { get; } = new();

    /// <summary>No plausibility check beyond positive numbers; for test vectors with invented figures.</summary>
    public static SuvLimits None { get; } = new()
    {
        MinimumWeight = double.Epsilon,
        MaximumWeight = double.MaxValue,
        MinimumDose = double.Epsilon,
        MaximumDose = double.MaxValue,
        MinimumFluorineDose = double.Epsilon,
        MaximumFluorineDose = double.MaxValue,
        MinimumFactor = double.Epsilon,
        MaximumFactor = double.MaxValue,
    };

    /// <summary>Lightest patient, kg. Default 2.</summary>
    public double MinimumWeight { get; init; } = 2;

    /// <summary>Heaviest patient, kg. Default 300.</summary>
    public double MaximumWeight { get; init; } = 300;

    /// <summary>Smallest patient, m; asked for only where the kind of SUV needs the height. Default 0.3.</summary>
    public double MinimumHeight { get; init; } = 0.3;

    /// <summary>Tallest patient, m. Default 2.6: catches heights in cm.</summary>
    public double MaximumHeight { get; init; } = 2.6;

    /// <summary>Least activity of any tracer, Bq. Default 1 MBq.</summary>
    public double MinimumDose { get; init; } = 1e6;

    /// <summary>Most activity of any tracer, Bq. Default 20 GBq.</summary>
    public double MaximumDose { get; init; } = 2e10;

    /// <summary>Least activity of a fluorine-18 tracer (half-life 6500 to 6700 s), Bq. Default 10 MBq.</summary>
    public double MinimumFluorineDose { get; init; } = 1e7;

    /// <summary>Most activity of a fluorine-18 tracer, Bq. Default 1500 MBq.</summary>
    public double MaximumFluorineDose { get; init; } = 1.5e9;

    /// <summary>Longest time from injection to scan, or three half-lives where that is longer. Default 24 h.</summary>
    public TimeSpan MaximumDecayTime { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Least factor, (g/ml)/(Bq/ml). Default 1e-5.</summary>
    public double MinimumFactor { get; init; } = 1e-5;

    /// <summary>Greatest factor, (g/ml)/(Bq/ml). Default 1e-2.</summary>
    public double MaximumFactor { get; init; } = 1e-2;
}
