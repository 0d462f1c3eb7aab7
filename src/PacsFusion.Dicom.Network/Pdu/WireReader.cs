using System.Buffers.Binary;
using System.Text;

namespace PacsFusion.Dicom.Network;

/// <summary>Big-endian reading within bounds; going past the end is a <see cref="PduFormatException"/>.</summary>
internal ref struct WireReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    public readonly bool AtEnd => _rest.IsEmpty;

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length) throw new PduFormatException("pdu-truncated-item", "An item of the PDU is longer than what holds it.");
        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    public byte Byte() => Take(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>Type, reserved byte, length, and the bytes of an item (PS3.8 section 9.3.1).</summary>
    public ReadOnlySpan<byte> Item(out byte type)
    {
        type = Byte();
        Take(1);
        return Take(UInt16());
    }

    /// <summary>A UID or name; trailing NUL and spaces, which real peers send, are dropped.</summary>
    public static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes.TrimEnd("\0 "u8));

    /// <summary>An AE title: spaces around it say nothing; what is not printable becomes '?', so that it is safe in a log.</summary>
    public static string AeTitle(ReadOnlySpan<byte> bytes)
    {
        bytes = bytes.TrimEnd("\0 "u8).TrimStart(" "u8);
        return string.Create(bytes.Length, bytes, static (chars, source) =>
        {
            for (var i = 0; i < chars.Length; i++) chars[i] = source[i] is >= 0x20 and <= 0x7E ? (char)source[i] : '?';
        });
    }
}
