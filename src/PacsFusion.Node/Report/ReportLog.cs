using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Report;

/// <summary>Log methods of the stage, ids 7000 to 7999.</summary>
internal static partial class ReportLog
{
    [LoggerMessage(7000, LogLevel.Information, "Case {CaseId}: the EHR has the report (already there: {Already})")]
    public static partial void Delivered(ILogger logger, string caseId, bool already);

    [LoggerMessage(7001, LogLevel.Error, "Case {CaseId}: the report did not pass the node's own check: {Problems}")]
    public static partial void Invalid(ILogger logger, string caseId, string problems);
}
