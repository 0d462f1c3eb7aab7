namespace PacsFusion.Dicom.Network;

/// <summary>Base of every error of this library: the peer, the network or the caller stopped an exchange. Carries a kebab-case reason code.</summary>
public class DicomNetworkException : Exception
{
    /// <summary>Creates the error.</summary>
    /// <param name="code">Kebab-case reason code, stable across versions.</param>
    /// <param name="message">What happened and what can be done; holds no patient data.</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public DicomNetworkException(string code, string message, Exception? innerException = null)
        : base(message, innerException) => Code = code;

    /// <summary>Kebab-case reason code, stable across versions.</summary>
    public string Code { get; }

    /// <summary>Whether the same attempt may succeed later without anybody changing a setting. False by default.</summary>
    public virtual bool IsTransient => false;
}

/// <summary>The listener could not be opened: <c>dicom-port-in-use</c>, <c>dicom-port-denied</c> or <c>dicom-address-unavailable</c>.</summary>
/// <param name="code">One of the three codes.</param>
/// <param name="port">The TCP port that was asked for.</param>
/// <param name="message">What happened.</param>
/// <param name="innerException">The socket's error.</param>
public sealed class ListenFailedException(string code, int port, string message, Exception? innerException = null)
    : DicomNetworkException(code, message, innerException)
{
    /// <summary>The TCP port that was asked for, 0 to 65535.</summary>
    public int Port { get; } = port;
}

/// <summary>No connection to the peer came about: name not found, refused, or no answer. Code <c>peer-unreachable</c>.</summary>
/// <param name="message">What happened; names host and port.</param>
/// <param name="innerException">The socket's error.</param>
public sealed class PeerUnreachableException(string message, Exception? innerException = null)
    : DicomNetworkException("peer-unreachable", message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The peer answered A-ASSOCIATE-RJ. Code <c>association-rejected</c>.</summary>
/// <param name="rejection">Result, source and reason as sent (PS3.8 table 9-21).</param>
public sealed class AssociationRejectedException(AssociationRejection rejection)
    : DicomNetworkException("association-rejected", $"The peer rejected the association: {rejection.Text}.")
{
    /// <summary>Result, source and reason as sent.</summary>
    public AssociationRejection Rejection { get; } = rejection;

    /// <inheritdoc/>
    public override bool IsTransient => Rejection.IsTransient;
}

/// <summary>The association ended by A-ABORT, from the peer or from us after a protocol fault of the peer. Code <c>association-aborted</c> or the fault's own.</summary>
/// <param name="code">Kebab-case reason code.</param>
/// <param name="message">What happened.</param>
public sealed class AssociationAbortedException(string code, string message) : DicomNetworkException(code, message)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The connection went away without A-ABORT or release. Code <c>connection-lost</c>.</summary>
/// <param name="message">What happened.</param>
public sealed class ConnectionLostException(string message) : DicomNetworkException("connection-lost", message)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>The peer did not do the next thing within its time limit.</summary>
/// <param name="code">Kebab-case code that names the limit.</param>
/// <param name="message">What was waited for.</param>
public sealed class NetworkTimeoutException(string code, string message) : DicomNetworkException(code, message)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>No accepted presentation context carries the SOP class with the transfer syntax. Code <c>no-presentation-context</c>; permanent.</summary>
/// <param name="sopClassUid">The SOP class that was to be used.</param>
/// <param name="transferSyntaxUid">The transfer syntax that was to be used; null where any would do.</param>
public sealed class NoPresentationContextException(string sopClassUid, string? transferSyntaxUid)
    : DicomNetworkException("no-presentation-context", $"The peer accepted no presentation context for {sopClassUid} with {transferSyntaxUid ?? "any transfer syntax"}.")
{
    /// <summary>The SOP class that was to be used.</summary>
    public string SopClassUid { get; } = sopClassUid;

    /// <summary>The transfer syntax that was to be used; null where any would do.</summary>
    public string? TransferSyntaxUid { get; } = transferSyntaxUid;
}

/// <summary>The peer answered a query with a failure status. Code <c>dimse-failure</c>.</summary>
/// <param name="status">The status as sent.</param>
public sealed class DimseFailureException(DimseStatus status)
    : DicomNetworkException("dimse-failure", $"The peer answered status {status}.")
{
    /// <summary>The status as sent.</summary>
    public DimseStatus Status { get; } = status;

    /// <summary>Out of resources (A7xxH) may pass; everything else will not.</summary>
    public override bool IsTransient => Status.Code is >= 0xA700 and <= 0xA7FF;
}
