using System.Net;

namespace PacsFusion.Dicom.Network;

/// <summary>A two-way byte stream that the upper layer runs over. Errors of the network come out as <see cref="IOException"/> or SocketException.</summary>
internal interface ITransport : IDisposable
{
    public EndPoint Remote { get; }

    /// <summary>Bytes into <paramref name="buffer"/>; 0 where the peer has closed its side.</summary>
    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>All bytes, in as few segments as they fit into.</summary>
    public ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

    /// <summary>Asks for received bytes to be acknowledged now, so that a sender with Nagle's algorithm on does not wait for us. Not sticky.</summary>
    public void AcknowledgeNow();

    /// <summary>Closes our sending side; the peer reads the end of the stream.</summary>
    public void ShutdownSend();
}
