using Wasmtime;

namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>
/// Advances the engine's epoch, which deadlines count in. A thread of its own that catches up with the clock: a timer on the
/// thread pool comes late under load, and a deadline of one second then takes several. It rests while nothing runs.
/// </summary>
internal sealed class EpochClock : IDisposable
{
    public static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    private readonly Engine _engine;
    private readonly TimeProvider _time;
    private readonly Thread _thread;
    private readonly ManualResetEventSlim _busy = new(false);
    private readonly ManualResetEventSlim _stop = new(false);
    private readonly Lock _gate = new();
    private int _running;

    public EpochClock(Engine engine, TimeProvider time)
    {
        _engine = engine;
        _time = time;
        _thread = new Thread(Run) { IsBackground = true, Name = "codec-deadline" };
        _thread.Start();
    }

    /// <summary>How many ticks a deadline has; one more, since the first may come at once.</summary>
    public static ulong TicksOf(TimeSpan deadline) => (ulong)Math.Max(1, Math.Ceiling(deadline / Tick)) + 1;

    /// <summary>Lets the epoch advance until <see cref="Leave"/>.</summary>
    public void Enter()
    {
        lock (_gate)
            if (_running++ == 0) _busy.Set();
    }

    public void Leave()
    {
        lock (_gate)
            if (--_running == 0) _busy.Reset();
    }

    public void Dispose()
    {
        _stop.Set();
        _busy.Set();
        _thread.Join();
        _busy.Dispose();
        _stop.Dispose();
    }

    private void Run()
    {
        while (!_stop.IsSet)
        {
            _busy.Wait();
            var start = _time.GetTimestamp();
            for (long done = 0; _busy.IsSet && !_stop.IsSet;)
            {
                _stop.Wait(Tick);
                for (var due = (long)(_time.GetElapsedTime(start) / Tick); done < due; done++) _engine.IncrementEpoch();
            }
        }
    }
}
