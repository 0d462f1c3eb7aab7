using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Fuse;

/// <summary>Log methods of the stage, ids 5000 to 5999.</summary>
internal static partial class FuseLog
{
    [LoggerMessage(5000, LogLevel.Information, "Case {CaseId}: {Objects} slices fused by {Model} on {Provider}")]
    public static partial void Fused(ILogger logger, string caseId, int objects, string model, string provider);

    [LoggerMessage(5001, LogLevel.Information, "Model {Model} {Version} is ready on {Provider}")]
    public static partial void ModelReady(ILogger logger, string model, string version, string provider);

    [LoggerMessage(5002, LogLevel.Information, "Model {Model} {Version} is ready on {Provider}; {PassedOver}")]
    public static partial void ModelReadyElsewhere(ILogger logger, string model, string version, string provider, string passedOver);

    [LoggerMessage(5003, LogLevel.Warning, "Model {Model} cannot be used, and cases that need it will be refused: {Reason}: {Text}")]
    public static partial void ModelUnusable(ILogger logger, string model, string reason, string text);
}
