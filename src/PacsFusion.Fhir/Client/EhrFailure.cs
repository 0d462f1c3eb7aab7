namespace PacsFusion.Fhir;

/// <summary>Why a call to the EHR gave no result, and what to do. Holds no personal data.</summary>
public abstract record EhrFailure(string Code, EhrRetryClass Class)
{
    /// <summary>HTTP status; null where there was no answer.</summary>
    public int? Status { get; init; }

    /// <summary>Issues of the server's OperationOutcome without their free text, which may name patients.</summary>
    public IReadOnlyList<EhrIssue> Issues { get; init; } = [];

    /// <summary>Try again after a while.</summary>
    /// <param name="Delay">How long to wait at least.</param>
    /// <param name="Code">A code of <see cref="EhrReasons"/>.</param>
    /// <param name="Class">Kind of failure.</param>
    public sealed record RetryAfter(TimeSpan Delay, string Code, EhrRetryClass Class) : EhrFailure(Code, Class)
    {
        /// <summary>False where the wait must not use up one of the job's attempts.</summary>
        public bool CountsAsAttempt => Class is not EhrRetryClass.Throttled;

        /// <summary>True where every job of this EHR should wait, not this one alone.</summary>
        public bool WholeEndpoint => Class is EhrRetryClass.Throttled or EhrRetryClass.NotSent;
    }

    /// <summary>A person has to look.</summary>
    /// <param name="Code">A code of <see cref="EhrReasons"/>.</param>
    /// <param name="Class">Kind of failure.</param>
    public sealed record Parked(string Code, EhrRetryClass Class) : EhrFailure(Code, Class)
    {
        /// <summary>True where every job of this EHR is stuck, not this one alone.</summary>
        public bool WholeEndpoint => Class is EhrRetryClass.Token;
    }
}

/// <summary>One issue of an OperationOutcome.</summary>
/// <param name="Severity">fatal, error, warning or information.</param>
/// <param name="Code">IssueType code.</param>
/// <param name="Expression">Element path; null when the server named none.</param>
public sealed record EhrIssue(string Severity, string Code, string? Expression);
