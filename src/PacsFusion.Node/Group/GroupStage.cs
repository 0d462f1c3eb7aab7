using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PacsFusion.Node.Group.Internal;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Group;

/// <summary>Asks for a look at a patient's series at a time; a later call for the same patient replaces an earlier one.</summary>
internal interface IGroupSchedule
{
    Task LookAtAsync(string patientKey, DateTimeOffset at, CancellationToken cancellationToken);
}

/// <summary>
/// Decides when a series is complete. Arrivals touch memory only; one look per patient at the earliest deadline settles
/// what is due and arms the next look. What settled is written to the ledger together with the wish for a match.
/// </summary>
internal sealed class GroupStage : IArrivalListener, IAsyncDisposable
{
    private readonly SeriesStore _series;
    private readonly InstanceStore _instances;
    private readonly GroupOptions _options;
    private readonly IGroupSchedule _schedule;
    private readonly WakeSignal _wake;
    private readonly TimeProvider _time;
    private readonly ILogger<GroupStage> _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, PatientActivity> _patients = new(StringComparer.Ordinal);
    private readonly Dictionary<long, HashSet<(string PatientKey, string SeriesUid)>> _open = [];
    private readonly Channel<Func<CancellationToken, Task>> _errands = Channel.CreateUnbounded<Func<CancellationToken, Task>>(new() { SingleReader = true });
    private readonly Channel<(string PatientKey, string SeriesUid, SeriesActivity Activity)> _ends = Channel.CreateUnbounded<(string, string, SeriesActivity)>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private bool _disposed;

    public GroupStage(SeriesStore series, InstanceStore instances, GroupOptions options, IGroupSchedule schedule, WakeSignal wake, TimeProvider time, ILogger<GroupStage> log)
    {
        _series = series;
        _instances = instances;
        _options = options;
        _schedule = schedule;
        _wake = wake;
        _time = time;
        _log = log;
    }

    /// <summary>
    /// Takes up what had not settled when the node stopped. An association that was open then counts as lost, so its
    /// series are suspect until they are sent again or the grace is over.
    /// </summary>
    public void Start()
    {
        lock (_gate)
        {
            foreach (var row in _series.Unsettled())
            {
                var activity = Activity(row.PatientKey, row.SeriesUid, row.Modality, row.CallingAeTitle);
                if (activity.Seen.Count > 0) continue;
                activity.LastAt = row.LastAt;
                activity.Clean = row.Clean;
                activity.EndedAt = row.LastAt;
            }
            foreach (var patient in _patients.Values) Arm(patient);
        }
        _running = Task.WhenAll(Task.Run(RunErrandsAsync), Task.Run(NoteEndsAsync));
    }

    /// <inheritdoc/>
    public void AssociationOpened(long associationId, string callingAeTitle)
    {
        lock (_gate) _open[associationId] = [];
    }

    /// <inheritdoc/>
    public void InstanceStored(InstanceRecord record)
    {
        lock (_gate)
        {
            var activity = Activity(record.PatientKey, record.SeriesInstanceUid, record.Modality, record.CallingAeTitle);
            activity.LastAt = _time.GetUtcNow();
            activity.Clean = false;
            activity.Version++;
            activity.Seen.Add(record.SopInstanceUid);
            if (_open.TryGetValue(record.AssociationId, out var touched))
            {
                touched.Add((record.PatientKey, record.SeriesInstanceUid));
                activity.OpenAssociations.Add(record.AssociationId);
            }
            else
            {
                activity.EndedAt = activity.LastAt;
                activity.Clean = true;
            }
            var patient = _patients[record.PatientKey];
            if (patient.LookAt is null) Arm(patient);
        }
    }

    /// <inheritdoc/>
    public void AssociationClosed(long associationId, bool clean, IReadOnlyCollection<string> seriesStored)
    {
        lock (_gate)
        {
            if (!_open.Remove(associationId, out var touched)) return;
            // A resend of known instances is told by its series alone: it is what a suspect series waits for.
            foreach (var patient in _patients.Values)
                foreach (var seriesUid in seriesStored)
                    if (patient.Series.ContainsKey(seriesUid)) touched.Add((patient.PatientKey, seriesUid));
            foreach (var (patientKey, seriesUid) in touched)
            {
                if (!_patients.TryGetValue(patientKey, out var patient) || !patient.Series.TryGetValue(seriesUid, out var activity)) continue;
                activity.OpenAssociations.Remove(associationId);
                activity.Clean = clean;
                activity.EndedAt = activity.LastAt = _time.GetUtcNow();
                activity.EndNoted = false;
                Arm(patient);
            }
        }
        if (!clean) GroupLog.AssociationLost(_log, associationId, seriesStored.Count);
    }

    /// <summary>Looks at one patient: settles what is complete and arms the next look, which is soon where the ledger failed this one.</summary>
    public void Look(string patientKey)
    {
        List<(string SeriesUid, SeriesActivity Activity)> taken = [];
        try
        {
            Settle(patientKey, taken);
        }
        catch (Exception fault)
        {
            GroupLog.LookFailed(_log, fault);
            lock (_gate)
            {
                foreach (var (seriesUid, activity) in taken)
                {
                    if (!_patients.TryGetValue(patientKey, out var patient)) _patients[patientKey] = patient = new PatientActivity(patientKey);
                    patient.Series.TryAdd(seriesUid, activity);
                }
                if (!_patients.TryGetValue(patientKey, out var known)) return;
                foreach (var activity in known.Series.Values) activity.RowsLag = true;
                Arm(known);
            }
        }
    }

    private void Settle(string patientKey, List<(string SeriesUid, SeriesActivity Activity)> taken)
    {
        List<(string SeriesUid, SeriesActivity Activity, long Version, string SettledBy)> due = [];
        lock (_gate)
        {
            if (!_patients.TryGetValue(patientKey, out var patient)) return;
            patient.LookAt = null;
            var now = _time.GetUtcNow();
            foreach (var (seriesUid, activity) in patient.Series)
                if (activity.OpenAssociations.Count == 0 && activity.Deadline(_options.TimesFor(activity.Modality)) <= now)
                    due.Add((seriesUid, activity, activity.Version, activity.Clean ? GroupReasons.Quiet.Code : GroupReasons.SuspectGrace.Code));
        }

        List<(string SeriesUid, string SettledBy, string Content)> settled = [];
        foreach (var (seriesUid, activity, version, settledBy) in due)
        {
            var rows = _instances.OfSeries(patientKey, seriesUid);
            lock (_gate)
            {
                // The spool writes rows in batches: a series whose rows lag behind what was stored is not complete yet.
                if (activity.Version != version || !activity.Seen.IsSubsetOf(rows.Select(row => row.SopInstanceUid).ToHashSet(StringComparer.Ordinal)) || rows.Count == 0)
                {
                    activity.RowsLag = true;
                    continue;
                }
                _patients[patientKey].Series.Remove(seriesUid);
                taken.Add((seriesUid, activity));
            }
            settled.Add((seriesUid, settledBy, InstanceStore.ContentOf(rows)));
        }

        if (settled.Count > 0)
        {
            _series.Settle(patientKey, settled);
            foreach (var (_, settledBy, _) in settled) GroupLog.SeriesSettled(_log, settledBy);
            _wake.Pulse();
        }

        lock (_gate)
        {
            if (!_patients.TryGetValue(patientKey, out var patient)) return;
            if (patient.Series.Count == 0) _patients.Remove(patientKey);
            else Arm(patient);
        }
    }

    /// <summary>
    /// Looks at patients whose look is overdue, until cancelled: a trigger that the scheduler lost would else leave its series
    /// open for ever.
    /// </summary>
    public async Task RunSweepAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(_options.SweepPeriod, _time, cancellationToken).ConfigureAwait(false);
            List<string> overdue;
            lock (_gate)
            {
                var limit = _time.GetUtcNow() - _options.SweepPeriod;
                overdue = [.. _patients.Values.Where(patient => patient.LookAt is { } at && at < limit).Select(patient => patient.PatientKey)];
            }
            foreach (var patientKey in overdue)
            {
                GroupLog.LookOverdue(_log);
                Look(patientKey);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true)) return;
        _errands.Writer.TryComplete();
        _ends.Writer.TryComplete();
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _stop.Dispose();
    }

    private SeriesActivity Activity(string patientKey, string seriesUid, string modality, string callingAeTitle)
    {
        if (!_patients.TryGetValue(patientKey, out var patient)) _patients[patientKey] = patient = new PatientActivity(patientKey);
        if (!patient.Series.TryGetValue(seriesUid, out var activity)) patient.Series[seriesUid] = activity = new SeriesActivity(modality, callingAeTitle);
        return activity;
    }

    /// <summary>Asks for a look at the patient's earliest deadline, if none is asked for that early.</summary>
    private void Arm(PatientActivity patient)
    {
        var now = _time.GetUtcNow();
        var earliest = DateTimeOffset.MaxValue;
        foreach (var (seriesUid, activity) in patient.Series)
        {
            var times = _options.TimesFor(activity.Modality);
            var deadline = activity.RowsLag ? now + _options.RowLag
                : activity.OpenAssociations.Count > 0 ? now + times.Quiet
                : activity.Deadline(times);
            activity.RowsLag = false;
            if (deadline < earliest) earliest = deadline;
            if (!activity.EndNoted && activity.OpenAssociations.Count == 0)
            {
                activity.EndNoted = true;
                _ends.Writer.TryWrite((patient.PatientKey, seriesUid, activity));
            }
        }
        if (earliest < now) earliest = now;
        if (patient.LookAt is { } armed && armed <= earliest) return;
        patient.LookAt = earliest;
        _errands.Writer.TryWrite(cancellationToken => _schedule.LookAtAsync(patient.PatientKey, earliest, cancellationToken));
    }

    private async Task RunErrandsAsync()
    {
        try
        {
            await foreach (var errand in _errands.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
            {
                while (true)
                    try
                    {
                        await errand(_stop.Token).ConfigureAwait(false);
                        break;
                    }
                    catch (Exception fault) when (fault is not OperationCanceledException)
                    {
                        // A look that nobody asks for would never come.
                        GroupLog.ErrandFailed(_log, fault);
                        await Task.Delay(_options.RowLag, _time, _stop.Token).ConfigureAwait(false);
                    }
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    /// <summary>
    /// Tells the ledger how an association ended, once all its rows are there (a new row makes the end unknown again), so
    /// that a node that is killed now does not take a series that came cleanly for a suspect one.
    /// </summary>
    private async Task NoteEndsAsync()
    {
        try
        {
            await foreach (var (patientKey, seriesUid, activity) in _ends.Reader.ReadAllAsync(_stop.Token).ConfigureAwait(false))
                await NoteEndAsync(patientKey, seriesUid, activity).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
        }
    }

    private async Task NoteEndAsync(string patientKey, string seriesUid, SeriesActivity activity)
    {
        while (true)
        {
            try
            {
                var rows = _instances.OfSeries(patientKey, seriesUid).Select(row => row.SopInstanceUid).ToHashSet(StringComparer.Ordinal);
                bool complete, clean;
                lock (_gate)
                {
                    if (activity.OpenAssociations.Count > 0) return;
                    complete = activity.Seen.IsSubsetOf(rows);
                    clean = activity.Clean;
                }
                if (complete)
                {
                    _series.MarkEnd(patientKey, seriesUid, clean);
                    return;
                }
            }
            catch (Exception fault)
            {
                GroupLog.ErrandFailed(_log, fault);
            }
            await Task.Delay(_options.RowLag, _time, _stop.Token).ConfigureAwait(false);
        }
    }
}
