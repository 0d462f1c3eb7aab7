using System.Collections.Concurrent;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>The instances between their last fragment and their index row: what a second copy of the same instance is held against meanwhile.</summary>
internal sealed class PendingInstances
{
    private readonly ConcurrentDictionary<string, PendingInstance> known = new(StringComparer.Ordinal);

    public int Count => known.Count;

    /// <summary>Claims the UID for the caller, or gives what claimed it before.</summary>
    public PendingInstance? ClaimOrFind(string sopInstanceUid, out PendingInstance mine)
    {
        mine = new PendingInstance();
        var held = known.GetOrAdd(sopInstanceUid, mine);
        return ReferenceEquals(held, mine) ? null : held;
    }

    /// <summary>The claim's instance is durable.</summary>
    public static void Stored(PendingInstance claim, InstanceRecord record) => claim.Result.TrySetResult(record);

    /// <summary>Nothing came of the claim; the next copy starts anew.</summary>
    public void Abandon(string sopInstanceUid, PendingInstance claim)
    {
        known.TryRemove(KeyValuePair.Create(sopInstanceUid, claim));
        claim.Result.TrySetResult(null);
    }

    /// <summary>The instance has its row, which answers for it from now on.</summary>
    public void Indexed(string sopInstanceUid) => known.TryRemove(sopInstanceUid, out _);
}

/// <summary>One claim.</summary>
internal sealed class PendingInstance
{
    /// <summary>The stored record, or null where nothing came of it.</summary>
    public TaskCompletionSource<InstanceRecord?> Result { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
