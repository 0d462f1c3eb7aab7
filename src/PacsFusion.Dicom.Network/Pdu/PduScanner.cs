namespace PacsFusion.Dicom.Network;

/// <summary>What <see cref="PduScanner"/> found.</summary>
/// <param name="Pdu">A whole PDU; null where it is a fragment of a presentation data value.</param>
/// <param name="ContextId">Presentation context of the fragment.</param>
/// <param name="IsCommand">Whether the fragment belongs to a command set.</param>
/// <param name="IsLast">Whether the message part ends with this fragment.</param>
/// <param name="Offset">Where the fragment starts in the scanned bytes.</param>
/// <param name="Length">How long the fragment is.</param>
internal readonly record struct PduToken(Pdu? Pdu, byte ContextId, bool IsCommand, bool IsLast, int Offset, int Length);

/// <summary>
/// Cuts a byte stream into PDUs, and P-DATA-TF into fragments as the bytes come, so that a large PDU is never held whole.
/// Pure: no socket, no clock; remembers only where in a PDU it stands.
/// </summary>
internal struct PduScanner(PduLimits limits)
{
    private readonly PduLimits _limits = limits;
    private int _pduRemaining;
    private int _pdvRemaining;
    private PdvHeader _pdv;
    private bool _inValue;

    /// <summary>Whether a P-DATA-TF has begun and not ended.</summary>
    public readonly bool InsideDataTransfer => _pduRemaining > 0 || _inValue;

    /// <summary>Takes the next token, or returns false where more bytes are needed. <paramref name="consumed"/> counts in both cases. Throws <see cref="PduFormatException"/>.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes, out PduToken token, out int consumed)
    {
        consumed = 0;
        token = default;
        while (true)
        {
            var rest = bytes[consumed..];
            if (_inValue)
            {
                if (rest.IsEmpty && _pdvRemaining > 0) return false;
                var take = Math.Min(rest.Length, _pdvRemaining);
                token = new PduToken(null, _pdv.ContextId, _pdv.IsCommand, _pdv.IsLast && take == _pdvRemaining, consumed, take);
                consumed += take;
                _pdvRemaining -= take;
                _pduRemaining -= take;
                _inValue = _pdvRemaining > 0;
                return true;
            }

            if (_pduRemaining > 0)
            {
                if (_pduRemaining < PdvHeader.Size) throw new PduFormatException("pdv-too-short", "The PDU ends within the header of a presentation data value.");
                if (rest.Length < PdvHeader.Size) return false;
                _pdv = PdvHeader.Read(rest, _pduRemaining);
                _pduRemaining -= PdvHeader.Size;
                _pdvRemaining = _pdv.DataLength;
                _inValue = true;
                consumed += PdvHeader.Size;
                continue;
            }

            if (!PduHeader.TryRead(rest, _limits, out var header)) return false;
            if (header.Type == PduType.DataTransfer)
            {
                _pduRemaining = header.Length;
                consumed += PduHeader.Size;
                continue;
            }

            if (rest.Length < PduHeader.Size + header.Length) return false;
            token = new PduToken(PduCodec.Decode(header.Type, rest.Slice(PduHeader.Size, header.Length)), 0, false, false, 0, 0);
            consumed += PduHeader.Size + header.Length;
            return true;
        }
    }
}
