using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Hosting;

/// <summary>Log methods of the host, ids 8500 to 8999.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(8500, LogLevel.Error, "{Loop}: a step of case {CaseId} in {State} faulted (attempt {Attempt})")]
    public static partial void StepFaulted(ILogger logger, Exception fault, string loop, string caseId, string state, int attempt);

    [LoggerMessage(8501, LogLevel.Information, "Case {CaseId} is {State}")]
    public static partial void CaseMoved(ILogger logger, string caseId, string state);

    [LoggerMessage(8502, LogLevel.Warning, "Case {CaseId} is tried again in {After}: {Reason}")]
    public static partial void CaseRetried(ILogger logger, string caseId, string reason, TimeSpan after);

    [LoggerMessage(8503, LogLevel.Warning, "Case {CaseId} is refused: {Reason}")]
    public static partial void CaseRefused(ILogger logger, string caseId, string reason);

    [LoggerMessage(8504, LogLevel.Error, "Case {CaseId} failed: {Reason}")]
    public static partial void CaseFailed(ILogger logger, string caseId, string reason);

    [LoggerMessage(8505, LogLevel.Error, "{Loop} faulted and goes on")]
    public static partial void LoopFaulted(ILogger logger, Exception fault, string loop);

    [LoggerMessage(8506, LogLevel.Information, "PacsFusion Node {Version}: DICOM {AeTitle} on {Endpoint}, web on {Web}. For research use only.")]
    public static partial void Ready(ILogger logger, string version, string aeTitle, string endpoint, string web);

    [LoggerMessage(8507, LogLevel.Information, "Stopping: no new associations, current ones finish, queues stay")]
    public static partial void Stopping(ILogger logger);

    [LoggerMessage(8508, LogLevel.Information, "Retention removed {Series} series and {Cases} results")]
    public static partial void RetentionSwept(ILogger logger, int series, int cases);

    [LoggerMessage(8509, LogLevel.Warning, "JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL are stored and not fused: {Reason}")]
    public static partial void NoCodecs(ILogger logger, string reason);
}
