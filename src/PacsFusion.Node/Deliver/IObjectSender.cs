using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Deliver;

/// <summary>What a destination said to one object.</summary>
internal enum SendVerdict
{
    /// <summary>Success or a warning status: it is there.</summary>
    Sent,

    /// <summary>The destination takes no objects of this kind, and the result is whole without it.</summary>
    Declined,

    /// <summary>A passing no: try again.</summary>
    Later,

    /// <summary>A lasting no: a person has to look.</summary>
    Never,
}

/// <summary>One object's outcome.</summary>
internal sealed record SendResult(string SopInstanceUid, SendVerdict Verdict, ReasonCode Reason, string Detail);

/// <summary>The destination could not be worked with at all.</summary>
internal sealed class DestinationUnreachedException(ReasonCode reason, bool permanent, string message, Exception? inner = null) : Exception(message, inner)
{
    public ReasonCode Reason { get; } = reason;

    /// <summary>Whether trying again makes no sense before somebody changes something.</summary>
    public bool Permanent { get; } = permanent;
}

/// <summary>Speaks a destination's protocol.</summary>
internal interface IObjectSender
{
    /// <summary>Sends objects in order and yields each outcome as soon as it is known.</summary>
    /// <exception cref="DestinationUnreachedException">No association, or it broke; objects not yielded have not been answered.</exception>
    IAsyncEnumerable<SendResult> SendAsync(DestinationSettings destination, IReadOnlyList<OutboxItem> items, CancellationToken cancellationToken);
}
