using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>All evidence data there is: what reads is written byte for byte, what does not says where and why.</summary>
public class EveryFileTests
{
    private static readonly string[] Sets = ["petct/ACRIN_042", "ctmr/STS_001", "ctmr/STS_009", "odd/geometry"];

    [Fact]
    public void OddFilesComeBackByteForByteOrSayWhatIsWrongWhereAndWithWhatTag()
    {
        var root = SharedData.Require("data", "odd");
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(root, "*.dcm", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            count++;
            var bytes = File.ReadAllBytes(path);
            try
            {
                Same(path, bytes, DicomFile.Parse(bytes));
                Same(path, bytes, DicomFile.Read(path));
            }
            catch (DicomFormatException refusal)
            {
                Assert.False(string.IsNullOrEmpty(refusal.Code), path);
                Assert.True(refusal.Offset is >= 0, $"{path} {refusal}");
                Assert.True(refusal.Offset <= bytes.Length, $"{path} {refusal}");
                // Only what is no element has no tag.
                Assert.True(refusal.Tag is not null || refusal.Code is "not-dicom" or "file-empty" or "meta-missing" or "meta-cut" or "transfer-syntax-missing" or "transfer-syntax-mismatch" or "element-header-cut" or "deflate-invalid" or "deflate-limit", $"{path} {refusal}");
            }
        }
        Assert.True(count > 150, $"{count} files");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void SeriesComeBackByteForByte(int set)
    {
        var count = 0;
        foreach (var path in Directory.EnumerateFiles(UnpackedSets.Require(Sets[set]), "*.dcm", SearchOption.AllDirectories))
        {
            count++;
            Same(path, File.ReadAllBytes(path), DicomFile.Read(path));
        }
        Assert.True(count > 100, $"{count} files");
    }

    private static void Same(string path, byte[] bytes, DicomFile file)
    {
        using var stream = new MemoryStream(bytes.Length);
        file.Write(stream);
        Assert.True(bytes.AsSpan().SequenceEqual(stream.GetBuffer().AsSpan(0, (int)stream.Length)), path);
        // Without the shortcut of an untouched data set: every element by itself.
        var changed = file.Dataset.Clone().Set(new DicomTag(0x0009, 0x10FE), DicomVR.LO, "X");
        changed.Remove(new DicomTag(0x0009, 0x10FE));
        stream.SetLength(0);
        file.WithDataset(changed, file.TransferSyntax).Write(stream);
        var again = stream.GetBuffer().AsSpan(0, (int)stream.Length);
        // Trailing bytes, elements out of order and twice, deflated bytes and the wrong byte counts of the meta group are not elements.
        if (file.Warnings.Count == 0 && !file.TransferSyntax.IsDeflated) Assert.True(bytes.AsSpan().SequenceEqual(again), path);
    }
}
