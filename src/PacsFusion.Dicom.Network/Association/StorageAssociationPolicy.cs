using System.Net;

namespace PacsFusion.Dicom.Network;

/// <summary>A peer that is known by name.</summary>
/// <param name="AeTitle">Its AE title.</param>
/// <param name="Address">The address it must come from; null = any.</param>
/// <param name="CalledAeTitles">The AE titles it may call; null = any.</param>
public sealed record KnownCaller(string AeTitle, IPAddress? Address = null, IReadOnlyList<string>? CalledAeTitles = null);

/// <summary>Settings of <see cref="StorageAssociationPolicy"/>.</summary>
public sealed record StorageAssociationPolicyOptions
{
    /// <summary>Our AE title. Default PACSFUSION.</summary>
    public string AeTitle { get; init; } = "PACSFUSION";

    /// <summary>Whether a peer must call us by <see cref="AeTitle"/>. Default false.</summary>
    public bool CheckCalledAeTitle { get; init; }

    /// <summary>Whether AE titles outside <see cref="Callers"/> may associate. Default true.</summary>
    public bool AcceptUnknownCallers { get; init; } = true;

    /// <summary>Peers known by name. One that comes from another address than its own is rejected in any case. Default none.</summary>
    public IReadOnlyList<KnownCaller> Callers { get; init; } = [];

    /// <summary>Whether private classes, and storage classes newer than our dictionary, are accepted. Default true.</summary>
    public bool AcceptUnknownStorageClasses { get; init; } = true;
}

/// <summary>
/// Verification and every storage class, with the transfer syntax that costs least to read: Explicit VR Little Endian, Implicit
/// VR Little Endian, then lossless ones as proposed, then any other that is known.
/// </summary>
/// <param name="options">Who may call, and what is taken.</param>
public sealed class StorageAssociationPolicy(StorageAssociationPolicyOptions options) : IAssociationPolicy
{
    private const string DicomRoot = "1.2.840.10008.", StorageRoot = "1.2.840.10008.5.1.4.1.1.";

    /// <inheritdoc/>
    public AssociationDecision Decide(AssociationRequest request)
    {
        if (options.CheckCalledAeTitle && request.CalledAeTitle != options.AeTitle) return AssociationDecision.Reject(AssociationRejection.CalledAeTitleNotRecognized);
        var known = options.Callers.Where(c => c.AeTitle == request.CallingAeTitle).ToList();
        if (known.Count == 0)
        {
            if (!options.AcceptUnknownCallers) return AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized);
        }
        else
        {
            var here = known.Where(c => c.Address is null || c.Address.Equals(AddressOf(request.Remote))).ToList();
            if (here.Count == 0) return AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized);
            if (!here.Exists(c => c.CalledAeTitles is null || c.CalledAeTitles.Contains(request.CalledAeTitle)))
                return AssociationDecision.Reject(AssociationRejection.CalledAeTitleNotRecognized);
        }

        return AssociationDecision.Accept([.. request.PresentationContexts.Select(Decide)]);
    }

    /// <summary>The transfer syntax that the policy takes from a proposal; null where none is known.</summary>
    public static string? ChooseTransferSyntax(IReadOnlyList<string> proposed)
    {
        string? best = null;
        var bestRank = int.MaxValue;
        foreach (var uid in proposed)
        {
            var rank = Rank(uid);
            if (rank < bestRank) (best, bestRank) = (uid, rank);
        }

        return best;
    }

    private static int Rank(string uid)
    {
        if (DicomTransferSyntax.Find(uid) is not { } syntax) return int.MaxValue;
        if (syntax.Uid == DicomTransferSyntax.ExplicitVRLittleEndian.Uid) return 0;
        if (syntax.Uid == DicomTransferSyntax.ImplicitVRLittleEndian.Uid) return 1;
        return syntax is { IsLossy: false, IsBigEndian: false } ? 2 : 3;
    }

    private static IPAddress? AddressOf(EndPoint remote) =>
        remote is IPEndPoint ip ? ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address : null;

    private PresentationContext Decide(ProposedPresentationContext proposed)
    {
        if (!Takes(proposed.AbstractSyntax)) return new(proposed.Id, proposed.AbstractSyntax, PresentationContextResult.AbstractSyntaxNotSupported, null);
        return ChooseTransferSyntax(proposed.TransferSyntaxes) is { } syntax
            ? new(proposed.Id, proposed.AbstractSyntax, PresentationContextResult.Acceptance, syntax)
            : new(proposed.Id, proposed.AbstractSyntax, PresentationContextResult.TransferSyntaxesNotSupported, null);
    }

    private bool Takes(string sopClass)
    {
        if (sopClass == DicomUid.Verification || DicomUid.IsStorageSopClass(sopClass)) return true;
        if (!options.AcceptUnknownStorageClasses || DicomUid.NameOf(sopClass) is not null || !DicomUid.IsValid(sopClass)) return false;
        // A standard class that is not below the storage root is some other service; a private one may be storage.
        return !sopClass.StartsWith(DicomRoot, StringComparison.Ordinal) || sopClass.StartsWith(StorageRoot, StringComparison.Ordinal);
    }
}
