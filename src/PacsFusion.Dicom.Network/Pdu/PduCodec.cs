namespace PacsFusion.Dicom.Network;

/// <summary>PDUs of PS3.8 section 9.3 from and to bytes. Pure; every fault is a <see cref="PduFormatException"/>.</summary>
internal static class PduCodec
{
    /// <summary>Reads one whole PDU, or returns false where more bytes are needed.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, PduLimits limits, out Pdu? pdu, out int consumed)
    {
        pdu = null;
        consumed = 0;
        if (!PduHeader.TryRead(bytes, limits, out var header)) return false;
        if (bytes.Length < PduHeader.Size + header.Length) return false;
        pdu = Decode(header.Type, bytes.Slice(PduHeader.Size, header.Length));
        consumed = PduHeader.Size + header.Length;
        return true;
    }

    /// <summary>Decodes the body of a PDU whose header has been checked.</summary>
    public static Pdu Decode(PduType type, ReadOnlySpan<byte> body) => type switch
    {
        PduType.AssociateRequest => AssociatePduCodec.DecodeRequest(body),
        PduType.AssociateAccept => AssociatePduCodec.DecodeAccept(body),
        PduType.AssociateReject => new AssociateRejectPdu(new AssociationRejection(body[1], body[2], body[3])),
        PduType.DataTransfer => DecodeDataTransfer(body),
        PduType.ReleaseRequest => new ReleaseRequestPdu(),
        PduType.ReleaseResponse => new ReleaseResponsePdu(),
        PduType.Abort => new AbortPdu(body[2], body[3]),
        _ => throw new PduFormatException("pdu-unrecognized", $"PDU type {(byte)type:X2}H is not known.", AbortReason.UnrecognizedPdu),
    };

    /// <summary>Encodes a PDU, header included.</summary>
    public static byte[] Encode(Pdu pdu)
    {
        var writer = new WireWriter();
        var start = writer.BeginPdu(pdu.Type);
        switch (pdu)
        {
            case AssociateRequestPdu request:
                AssociatePduCodec.Write(writer, request);
                break;
            case AssociateAcceptPdu accept:
                AssociatePduCodec.Write(writer, accept);
                break;
            case AssociateRejectPdu { Rejection: var rejection }:
                writer.Bytes([0, rejection.Result, rejection.Source, rejection.Reason]);
                break;
            case AbortPdu abort:
                writer.Bytes([0, 0, abort.Source, abort.Reason]);
                break;
            case DataTransferPdu data:
                foreach (var value in data.Values)
                {
                    new PdvHeader(value.Data.Length, value.ContextId, value.IsCommand, value.IsLast).Write(writer.Grow(PdvHeader.Size));
                    writer.Bytes(value.Data.Span);
                }
                break;
            default:
                writer.Zeros(4);
                break;
        }

        writer.EndPdu(start);
        return writer.ToArray();
    }

    private static DataTransferPdu DecodeDataTransfer(ReadOnlySpan<byte> body)
    {
        var values = new List<PresentationDataValue>();
        while (!body.IsEmpty)
        {
            if (body.Length < PdvHeader.Size) throw new PduFormatException("pdv-too-short", "The PDU ends within the header of a presentation data value.");
            var header = PdvHeader.Read(body, body.Length);
            values.Add(new PresentationDataValue(header.ContextId, header.IsCommand, header.IsLast, body.Slice(PdvHeader.Size, header.DataLength).ToArray()));
            body = body[(PdvHeader.Size + header.DataLength)..];
        }

        return new DataTransferPdu(values);
    }
}
