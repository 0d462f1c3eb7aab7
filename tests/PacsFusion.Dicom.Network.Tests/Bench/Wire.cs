namespace PacsFusion.Dicom.Network.Tests;

/// <summary>Messages as bytes.</summary>
internal static class Wire
{
    public const byte Verification = 1, Ct = 3, Unproposed = 5;
    public const string Ele = "1.2.840.10008.1.2.1", Ile = "1.2.840.10008.1.2", CtClass = "1.2.840.10008.5.1.4.1.1.2", Instance = "1.2.3.4";

    public static AssociateRequestPdu RequestPdu(uint maxPdu = 16_384, string calling = "SCRIPT", params ProposedPresentationContext[] contexts) => new(
        1,
        "NODE",
        calling,
        DicomUid.ApplicationContext,
        contexts.Length > 0 ? contexts : [new(Verification, DicomUid.Verification, [Ile]), new(Ct, CtClass, [Ele])],
        new UserInformation { MaxPduLength = maxPdu, ImplementationClassUid = "1.2.3", ImplementationVersionName = "SCRIPT" });

    public static byte[] Request(uint maxPdu = 16_384, string calling = "SCRIPT") => PduCodec.Encode(RequestPdu(maxPdu, calling));

    public static byte[] Value(byte context, bool isCommand, bool isLast, byte[] data) =>
        PduCodec.Encode(new DataTransferPdu([new PresentationDataValue(context, isCommand, isLast, data)]));

    public static byte[] Command(byte context, CommandSet command) => Value(context, isCommand: true, isLast: true, command.Encode());

    public static CommandSet Echo(ushort id = 1) => new() { AffectedSopClassUid = DicomUid.Verification, Field = CommandField.EchoRequest, MessageId = id };

    public static CommandSet Store(ushort id = 1, string instance = Instance) => new()
    {
        AffectedSopClassUid = CtClass,
        Field = CommandField.StoreRequest,
        MessageId = id,
        Priority = 0,
        DataSetType = 0,
        AffectedSopInstanceUid = instance,
    };

    /// <summary>A data set as fragments of P-DATA-TF.</summary>
    public static byte[] Data(byte context, byte[] data, bool isLast = true) => Value(context, isCommand: false, isLast, data);

    /// <summary>Bytes that tell their position.</summary>
    public static byte[] Pattern(int length)
    {
        var bytes = new byte[length];
        for (var i = 0; i < length; i++) bytes[i] = (byte)(i * 31 + (i >> 8));
        return bytes;
    }
}
