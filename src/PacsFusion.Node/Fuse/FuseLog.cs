using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Fuse;

/// <summary>Log methods of the stage, ids 5000 to 5999.</summary>
internal static partial class FuseLog
{
    [LoggerMessage(5000, LogLevel.Information, "Case {CaseId}: {Objects} slices fused by {Model} on {Provider}")]
    public static partial void Fused(ILogger logger, string caseId, int objects, string model, string provider);
}
