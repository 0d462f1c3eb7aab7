using Microsoft.Extensions.Logging;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Hosting;

/// <summary>
/// Takes cases that are due, one at a time, and lets a stage work on them. Several stages in one loop share its one
/// worker: Fuse comes before Align, so that never more than one pair of volumes waits in memory.
/// </summary>
internal sealed class StageLoop(string name, IReadOnlyList<ICaseStage> stages, CaseStore cases, WakeSignal wake, TimeProvider time, ILogger<StageLoop> log)
{
    /// <summary>Longest sleep: another process (an operator's verb) may have changed the ledger without a wake-up.</summary>
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(2);

    /// <summary>Tries of a step that ends in an unexpected fault, before the case fails.</summary>
    private const int MaxUnexpected = 5;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var changed = wake.Next;
            if (await StepAsync(cancellationToken).ConfigureAwait(false)) continue;
            await Task.WhenAny(changed, Task.Delay(Pause(), time, cancellationToken)).ConfigureAwait(false);
        }
    }

    /// <summary>Works on one case; false where none is due.</summary>
    public async Task<bool> StepAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in stages)
        {
            if (cases.NextDue(stage.Takes) is not { } due) continue;
            if (stage.During != stage.Takes && !cases.Move(due.CaseId, stage.Takes, stage.During, keepAttempts: true)) return true;
            var work = due with { State = stage.During };
            StageOutcome outcome;
            try
            {
                outcome = await stage.RunAsync(work, cancellationToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                if (BackTo(stage) is var back && back != stage.During) cases.Postpone(work.CaseId, stage.During, back, TimeSpan.Zero, null, "the node was stopped", countsAsAttempt: false);
                return true;
            }
            catch (Exception fault)
            {
                HostingLog.StepFaulted(log, fault, name, work.CaseId, CaseTransitions.Word(work.State), work.Attempt + 1);
                outcome = work.Attempt + 1 >= MaxUnexpected
                    ? new StageOutcome.Failed(HostingReasons.UnexpectedFault, fault.GetType().Name)
                    : new StageOutcome.Retry(TimeSpan.FromSeconds(1 << work.Attempt), HostingReasons.UnexpectedFault, fault.GetType().Name);
            }
            Apply(stage, work, outcome);
            wake.Pulse();
            return true;
        }
        return false;
    }

    private void Apply(ICaseStage stage, FusionCase work, StageOutcome outcome)
    {
        switch (outcome)
        {
            case StageOutcome.Done done:
                // Align and Fuse share their tries: a case that Fuse hands back goes through Align again, which must not begin the count anew.
                if (cases.Move(work.CaseId, stage.During, done.Next, keepAttempts: done.Next == CaseState.Fusing)) HostingLog.CaseMoved(log, work.CaseId, CaseTransitions.Word(done.Next));
                break;
            case StageOutcome.Continue again:
                cases.Postpone(work.CaseId, stage.During, stage.During, again.After, null, null, countsAsAttempt: false);
                break;
            case StageOutcome.Retry retry:
                cases.Postpone(work.CaseId, stage.During, BackTo(stage), retry.After, retry.Reason.Code, retry.Detail, countsAsAttempt: true);
                HostingLog.CaseRetried(log, work.CaseId, retry.Reason.Code, retry.After);
                break;
            case StageOutcome.Refused refused:
                if (cases.Move(work.CaseId, stage.During, CaseState.Refused, refused.Reason.Code, refused.Detail))
                    HostingLog.CaseRefused(log, work.CaseId, refused.Reason.Code);
                break;
            case StageOutcome.Failed failed:
                if (cases.Move(work.CaseId, stage.During, CaseState.Failed, failed.Reason.Code, failed.Detail))
                    HostingLog.CaseFailed(log, work.CaseId, failed.Reason.Code);
                break;
        }
    }

    /// <summary>Where a case goes that a stage could not finish: Fuse has no volumes without Align.</summary>
    private static CaseState BackTo(ICaseStage stage) => stage.During is CaseState.Aligning or CaseState.Fusing ? CaseState.Queued : stage.During;

    private TimeSpan Pause()
    {
        var now = time.GetUtcNow();
        var pause = Poll;
        foreach (var stage in stages)
            if (cases.NextDueAt(stage.Takes) is { } due && due - now < pause)
                pause = due > now ? due - now : TimeSpan.FromMilliseconds(1);
        return pause;
    }
}
