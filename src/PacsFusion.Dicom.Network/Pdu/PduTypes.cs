namespace PacsFusion.Dicom.Network;

/// <summary>PDU types of PS3.8 section 9.3.1.</summary>
internal enum PduType : byte
{
    AssociateRequest = 1,
    AssociateAccept = 2,
    AssociateReject = 3,
    DataTransfer = 4,
    ReleaseRequest = 5,
    ReleaseResponse = 6,
    Abort = 7,
}

/// <summary>Who started an A-ABORT (PS3.8 table 9-26).</summary>
internal enum AbortSource : byte
{
    ServiceUser = 0,
    ServiceProvider = 2,
}

/// <summary>Why the provider aborts (PS3.8 table 9-26); 0 where the user does.</summary>
internal enum AbortReason : byte
{
    NotSpecified = 0,
    UnrecognizedPdu = 1,
    UnexpectedPdu = 2,
    UnrecognizedPduParameter = 4,
    UnexpectedPduParameter = 5,
    InvalidPduParameter = 6,
}

/// <summary>One protocol data unit of PS3.8 section 9.3.</summary>
internal abstract record Pdu(PduType Type);

/// <summary>A-ASSOCIATE-RQ, PS3.8 section 9.3.2.</summary>
internal sealed record AssociateRequestPdu(
    ushort ProtocolVersion,
    string CalledAeTitle,
    string CallingAeTitle,
    string ApplicationContext,
    IReadOnlyList<ProposedPresentationContext> Contexts,
    UserInformation User) : Pdu(PduType.AssociateRequest);

/// <summary>A-ASSOCIATE-AC, PS3.8 section 9.3.3.</summary>
internal sealed record AssociateAcceptPdu(
    ushort ProtocolVersion,
    string CalledAeTitle,
    string CallingAeTitle,
    string ApplicationContext,
    IReadOnlyList<AnsweredContext> Contexts,
    UserInformation User) : Pdu(PduType.AssociateAccept);

/// <summary>A presentation context item of an A-ASSOCIATE-AC, PS3.8 section 9.3.3.2.</summary>
internal readonly record struct AnsweredContext(byte Id, PresentationContextResult Result, string TransferSyntax);

/// <summary>A-ASSOCIATE-RJ, PS3.8 section 9.3.4.</summary>
internal sealed record AssociateRejectPdu(AssociationRejection Rejection) : Pdu(PduType.AssociateReject);

/// <summary>P-DATA-TF, PS3.8 section 9.3.5, whole. The receiving path does not build it; it reads fragments (<see cref="PduScanner"/>).</summary>
internal sealed record DataTransferPdu(IReadOnlyList<PresentationDataValue> Values) : Pdu(PduType.DataTransfer);

/// <summary>A presentation data value item with the two flags of PS3.8 annex E.2.</summary>
internal readonly record struct PresentationDataValue(byte ContextId, bool IsCommand, bool IsLast, ReadOnlyMemory<byte> Data);

/// <summary>A-RELEASE-RQ, PS3.8 section 9.3.6.</summary>
internal sealed record ReleaseRequestPdu() : Pdu(PduType.ReleaseRequest);

/// <summary>A-RELEASE-RP, PS3.8 section 9.3.7.</summary>
internal sealed record ReleaseResponsePdu() : Pdu(PduType.ReleaseResponse);

/// <summary>A-ABORT, PS3.8 section 9.3.8.</summary>
internal sealed record AbortPdu(byte Source, byte Reason) : Pdu(PduType.Abort);

/// <summary>The user information item, PS3.8 annex D.</summary>
internal sealed record UserInformation
{
    /// <summary>Longest P-DATA-TF the sender of this item takes, in bytes behind the PDU header; 0 = no limit. Annex D.1.</summary>
    public uint MaxPduLength { get; init; }

    /// <summary>Annex D.3.3.2.</summary>
    public string ImplementationClassUid { get; init; } = "";

    /// <summary>Annex D.3.3.2; null where not sent.</summary>
    public string? ImplementationVersionName { get; init; }

    /// <summary>Annex D.3.3.3; null where not sent.</summary>
    public AsyncOperationsWindow? AsyncWindow { get; init; }

    /// <summary>Annex D.3.3.4.</summary>
    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    /// <summary>Annex D.3.3.7; null where not sent.</summary>
    public UserIdentity? Identity { get; init; }

    /// <summary>Annex D.3.3.7.2, the server's answer; null where not sent.</summary>
    public ReadOnlyMemory<byte>? IdentityResponse { get; init; }

    /// <summary>Extended negotiation (56H, 57H) and what this version does not know, as it came.</summary>
    public IReadOnlyList<RawItem> Other { get; init; } = [];
}

/// <summary>Operations that may be outstanding at once; 0 = no limit.</summary>
internal readonly record struct AsyncOperationsWindow(ushort Invoked, ushort Performed);

/// <summary>An item that is kept without being read.</summary>
internal readonly record struct RawItem(byte Type, ReadOnlyMemory<byte> Data);

/// <summary>Limits that a PDU length is held against before a byte of its body is awaited.</summary>
/// <param name="MaxDataTransferLength">Longest P-DATA-TF body in bytes: what we announced.</param>
/// <param name="MaxAssociateLength">Longest A-ASSOCIATE body in bytes.</param>
internal readonly record struct PduLimits(int MaxDataTransferLength, int MaxAssociateLength)
{
    public static PduLimits Default { get; } = new(262_144, 262_144);
}
