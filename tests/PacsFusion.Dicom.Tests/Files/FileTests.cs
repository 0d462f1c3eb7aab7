using System.Buffers;

namespace PacsFusion.Dicom.Tests;

public sealed class FileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-dicom-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void ReceivedBytesAreKeptVerbatimBehindTheMeta()
    {
        var dataset = new DicomDataset().Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, "1.2.3").Encode(DicomTransferSyntax.ImplicitVRLittleEndian);
        var output = new ArrayBufferWriter<byte>();
        DicomFile.WriteFileMeta(output, DicomUid.CTImageStorage, "1.2.3", DicomTransferSyntax.ImplicitVRLittleEndian.Uid, "PETCT1");
        output.Write(dataset);

        var file = DicomFile.Parse(output.WrittenMemory);

        Assert.Empty(file.Warnings);
        Assert.Equal(("PETCT1", "1.2.3"), (file.FileMeta.GetString(DicomTag.SourceApplicationEntityTitle), file.FileMeta.GetString(DicomTag.MediaStorageSOPInstanceUID)));
        Assert.Equal(DicomUid.ImplementationClass, file.FileMeta.GetString(DicomTag.ImplementationClassUID));
        Assert.True(DicomUid.ImplementationVersionName.Length <= 16 && DicomUid.IsValid(DicomUid.ImplementationClass));
        Assert.Equal(dataset, output.WrittenSpan[^dataset.Length..].ToArray());
        Assert.Equal(file.FileMeta.GetInt(DicomTag.FileMetaInformationGroupLength), output.WrittenCount - dataset.Length - 132 - 12);
    }

    [Fact]
    public async Task FilesAreWrittenAndReadBack()
    {
        var path = Path.Combine(_folder, "a.dcm");
        new DicomFile(
            new DicomDataset().Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, "1.2.3").SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[300_000]),
            DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);

        var file = await DicomFile.ReadAsync(path, cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(300_000, file.Dataset.GetBytes(DicomTag.PixelData).Length);
        var header = await DicomFile.ReadAsync(path, DicomReadOptions.Header, TestContext.Current.CancellationToken);
        Assert.Equal("1.2.3", header.Dataset.GetString(DicomTag.SOPInstanceUID));
        Assert.False(header.Dataset.Contains(DicomTag.PixelData));
        Assert.Throws<FileNotFoundException>(() => DicomFile.Read(path + ".not"));
    }

    [Fact]
    public void AHeaderOfAnySizeIsReadWithoutWhatFollows()
    {
        foreach (var text in (int[])[10, 60_000, 70_000, 900_000])
        {
            var path = Path.Combine(_folder, $"{text}.dcm");
            var dataset = new DicomDataset().Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, "1.2.3")
                .Set(DicomTag.TextValue, new string('x', text));
            new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
            using (var stream = new FileStream(path, FileMode.Append))
            {
                stream.Write(new DatasetBytes(DicomTransferSyntax.ExplicitVRLittleEndian).Header(0x7FE00010, "OW", 400_000_000).ToArray());
                // Sparse: only the length is there.
                stream.SetLength(stream.Length + 400_000_000);
            }
            DicomFile.Read(path, DicomReadOptions.Header);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var header = DicomFile.Read(path, DicomReadOptions.Header);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 3 * text + 100_000);
            Assert.Equal(text, header.Dataset.GetString(DicomTag.TextValue)!.Length);
            Assert.Equal([DicomTag.SOPClassUID, DicomTag.SOPInstanceUID, DicomTag.TextValue], header.Dataset.Select(e => e.Tag));
        }
    }

    [Fact]
    public async Task APipeOrADeviceIsNeverWaitedFor()
    {
        var path = Path.Combine(_folder, "pipe");
        var (code, _, error) = await PacsFusion.Tests.ChildProcess.RunAsync(PacsFusion.Tests.ChildProcess.Require("mkfifo"), [path]);
        Assert.True(code == 0, error);
        var link = Path.Combine(_folder, "link");
        File.CreateSymbolicLink(link, path);
        foreach (var name in (string[])[path, link, "/dev/zero"])
        {
            Assert.Equal("file-empty", Assert.Throws<DicomFormatException>(() => DicomFile.Read(name)).Code);
            Assert.Equal("file-empty", (await Assert.ThrowsAsync<DicomFormatException>(() => DicomFile.ReadAsync(name, DicomReadOptions.Header, TestContext.Current.CancellationToken))).Code);
        }
    }
}
