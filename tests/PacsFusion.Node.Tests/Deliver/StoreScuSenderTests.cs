using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Cli.Sandbox;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Deliver;
using PacsFusion.Node.Deliver.Internal;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Deliver;

public sealed class StoreScuSenderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-sender-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0x0000, "Sent", "sent")]
    [InlineData(0x0001, "Sent", "sent")]
    [InlineData(0x0107, "Sent", "sent")]
    [InlineData(0xB000, "Sent", "sent")]
    [InlineData(0xB006, "Sent", "sent")]
    [InlineData(0xB007, "Sent", "sent")]
    [InlineData(0xA700, "Later", "destination-busy")]
    [InlineData(0xA7FF, "Later", "destination-busy")]
    [InlineData(0x0110, "Later", "destination-busy")]
    [InlineData(0xA900, "Never", "object-refused")]
    [InlineData(0xC000, "Never", "object-refused")]
    [InlineData(0xCFFF, "Never", "object-refused")]
    [InlineData(0x0117, "Never", "object-refused")]
    [InlineData(0x0122, "Never", "object-refused")]
    [InlineData(0x0124, "Never", "object-refused")]
    public void EveryStatusHasItsMeaningForTheQueue(int status, string verdict, string reason)
    {
        var result = StoreScuSender.Judge("1.2.3", new DimseStatus((ushort)status));
        Assert.Equal(("1.2.3", verdict, reason), (result.SopInstanceUid, result.Verdict.ToString(), result.Reason.Code));
    }

    [Fact]
    public async Task ObjectsArriveAndAMissingFileIsALastingNo()
    {
        await using var pacs = new SandboxPacs(Path.Combine(_folder, "archive"), "SANDBOX", TimeProvider.System);
        await pacs.StartAsync(TestContext.Current.CancellationToken);
        Item("1.2.3.1", write: true);
        var results = await SendAsync(pacs.LocalEndPoint.Port, Item("1.2.3.1", write: true), Item("1.2.3.2", write: false), Item("1.2.3.3", write: true));
        Assert.Equal([SendVerdict.Sent, SendVerdict.Never, SendVerdict.Sent], results.Select(result => result.Verdict));
        Assert.Equal("result-missing", results[1].Reason.Code);
        Assert.Equal(2, Assert.Single(pacs.Series).Value);
    }

    [Fact]
    public async Task APeerThatIsNotThereIsUnreachedForNow()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var fault = await Assert.ThrowsAsync<DestinationUnreachedException>(() => SendAsync(port, Item("1.2.3.1", write: true)));
        Assert.Equal(("destination-unreachable", false), (fault.Reason.Code, fault.Permanent));
    }

    [Fact]
    public async Task APeerThatRejectsTheAssociationIsNotTriedAgainByItself()
    {
        await using var strict = new DicomServer(
            new DicomServerOptions { Bind = IPAddress.Loopback, Port = 0, AeTitle = "ANOTHER" },
            new StorageAssociationPolicy(new StorageAssociationPolicyOptions { AeTitle = "ANOTHER", CheckCalledAeTitle = true }), new NoStorage(), null, NullLogger.Instance, TimeProvider.System);
        await strict.StartAsync(TestContext.Current.CancellationToken);
        var fault = await Assert.ThrowsAsync<DestinationUnreachedException>(() => SendAsync(strict.LocalEndPoint.Port, Item("1.2.3.1", write: true)));
        Assert.Equal(("association-rejected", true), (fault.Reason.Code, fault.Permanent));
    }

    [Fact]
    public async Task AKindThatThePeerDoesNotTakeIsDeclinedAndTheRestArrives()
    {
        await using var imagesOnly = new DicomServer(
            new DicomServerOptions { Bind = IPAddress.Loopback, Port = 0, AeTitle = "SANDBOX" }, new ImagesOnly(), new AnySink(), null, NullLogger.Instance, TimeProvider.System);
        await imagesOnly.StartAsync(TestContext.Current.CancellationToken);
        var results = await SendAsync(imagesOnly.LocalEndPoint.Port, Item("1.2.3.1", write: true, DicomUid.SpatialRegistrationStorage), Item("1.2.3.2", write: true));
        Assert.Equal([SendVerdict.Declined, SendVerdict.Sent], results.Select(result => result.Verdict));
        Assert.Equal("object-kind-declined", results[0].Reason.Code);
    }

    private OutboxItem Item(string sopInstance, bool write, string sopClass = DicomUid.SecondaryCaptureImageStorage)
    {
        var name = sopInstance + ".dcm";
        if (write)
            new DicomFile(new DicomDataset().Set(DicomTag.SOPClassUID, sopClass).Set(DicomTag.SOPInstanceUID, sopInstance).Set(DicomTag.SeriesInstanceUID, "1.2.3"), DicomTransferSyntax.ExplicitVRLittleEndian)
                .Write(Path.Combine(_folder, name));
        return new OutboxItem("pacs", sopInstance, "case", name, 0, default);
    }

    private async Task<List<SendResult>> SendAsync(int port, params OutboxItem[] items)
    {
        var destination = new DestinationSettings("pacs", DestinationKind.Dicom, "SANDBOX", "PACSFUSION", "127.0.0.1", port, false, new RetrySettings(TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(9), null));
        var results = new List<SendResult>();
        await foreach (var result in new StoreScuSender(_folder, TimeProvider.System).SendAsync(destination, items, TestContext.Current.CancellationToken)) results.Add(result);
        return results;
    }

    private sealed class NoStorage : IStoreScp
    {
        public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) => throw new InvalidOperationException("no association was to be accepted");
    }

    private sealed class ImagesOnly : IAssociationPolicy
    {
        public AssociationDecision Decide(AssociationRequest request) => AssociationDecision.Accept([.. request.PresentationContexts.Select(context =>
            context.AbstractSyntax == DicomUid.SecondaryCaptureImageStorage
                ? new PresentationContext(context.Id, context.AbstractSyntax, PresentationContextResult.Acceptance, context.TransferSyntaxes[0])
                : new PresentationContext(context.Id, context.AbstractSyntax, PresentationContextResult.AbstractSyntaxNotSupported, null))]);
    }

    private sealed class AnySink : IStoreScp, IStoreReceiver
    {
        public ValueTask<IStoreReceiver> BeginAsync(StoreRequest request, CancellationToken cancellationToken) => ValueTask.FromResult<IStoreReceiver>(this);

        public ValueTask WriteAsync(ReadOnlyMemory<byte> fragment, CancellationToken cancellationToken) => ValueTask.CompletedTask;

        public ValueTask<DimseStatus> CompleteAsync(CancellationToken cancellationToken) => ValueTask.FromResult(DimseStatus.Success);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
