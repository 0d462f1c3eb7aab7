namespace PacsFusion.Dicom.Network;

/// <summary>Takes C-STORE requests. Called from several associations at once; within one association one request at a time.</summary>
public interface IStoreScp
{
    /// <summary>
    /// Called when the command is complete and before any data set byte. Where the answer is known already, return <see cref="StoreReceiver.Refuse"/>.
    /// An exception is answered with 0110H and costs this object only.
    /// </summary>
    /// <param name="request">What the command says; UIDs as given, unchecked.</param>
    /// <param name="cancellationToken">Cancelled when the association ends.</param>
    public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken);
}

/// <summary>Takes the data set of one C-STORE. Disposed without <see cref="CompleteAsync"/> means the object was cut off.</summary>
public interface IStoreReceiver : IAsyncDisposable
{
    /// <summary>Takes the next bytes of the data set in its transfer syntax. The memory is reused after the call returns. The peer is held back until it does.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken);

    /// <summary>All bytes are in. Returns the status to answer; success means that the object is durable.</summary>
    public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>What a C-STORE command says (PS3.7 section 9.3.1.1).</summary>
public sealed record StoreRequest
{
    /// <summary>The association it came over.</summary>
    public required AssociationInfo Association { get; init; }

    /// <summary>Affected SOP Class UID as given; empty where missing.</summary>
    public required string SopClassUid { get; init; }

    /// <summary>Affected SOP Instance UID as given; empty where missing.</summary>
    public required string SopInstanceUid { get; init; }

    /// <summary>Transfer syntax of the presentation context.</summary>
    public required string TransferSyntaxUid { get; init; }

    /// <summary>Abstract syntax of the presentation context; should equal <see cref="SopClassUid"/>.</summary>
    public required string AbstractSyntaxUid { get; init; }

    /// <summary>Message ID.</summary>
    public required ushort MessageId { get; init; }
}

/// <summary>Ready-made receivers.</summary>
public static class StoreReceiver
{
    /// <summary>A receiver that passes over the data set and answers with this status.</summary>
    public static IStoreReceiver Refuse(DimseStatus status) => new RefusingReceiver(status);

    private sealed class RefusingReceiver(DimseStatus status) : IStoreReceiver
    {
        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken) => ValueTask.FromResult(status);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
