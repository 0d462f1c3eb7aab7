namespace PacsFusion.Node.Ledger;

/// <summary>
/// Tells waiting workers that a row they may care about has changed. A hint only: workers look at the ledger again at
/// a slow pace of their own, so a lost wake-up delays and never loses work.
/// </summary>
internal sealed class WakeSignal
{
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Wakes everybody who waits now.</summary>
    public void Pulse() => Interlocked.Exchange(ref _next, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    /// <summary>A task that ends at the next pulse after this call; take it before looking at the ledger.</summary>
    public Task Next => Volatile.Read(ref _next).Task;
}
