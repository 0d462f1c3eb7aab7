namespace PacsFusion.Dicom.Tests;

/// <summary>Pixel data that stay in their file until they are asked for.</summary>
public sealed class FileValueTests : IDisposable
{
    private const int Size = 300;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsfusion-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("1.2.840.10008.1.2")]
    [InlineData("1.2.840.10008.1.2.1")]
    [InlineData("1.2.840.10008.1.2.2")]
    public void ReadingAllocatesNoPixelsAndTheyAreThereWhenAskedFor(string syntax)
    {
        var path = Write(syntax, out var bytes);
        DicomFile.Read(path);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = DicomFile.Read(path);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 20_000);

        var whole = DicomFile.Read(path, new DicomReadOptions { LeaveInFile = int.MaxValue });
        Assert.Equal(whole.Dataset.Select(e => (e.Tag, e.VR, e.Length)), file.Dataset.Select(e => (e.Tag, e.VR, e.Length)));
        Assert.Equal(
            DicomPixelData.Open(whole.Dataset, whole.TransferSyntax).DecodeFrame(1), DicomPixelData.Open(file.Dataset, file.TransferSyntax).DecodeFrame(1));
        var values = new float[Size * Size];
        DicomPixelData.Open(file.Dataset, file.TransferSyntax).ReadStoredValues(1, values);
        Assert.Equal(Size * Size % 30_000, values[0]);

        using var stream = new MemoryStream();
        file.Write(stream);
        Assert.Equal(bytes, stream.ToArray());
        Assert.Equal(whole.Dataset.Encode(whole.TransferSyntax), file.Dataset.Encode(file.TransferSyntax));
        Assert.Equal(
            whole.Dataset.Clone().Set(DicomTag.PatientID, "X").Encode(DicomTransferSyntax.ExplicitVRLittleEndian),
            file.Dataset.Clone().Set(DicomTag.PatientID, "X").Encode(DicomTransferSyntax.ExplicitVRLittleEndian));
        Assert.Equal(whole.Dataset.GetBytes(DicomTag.PixelData).ToArray(), file.Dataset.GetBytes(DicomTag.PixelData).ToArray());
    }

    [Fact]
    public async Task AFileCanBeWrittenOverItself()
    {
        var path = Write("1.2.840.10008.1.2.1", out var bytes);
        (await DicomFile.ReadAsync(path, cancellationToken: TestContext.Current.CancellationToken)).Write(path);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void BytesOfAnotherFileNeverPassForThePixels()
    {
        var path = Write("1.2.840.10008.1.2.1", out var bytes);
        var file = DicomFile.Read(path);
        var gone = DicomFile.Read(path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        File.SetLastWriteTimeUtc(path, new DateTime(2001, 2, 3, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("file-changed", Assert.Throws<DicomException>(() => file.Dataset.GetBytes(DicomTag.PixelData)).Code);
        File.Delete(path);
        Assert.ThrowsAny<IOException>(() => DicomPixelData.Open(gone.Dataset, gone.TransferSyntax).DecodeFrame(0));
    }

    private string Write(string syntax, out byte[] bytes)
    {
        var pixels = new byte[2 * 2 * Size * Size];
        for (var i = 0; i < 2 * Size * Size; i++) BitConverter.TryWriteBytes(pixels.AsSpan(2 * i), (short)(i % 30_000));
        var dataset = new DicomDataset()
            .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, "1.2.3").Set(DicomTag.PatientID, "P").Set(DicomTag.NumberOfFrames, 2)
            .Set(DicomTag.SamplesPerPixel, 1).Set(DicomTag.PhotometricInterpretation, "MONOCHROME2").Set(DicomTag.Rows, Size).Set(DicomTag.Columns, Size)
            .Set(DicomTag.BitsAllocated, 16).Set(DicomTag.BitsStored, 16).Set(DicomTag.HighBit, 15).Set(DicomTag.PixelRepresentation, 1)
            .SetBytes(DicomTag.PixelData, DicomVR.OW, pixels);
        var path = Path.Combine(_folder.FullName, "image.dcm");
        new DicomFile(dataset, DicomTransferSyntax.Find(syntax)!).Write(path);
        bytes = File.ReadAllBytes(path);
        return path;
    }
}
