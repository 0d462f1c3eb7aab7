using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli.Sandbox;

public sealed class SandboxPacsTests : IAsyncLifetime
{
    private const string Class = DicomUid.CTImageStorage;
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-sandbox-").FullName;
    private readonly SandboxPacs _pacs;

    public SandboxPacsTests() => _pacs = new SandboxPacs(Path.Combine(_folder, "archive"), "SANDBOX", TimeProvider.System);

    public async ValueTask InitializeAsync() => await _pacs.StartAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await _pacs.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task WhatIsSentIsKeptAsItCameAndCountedPerSeries()
    {
        await using var client = await ConnectAsync();
        for (var i = 1; i <= 3; i++) Assert.True((await StoreAsync(client, Instance("2.25.7", $"2.25.7.{i}"))).IsSuccess);
        Assert.True((await StoreAsync(client, Instance("2.25.8", "2.25.8.1"))).IsSuccess);
        await client.ReleaseAsync(default);

        Assert.Equal(new Dictionary<string, int> { ["2.25.7"] = 3, ["2.25.8"] = 1 }, _pacs.Series);
        var file = DicomFile.Read(_pacs.Files("2.25.7")[0]);
        Assert.Equal(Instance("2.25.7", "2.25.7.1").Encode(DicomTransferSyntax.ExplicitVRLittleEndian), file.Dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        Assert.Empty(_pacs.Files("2.25.9"));
    }

    [Fact]
    public async Task AnInstanceSentTwiceCountsOnce()
    {
        await using var client = await ConnectAsync();
        for (var i = 0; i < 2; i++) Assert.True((await StoreAsync(client, Instance("2.25.7", "2.25.7.1"))).IsSuccess);

        Assert.Equal(1, Assert.Single(_pacs.Series).Value);
        Assert.Single(_pacs.Files("2.25.7"));
    }

    [Fact]
    public async Task ItAnswersAnEcho()
    {
        await using var client = await ConnectAsync();

        Assert.True((await client.EchoAsync(default)).IsSuccess);
    }

    [Theory]
    [InlineData("2.25.7", "../escape")]
    [InlineData("../escape", "2.25.7.1")]
    public async Task UidsThatAreNoUidsNeverBecomePaths(string series, string instance)
    {
        await using var client = await ConnectAsync();

        Assert.True((await StoreAsync(client, Instance(series, instance))).IsFailure);

        Assert.Empty(_pacs.Series);
        Assert.Empty(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task WhatIsNotWhatTheCommandSaysIsRefused()
    {
        await using var client = await ConnectAsync();

        var other = await client.StoreAsync(Class, "2.25.99", DicomTransferSyntax.ExplicitVRLittleEndian.Uid, Instance("2.25.7", "2.25.7.1").Encode(DicomTransferSyntax.ExplicitVRLittleEndian), default);
        var noise = await client.StoreAsync(Class, "2.25.99", DicomTransferSyntax.ExplicitVRLittleEndian.Uid, new byte[] { 1, 2, 3, 4, 5, 6, 7, 8 }, default);

        Assert.Equal((0xA900, 0xC000), (other.Code, noise.Code));
        Assert.Empty(_pacs.Series);
    }

    [Fact]
    public async Task ItsRoomIsBounded()
    {
        var archive = new SandboxArchive(_folder, 1);
        Assert.True((await StoreAsync(archive, "2.25.7.1")).IsSuccess);
        Assert.Equal(DimseStatus.OutOfResources, await StoreAsync(archive, "2.25.7.2"));
        Assert.True((await StoreAsync(archive, "2.25.7.1")).IsSuccess);
    }

    private static async Task<DimseStatus> StoreAsync(SandboxArchive archive, string instance)
    {
        await using var receiver = await archive.BeginAsync(
            new StoreRequest
            {
                Association = new AssociationInfo { Id = 1, CallingAeTitle = "TEST", CalledAeTitle = "SANDBOX", Remote = new System.Net.IPEndPoint(0, 0), OpenedAt = default },
                SopClassUid = Class,
                AbstractSyntaxUid = Class,
                SopInstanceUid = instance,
                TransferSyntaxUid = DicomTransferSyntax.ExplicitVRLittleEndian.Uid,
                MessageId = 1,
            },
            default);
        await receiver.WriteAsync(Instance("2.25.7", instance).Encode(DicomTransferSyntax.ExplicitVRLittleEndian), default);
        return await receiver.CompleteAsync(default);
    }

    private Task<DicomClient> ConnectAsync() => DicomClient.ConnectAsync(
        new DicomPeer("127.0.0.1", _pacs.LocalEndPoint.Port, "SANDBOX", "TEST"),
        [new PresentationContextProposal(Class, [DicomTransferSyntax.ExplicitVRLittleEndian.Uid]), new PresentationContextProposal(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid])]);

    private static async Task<DimseStatus> StoreAsync(DicomClient client, DicomDataset instance) =>
        await client.StoreAsync(Class, instance.GetString(DicomTag.SOPInstanceUID)!, DicomTransferSyntax.ExplicitVRLittleEndian.Uid, instance.Encode(DicomTransferSyntax.ExplicitVRLittleEndian), default);

    private static DicomDataset Instance(string series, string instance) => new DicomDataset()
        .Set(DicomTag.SOPClassUID, Class).Set(DicomTag.SOPInstanceUID, instance).Set(DicomTag.SeriesInstanceUID, series).Set(DicomTag.Modality, "CT");
}
