using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>CT and PET of a real examination, whole and by header.</summary>
public class RealSeriesTests
{
    [Theory]
    [InlineData("CT", "CT")]
    [InlineData("PT_AC", "PT")]
    public void HeadersAndPixelsOfARealSeriesAreRead(string folder, string modality)
    {
        foreach (var path in UnpackedSets.Files("petct/ACRIN_042", folder).Where((_, i) => i % 25 == 0))
        {
            var bytes = File.ReadAllBytes(path);
            var whole = DicomFile.Read(path);
            var header = DicomFile.Read(path, DicomReadOptions.Header);

            using var stream = new MemoryStream();
            whole.Write(stream);
            Assert.True(bytes.AsSpan().SequenceEqual(stream.ToArray()));
            Assert.Equal(modality, header.Dataset.GetString(DicomTag.Modality));
            Assert.Equal(whole.Dataset.Count(e => e.Tag < DicomTag.PixelData), header.Dataset.Count);
            Assert.Equal(3, header.Dataset.GetDoubles(DicomTag.ImagePositionPatient).Length);
            Assert.Equal(6, header.Dataset.GetDoubles(DicomTag.ImageOrientationPatient).Length);

            var pixels = DicomPixelData.Open(whole.Dataset, whole.TransferSyntax);
            var values = new float[pixels.Rows * pixels.Columns];
            pixels.ReadStoredValues(0, values);
            var frame = pixels.DecodeFrame(0);
            for (var i = 0; i < values.Length; i++)
            {
                var word = BitConverter.ToUInt16(frame, 2 * i);
                Assert.Equal(pixels.IsSigned ? (short)word : word, values[i]);
            }
        }
    }

    [Fact]
    public void AHeaderTakesLittleMoreThanItsOwnBytes()
    {
        var path = UnpackedSets.Files("petct/ACRIN_042", "CT")[0];
        DicomFile.Read(path, DicomReadOptions.Header);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var header = DicomFile.Read(path, DicomReadOptions.Header);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(header.Dataset.Count > 50);
        Assert.True(allocated < 64 * 1024, $"{allocated} bytes");
    }
}
