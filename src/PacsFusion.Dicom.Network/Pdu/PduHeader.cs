using System.Buffers.Binary;

namespace PacsFusion.Dicom.Network;

/// <summary>Type and length of a PDU, checked against its limit as soon as the six bytes are there.</summary>
internal readonly record struct PduHeader(PduType Type, int Length)
{
    public const int Size = 6;

    /// <summary>Reads the header, or false where six bytes are not there yet. Throws <see cref="PduFormatException"/> for an unknown type or a length over its limit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, PduLimits limits, out PduHeader header)
    {
        header = default;
        // The first byte alone tells garbage (HTTP, a TLS hello) from DICOM; no need to wait for six.
        if (bytes.Length > 0 && bytes[0] is 0 or > 7)
            throw new PduFormatException("pdu-unrecognized", $"The peer sent a PDU of type {bytes[0]:X2}H.", AbortReason.UnrecognizedPdu);
        if (bytes.Length < Size) return false;
        var type = (PduType)bytes[0];
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]);
        var (least, most) = type switch
        {
            PduType.DataTransfer => (PdvHeader.Size, limits.MaxDataTransferLength),
            PduType.AssociateRequest or PduType.AssociateAccept => (68, limits.MaxAssociateLength),
            _ => (4, 4),
        };
        if (length > most) throw new PduFormatException("pdu-too-long", $"The peer announced a {type} PDU of {length} bytes; the limit is {most}.");
        if (length < least) throw new PduFormatException("pdu-too-short", $"The peer announced a {type} PDU of {length} bytes; the least is {least}.");
        header = new PduHeader(type, (int)length);
        return true;
    }
}

/// <summary>Length, context id and flags of a presentation data value (PS3.8 section 9.3.5.1 and annex E.2).</summary>
internal readonly record struct PdvHeader(int DataLength, byte ContextId, bool IsCommand, bool IsLast)
{
    public const int Size = 6;

    /// <summary>Reads six bytes; <paramref name="pduRemaining"/> counts what is left of the PDU from here on.</summary>
    public static PdvHeader Read(ReadOnlySpan<byte> bytes, int pduRemaining)
    {
        var length = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        if (length < 2) throw new PduFormatException("pdv-too-short", $"The peer sent a presentation data value of {length} bytes; the least is 2.");
        if (length > pduRemaining - 4) throw new PduFormatException("pdv-too-long", $"The peer sent a presentation data value of {length} bytes within {pduRemaining} bytes of PDU.");
        return new PdvHeader((int)length - 2, bytes[4], (bytes[5] & 1) != 0, (bytes[5] & 2) != 0);
    }

    /// <summary>Writes PDU and PDV header of a P-DATA-TF with this one value: 12 bytes.</summary>
    public void WriteWithPdu(Span<byte> destination)
    {
        destination[0] = (byte)PduType.DataTransfer;
        destination[1] = 0;
        BinaryPrimitives.WriteUInt32BigEndian(destination[2..], (uint)DataLength + Size);
        Write(destination[PduHeader.Size..]);
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt32BigEndian(destination, (uint)DataLength + 2);
        destination[4] = ContextId;
        destination[5] = (byte)((IsCommand ? 1 : 0) | (IsLast ? 2 : 0));
    }
}
