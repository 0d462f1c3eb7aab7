using System.CommandLine;
using System.Text.Json.Nodes;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli;

/// <summary><c>echo</c>: does a DICOM peer answer?</summary>
internal static class EchoVerb
{
    public static Command Create(CommandLine line)
    {
        var peer = new PeerOptions();
        var name = new Argument<string?>("destination") { Description = "A destination of the configuration", Arity = ArgumentArity.ZeroOrOne };
        return line.Verb("echo", "C-ECHO to a peer", [name, .. peer.Symbols], async (context, parsed, cancellationToken) =>
        {
            var target = peer.Resolve(context, parsed, parsed.GetValue(name));
            try
            {
                var status = await EchoAsync(target, context.Time, cancellationToken).ConfigureAwait(false);
                context.Output.Answer(new JsonObject { ["host"] = target.Host, ["port"] = target.Port, ["called"] = target.CalledAeTitle, ["status"] = status.Code });
                context.Output.Say($"{target.CalledAeTitle} at {target.Host}:{target.Port} answers {status}.");
                return status.IsSuccess ? ExitCode.Done : ExitCode.Failed;
            }
            catch (DicomNetworkException fault)
            {
                throw new CliException(ExitCode.Unreachable, $"{target.CalledAeTitle} at {target.Host}:{target.Port}: {fault.Code}: {fault.Message}");
            }
        });
    }

    /// <summary>One C-ECHO on an association of its own.</summary>
    public static async Task<DimseStatus> EchoAsync(DicomPeer peer, TimeProvider time, CancellationToken cancellationToken)
    {
        var client = await DicomClient.ConnectAsync(peer, [new PresentationContextProposal(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid])], null, time, cancellationToken).ConfigureAwait(false);
        await using var association = client.ConfigureAwait(false);
        var status = await client.EchoAsync(cancellationToken).ConfigureAwait(false);
        await client.ReleaseAsync(cancellationToken).ConfigureAwait(false);
        return status;
    }
}
