using System.Net;
using System.Net.Sockets;

namespace PacsFusion.Dicom.Network.Tests;

/// <summary>A peer that sends what the test says, right or wrong, and tells what came back.</summary>
internal sealed class ScriptedPeer : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly Socket _socket;
    private readonly MemoryStream _unread = new();

    private ScriptedPeer(Socket socket)
    {
        _socket = socket;
        socket.NoDelay = true;
    }

    public static async Task<ScriptedPeer> ConnectAsync(EndPoint server)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server).WaitAsync(Patience);
        return new ScriptedPeer(socket);
    }

    /// <summary>Connects and associates: context 1 Verification, context 3 CT in explicit little endian; 5 is never proposed.</summary>
    public static async Task<ScriptedPeer> AssociateAsync(EndPoint server, uint maxPdu = 16_384, string calling = "SCRIPT")
    {
        var peer = await ConnectAsync(server);
        await peer.SendAsync(Wire.Request(maxPdu, calling));
        Assert.IsType<AssociateAcceptPdu>(await peer.ReadAsync());
        return peer;
    }

    public static async Task<ScriptedPeer> AcceptAsync(Socket listener) => new(await listener.AcceptAsync().WaitAsync(Patience));

    public async Task SendAsync(params byte[][] messages)
    {
        foreach (var message in messages) await _socket.SendAsync(message).WaitAsync(Patience);
    }

    public Task SendAsync(Pdu pdu) => SendAsync(PduCodec.Encode(pdu));

    /// <summary>Sends until the other side refuses more, or <paramref name="most"/> bytes have gone; returns what has gone.</summary>
    public async Task<long> FloodAsync(byte[] piece, long most)
    {
        long sent = 0;
        try
        {
            for (; sent < most; sent += piece.Length) await _socket.SendAsync(piece).WaitAsync(Patience);
        }
        catch (SocketException)
        {
            // The server has closed: that is what the caller wants to know.
        }

        return sent;
    }

    /// <summary>The next PDU, or null where the connection closed instead.</summary>
    public async Task<Pdu?> ReadAsync()
    {
        var buffer = new byte[65_536];
        while (true)
        {
            var bytes = _unread.ToArray();
            if (PduCodec.TryRead(bytes, new PduLimits(1 << 24, 1 << 20), out var pdu, out var consumed))
            {
                _unread.SetLength(0);
                _unread.Write(bytes.AsSpan(consumed));
                return pdu;
            }

            int count;
            try
            {
                count = await _socket.ReceiveAsync(buffer).WaitAsync(Patience);
            }
            catch (SocketException)
            {
                return null;
            }

            if (count == 0) return null;
            _unread.Write(buffer, 0, count);
        }
    }

    /// <summary>The status of the next response.</summary>
    public async Task<CommandSet> ReadResponseAsync()
    {
        var data = Assert.IsType<DataTransferPdu>(await ReadAsync());
        var value = Assert.Single(data.Values);
        Assert.True(value is { IsCommand: true, IsLast: true });
        return CommandSet.Decode(value.Data.Span);
    }

    /// <summary>Whole messages until a command and, where it has one, its data set are complete; null where the association ended.</summary>
    public async Task<(CommandSet Command, byte ContextId, byte[] Data)?> ReadMessageAsync()
    {
        using var command = new MemoryStream();
        using var data = new MemoryStream();
        CommandSet? decoded = null;
        while (true)
        {
            if (await ReadAsync() is not DataTransferPdu pdu) return null;
            foreach (var value in pdu.Values)
            {
                (value.IsCommand ? command : data).Write(value.Data.Span);
                if (value is { IsCommand: true, IsLast: true }) decoded = CommandSet.Decode(command.ToArray());
                if (value.IsLast && decoded is not null && (!decoded.HasDataSet || !value.IsCommand)) return (decoded, value.ContextId, data.ToArray());
            }
        }
    }

    public async Task ExpectAbortAsync(AbortSource? source = null, AbortReason? reason = null)
    {
        var abort = Assert.IsType<AbortPdu>(await ReadAsync());
        if (source is { } s) Assert.Equal((byte)s, abort.Source);
        if (reason is { } r) Assert.Equal((byte)r, abort.Reason);
        Assert.Null(await ReadAsync());
    }

    public async Task ReleaseAsync()
    {
        await SendAsync(new ReleaseRequestPdu());
        Assert.IsType<ReleaseResponsePdu>(await ReadAsync());
    }

    /// <summary>Goes away with a reset, as a machine that was switched off.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Dispose();
    }

    public void CloseSending() => _socket.Shutdown(SocketShutdown.Send);

    public void Dispose()
    {
        _socket.Dispose();
        _unread.Dispose();
    }
}
