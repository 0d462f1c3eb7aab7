using System.Net;

namespace PacsFusion.Dicom.Network;

/// <summary>Who talks to us over one association.</summary>
public sealed record AssociationInfo
{
    /// <summary>Counts from 1 since the server started.</summary>
    public required long Id { get; init; }

    /// <summary>The peer's AE title, trimmed; what is not printable is '?'.</summary>
    public required string CallingAeTitle { get; init; }

    /// <summary>The AE title the peer asked for, trimmed.</summary>
    public required string CalledAeTitle { get; init; }

    /// <summary>Address and port of the peer.</summary>
    public required EndPoint Remote { get; init; }

    /// <summary>When the connection was accepted.</summary>
    public required DateTimeOffset OpenedAt { get; init; }
}

/// <summary>How an association ended; exactly one per association.</summary>
public enum AssociationEndKind
{
    /// <summary>By A-RELEASE: the peer had sent what it wanted to.</summary>
    Released,

    /// <summary>By the peer's A-ABORT.</summary>
    AbortedByPeer,

    /// <summary>The connection went away without a word.</summary>
    Lost,

    /// <summary>We aborted: the peer was silent or too slow.</summary>
    TimedOut,

    /// <summary>We aborted: the peer broke the protocol.</summary>
    ProtocolError,

    /// <summary>We aborted: the peer went past a limit.</summary>
    LimitExceeded,

    /// <summary>We aborted: the server stops and the drain deadline has passed.</summary>
    Drained,

    /// <summary>We aborted: a fault of our own, logged with its exception.</summary>
    Faulted,

    /// <summary>We aborted because the caller cancelled (client side).</summary>
    Cancelled,
}

/// <summary>How and when an association ended, and what passed over it.</summary>
public sealed record AssociationEnd
{
    /// <summary>How it ended.</summary>
    public required AssociationEndKind Kind { get; init; }

    /// <summary>Kebab-case code with the detail, e.g. <c>released</c>, <c>idle-timeout</c>, <c>pdv-too-long</c>.</summary>
    public required string ReasonCode { get; init; }

    /// <summary>When it ended.</summary>
    public required DateTimeOffset ClosedAt { get; init; }

    /// <summary>What passed over it.</summary>
    public required AssociationCounts Counts { get; init; }
}

/// <summary>What passed over one association.</summary>
/// <param name="Requests">DIMSE requests taken, C-ECHO included.</param>
/// <param name="Stored">C-STORE requests answered with success or warning.</param>
/// <param name="Failed">C-STORE requests answered with failure.</param>
/// <param name="Unfinished">C-STORE requests that the end of the association cut off (0 or 1).</param>
/// <param name="Bytes">Data set bytes received.</param>
public readonly record struct AssociationCounts(long Requests, long Stored, long Failed, long Unfinished, long Bytes);
