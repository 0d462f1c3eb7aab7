namespace PacsFusion.Dicom.Network;

/// <summary>Turns an A-ASSOCIATE-RQ and a policy's decision into the answer. Pure.</summary>
internal static class Negotiation
{
    /// <summary>What the provider itself rejects, or null: protocol version (PS3.8 section 9.3.2), application context, a PDU size that holds no data.</summary>
    public static AssociationRejection? Check(AssociateRequestPdu request)
    {
        if ((request.ProtocolVersion & 1) == 0) return AssociationRejection.ProtocolVersionNotSupported;
        if (request.ApplicationContext != DicomUid.ApplicationContext) return AssociationRejection.ApplicationContextNotSupported;
        if (request.User.MaxPduLength is > 0 and < MessageWriter.LeastPduLength) return new AssociationRejection(1, 2, 1);
        return null;
    }

    /// <summary>Whether ids are odd and each used once (PS3.8 section 9.3.2.2).</summary>
    public static bool HasValidContextIds(AssociateRequestPdu request)
    {
        Span<bool> seen = stackalloc bool[256];
        foreach (var context in request.Contexts)
        {
            if (context.Id % 2 == 0 || seen[context.Id]) return false;
            seen[context.Id] = true;
        }

        return true;
    }

    /// <summary>One answer per proposed context. Throws <see cref="InvalidOperationException"/> where the policy accepts what was not proposed.</summary>
    public static IReadOnlyList<PresentationContext> Answer(AssociateRequestPdu request, AssociationDecision decision)
    {
        var answers = new List<PresentationContext>(request.Contexts.Count);
        foreach (var proposed in request.Contexts)
        {
            var decided = decision.Contexts.FirstOrDefault(c => c.Id == proposed.Id);
            if (decided is { IsAccepted: true } && (decided.TransferSyntax is null || !proposed.TransferSyntaxes.Contains(decided.TransferSyntax)))
                throw new InvalidOperationException($"The policy accepted presentation context {proposed.Id} with a transfer syntax that was not proposed.");
            answers.Add(new PresentationContext(proposed.Id, proposed.AbstractSyntax, decided?.Result ?? PresentationContextResult.NoReason, decided is { IsAccepted: true } ? decided.TransferSyntax : null));
        }

        return answers;
    }

    /// <summary>The A-ASSOCIATE-AC. Roles: SCU where asked for; we are always SCP here.</summary>
    public static AssociateAcceptPdu Accept(AssociateRequestPdu request, IReadOnlyList<PresentationContext> contexts, int maxPduLength) => new(
        1,
        request.CalledAeTitle,
        request.CallingAeTitle,
        DicomUid.ApplicationContext,
        // The transfer syntax of a context that is not accepted means nothing (PS3.8 section 9.3.3.2) but must stand there.
        [.. contexts.Select(c => new AnsweredContext(c.Id, c.Result, c.TransferSyntax ?? DicomTransferSyntax.ImplicitVRLittleEndian.Uid))],
        new UserInformation
        {
            MaxPduLength = (uint)maxPduLength,
            ImplementationClassUid = DicomUid.ImplementationClass,
            ImplementationVersionName = DicomUid.ImplementationVersionName,
            Roles = [.. request.User.Roles.Where(r => contexts.Any(c => c.IsAccepted && c.AbstractSyntax == r.SopClassUid)).Select(r => r with { IsScp = false })],
        });

    /// <summary>The A-ASSOCIATE-RQ of a client, ids 1, 3, 5 … in the order of the proposals.</summary>
    public static AssociateRequestPdu Request(DicomPeer peer, IReadOnlyList<PresentationContextProposal> proposals, int maxPduLength) => new(
        1,
        peer.CalledAeTitle,
        peer.CallingAeTitle,
        DicomUid.ApplicationContext,
        [.. proposals.Select((p, i) => new ProposedPresentationContext((byte)(2 * i + 1), p.AbstractSyntax, p.TransferSyntaxes))],
        new UserInformation
        {
            MaxPduLength = (uint)maxPduLength,
            ImplementationClassUid = DicomUid.ImplementationClass,
            ImplementationVersionName = DicomUid.ImplementationVersionName,
            Roles = [.. proposals.Where(p => p.OfferScpRole).Select(p => p.AbstractSyntax).Distinct().Select(uid => new RoleSelection(uid, true, true))],
        });

    /// <summary>The client's contexts as the peer answered them; a context without an answer counts as not accepted.</summary>
    public static IReadOnlyList<PresentationContext> Outcome(AssociateRequestPdu request, AssociateAcceptPdu accept)
    {
        var outcome = new List<PresentationContext>(request.Contexts.Count);
        foreach (var proposed in request.Contexts)
        {
            var answer = accept.Contexts.FirstOrDefault(c => c.Id == proposed.Id);
            var accepted = answer.Id == proposed.Id && answer.Result == PresentationContextResult.Acceptance && proposed.TransferSyntaxes.Contains(answer.TransferSyntax);
            var result = accepted ? PresentationContextResult.Acceptance
                : answer.Id == proposed.Id && answer.Result != PresentationContextResult.Acceptance ? answer.Result
                : PresentationContextResult.NoReason;
            outcome.Add(new PresentationContext(proposed.Id, proposed.AbstractSyntax, result, accepted ? answer.TransferSyntax : null));
        }

        return outcome;
    }
}
