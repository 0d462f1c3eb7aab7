using System.Buffers;
using System.Text;

namespace PacsFusion.Node.Cli;

/// <summary>UTF-8 that goes on to a text writer piece by piece, so that a document is never held as a whole.</summary>
internal sealed class TextSink(TextWriter output) : IBufferWriter<byte>
{
    private const int Smallest = 16 << 10;

    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly char[] _characters = new char[Smallest];
    private byte[] _buffer = new byte[Smallest];

    /// <inheritdoc/>
    public void Advance(int count)
    {
        var bytes = _buffer.AsSpan(0, count);
        while (bytes.Length > 0)
        {
            _decoder.Convert(bytes, _characters, flush: false, out var used, out var made, out _);
            output.Write(_characters.AsSpan(0, made));
            bytes = bytes[used..];
        }
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_buffer.Length < sizeHint) _buffer = new byte[sizeHint];
        return _buffer;
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
