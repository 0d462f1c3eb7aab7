using System.Net;

namespace PacsFusion.Dicom.Network.Tests;

public class StorageAssociationPolicyTests
{
    private const string Rle = "1.2.840.10008.1.2.5", JpegLossless = "1.2.840.10008.1.2.4.70", JpegBaseline = "1.2.840.10008.1.2.4.50", BigEndian = "1.2.840.10008.1.2.2", Deflated = "1.2.840.10008.1.2.1.99";

    [Theory]
    [InlineData(Wire.Ele, JpegLossless, Wire.Ile, Wire.Ele)]
    [InlineData(Wire.Ile, JpegLossless, Wire.Ile)]
    [InlineData(Rle, JpegBaseline, Rle, JpegLossless)]
    [InlineData(JpegLossless, JpegBaseline, JpegLossless, Rle)]
    [InlineData(Deflated, BigEndian, Deflated)]
    [InlineData(BigEndian, BigEndian, JpegBaseline)]
    [InlineData(JpegBaseline, "1.2.3", JpegBaseline)]
    [InlineData(null, "1.2.3")]
    public void TheSyntaxThatCostsLeastToReadIsTaken(string? expected, params string[] proposed) => Assert.Equal(expected, StorageAssociationPolicy.ChooseTransferSyntax(proposed));

    [Theory]
    [InlineData(DicomUid.Verification, true, true)]
    [InlineData(DicomUid.CTImageStorage, true, true)]
    [InlineData("1.3.12.2.1107.5.9.1", true, false)]
    [InlineData("1.2.840.10008.5.1.4.1.1.99999", true, false)]
    [InlineData(DicomUid.StudyRootQueryRetrieveFind, false, false)]
    [InlineData(DicomUid.ModalityPerformedProcedureStep, false, false)]
    [InlineData("1.2.840.10008.5.1.4.34.6.1", false, false)]
    [InlineData("not a uid", false, false)]
    public void StorageClassesAreTaken(string sopClass, bool taken, bool takenWhenStrict)
    {
        Assert.Equal(taken, Decide(new(), sopClass));
        Assert.Equal(takenWhenStrict, Decide(new() { AcceptUnknownStorageClasses = false }, sopClass));

        static bool Decide(StorageAssociationPolicyOptions options, string sopClass) =>
            Assert.Single(new StorageAssociationPolicy(options).Decide(Request() with { PresentationContexts = [new(1, sopClass, [Wire.Ile])] }).Contexts).IsAccepted;
    }

    [Fact]
    public void CallersAreCheckedByNameAddressAndWhomTheyCall()
    {
        var here = IPAddress.Parse("10.0.0.1");
        var options = new StorageAssociationPolicyOptions { AcceptUnknownCallers = false, Callers = [new("CT1", here, ["NODE"]), new("ANY")] };
        Assert.Null(Decide(options, "CT1", here));
        Assert.Null(Decide(options, "CT1", here.MapToIPv6()));
        Assert.Null(Decide(options, "ANY", IPAddress.Loopback));
        Assert.Equal(AssociationRejection.CallingAeTitleNotRecognized, Decide(options, "WHO", here));
        Assert.Equal(AssociationRejection.CallingAeTitleNotRecognized, Decide(options, "CT1", IPAddress.Loopback));
        Assert.Equal(AssociationRejection.CalledAeTitleNotRecognized, Decide(options, "CT1", here, "OTHER"));
        var open = options with { AcceptUnknownCallers = true };
        Assert.Null(Decide(open, "WHO", here));
        Assert.Equal(AssociationRejection.CallingAeTitleNotRecognized, Decide(open, "CT1", IPAddress.Loopback));
        Assert.Equal(AssociationRejection.CalledAeTitleNotRecognized, Decide(new() { AeTitle = "NODE", CheckCalledAeTitle = true }, "WHO", here, "OTHER"));

        static AssociationRejection? Decide(StorageAssociationPolicyOptions options, string calling, IPAddress from, string called = "NODE") =>
            new StorageAssociationPolicy(options).Decide(Request() with { CallingAeTitle = calling, CalledAeTitle = called, Remote = new IPEndPoint(from, 1) }).Rejection;
    }

    private static AssociationRequest Request() => new() { CallingAeTitle = "X", CalledAeTitle = "NODE", Remote = new IPEndPoint(IPAddress.Loopback, 1), PresentationContexts = [] };
}
