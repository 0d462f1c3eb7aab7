using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Align;

/// <summary>Log methods of the stage, ids 4000 to 4999.</summary>
internal static partial class AlignLog
{
    [LoggerMessage(4000, LogLevel.Information, "Case {CaseId}: aligned on a grid of {Columns} x {Rows} x {Slices}")]
    public static partial void Aligned(ILogger logger, string caseId, int columns, int rows, int slices);

    [LoggerMessage(4001, LogLevel.Warning, "Case {CaseId}: not aligned, {Reason}")]
    public static partial void Refused(ILogger logger, string caseId, string reason);
}
