using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Group;

/// <summary>Log methods of the stage, ids 2000 to 2999.</summary>
internal static partial class GroupLog
{
    [LoggerMessage(2000, LogLevel.Information, "A series settled by {SettledBy}")]
    public static partial void SeriesSettled(ILogger logger, string settledBy);

    [LoggerMessage(2001, LogLevel.Warning, "Association {AssociationId} did not end by a release; {Series} series are suspect")]
    public static partial void AssociationLost(ILogger logger, long associationId, int series);

    [LoggerMessage(2003, LogLevel.Warning, "A look was overdue; the scheduler did not fire it in time")]
    public static partial void LookOverdue(ILogger logger);

    [LoggerMessage(2002, LogLevel.Error, "A look could not be scheduled or an end could not be noted; it is tried again")]
    public static partial void ErrandFailed(ILogger logger, Exception fault);

    [LoggerMessage(2004, LogLevel.Error, "A look at a patient's series faulted; the next one is soon")]
    public static partial void LookFailed(ILogger logger, Exception fault);
}
