using System.Net;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Receive;

/// <summary>Who may associate: a listed caller only from its own network, others as the settings say; contexts as <see cref="StorageAssociationPolicy"/> takes them.</summary>
internal sealed class CallerPolicy(ReceiveOptions options) : IAssociationPolicy
{
    private readonly StorageAssociationPolicy storage = new(new StorageAssociationPolicyOptions
    {
        AeTitle = options.AeTitle,
        AcceptUnknownCallers = options.AcceptUnknownCallers,
        Callers = [.. options.Callers.Select(caller => new KnownCaller(caller.AeTitle, null, caller.CalledAeTitles ?? [options.AeTitle]))],
    });

    /// <inheritdoc/>
    public AssociationDecision Decide(AssociationRequest request)
    {
        foreach (var caller in options.Callers)
        {
            if (caller.AeTitle == request.CallingAeTitle && !IsFrom(caller, request.Remote))
                return AssociationDecision.Reject(AssociationRejection.CallingAeTitleNotRecognized);
        }

        return storage.Decide(request);
    }

    private static bool IsFrom(CallerSettings caller, EndPoint remote)
    {
        if (caller.Address is not { } network) return true;
        if (remote is not IPEndPoint { Address: var address }) return false;
        return network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }
}
