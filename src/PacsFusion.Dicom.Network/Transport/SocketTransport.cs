using System.Net;
using System.Net.Sockets;

namespace PacsFusion.Dicom.Network;

/// <summary>TCP. One send per message with NoDelay, and at-once acknowledgement: without both, each object costs 40 ms against a stock peer.</summary>
internal sealed class SocketTransport : ITransport
{
    // IPPROTO_TCP and TCP_QUICKACK of Linux's tcp.h; other systems have no such option.
    private const int IpProtoTcp = 6, TcpQuickAck = 12;
    private static ReadOnlySpan<byte> On => [1, 0, 0, 0];

    private readonly Socket _socket;
    private bool _quickAck = OperatingSystem.IsLinux();

    public SocketTransport(Socket socket, TimeSpan keepAlive)
    {
        _socket = socket;
        Remote = socket.RemoteEndPoint ?? new IPEndPoint(IPAddress.None, 0);
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Math.Max(1, (int)keepAlive.TotalSeconds));
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    public EndPoint Remote { get; }

    public ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken) => _socket.ReceiveAsync(buffer, SocketFlags.None, cancellationToken);

    public async ValueTask SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (!bytes.IsEmpty) bytes = bytes[await _socket.SendAsync(bytes, SocketFlags.None, cancellationToken).ConfigureAwait(false)..];
    }

    public void AcknowledgeNow()
    {
        if (!_quickAck) return;
        try
        {
            _socket.SetRawSocketOption(IpProtoTcp, TcpQuickAck, On);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Only speed is lost; a dead socket shows itself at the next receive.
            _quickAck = false;
        }
    }

    public void ShutdownSend()
    {
        try
        {
            _socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The peer was faster: there is nobody left to tell.
        }
    }

    public void Dispose() => _socket.Dispose();
}
