namespace PacsFusion.Dicom.Network;

/// <summary>What an association waits for; decides which limit holds.</summary>
internal enum WaitPhase : byte
{
    /// <summary>For nothing from the peer: our own work runs, no limit.</summary>
    None,

    /// <summary>For the association request.</summary>
    Request,

    /// <summary>For the next message.</summary>
    NextMessage,

    /// <summary>For the rest of a message.</summary>
    RestOfMessage,

    /// <summary>For the peer to take our bytes.</summary>
    Send,
}

/// <summary>Time limits of a peer: request, silence and least rate. Told by the association's task, asked by the server's watch.</summary>
internal sealed class PeerClock(DicomServerOptions options, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly long _openedAt = time.GetTimestamp();
    private WaitPhase _phase = WaitPhase.Request;
    private long _waitingSince = time.GetTimestamp();
    private TimeSpan _waitedInWindow;
    private long _bytesInWindow;

    public void Begin(WaitPhase phase)
    {
        lock (_gate)
        {
            _phase = phase;
            _waitingSince = time.GetTimestamp();
        }
    }

    public void End(int bytes)
    {
        lock (_gate)
        {
            if (_phase == WaitPhase.RestOfMessage)
            {
                _waitedInWindow += time.GetElapsedTime(_waitingSince);
                _bytesInWindow += bytes;
                if (_waitedInWindow >= options.MinDataRateWindow && !IsTooSlow(_waitedInWindow)) (_waitedInWindow, _bytesInWindow) = (TimeSpan.Zero, 0);
            }
            else
            {
                (_waitedInWindow, _bytesInWindow) = (TimeSpan.Zero, 0);
            }

            _phase = WaitPhase.None;
        }
    }

    /// <summary>The code of the limit that the peer has passed, or null.</summary>
    public string? Overdue()
    {
        lock (_gate)
        {
            var waited = time.GetElapsedTime(_waitingSince);
            return _phase switch
            {
                WaitPhase.Request when time.GetElapsedTime(_openedAt) >= options.RequestTimeout => "request-timeout",
                WaitPhase.NextMessage when waited >= options.IdleTimeout => "idle-timeout",
                WaitPhase.RestOfMessage when waited >= options.IdleTimeout => "message-timeout",
                WaitPhase.RestOfMessage when IsTooSlow(_waitedInWindow + waited) => "data-rate-too-low",
                WaitPhase.Send when waited >= options.IdleTimeout => "send-timeout",
                _ => null,
            };
        }
    }

    private bool IsTooSlow(TimeSpan waited) =>
        options.MinDataRate is { } rate && waited >= options.MinDataRateWindow && _bytesInWindow < rate * waited.TotalSeconds;
}
