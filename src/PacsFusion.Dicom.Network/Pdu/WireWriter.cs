using System.Buffers.Binary;
using System.Text;

namespace PacsFusion.Dicom.Network;

/// <summary>Big-endian writing into a growing array, with lengths filled in afterwards.</summary>
internal sealed class WireWriter
{
    private byte[] _bytes = new byte[512];

    public int Length { get; private set; }

    public byte[] ToArray() => _bytes.AsSpan(0, Length).ToArray();

    public Span<byte> Grow(int count)
    {
        if (Length + count > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + count));
        Length += count;
        return _bytes.AsSpan(Length - count, count);
    }

    public void Byte(byte value) => Grow(1)[0] = value;

    public void UInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Grow(2), value);

    public void UInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Grow(4), value);

    public void Zeros(int count) => Grow(count).Clear();

    public void Bytes(ReadOnlySpan<byte> value) => value.CopyTo(Grow(value.Length));

    public void Text(string value) => Encoding.Latin1.GetBytes(value, Grow(value.Length));

    public void AeTitle(string value)
    {
        var field = Grow(16);
        field.Fill((byte)' ');
        Encoding.Latin1.GetBytes(value.AsSpan(0, Math.Min(16, value.Length)), field);
    }

    public void Item(byte type, string value)
    {
        var item = BeginItem(type);
        Text(value);
        EndItem(item);
    }

    public int BeginItem(byte type)
    {
        Byte(type);
        Byte(0);
        UInt16(0);
        return Length;
    }

    public void EndItem(int start)
    {
        var length = Length - start;
        if (length > ushort.MaxValue) throw new ArgumentException("An item of a PDU cannot be longer than 65535 bytes.");
        BinaryPrimitives.WriteUInt16BigEndian(_bytes.AsSpan(start - 2), (ushort)length);
    }

    public int BeginPdu(PduType type)
    {
        Byte((byte)type);
        Byte(0);
        UInt32(0);
        return Length;
    }

    public void EndPdu(int start) => BinaryPrimitives.WriteUInt32BigEndian(_bytes.AsSpan(start - 4), (uint)(Length - start));
}
