using PacsFusion.Dicom;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Interop.Tests;

public class SendersOfOtherMakers
{
    [Fact]
    public async Task EchoscuIsAnswered()
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles();
        var (exit, output) = await Tool.RunAsync("echoscu", files.Folder, "-v", "127.0.0.1", receiver.Port);
        Assert.True(exit == 0, output);
        Assert.Equal(AssociationEndKind.Released, (await receiver.NextEndAsync()).Kind);
    }

    [Theory]
    [InlineData("-R")]
    [InlineData("--max-pdu", "4096")]
    [InlineData("--max-send-pdu", "4096")]
    [InlineData("-xi")]
    [InlineData("-xd")]
    [InlineData("-xr")]
    public async Task StorescuStoresEveryObject(params string[] options)
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles(5, size: 200);
        var (exit, output) = await Tool.RunAsync("storescu", files.Folder, ["-v", .. options, "127.0.0.1", receiver.Port, .. files.Paths]);
        Assert.True(exit == 0, output);
        AssertArrived(receiver, files);
        var end = await receiver.NextEndAsync();
        Assert.Equal((AssociationEndKind.Released, 5L, 0L), (end.Kind, end.Counts.Stored, end.Counts.Failed));
    }

    [Fact]
    public async Task StorescuRepeatsOverOneAssociation()
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles(1);
        var (exit, output) = await Tool.RunAsync("storescu", files.Folder, ["--repeat", "20", "+II", "127.0.0.1", receiver.Port, .. files.Paths]);
        Assert.True(exit == 0, output);
        Assert.Equal(20, (await receiver.NextEndAsync()).Counts.Stored);
        Assert.Equal(20, receiver.Objects.Select(o => o.Request.SopInstanceUid).Distinct().Count());
    }

    [Fact]
    public async Task StorescuThatAbortsIsToldFromOneThatReleases()
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles(1);
        await Tool.RunAsync("storescu", files.Folder, ["--abort", "127.0.0.1", receiver.Port, .. files.Paths]);
        var end = await receiver.NextEndAsync();
        Assert.Equal((AssociationEndKind.AbortedByPeer, 1L), (end.Kind, end.Counts.Stored));
    }

    [Fact]
    public async Task DcmsendReportsEverythingSent()
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles(5, size: 200);
        var report = Path.Combine(files.Folder, "report.txt");
        var (exit, output) = await Tool.RunAsync("dcmsend", files.Folder, ["-v", "+crf", report, "127.0.0.1", receiver.Port, .. files.Paths]);
        Assert.True(exit == 0, output);
        Assert.Contains("with status SUCCESS", await File.ReadAllTextAsync(report), StringComparison.Ordinal);
        AssertArrived(receiver, files);
    }

    [Fact]
    public async Task FindscuLearnsThatThereIsNoQuery()
    {
        await using var receiver = await Receiver.StartAsync();
        using var files = new SampleFiles();
        var (_, output) = await Tool.RunAsync("findscu", files.Folder, "-v", "-S", "127.0.0.1", receiver.Port, "-k", "QueryRetrieveLevel=STUDY");
        Assert.Contains("No Acceptable Presentation Contexts", output, StringComparison.OrdinalIgnoreCase);
    }

    private static void AssertArrived(Receiver receiver, SampleFiles files)
    {
        Assert.Equal(files.Paths.Count, receiver.Objects.Count);
        foreach (var (path, stored) in files.Paths.Zip(receiver.Objects))
        {
            var sent = DicomFile.Read(path).Dataset;
            var syntax = DicomTransferSyntax.Find(stored.Request.TransferSyntaxUid)!;
            var got = DicomDataset.Parse(stored.Data, syntax);
            Assert.Equal(sent.GetString(DicomTag.SOPInstanceUID), stored.Request.SopInstanceUid);
            Assert.Equal(sent.GetString(DicomTag.PatientName), got.GetString(DicomTag.PatientName));
            Assert.True(sent.GetBytes(DicomTag.PixelData).Span.SequenceEqual(got.GetBytes(DicomTag.PixelData).Span), "pixel data differ");
        }
    }
}
