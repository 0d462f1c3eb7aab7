using System.Buffers;
using System.Buffers.Binary;

namespace PacsFusion.Dicom;

/// <summary>
/// A pooled buffer that lengths can be filled into later. With a stream behind it, it is emptied whenever no length is
/// open, and large values pass by it.
/// </summary>
internal sealed class EncodingBuffer(Stream? sink) : IDisposable
{
    private const int Large = 64 * 1024;

    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(Large);
    private int _length;
    private int _open;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (sink is not null && _open == 0 && bytes.Length >= Large)
        {
            Flush();
            sink.Write(bytes);
            return;
        }
        bytes.CopyTo(Reserve(bytes.Length));
        if (sink is not null && _open == 0 && _length >= Large) Flush();
    }

    /// <summary>A value that lies in a file, without holding it.</summary>
    public void Write(FileValue value) => value.CopyTo(Write);

    public void WriteTag(uint tag, bool bigEndian)
    {
        var at = Reserve(4);
        WriteUInt16(at, (ushort)(tag >> 16), bigEndian);
        WriteUInt16(at[2..], (ushort)tag, bigEndian);
    }

    public void WriteUInt16(ushort value, bool bigEndian) => WriteUInt16(Reserve(2), value, bigEndian);

    public void WriteUInt32(uint value, bool bigEndian) => WriteUInt32(Reserve(4), value, bigEndian);

    /// <summary>Leaves room for a length that <see cref="CloseLength"/> fills in.</summary>
    public int OpenLength()
    {
        _open++;
        Reserve(4);
        return _length;
    }

    public void CloseLength(int start, bool bigEndian)
    {
        _open--;
        WriteUInt32(_bytes.AsSpan(start - 4), (uint)(_length - start), bigEndian);
    }

    public Span<byte> Reserve(int count)
    {
        if (count > _bytes.Length - _length) Grow(count);
        var span = _bytes.AsSpan(_length, count);
        _length += count;
        return span;
    }

    public void Flush()
    {
        if (sink is null || _length == 0) return;
        sink.Write(Written);
        _length = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
    }

    private void Grow(int count)
    {
        var needed = (long)_length + count;
        if (needed > Array.MaxLength) throw new DicomException("dataset-too-large", "The data set is larger than an array holds");
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Min(Array.MaxLength, Math.Max(needed, _bytes.Length * 2L)));
        Written.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }

    private static void WriteUInt16(Span<byte> at, ushort value, bool bigEndian)
    {
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(at, value);
        else BinaryPrimitives.WriteUInt16LittleEndian(at, value);
    }

    private static void WriteUInt32(Span<byte> at, uint value, bool bigEndian)
    {
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(at, value);
        else BinaryPrimitives.WriteUInt32LittleEndian(at, value);
    }
}
