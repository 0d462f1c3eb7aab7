namespace PacsFusion.Fhir;

/// <summary>A report could not be built or did not pass the node's own check, so nothing was sent. The message holds no values.</summary>
public sealed class FusionReportException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code"><c>report-input-invalid</c> or <c>report-invalid</c>.</param>
    /// <param name="problems">What is wrong, at least one entry.</param>
    public FusionReportException(string code, IReadOnlyList<ReportProblem> problems)
        : base($"The report is not valid ({code}): {string.Join("; ", problems.Take(8))}")
    {
        Code = code;
        Problems = problems;
    }

    /// <summary>A code of <see cref="EhrReasons"/>.</summary>
    public string Code { get; }

    /// <summary>What is wrong.</summary>
    public IReadOnlyList<ReportProblem> Problems { get; }
}

/// <summary>One thing that is wrong with a report.</summary>
/// <param name="Rule">The rule broken, for example <c>qty-3</c> or <c>strict-read</c>.</param>
/// <param name="Place">Where, as an element path or a property name; never a value.</param>
public sealed record ReportProblem(string Rule, string Place)
{
    /// <summary>Rule and place.</summary>
    public override string ToString() => $"{Rule} at {Place}";
}
