using System.Net;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class CallerPolicyTests
{
    private static readonly CallerSettings Scanner = new("PETCT1", IPNetwork.Parse("10.1.2.0/24"), null, null);

    [Theory]
    [InlineData("PETCT1", "10.1.2.77", "NODE", true)]
    [InlineData("PETCT1", "::ffff:10.1.2.77", "NODE", true)]
    [InlineData("PETCT1", "10.1.3.77", "NODE", false)]
    [InlineData("PETCT1", "10.1.2.77", "OTHER", false)]
    [InlineData("SOMEONE", "10.1.3.77", "OTHER", true)]
    public void A_listed_caller_is_held_to_its_network_and_to_what_it_may_call(string calling, string address, string called, bool accepted) =>
        Assert.Equal(accepted, Decide(new ReceiveOptions { AeTitle = "NODE", Callers = [Scanner] }, calling, address, called).Rejection is null);

    [Fact]
    public void Unknown_callers_are_rejected_where_the_settings_say_so()
    {
        var options = new ReceiveOptions { AeTitle = "NODE", Callers = [Scanner], AcceptUnknownCallers = false };
        Assert.NotNull(Decide(options, "SOMEONE", "10.1.2.77", "NODE").Rejection);
        Assert.Null(Decide(options, "PETCT1", "10.1.2.77", "NODE").Rejection);
    }

    private static AssociationDecision Decide(ReceiveOptions options, string calling, string address, string called) => new CallerPolicy(options).Decide(new AssociationRequest
    {
        CallingAeTitle = calling,
        CalledAeTitle = called,
        Remote = new IPEndPoint(IPAddress.Parse(address), 4711),
        PresentationContexts = [new ProposedPresentationContext(1, DicomUid.CTImageStorage, [DicomTransferSyntax.ExplicitVRLittleEndian.Uid])],
    });
}
