using System.Net;

namespace PacsFusion.Dicom.Network;

/// <summary>Decides whether an association is accepted, and each presentation context with which transfer syntax.</summary>
public interface IAssociationPolicy
{
    /// <summary>Decides. Called once per request, from several associations at once; must not block.</summary>
    public AssociationDecision Decide(AssociationRequest request);
}

/// <summary>What a peer asks for in its A-ASSOCIATE-RQ.</summary>
public sealed record AssociationRequest
{
    /// <summary>The peer's AE title, trimmed.</summary>
    public required string CallingAeTitle { get; init; }

    /// <summary>The AE title the peer asks for, trimmed.</summary>
    public required string CalledAeTitle { get; init; }

    /// <summary>Address and port of the peer.</summary>
    public required EndPoint Remote { get; init; }

    /// <summary>Proposed presentation contexts in the order sent.</summary>
    public required IReadOnlyList<ProposedPresentationContext> PresentationContexts { get; init; }

    /// <summary>The peer's implementation class UID; empty where not sent.</summary>
    public string ImplementationClassUid { get; init; } = "";

    /// <summary>The peer's implementation version name; null where not sent.</summary>
    public string? ImplementationVersionName { get; init; }

    /// <summary>Longest P-DATA-TF the peer takes, in bytes; 0 = no limit.</summary>
    public uint MaxPduLength { get; init; }

    /// <summary>Role selection items.</summary>
    public IReadOnlyList<RoleSelection> Roles { get; init; } = [];

    /// <summary>User identity; null where not sent.</summary>
    public UserIdentity? UserIdentity { get; init; }
}

/// <summary>The answer to an association request.</summary>
public sealed class AssociationDecision
{
    private AssociationDecision(AssociationRejection? rejection, IReadOnlyList<PresentationContext> contexts)
    {
        Rejection = rejection;
        Contexts = contexts;
    }

    /// <summary>Why it is rejected; null where accepted.</summary>
    public AssociationRejection? Rejection { get; }

    /// <summary>The answer to each proposed context; empty where rejected.</summary>
    public IReadOnlyList<PresentationContext> Contexts { get; }

    /// <summary>Accepts the association with this answer to each proposed context. Contexts left out are answered with "no reason".</summary>
    public static AssociationDecision Accept(IReadOnlyList<PresentationContext> contexts) => new(null, contexts);

    /// <summary>Rejects the association.</summary>
    public static AssociationDecision Reject(AssociationRejection rejection) => new(rejection, []);
}
