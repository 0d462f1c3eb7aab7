using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Deliver;

/// <summary>Log methods of the stage, ids 6000 to 6999.</summary>
internal static partial class DeliverLog
{
    [LoggerMessage(6000, LogLevel.Information, "Case {CaseId}: {Objects} objects queued for {Destinations} destinations")]
    public static partial void Enqueued(ILogger logger, string caseId, int objects, int destinations);

    [LoggerMessage(6001, LogLevel.Information, "Case {CaseId}: {Objects} objects delivered")]
    public static partial void Delivered(ILogger logger, string caseId, int objects);

    [LoggerMessage(6002, LogLevel.Warning, "Destination {Destination}: {Reason} ({Detail}), attempt {Attempt}; objects wait")]
    public static partial void DestinationDown(ILogger logger, string destination, string reason, string detail, int attempt);

    [LoggerMessage(6003, LogLevel.Error, "Destination {Destination}: {Reason} ({Detail}); not tried again before an operator acts")]
    public static partial void DestinationRefuses(ILogger logger, string destination, string reason, string detail);

    [LoggerMessage(6004, LogLevel.Error, "Destination {Destination} will not take an object of case {CaseId}: {Reason}")]
    public static partial void ObjectDead(ILogger logger, string destination, string caseId, string reason);

    [LoggerMessage(6005, LogLevel.Error, "Destination {Destination}: gave up on {Objects} objects")]
    public static partial void GaveUp(ILogger logger, string destination, int objects);

    [LoggerMessage(6006, LogLevel.Warning, "Destination {Destination} takes no {Kind}; case {CaseId} is delivered without it")]
    public static partial void Declined(ILogger logger, string destination, string kind, string caseId);
}
