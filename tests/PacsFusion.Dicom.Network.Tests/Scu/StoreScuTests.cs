namespace PacsFusion.Dicom.Network.Tests;

public sealed class StoreScuTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("store-scu-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task FilesArriveVerbatimInTheirOwnSyntax()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var files = new[]
        {
            Write("a.dcm", "1.2.1", DicomTransferSyntax.ExplicitVRLittleEndian), Write("b.dcm", "1.2.2", DicomTransferSyntax.ImplicitVRLittleEndian),
            Write("c.dcm", "1.2.3", DicomTransferSyntax.DeflatedExplicitVRLittleEndian), Write("d.dcm", "1.2.4", DicomTransferSyntax.ExplicitVRBigEndian),
        };
        var seen = new List<string>();
        var report = await new StoreScu().SendAsync(server.Peer, files, new Heard(o => seen.Add(o.Path)), CancellationToken.None);
        Assert.True(report.AllStored, string.Join(' ', report.Files.Select(f => f.Text)));
        Assert.Equal(files, seen);
        Assert.Equal(1, report.Associations);
        Assert.Equal(files.Length, server.Store.Objects.Count);
        foreach (var (file, stored) in files.Zip(server.Store.Objects))
        {
            Assert.Equal(DicomFile.Read(file).TransferSyntax.Uid, stored.Request.TransferSyntaxUid);
            // A deflated data set of odd length has a zero byte more.
            var sent = File.ReadAllBytes(file).AsSpan();
            Assert.True(sent.EndsWith(stored.Data) || (stored.Data[^1] == 0 && sent.EndsWith(stored.Data.AsSpan()[..^1])));
            Assert.Equal(Content(file), DicomDataset.Parse(stored.Data, DicomTransferSyntax.Find(stored.Request.TransferSyntaxUid)!).Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        }
    }

    [Fact]
    public async Task APeerThatTakesOnlyTheDefaultSyntaxGetsTheDataSetWrittenAnew()
    {
        await using var server = await ServerUnderTest.StartAsync(policy: new OnlyImplicit());
        var file = Write("a.dcm", "1.2.1", DicomTransferSyntax.ExplicitVRLittleEndian);
        var compressed = Write("b.dcm", "1.2.2", DicomTransferSyntax.RleLossless);
        var report = await new StoreScu().SendAsync(server.Peer, [compressed, file], null, CancellationToken.None);
        Assert.Equal(["no-presentation-context", "stored"], report.Files.Select(f => f.Code));
        Assert.Equal(Wire.Ile, report.Files[1].TransferSyntaxUid);
        var stored = Assert.Single(server.Store.Objects);
        Assert.Equal(Content(file), DicomDataset.Parse(stored.Data, DicomTransferSyntax.ImplicitVRLittleEndian).Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
    }

    [Fact]
    public async Task EveryFileEndsAsAValue()
    {
        await using var server = await ServerUnderTest.StartAsync();
        server.Store.Answer = r => r.SopInstanceUid == "1.2.2" ? DimseStatus.OutOfResources : r.SopInstanceUid == "1.2.3" ? new DimseStatus(0xB000) : DimseStatus.Success;
        File.WriteAllText(Path.Combine(_folder, "text.dcm"), "no DICOM file at all, whatever its name says");
        var report = await new StoreScu().SendAsync(
            server.Peer,
            [
                Path.Combine(_folder, "absent.dcm"), Path.Combine(_folder, "text.dcm"), Write("a.dcm", "1.2.1", DicomTransferSyntax.ExplicitVRLittleEndian),
                Write("b.dcm", "1.2.2", DicomTransferSyntax.ExplicitVRLittleEndian), Write("c.dcm", "1.2.3", DicomTransferSyntax.ExplicitVRLittleEndian),
            ],
            null,
            CancellationToken.None);
        Assert.Equal(["file-unreadable", "not-dicom", "stored", "refused-by-peer", "stored-with-warning"], report.Files.Select(f => f.Code));
        Assert.Equal([false, false, true, false, true], report.Files.Select(f => f.IsStored));
        Assert.True(report.Files[3].IsTransient);
        Assert.Null(report.Failure);
    }

    [Fact]
    public async Task APeerThatIsNotThereIsAValueToo()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var peer = server.Peer;
        await server.Server.StopAsync(TimeSpan.Zero, CancellationToken.None);
        var report = await new StoreScu().SendAsync(peer, [Write("a.dcm", "1.2.1", DicomTransferSyntax.ExplicitVRLittleEndian)], null, CancellationToken.None);
        Assert.Equal("peer-unreachable", Assert.Single(report.Files).Code);
        Assert.True(report.Files[0].IsTransient);
        Assert.IsType<PeerUnreachableException>(report.Failure);
    }

    [Fact]
    public void MoreContextsThanOneAssociationTakesAreDealtOverSeveral()
    {
        var files = Enumerable.Range(0, 100).Select(i => new FileToSend(i, "f", $"1.2.{i}", "1", DicomTransferSyntax.ExplicitVRLittleEndian, 0, 0)).ToList();
        var (batch, proposals) = StoreScu.Plan(files);
        Assert.Equal((64, 128), (batch.Count, proposals.Count));
        Assert.Equal(36, StoreScu.Plan(files[64..]).Batch.Count);
        Assert.All(proposals, p => Assert.Single(p.TransferSyntaxes));
    }

    [Fact]
    public async Task ManyClassesGoOverSeveralAssociations()
    {
        await using var server = await ServerUnderTest.StartAsync();
        var files = Enumerable.Range(0, 70).Select(i => Write($"{i}.dcm", $"1.2.{i}", DicomTransferSyntax.ExplicitVRLittleEndian, $"1.2.840.99.{i}")).ToList();
        var report = await new StoreScu().SendAsync(server.Peer, files, null, CancellationToken.None);
        Assert.True(report.AllStored);
        Assert.Equal(2, report.Associations);
    }

    [Fact]
    public async Task AfterAnAbortTheRestGoesOverANewAssociation()
    {
        AssociationInfo? first = null;
        var calls = 0;
        DicomServer? aborting = null;
        var store = new StoreOf((request, _) =>
        {
            first ??= request.Association;
            // The second object of the first association never gets an answer.
            return ++calls == 2 && request.Association == first
                ? ValueTask.FromResult<IStoreReceiver>(new ReceiverOf { Complete = async token => { await Task.Delay(Timeout.Infinite, token); return default; } })
                : ValueTask.FromResult<IStoreReceiver>(new ReceiverOf());
        });
        await using var server = await ServerUnderTest.StartAsync(store: store);
        aborting = server.Server;
        var files = Enumerable.Range(0, 4).Select(i => Write($"{i}.dcm", $"1.2.{i}", DicomTransferSyntax.ExplicitVRLittleEndian)).ToList();
        var report = await new StoreScu(new DicomClientOptions { ResponseTimeout = TimeSpan.FromMilliseconds(500) }).SendAsync(server.Peer, files, null, CancellationToken.None);
        Assert.Equal(["stored", "response-timeout", "stored", "stored"], report.Files.Select(f => f.Code));
        Assert.Equal(2, report.Associations);
        Assert.NotNull(aborting);
    }

    private static byte[] Content(string file) => DicomFile.Read(file).Dataset.Encode(DicomTransferSyntax.ExplicitVRLittleEndian);

    private string Write(string name, string instance, DicomTransferSyntax syntax, string sopClass = Wire.CtClass)
    {
        var dataset = new DicomDataset().Set(DicomTag.SOPClassUID, sopClass).Set(DicomTag.SOPInstanceUID, instance).Set(DicomTag.Modality, "CT").Set(DicomTag.Rows, 3);
        var path = Path.Combine(_folder, name);
        new DicomFile(dataset, syntax).Write(path);
        return path;
    }

    private sealed class Heard(Action<StoreOutcome> hear) : IProgress<StoreOutcome>
    {
        public void Report(StoreOutcome value) => hear(value);
    }

    private sealed class OnlyImplicit : IAssociationPolicy
    {
        public AssociationDecision Decide(AssociationRequest request) => AssociationDecision.Accept(
            [.. request.PresentationContexts.Select(c => c.TransferSyntaxes[0] == Wire.Ile
                ? new PresentationContext(c.Id, c.AbstractSyntax, PresentationContextResult.Acceptance, Wire.Ile)
                : new PresentationContext(c.Id, c.AbstractSyntax, PresentationContextResult.TransferSyntaxesNotSupported, null))]);
    }
}
