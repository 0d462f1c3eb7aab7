using Microsoft.Extensions.Logging;

namespace PacsFusion.Node.Receive;

/// <summary>What Receive logs, ids 1000 to 1499. UIDs, AE titles and codes only: no patient data, no paths outside the spool.</summary>
internal static partial class ReceiveLog
{
    [LoggerMessage(1001, LogLevel.Information, "Receiving as {AeTitle} on port {Port}")]
    public static partial void Started(ILogger log, string aeTitle, int port);

    [LoggerMessage(1002, LogLevel.Information, "Receiving stopped; {Open} associations were still open")]
    public static partial void Stopped(ILogger log, int open);

    [LoggerMessage(1010, LogLevel.Warning, "Refused instance {SopInstanceUid} from {CallingAeTitle}: {Reason}")]
    public static partial void Refused(ILogger log, string sopInstanceUid, string callingAeTitle, string reason);

    [LoggerMessage(1011, LogLevel.Information, "Association {Association} from {CallingAeTitle} ended ({End}): {Stored} stored, {Repeated} known already, {Refused} refused, {Bytes} bytes")]
    public static partial void AssociationEnded(ILogger log, long association, string callingAeTitle, string end, long stored, long repeated, long refused, long bytes);

    [LoggerMessage(1101, LogLevel.Error, "Journal segment {Segment} failed and takes nothing more")]
    public static partial void JournalWriteFailed(ILogger log, string segment, Exception failure);

    [LoggerMessage(1102, LogLevel.Error, "Journal segment {Segment} has no valid head; it is kept beside the others as .damaged")]
    public static partial void SegmentDamaged(ILogger log, string segment);

    [LoggerMessage(1103, LogLevel.Error, "No new journal segment could be made")]
    public static partial void SegmentNotCreated(ILogger log, Exception failure);

    [LoggerMessage(1110, LogLevel.Information, "Recovered {Records} instances from {Segments} journal segments")]
    public static partial void Recovered(ILogger log, int records, int segments);

    [LoggerMessage(1111, LogLevel.Information, "Indexed {Instances} instances again from their files")]
    public static partial void Reindexed(ILogger log, long instances);

    [LoggerMessage(1112, LogLevel.Warning, "File {RelativePath} of the spool is not readable and was left out of the index: {Code}")]
    public static partial void FileNotIndexed(ILogger log, string relativePath, string code);

    [LoggerMessage(1104, LogLevel.Error, "The file of instance {SopInstanceUid} could not be brought to stable storage")]
    public static partial void FileFailed(ILogger log, string sopInstanceUid, Exception failure);

    [LoggerMessage(1120, LogLevel.Error, "Laying out failed; instances stay in the journal and it is tried again")]
    public static partial void LayoutFailed(ILogger log, Exception failure);

    [LoggerMessage(1121, LogLevel.Error, "Instance {SopInstanceUid} met another file under its name; that file is kept as {KeptAs}")]
    public static partial void FileDisplaced(ILogger log, string sopInstanceUid, string keptAs);
}
