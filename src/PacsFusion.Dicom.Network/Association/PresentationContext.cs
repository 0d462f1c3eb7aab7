namespace PacsFusion.Dicom.Network;

/// <summary>Answer to one presentation context (PS3.8 table 9-18).</summary>
public enum PresentationContextResult : byte
{
    /// <summary>Accepted.</summary>
    Acceptance = 0,

    /// <summary>The user does not want it.</summary>
    UserRejection = 1,

    /// <summary>The provider gives no reason.</summary>
    NoReason = 2,

    /// <summary>The SOP class is not supported.</summary>
    AbstractSyntaxNotSupported = 3,

    /// <summary>None of the transfer syntaxes is supported.</summary>
    TransferSyntaxesNotSupported = 4,
}

/// <summary>What a client wants to do and how: the id is given when the request is built.</summary>
/// <param name="AbstractSyntax">SOP class UID.</param>
/// <param name="TransferSyntaxes">Transfer syntax UIDs in order of preference; at least one.</param>
public sealed record PresentationContextProposal(string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes)
{
    /// <summary>Whether we also offer to be SCP for this class (C-GET, storage commitment answers). False by default.</summary>
    public bool OfferScpRole { get; init; }
}

/// <summary>A presentation context as a peer proposed it.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">SOP class UID.</param>
/// <param name="TransferSyntaxes">Transfer syntax UIDs as listed.</param>
public sealed record ProposedPresentationContext(byte Id, string AbstractSyntax, IReadOnlyList<string> TransferSyntaxes);

/// <summary>A negotiated presentation context.</summary>
/// <param name="Id">Odd, 1 to 255.</param>
/// <param name="AbstractSyntax">SOP class UID.</param>
/// <param name="Result">What became of it.</param>
/// <param name="TransferSyntax">The one transfer syntax; null where not accepted.</param>
public sealed record PresentationContext(byte Id, string AbstractSyntax, PresentationContextResult Result, string? TransferSyntax)
{
    /// <summary>Whether messages may use it.</summary>
    public bool IsAccepted => Result == PresentationContextResult.Acceptance;
}

/// <summary>SCP/SCU role selection (PS3.7 annex D.3.3.4).</summary>
/// <param name="SopClassUid">The SOP class.</param>
/// <param name="IsScu">The requestor is or may be SCU.</param>
/// <param name="IsScp">The requestor is or may be SCP.</param>
public readonly record struct RoleSelection(string SopClassUid, bool IsScu, bool IsScp);

/// <summary>User identity as sent (PS3.7 annex D.3.3.7). Its fields are secrets: never log them.</summary>
/// <param name="Kind">1 name, 2 name and passcode, 3 Kerberos, 4 SAML, 5 JWT.</param>
/// <param name="ResponseRequested">Whether the peer wants an answer.</param>
/// <param name="Primary">Name, ticket, assertion or token.</param>
/// <param name="Secondary">Passcode; empty unless kind 2.</param>
public sealed record UserIdentity(byte Kind, bool ResponseRequested, ReadOnlyMemory<byte> Primary, ReadOnlyMemory<byte> Secondary)
{
    /// <summary>The kind alone; the secrets stay out of logs.</summary>
    public override string ToString() => $"user identity of kind {Kind}";
}
