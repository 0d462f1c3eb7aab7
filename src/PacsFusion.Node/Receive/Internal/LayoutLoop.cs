using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Receive;

/// <summary>
/// Takes acknowledged instances to their files, then to their rows, then frees the journal: in batches, when an association ends, when the journal
/// fills, and at the latest after <see cref="SpoolOptions.LayoutInterval"/>. What fails stays queued and is tried again.
/// </summary>
internal sealed class LayoutLoop : IAsyncDisposable
{
    private const int MaxBatch = 512;
    private readonly Journal journal;
    private readonly SpoolLayout layout;
    private readonly IInstanceIndex index;
    private readonly PendingInstances pending;
    private readonly ILogger log;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim wake = new(0);
    private readonly ITimer timer;
    private readonly Task running;
    private readonly Queue<SpooledInstance> queue = new();
    private readonly List<(long Target, TaskCompletionSource Done)> flushes = [];
    private long enqueued;
    private long finished;
    private bool stopping;

    public LayoutLoop(Journal journal, SpoolLayout layout, IInstanceIndex index, PendingInstances pending, SpoolOptions options, TimeProvider time, ILogger log)
    {
        this.journal = journal;
        this.layout = layout;
        this.index = index;
        this.pending = pending;
        this.log = log;
        timer = time.CreateTimer(_ => WakeIfQueued(), null, options.LayoutInterval, options.LayoutInterval);
        running = Task.Run(RunAsync);
    }

    /// <summary>Instances that are acknowledged but have no row yet.</summary>
    public int Queued
    {
        get { lock (gate) return (int)(enqueued - finished); }
    }

    public void Enqueue(SpooledInstance instance)
    {
        lock (gate)
        {
            queue.Enqueue(instance);
            enqueued++;
        }

        if (journal.IsHalfFull) Wake();
    }

    public void Wake()
    {
        if (wake.CurrentCount == 0) wake.Release();
    }

    /// <summary>Completes when all that is queued now has files and rows and the journal is free of it; throws what stopped that.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(stopping, this);
            flushes.Add((enqueued, done));
        }

        Wake();
        await done.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (gate) stopping = true;
        await timer.DisposeAsync().ConfigureAwait(false);
        wake.Release();
        await running.ConfigureAwait(false);
        EndFlushes(long.MaxValue, new ObjectDisposedException(nameof(LayoutLoop)));
    }

    private void WakeIfQueued()
    {
        lock (gate) if (queue.Count == 0) return;
        Wake();
    }

    private async Task RunAsync()
    {
        while (true)
        {
            await wake.WaitAsync().ConfigureAwait(false);
            var failed = false;
            while (!failed)
            {
                if (IsStopping()) return;
                var batch = Peek();
                if (batch.Count == 0) break;
                failed = !await RunAsync(batch).ConfigureAwait(false);
            }

            if (failed) continue;
            // Not awaited: a lane that waits for a free segment would wait for this loop.
            _ = ResetAndEndFlushesAsync();
            journal.EnsureSpare();
        }
    }

    private async Task ResetAndEndFlushesAsync()
    {
        long reached;
        lock (gate) reached = finished;
        await journal.ResetAsync().ConfigureAwait(false);
        EndFlushes(reached, null);
    }

    private bool IsStopping()
    {
        lock (gate) return stopping;
    }

    private List<SpooledInstance> Peek()
    {
        lock (gate) return [.. queue.Take(MaxBatch)];
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "The index is another part's; whatever it throws, the instances stay in the journal and are tried again.")]
    private async Task<bool> RunAsync(List<SpooledInstance> batch)
    {
        try
        {
            await Task.Factory.StartNew(() => layout.Run(batch), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).ConfigureAwait(false);
            await index.AddAsync([.. batch.Select(instance => instance.Record)], CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            ReceiveLog.LayoutFailed(log, failure);
            journal.SetStalled(true);
            EndFlushes(long.MaxValue, failure);
            return false;
        }

        foreach (var instance in batch)
        {
            pending.Indexed(instance.Record.SopInstanceUid);
            journal.Release(instance.JournalPlace);
        }

        lock (gate)
        {
            for (var i = 0; i < batch.Count; i++) queue.Dequeue();
            finished += batch.Count;
        }

        journal.SetStalled(false);
        return true;
    }

    private void EndFlushes(long reached, Exception? failure)
    {
        (long Target, TaskCompletionSource Done)[] ended;
        lock (gate)
        {
            ended = [.. flushes.Where(flush => flush.Target <= reached)];
            flushes.RemoveAll(flush => flush.Target <= reached);
        }

        foreach (var (_, done) in ended)
        {
            if (failure is null) done.TrySetResult();
            else done.TrySetException(failure);
        }
    }
}
