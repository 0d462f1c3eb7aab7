namespace PacsFusion.Fhir;

/// <summary>One measured figure, or the reason why there is none.</summary>
public sealed record ReportedMetric
{
    /// <summary>A figure. NaN and the infinities are no JSON numbers; they turn into the matching reason.</summary>
    /// <param name="name">Name as the node's metrics use it, for example <c>MI</c> or <c>uptakeInBody</c>.</param>
    /// <param name="value">The value in <paramref name="unit"/>; written with six significant digits.</param>
    /// <param name="unit">UCUM code; null takes the unit of a well-known name, else <c>1</c>.</param>
    public ReportedMetric(string name, double value, string? unit = null)
    {
        Name = name;
        Unit = unit;
        Value = double.IsFinite(value) ? value : null;
        Absent = double.IsNaN(value) ? MetricAbsence.NotANumber
            : double.IsPositiveInfinity(value) ? MetricAbsence.PositiveInfinity
            : double.IsNegativeInfinity(value) ? MetricAbsence.NegativeInfinity
            : null;
    }

    /// <summary>A figure that could not be had.</summary>
    /// <param name="name">Name as the node's metrics use it.</param>
    /// <param name="absent">Why.</param>
    /// <param name="reason">Why in words; null where the code says all.</param>
    public ReportedMetric(string name, MetricAbsence absent, string? reason = null)
    {
        Name = name;
        Absent = absent;
        Reason = reason;
    }

    /// <summary>Name as the node's metrics use it.</summary>
    public string Name { get; }

    /// <summary>The value, finite; null when <see cref="Absent"/> says why.</summary>
    public double? Value { get; }

    /// <summary>UCUM code as given; null means the unit of a well-known name.</summary>
    public string? Unit { get; }

    /// <summary>Why there is no value; null when there is one.</summary>
    public MetricAbsence? Absent { get; }

    /// <summary>Why there is no value, in words; null where <see cref="Absent"/> says all.</summary>
    public string? Reason { get; }
}

/// <summary>Why a figure is missing (HL7 code system data-absent-reason).</summary>
public enum MetricAbsence
{
    /// <summary>The figure makes no sense for this pair.</summary>
    NotApplicable,

    /// <summary>The computation was not done.</summary>
    NotPerformed,

    /// <summary>The computation failed.</summary>
    Error,

    /// <summary>The computation gave NaN.</summary>
    NotANumber,

    /// <summary>The computation gave plus infinity, as PSNR does for equal images.</summary>
    PositiveInfinity,

    /// <summary>The computation gave minus infinity.</summary>
    NegativeInfinity,
}
