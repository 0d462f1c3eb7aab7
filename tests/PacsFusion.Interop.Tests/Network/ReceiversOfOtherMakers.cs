using System.Globalization;
using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;
using PacsFusion.Tests;

namespace PacsFusion.Interop.Tests;

public class ReceiversOfOtherMakers
{
    [Fact]
    public async Task StorescpKeepsTheDataSetThatWeSentByteForByte()
    {
        using var files = new SampleFiles(4, size: 300);
        var (scp, peer) = await StorescpAsync(files, "+B");
        await using var _ = scp;
        var report = await new StoreScu().SendAsync(peer, files.Paths, null, CancellationToken.None);
        Assert.True(report.AllStored, Describe(report) + scp.Output);
        foreach (var path in files.Paths)
        {
            var instance = DicomFile.Read(path).Dataset.GetString(DicomTag.SOPInstanceUID)!;
            var stored = Assert.Single(Directory.GetFiles(Path.Combine(files.Folder, "in"), "*" + instance));
            Assert.Equal(DataSet(path), DataSet(stored));
        }
    }

    [Theory]
    [InlineData("syntax")]
    [InlineData("private")]
    [InlineData("charset")]
    [InlineData("multiframe")]
    public async Task StorescpTakesOddFilesThatOthersMade(string folder)
    {
        var odd = Directory.GetFiles(SharedData.Require("data", "odd", folder), "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal).ToList();
        Assert.SkipWhen(odd.Count == 0, $"no file in data/odd/{folder}");
        using var files = new SampleFiles();
        var (scp, peer) = await StorescpAsync(files, "+B", "+xa");
        await using var _ = scp;
        var report = await new StoreScu().SendAsync(peer, odd, null, CancellationToken.None);
        // Only what cannot be read, or what storescp has no context for, may stay behind; nothing may break the association.
        Assert.All(report.Files, f => Assert.True(f.IsStored || f.Status is null, $"{Path.GetFileName(f.Path)}: {f.Code} {f.Text}"));
        Assert.Null(report.Failure);
        Assert.Contains(report.Files, f => f.IsStored);
    }

    [Fact]
    public async Task ACompressedFileIsNotSentWhereThePeerTakesOnlyUncompressed()
    {
        using var files = new SampleFiles(1);
        var rle = Path.Combine(files.Folder, "rle.dcm");
        Assert.Equal(0, (await Tool.RunAsync("dcmcrle", files.Folder, files.Paths[0], rle)).ExitCode);
        var (scp, peer) = await StorescpAsync(files, "+x=");
        await using var _ = scp;
        var report = await new StoreScu().SendAsync(peer, [rle, files.Paths[0]], null, CancellationToken.None);
        Assert.Equal(["no-presentation-context", "stored"], report.Files.Select(f => f.Code));
    }

    [Fact]
    public async Task ExplicitFilesReachAPeerThatTakesOnlyImplicit()
    {
        using var files = new SampleFiles(1);
        var (scp, peer) = await StorescpAsync(files, "+xi");
        await using var _ = scp;
        var report = await new StoreScu().SendAsync(peer, files.Paths, null, CancellationToken.None);
        Assert.Equal(("stored", DicomTransferSyntax.ImplicitVRLittleEndian.Uid), (report.Files[0].Code, report.Files[0].TransferSyntaxUid));
        var stored = DicomFile.Read(Assert.Single(Directory.GetFiles(Path.Combine(files.Folder, "in")))).Dataset;
        Assert.True(DicomFile.Read(files.Paths[0]).Dataset.GetBytes(DicomTag.PixelData).Span.SequenceEqual(stored.GetBytes(DicomTag.PixelData).Span));
    }

    [Fact]
    public async Task ARefusedAssociationSaysWhoRefusesAndThatItIsPermanent()
    {
        using var files = new SampleFiles(1);
        var (scp, peer) = await StorescpAsync(files, "--refuse");
        await using var _ = scp;
        var error = await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(peer, [new(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid])]));
        Assert.False(error.IsTransient);
        Assert.Equal(1, error.Rejection.Source);
        var report = await new StoreScu().SendAsync(peer, files.Paths, null, CancellationToken.None);
        Assert.Equal("association-rejected", Assert.Single(report.Files).Code);
    }

    [Theory]
    [InlineData("--abort-after")]
    [InlineData("--abort-during")]
    public async Task AnAbortOfThePeerIsNamedAsSuch(string option)
    {
        using var files = new SampleFiles(2, size: 1000);
        var (scp, peer) = await StorescpAsync(files, option);
        await using var _ = scp;
        var report = await new StoreScu().SendAsync(peer, files.Paths, null, CancellationToken.None);
        Assert.All(report.Files, f => Assert.Equal("aborted-by-peer", f.Code));
        Assert.All(report.Files, f => Assert.True(f.IsTransient));
        Assert.IsType<AssociationAbortedException>(report.Failure);
    }

    [Fact]
    public async Task OrthancAnswersEchoStoresAndFindsWhatWasStored()
    {
        using var files = new SampleFiles(6, size: 128);
        var port = Tool.FreePort();
        var settings = Path.Combine(files.Folder, "pacs.json");
        var data = files.SubFolder("db");
        await File.WriteAllTextAsync(settings, $$"""
            { "Name": "PACS", "DicomAet": "ORTHANC", "DicomPort": {{port}}, "HttpServerEnabled": false, "StorageDirectory": "{{data}}", "IndexDirectory": "{{data}}",
              "Plugins": [], "DicomCheckCalledAet": true, "DicomAlwaysAllowStore": true, "DicomAlwaysAllowEcho": true, "DicomAlwaysAllowFind": true }
            """);
        await using var orthanc = Tool.Start("Orthanc", files.Folder, settings);
        var peer = new DicomPeer("127.0.0.1", port, "ORTHANC", "NODE");
        await orthanc.ReadyAsync(() => EchoAsync(peer));

        var wrong = await Assert.ThrowsAsync<AssociationRejectedException>(() => DicomClient.ConnectAsync(peer with { CalledAeTitle = "OTHER" }, [new(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid])]));
        Assert.Equal(AssociationRejection.CalledAeTitleNotRecognized, wrong.Rejection);

        var report = await new StoreScu().SendAsync(peer, files.Paths, null, CancellationToken.None);
        Assert.True(report.AllStored, Describe(report) + orthanc.Output);

        await using var client = await DicomClient.ConnectAsync(peer, [new(DicomUid.StudyRootQueryRetrieveFind, [DicomTransferSyntax.ExplicitVRLittleEndian.Uid, DicomTransferSyntax.ImplicitVRLittleEndian.Uid])]);
        var keys = new DicomDataset().Set(DicomTag.QueryRetrieveLevel, "IMAGE").Set(DicomTag.StudyInstanceUID, SampleFiles.Study).Set(DicomTag.SeriesInstanceUID, SampleFiles.Series)
            .SetEmpty(DicomTag.SOPInstanceUID).SetEmpty(DicomTag.InstanceNumber);
        var found = new List<string>();
        await foreach (var match in client.FindAsync(DicomUid.StudyRootQueryRetrieveFind, keys)) found.Add(match.Identifier.GetString(DicomTag.SOPInstanceUID)!);
        Assert.Equal(Enumerable.Range(1, 6).Select(SampleFiles.Instance).Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));

        // Left after the first match: the association must stay good for the next query.
        await foreach (var match in client.FindAsync(DicomUid.StudyRootQueryRetrieveFind, keys)) break;
        keys = new DicomDataset().Set(DicomTag.QueryRetrieveLevel, "SERIES").Set(DicomTag.StudyInstanceUID, SampleFiles.Study).SetEmpty(DicomTag.SeriesInstanceUID).SetEmpty(DicomTag.NumberOfSeriesRelatedInstances);
        var series = new List<FindResult>();
        await foreach (var match in client.FindAsync(DicomUid.StudyRootQueryRetrieveFind, keys)) series.Add(match);
        Assert.Equal((SampleFiles.Series, 6), (Assert.Single(series).Identifier.GetString(DicomTag.SeriesInstanceUID), series[0].Identifier.GetInt(DicomTag.NumberOfSeriesRelatedInstances)));
        await client.ReleaseAsync(CancellationToken.None);
    }

    private static async Task<(Tool Scp, DicomPeer Peer)> StorescpAsync(SampleFiles files, params string[] options)
    {
        var port = Tool.FreePort();
        var scp = Tool.Start("storescp", files.Folder, ["-v", "-od", files.SubFolder("in"), .. options, port.ToString(CultureInfo.InvariantCulture)]);
        var peer = new DicomPeer("127.0.0.1", port, "STORES", "NODE");
        await scp.ReadyAsync(() => EchoAsync(peer));
        return (scp, peer);
    }

    /// <summary>Whether somebody answers there, a rejection included.</summary>
    private static async Task<bool> EchoAsync(DicomPeer peer)
    {
        try
        {
            await using var client = await DicomClient.ConnectAsync(peer, [new(DicomUid.Verification, [DicomTransferSyntax.ImplicitVRLittleEndian.Uid])]);
            await client.EchoAsync(CancellationToken.None);
            await client.ReleaseAsync(CancellationToken.None);
            return true;
        }
        catch (AssociationRejectedException)
        {
            return true;
        }
        catch (DicomNetworkException)
        {
            return false;
        }
    }

    private static string Describe(StoreReport report) => string.Join('\n', report.Files.Select(f => $"{Path.GetFileName(f.Path)}: {f.Code} {f.Text}"));

    private static byte[] DataSet(string path)
    {
        var bytes = File.ReadAllBytes(path);
        // Group 0002 begins behind the prefix with its length: 8 bytes of head, 4 of value.
        return bytes[(144 + BitConverter.ToInt32(bytes, 140))..];
    }
}
