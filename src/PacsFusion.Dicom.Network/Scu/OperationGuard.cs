namespace PacsFusion.Dicom.Network;

/// <summary>Ends a client's association where an operation takes too long or is cancelled; one per operation.</summary>
internal sealed class OperationGuard : IDisposable
{
    private readonly ITimer _timer;
    private readonly TimeSpan _timeout;
    private readonly CancellationTokenRegistration _registration;

    public OperationGuard(AssociationLink link, TimeSpan timeout, string code, TimeProvider time, CancellationToken cancellationToken)
    {
        _timeout = timeout;
        _timer = time.CreateTimer(_ => link.Break(AssociationEndKind.TimedOut, code), null, timeout, Timeout.InfiniteTimeSpan);
        _registration = cancellationToken.UnsafeRegister(_ => link.Break(AssociationEndKind.Cancelled, "cancelled"), null);
    }

    /// <summary>The peer has done something: the time starts anew.</summary>
    public void Restart() => _timer.Change(_timeout, Timeout.InfiniteTimeSpan);

    public void Dispose()
    {
        _timer.Dispose();
        _registration.Dispose();
    }
}
