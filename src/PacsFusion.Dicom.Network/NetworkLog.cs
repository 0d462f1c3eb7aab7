using System.Net;
using Microsoft.Extensions.Logging;

namespace PacsFusion.Dicom.Network;

/// <summary>Log messages of this library, event ids 1500 to 1599. AE titles and addresses are no patient data; UIDs are left out.</summary>
internal static partial class NetworkLog
{
    [LoggerMessage(1500, LogLevel.Information, "DICOM listener open on {EndPoint} as {AeTitle}.")]
    public static partial void Listening(ILogger logger, EndPoint endPoint, string aeTitle);

    [LoggerMessage(1501, LogLevel.Information, "DICOM listener closed; {Open} associations are given {Drain} to finish.")]
    public static partial void Draining(ILogger logger, int open, TimeSpan drain);

    [LoggerMessage(1502, LogLevel.Information, "DICOM server stopped.")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(1503, LogLevel.Error, "Accepting a connection failed ({SocketError}); trying again.")]
    public static partial void AcceptFailed(ILogger logger, string socketError);

    [LoggerMessage(1504, LogLevel.Warning, "Connection from {Remote} closed unheard: {Limit} connections are open already.")]
    public static partial void TooManyConnections(ILogger logger, EndPoint remote, int limit);

    [LoggerMessage(1510, LogLevel.Information, "Association {Id} from {Calling} at {Remote} accepted: {Accepted} of {Proposed} presentation contexts.")]
    public static partial void Accepted(ILogger logger, long id, string calling, EndPoint remote, int accepted, int proposed);

    [LoggerMessage(1511, LogLevel.Warning, "Association {Id} from {Calling} at {Remote} to {Called} rejected: {Reason}.")]
    public static partial void Rejected(ILogger logger, long id, string calling, string called, EndPoint remote, string reason);

    [LoggerMessage(1512, LogLevel.Information, "Association {Id} ended: {Kind} ({Code}); {Stored} stored, {Failed} failed, {Unfinished} unfinished, {Bytes} bytes.")]
    public static partial void Ended(ILogger logger, long id, AssociationEndKind kind, string code, long stored, long failed, long unfinished, long bytes);

    [LoggerMessage(1513, LogLevel.Warning, "Association {Id} ended: {Kind} ({Code}); {Stored} stored, {Failed} failed, {Unfinished} unfinished, {Bytes} bytes. {Detail}")]
    public static partial void EndedBadly(ILogger logger, long id, AssociationEndKind kind, string code, long stored, long failed, long unfinished, long bytes, string? detail);

    [LoggerMessage(1514, LogLevel.Information, "Connection {Id} from {Remote} ended before an association: {Kind} ({Code}).")]
    public static partial void NeverAssociated(ILogger logger, long id, EndPoint remote, AssociationEndKind kind, string code);

    [LoggerMessage(1515, LogLevel.Error, "Association {Id} failed.")]
    public static partial void Faulted(ILogger logger, Exception error, long id);

    [LoggerMessage(1516, LogLevel.Error, "The association policy failed for association {Id}; it is rejected.")]
    public static partial void PolicyFailed(ILogger logger, Exception error, long id);

    [LoggerMessage(1517, LogLevel.Error, "The association observer failed for association {Id}.")]
    public static partial void ObserverFailed(ILogger logger, Exception error, long id);

    [LoggerMessage(1520, LogLevel.Error, "Association {Id}: storing message {MessageId} failed; answered {Status}.")]
    public static partial void StoreFailed(ILogger logger, Exception error, long id, ushort messageId, string status);

    [LoggerMessage(1521, LogLevel.Error, "Association {Id}: the store receiver of message {MessageId} failed at its end.")]
    public static partial void ReceiverDisposeFailed(ILogger logger, Exception error, long id, ushort messageId);

    [LoggerMessage(1522, LogLevel.Warning, "Association {Id}: message {MessageId} answered {Status}.")]
    public static partial void StoreRefused(ILogger logger, long id, ushort messageId, string status);

    [LoggerMessage(1523, LogLevel.Warning, "Association {Id}: command {Field:X4}H is not offered here; answered 0211H.")]
    public static partial void UnknownCommand(ILogger logger, long id, ushort field);
}
