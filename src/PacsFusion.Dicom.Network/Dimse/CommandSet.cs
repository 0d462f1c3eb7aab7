using System.Buffers.Binary;
using System.Text;

namespace PacsFusion.Dicom.Network;

/// <summary>
/// A DIMSE command set (PS3.7 annex E), always Implicit VR Little Endian. Typed instead of a data set: it is read and written once
/// per message. A wrong or missing group length is passed over, since real peers send it and nothing depends on it.
/// </summary>
internal sealed class CommandSet
{
    /// <summary>Value of (0000,0800) that says that no data set follows.</summary>
    public const ushort NoDataSet = 0x0101;

    public string? AffectedSopClassUid { get; set; }

    public string? RequestedSopClassUid { get; set; }

    public ushort Field { get; set; }

    public ushort? MessageId { get; set; }

    public ushort? RespondedToMessageId { get; set; }

    public ushort? Priority { get; set; }

    public ushort DataSetType { get; set; } = NoDataSet;

    public ushort? Status { get; set; }

    public string? ErrorComment { get; set; }

    public string? AffectedSopInstanceUid { get; set; }

    public string? RequestedSopInstanceUid { get; set; }

    public bool HasDataSet => DataSetType != NoDataSet;

    public bool IsResponse => (Field & CommandField.ResponseBit) != 0;

    /// <summary>Reads a whole command set. Throws <see cref="PduFormatException"/> where an element runs past the end, is not of group 0000, or the command field is missing.</summary>
    public static CommandSet Decode(ReadOnlySpan<byte> bytes)
    {
        var command = new CommandSet();
        var hasField = false;
        while (!bytes.IsEmpty)
        {
            if (bytes.Length < 8) throw Fault("command-set-truncated", "The command set ends within an element.");
            var group = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
            var element = BinaryPrimitives.ReadUInt16LittleEndian(bytes[2..]);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            if (group != 0) throw Fault("command-set-foreign-group", "The command set holds an element that is not of group 0000.");
            if (length > bytes.Length - 8) throw Fault("command-set-truncated", "An element of the command set is longer than the command set.");
            var value = bytes.Slice(8, (int)length);
            bytes = bytes[(8 + (int)length)..];
            switch (element)
            {
                case 0x0002: command.AffectedSopClassUid = WireReader.Text(value); break;
                case 0x0003: command.RequestedSopClassUid = WireReader.Text(value); break;
                case 0x0100: (command.Field, hasField) = (Number(value), true); break;
                case 0x0110: command.MessageId = Number(value); break;
                case 0x0120: command.RespondedToMessageId = Number(value); break;
                case 0x0700: command.Priority = Number(value); break;
                case 0x0800: command.DataSetType = Number(value); break;
                case 0x0900: command.Status = Number(value); break;
                case 0x0902: command.ErrorComment = WireReader.AeTitle(value); break;
                case 0x1000: command.AffectedSopInstanceUid = WireReader.Text(value); break;
                case 0x1001: command.RequestedSopInstanceUid = WireReader.Text(value); break;
                default: break;
            }
        }

        return hasField ? command : throw Fault("command-field-missing", "The command set has no command field.");
    }

    /// <summary>Writes the command set with its group length.</summary>
    public byte[] Encode()
    {
        var bytes = new byte[12 + Size(AffectedSopClassUid) + Size(RequestedSopClassUid) + 10 + Size(MessageId) + Size(RespondedToMessageId) + Size(Priority)
            + 10 + Size(Status) + Size(ErrorComment) + Size(AffectedSopInstanceUid) + Size(RequestedSopInstanceUid)];
        var at = 0;
        BinaryPrimitives.WriteUInt32LittleEndian(Element(bytes, ref at, 0x0000, 4), (uint)bytes.Length - 12);
        Put(bytes, ref at, 0x0002, AffectedSopClassUid, 0);
        Put(bytes, ref at, 0x0003, RequestedSopClassUid, 0);
        Put(bytes, ref at, 0x0100, Field);
        Put(bytes, ref at, 0x0110, MessageId);
        Put(bytes, ref at, 0x0120, RespondedToMessageId);
        Put(bytes, ref at, 0x0700, Priority);
        Put(bytes, ref at, 0x0800, DataSetType);
        Put(bytes, ref at, 0x0900, Status);
        Put(bytes, ref at, 0x0902, ErrorComment, (byte)' ');
        Put(bytes, ref at, 0x1000, AffectedSopInstanceUid, 0);
        Put(bytes, ref at, 0x1001, RequestedSopInstanceUid, 0);
        return bytes;
    }

    /// <summary>The response to this request with a status: same classes and ids, no data set.</summary>
    public CommandSet Respond(DimseStatus status) => new()
    {
        AffectedSopClassUid = AffectedSopClassUid ?? RequestedSopClassUid,
        Field = (ushort)(Field | CommandField.ResponseBit),
        RespondedToMessageId = MessageId ?? 0,
        Status = status.Code,
        ErrorComment = status.ErrorComment is { Length: > 64 } text ? text[..64] : status.ErrorComment,
        AffectedSopInstanceUid = AffectedSopInstanceUid ?? RequestedSopInstanceUid,
    };

    /// <summary>Status and comment of a response; 0110H where the peer left the status out.</summary>
    public DimseStatus ToStatus() => new(Status ?? DimseStatus.ProcessingFailure.Code, ErrorComment);

    private static ushort Number(ReadOnlySpan<byte> value) =>
        value.Length >= 2 ? BinaryPrimitives.ReadUInt16LittleEndian(value) : throw Fault("command-set-bad-value", "A number in the command set has fewer than two bytes.");

    private static PduFormatException Fault(string code, string message) => new(code, message);

    private static int Size(string? text) => text is null ? 0 : 8 + ((text.Length + 1) & ~1);

    private static int Size(ushort? number) => number is null ? 0 : 10;

    private static Span<byte> Element(Span<byte> bytes, ref int at, ushort element, int length)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[at..], 0);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[(at + 2)..], element);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[(at + 4)..], (uint)length);
        at += 8 + length;
        return bytes.Slice(at - length, length);
    }

    private static void Put(Span<byte> bytes, ref int at, ushort element, ushort? number)
    {
        if (number is { } value) BinaryPrimitives.WriteUInt16LittleEndian(Element(bytes, ref at, element, 2), value);
    }

    private static void Put(Span<byte> bytes, ref int at, ushort element, string? text, byte pad)
    {
        if (text is null) return;
        var field = Element(bytes, ref at, element, (text.Length + 1) & ~1);
        if (text.Length < field.Length) field[^1] = pad;
        Encoding.Latin1.GetBytes(text, field);
    }
}
