using Microsoft.Extensions.Logging;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Hosting;

/// <summary>
/// Removes what is done and old, so that the disk does not fill: results of ended cases, and series that no unfinished case
/// needs. The rows of cases stay, so that the same series sent again is not fused and reported a second time.
/// </summary>
internal sealed class RetentionSweep(RetentionSettings settings, NodeRooms rooms, Func<Task<Spool>> spool, string dataFolder, TimeProvider time, ILogger<RetentionSweep> log)
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var pause = Soon;
        while (!cancellationToken.IsCancellationRequested)
        {
            // Every match is due after a start: what waits for one is looked at again soon, at growing distances.
            pause = (await SweepAsync(cancellationToken).ConfigureAwait(false)).Waiting > 0 ? TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, Period.Ticks)) : Period;
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>One sweep.</summary>
    /// <returns>Series and results removed, and old series that wait for a match.</returns>
    public async Task<(int Series, int Results, int Waiting)> SweepAsync(CancellationToken cancellationToken)
    {
        if (settings.KeepDone is not { } keep) return (0, 0, 0);
        var before = time.GetUtcNow() - keep;
        var results = 0;
        foreach (var work in rooms.Cases.EndedBefore(before))
        {
            var folder = Path.Combine(dataFolder, "results", work.CaseId);
            if (!Directory.Exists(folder)) continue;
            Directory.Delete(folder, recursive: true);
            rooms.Results.Remove(work.CaseId);
            results++;
        }

        var (removed, waiting) = (0, 0);
        var store = await spool().ConfigureAwait(false);
        // A patient whose match is due is not judged by the cases that there are.
        var unmatched = rooms.Series.MatchesDue().ToHashSet(StringComparer.Ordinal);
        foreach (var row in rooms.Series.SettledBefore(before))
        {
            if (unmatched.Contains(row.PatientKey))
            {
                waiting++;
                continue;
            }
            var needed = rooms.Cases.OfPatient(row.PatientKey).Any(work =>
                (work.FixedSeriesUid == row.SeriesUid || work.MovingSeriesUid == row.SeriesUid) && (NeedsItsSources(work.State) || work.UpdatedAt >= before));
            if (needed) continue;
            var old = rooms.Instances.OfSeries(row.PatientKey, row.SeriesUid);
            await store.DeleteInstancesAsync([.. old.Select(instance => instance.RelativePath)], cancellationToken).ConfigureAwait(false);
            rooms.Instances.Remove(row.PatientKey, row.SeriesUid, old);
            removed++;
        }
        if (removed + results > 0) HostingLog.RetentionSwept(log, removed, results);
        return (removed, results, waiting);
    }

    /// <summary>Failed and quarantined cases wait for a person, who may run them again.</summary>
    private static bool NeedsItsSources(CaseState state) => !CaseTransitions.IsEnd(state) || state is CaseState.Failed or CaseState.Quarantined;
}
