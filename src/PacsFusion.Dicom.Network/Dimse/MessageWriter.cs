using System.Buffers;

namespace PacsFusion.Dicom.Network;

/// <summary>Cuts command and data sets into P-DATA-TF of the peer's size and gathers them, so that a message leaves in few sends, an answer in one.</summary>
internal sealed class MessageWriter : IDisposable
{
    private const int HeaderSize = PduHeader.Size + PdvHeader.Size;
    private readonly AssociationLink _link;
    private readonly int _maxPayload;
    private byte[] _buffer;
    private int _length;

    /// <param name="link">The association.</param>
    /// <param name="peerMaxPduLength">What the peer announced; 0 = no limit.</param>
    /// <param name="bufferSize">Bytes gathered before a send.</param>
    public MessageWriter(AssociationLink link, uint peerMaxPduLength, int bufferSize)
    {
        _link = link;
        _buffer = ArrayPool<byte>.Shared.Rent(bufferSize);
        var most = _buffer.Length - HeaderSize;
        // Fragments have an even length (PS3.8 annex E.1); DCMTK aborts over an odd one.
        _maxPayload = (peerMaxPduLength == 0 ? most : (int)Math.Min(peerMaxPduLength - PdvHeader.Size, (uint)most)) & ~1;
    }

    /// <summary>Least maximum length that leaves room for payload of even length.</summary>
    public const int LeastPduLength = PdvHeader.Size + 2;

    /// <summary>Adds a whole command set. False where the association is over.</summary>
    public async ValueTask<bool> WriteCommandAsync(byte contextId, CommandSet command) =>
        await WriteAsync(contextId, isCommand: true, command.Encode(), isEnd: true).ConfigureAwait(false);

    /// <summary>Adds bytes; <paramref name="isEnd"/> marks the last fragment. An empty end is a fragment without data; an odd one gets a zero byte more (PS3.5 annex A.5). False where the association is over.</summary>
    public async ValueTask<bool> WriteAsync(byte contextId, bool isCommand, ReadOnlyMemory<byte> bytes, bool isEnd)
    {
        while (!bytes.IsEmpty || isEnd)
        {
            var take = Math.Min(bytes.Length, _maxPayload);
            var last = isEnd && take == bytes.Length;
            var length = last ? take + (take & 1) : take;
            // A short PDU at the end of the buffer would only add a header pair: send first.
            if (_buffer.Length - _length < HeaderSize + length && !await FlushAsync().ConfigureAwait(false)) return false;
            bytes.Span[..take].CopyTo(_buffer.AsSpan(_length + HeaderSize));
            if (length > take) _buffer[_length + HeaderSize + take] = 0;
            Append(contextId, isCommand, last, length);
            bytes = bytes[take..];
            if (last) break;
        }

        return true;
    }

    /// <summary>Reads from a stream straight into the send buffer. Calls <paramref name="sent"/> after each send. False where the association is over. Throws what the stream throws, <see cref="EndOfStreamException"/> where it is short.</summary>
    public async ValueTask<bool> WriteAsync(byte contextId, Stream data, long length, Action sent, CancellationToken cancellationToken)
    {
        do
        {
            var take = (int)Math.Min(length, _maxPayload);
            var even = take + (take & 1);
            if (_buffer.Length - _length < HeaderSize + even)
            {
                if (!await FlushAsync().ConfigureAwait(false)) return false;
                sent();
            }

            await data.ReadExactlyAsync(_buffer.AsMemory(_length + HeaderSize, take), cancellationToken).ConfigureAwait(false);
            if (even > take) _buffer[_length + HeaderSize + take] = 0;
            length -= take;
            Append(contextId, isCommand: false, length == 0, even);
        }
        while (length > 0);
        return true;
    }

    /// <summary>Sends what is gathered. False where the association is over.</summary>
    public async ValueTask<bool> FlushAsync()
    {
        var bytes = _buffer.AsMemory(0, _length);
        _length = 0;
        return bytes.IsEmpty || await _link.SendAsync(AssociationEvent.DataLocal, bytes).ConfigureAwait(false);
    }

    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, []);
        if (buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
    }

    private void Append(byte contextId, bool isCommand, bool isLast, int length)
    {
        new PdvHeader(length, contextId, isCommand, isLast).WriteWithPdu(_buffer.AsSpan(_length));
        _length += HeaderSize + length;
    }
}
