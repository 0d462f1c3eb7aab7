using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>What became of one object in the spool.</summary>
/// <param name="Kind">The case.</param>
/// <param name="Record">The stored instance: the new one, or the one that was there before; null where nothing was stored.</param>
/// <param name="Reason">Why not; null where it is stored.</param>
internal readonly record struct StoreOutcome(StoreOutcomeKind Kind, InstanceRecord? Record, ReasonCode? Reason)
{
    /// <summary>Whether Success may be answered.</summary>
    public bool IsDurable => Kind is StoreOutcomeKind.Stored or StoreOutcomeKind.Repeated;

    public static StoreOutcome Stored(InstanceRecord record) => new(StoreOutcomeKind.Stored, record, null);

    public static StoreOutcome Repeated(InstanceRecord record) => new(StoreOutcomeKind.Repeated, record, null);

    public static StoreOutcome Refused(ReasonCode reason, InstanceRecord? kept = null) => new(StoreOutcomeKind.Refused, kept, reason);
}

/// <summary>The cases of <see cref="StoreOutcome"/>.</summary>
internal enum StoreOutcomeKind
{
    /// <summary>New, and on stable storage.</summary>
    Stored,

    /// <summary>The same bytes were on stable storage before; nothing was stored twice.</summary>
    Repeated,

    /// <summary>Nothing was stored.</summary>
    Refused,
}
