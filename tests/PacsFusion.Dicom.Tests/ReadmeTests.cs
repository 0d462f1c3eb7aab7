using System.Security.Cryptography;
using System.Text.RegularExpressions;
using PacsFusion.Tests;

namespace PacsFusion.Dicom.Tests;

/// <summary>The five examples of the library's README, run; their text here and there is the same.</summary>
public sealed partial class ReadmeTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("pacsfusion-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void TheExamplesRun()
    {
        var path = Path.Combine(_folder.FullName, "in.dcm");
        var output = Path.Combine(_folder.FullName, "out.dcm");
        new DicomFile(Image(), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
        {
            // example: read
            var file = DicomFile.Read(path);
            string? name = file.Dataset.GetString(DicomTag.PatientName);
            double[] spacing = file.Dataset.GetDoubles(DicomTag.PixelSpacing);
            foreach (var warning in file.Warnings) Console.WriteLine($"{warning.Code} {warning.Tag} at {warning.Offset}");
            // end
            Assert.Equal(("DOE^JANE", 0.5), (name, spacing[1]));
        }
        {
            // example: header
            var header = DicomFile.Read(path, DicomReadOptions.Header).Dataset;
            foreach (var element in header) Console.WriteLine($"{element.Tag} {element.VR} {element.Tag.Keyword}");
            // end
            Assert.False(header.Contains(DicomTag.PixelData));
        }
        {
            // example: write
            var changed = DicomFile.Read(path).Dataset.Clone();
            changed.Set(DicomTag.PatientName, "山田^太郎").Set(DicomTag.SOPInstanceUID, DicomUid.FromHash(SHA256.HashData("example"u8))).Remove(DicomTag.PatientBirthDate);
            new DicomFile(changed, DicomTransferSyntax.ExplicitVRLittleEndian).Write(output);
            // end
            Assert.Equal("山田^太郎", DicomFile.Read(output).Dataset.GetString(DicomTag.PatientName));
        }
        {
            // example: pixels
            var image = DicomFile.Read(path);
            var pixels = DicomPixelData.Open(image.Dataset, image.TransferSyntax);
            var values = new float[pixels.Rows * pixels.Columns];
            for (var frame = 0; frame < pixels.NumberOfFrames; frame++) pixels.ReadStoredValues(frame, values);
            // end
            Assert.Equal([1, 2, 3, 4], values);
        }
        {
            // example: convert
            DicomTranscoder.Transcode(DicomFile.Read(path), DicomTransferSyntax.RleLossless).Write(output);
            string json = DicomJson.Write(DicomFile.Read(output).Dataset);
            // end
            Assert.Contains("\"00100010\"", json, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void TheExamplesOfTheReadmeAreThese()
    {
        var readme = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "src", "PacsFusion.Dicom", "README.md"));
        var code = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "tests", "PacsFusion.Dicom.Tests", "ReadmeTests.cs"));
        var shown = Shown().Matches(readme).ToDictionary(m => m.Groups[1].Value, m => Lines(m.Groups[2].Value));
        var run = Run().Matches(code).ToDictionary(m => m.Groups[1].Value, m => Lines(m.Groups[2].Value));
        Assert.Equal(5, shown.Count);
        Assert.Equal(run.Keys.Order(), shown.Keys.Order());
        Assert.All(shown, pair => Assert.Equal(run[pair.Key], pair.Value));
    }

    private static List<string> Lines(string text) => [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];

    private static DicomDataset Image() => new DicomDataset()
        .Set(DicomTag.SOPClassUID, DicomUid.CTImageStorage).Set(DicomTag.SOPInstanceUID, "1.2.3").Set(DicomTag.PatientName, "DOE^JANE").Set(DicomTag.PatientBirthDate, "19700101")
        .Set(DicomTag.PixelSpacing, [0.7, 0.5]).Set(DicomTag.SamplesPerPixel, 1).Set(DicomTag.PhotometricInterpretation, "MONOCHROME2").Set(DicomTag.Rows, 2).Set(DicomTag.Columns, 2)
        .Set(DicomTag.BitsAllocated, 8).Set(DicomTag.BitsStored, 8).Set(DicomTag.HighBit, 7).Set(DicomTag.PixelRepresentation, 0)
        .SetBytes(DicomTag.PixelData, DicomVR.OB, new byte[] { 1, 2, 3, 4 });

    [GeneratedRegex("<!-- example: (\\w+) -->\\s*```csharp\\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shown();

    [GeneratedRegex("^ +// example: (\\w+)\\n(.*?)^ +// end$", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Run();
}
