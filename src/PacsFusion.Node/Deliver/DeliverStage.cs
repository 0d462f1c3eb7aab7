using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Deliver;

/// <summary>
/// Brings composed objects to their destinations through a durable queue: at least once, with objects whose identity
/// makes a repetition harmless (invariants 3 and 4).
/// </summary>
internal sealed class DeliverStage(NodeConfiguration configuration, ResultStore results, OutboxStore outbox, IObjectSender sender, DeliverOptions options, WakeSignal wake, TimeProvider time, ILogger<DeliverStage> log)
{
    /// <summary>Puts a composed case's objects into the outbox.</summary>
    public ICaseStage Enqueuing => new Step(CaseState.Composed, Enqueue);

    /// <summary>Moves a case on once every destination has everything.</summary>
    public ICaseStage Completing => new Step(CaseState.Delivering, Complete);

    /// <summary>Serves one destination's queue until cancelled.</summary>
    public async Task RunDestinationAsync(DestinationSettings destination, CancellationToken cancellationToken)
    {
        var failures = 0;
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = wake.Next;
            var due = outbox.Due(destination.Name, options.BatchSize);
            if (due.Count == 0)
            {
                await Task.WhenAny(changed, Task.Delay(options.Poll, time, cancellationToken)).ConfigureAwait(false);
                continue;
            }
            var reached = await SendAsync(destination, due, failures, cancellationToken).ConfigureAwait(false);
            wake.Pulse();
            if (reached)
            {
                failures = 0;
                continue;
            }
            failures++;
            // Circuit breaker: a destination that is down costs one attempt per wait, not one per object.
            await Task.Delay(Wait(destination, failures, destination.Name), time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Sends one batch and books every object's outcome; false where the destination was not reached.</summary>
    internal async Task<bool> SendAsync(DestinationSettings destination, IReadOnlyList<OutboxItem> batch, int earlierFailures, CancellationToken cancellationToken)
    {
        var sent = new List<string>();
        var accounted = new HashSet<string>(StringComparer.Ordinal);
        void BookSent()
        {
            if (sent.Count == 0) return;
            outbox.MarkSent(destination.Name, sent);
            sent.Clear();
        }

        var reached = true;
        try
        {
            await foreach (var result in sender.SendAsync(destination, batch, cancellationToken).ConfigureAwait(false))
            {
                accounted.Add(result.SopInstanceUid);
                var item = batch.First(candidate => candidate.SopInstanceUid == result.SopInstanceUid);
                switch (result.Verdict)
                {
                    case SendVerdict.Declined:
                        DeliverLog.Declined(log, destination.Name, result.Detail, item.CaseId);
                        goto case SendVerdict.Sent;
                    case SendVerdict.Sent:
                        sent.Add(result.SopInstanceUid);
                        if (sent.Count >= options.BookEvery) BookSent();
                        break;
                    case SendVerdict.Later:
                        Later(destination, [item], result.Reason, result.Detail, item.Attempt + 1);
                        break;
                    case SendVerdict.Never:
                        outbox.MarkDead(destination.Name, [result.SopInstanceUid], $"{result.Reason.Code}: {result.Detail}");
                        DeliverLog.ObjectDead(log, destination.Name, item.CaseId, result.Reason.Code);
                        break;
                    default:
                        throw new InvalidOperationException($"Unknown verdict {result.Verdict}.");
                }
            }
        }
        catch (DestinationUnreachedException fault)
        {
            reached = false;
            BookSent();
            var rest = batch.Where(item => !accounted.Contains(item.SopInstanceUid)).ToList();
            if (fault.Permanent)
            {
                outbox.MarkDead(destination.Name, [.. rest.Select(item => item.SopInstanceUid)], $"{fault.Reason.Code}: {fault.Message}");
                DeliverLog.DestinationRefuses(log, destination.Name, fault.Reason.Code, fault.Message);
            }
            else
            {
                Later(destination, rest, fault.Reason, fault.Message, earlierFailures + 1);
                DeliverLog.DestinationDown(log, destination.Name, fault.Reason.Code, fault.Message, earlierFailures + 1);
            }
        }
        BookSent();
        return reached;
    }

    private void Later(DestinationSettings destination, IReadOnlyList<OutboxItem> items, ReasonCode reason, string detail, int attempt)
    {
        if (items.Count == 0) return;
        var now = time.GetUtcNow();
        var tooOld = destination.Retry.GiveUpAfter is { } limit ? items.Where(item => now - item.CreatedAt > limit).ToList() : [];
        if (tooOld.Count > 0)
        {
            outbox.MarkDead(destination.Name, [.. tooOld.Select(item => item.SopInstanceUid)], $"{DeliverReasons.GaveUp.Code}: {reason.Code}: {detail}");
            DeliverLog.GaveUp(log, destination.Name, tooOld.Count);
        }
        var rest = items.Except(tooOld).ToList();
        if (rest.Count > 0)
            outbox.MarkRetry(destination.Name, [.. rest.Select(item => item.SopInstanceUid)], Wait(destination, attempt, rest[0].SopInstanceUid), $"{reason.Code}: {detail}");
    }

    /// <summary>The wait before the next try: <c>initial * factor^(n-1)</c>, at most <c>cap</c>, with up to a fifth less by a jitter that the key decides.</summary>
    internal static TimeSpan Wait(DestinationSettings destination, int attempt, string key)
    {
        var retry = destination.Retry;
        var seconds = Math.Min(retry.Cap.TotalSeconds, retry.Initial.TotalSeconds * Math.Pow(retry.Factor, Math.Min(attempt - 1, 60)));
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}/{attempt}"));
        return TimeSpan.FromSeconds(seconds * (1 - (0.2 * hash[0] / 255)));
    }

    private Task<StageOutcome> Enqueue(FusionCase work, CancellationToken cancellationToken)
    {
        var objects = results.OfCase(work.CaseId);
        if (objects.Count == 0) return Outcome(new StageOutcome.Failed(DeliverReasons.ResultMissing, "the ledger knows no object of this case"));
        var destinations = DestinationsOf(work);
        outbox.Enqueue(work.CaseId, [.. destinations.Select(destination => destination.Name)], [.. objects.Select(item => (item.SopInstanceUid, item.Path))]);
        DeliverLog.Enqueued(log, work.CaseId, objects.Count, destinations.Count);
        return Outcome(new StageOutcome.Done(CaseState.Delivering));
    }

    private Task<StageOutcome> Complete(FusionCase work, CancellationToken cancellationToken)
    {
        var (pending, sent, dead, lastError) = outbox.OfCase(work.CaseId);
        if (pending > 0) return Outcome(new StageOutcome.Continue(options.Poll));
        if (dead > 0) return Outcome(new StageOutcome.Failed(DeliverReasons.DeadLetters, $"{dead} of {dead + sent} objects: {lastError}"));
        DeliverLog.Delivered(log, work.CaseId, sent);
        var reports = configuration.Ehr is not null && configuration.Rules.FirstOrDefault(rule => rule.Name == work.Rule)?.ReportTo is not null;
        return Outcome(new StageOutcome.Done(reports ? CaseState.Reporting : CaseState.Done));
    }

    private List<DestinationSettings> DestinationsOf(FusionCase work)
    {
        var rule = configuration.Rules.FirstOrDefault(rule => rule.Name == work.Rule);
        var names = rule?.Deliver.Select(deliver => deliver.To).ToHashSet(StringComparer.Ordinal) ?? [];
        return [.. configuration.Destinations.Where(destination => names.Contains(destination.Name))];
    }

    private static Task<StageOutcome> Outcome(StageOutcome outcome) => Task.FromResult(outcome);

    private sealed class Step(CaseState state, Func<FusionCase, CancellationToken, Task<StageOutcome>> run) : ICaseStage
    {
        public CaseState Takes => state;

        public CaseState During => state;

        public Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken) => run(work, cancellationToken);
    }
}
