using PacsFusion.Dicom;
using Xunit;

namespace PacsFusion.Fusion.Tests;

public sealed class KeyImageTests
{
    private static readonly FusionIdentity Identity = new(["aa", "bb"], "pet-ct/4", "cc", "cpu", "look");
    private static readonly SourceReference Shown = new("1.2.3", "2.25.5", DicomUid.SecondaryCaptureImageStorage, "2.25.7");

    [Fact]
    public void TheObjectIsASeriesOfItsOwnInTheSameStudyWithoutAPlaceInThePatient()
    {
        var made = Build();
        Assert.Equal("1.2.3", made.GetString(DicomTag.StudyInstanceUID));
        Assert.Equal("Müller^Änne", made.GetString(DicomTag.PatientName));
        Assert.NotEqual(Identity.SeriesInstanceUid, made.GetString(DicomTag.SeriesInstanceUID));
        Assert.Equal("109001", made.GetString(DicomTag.SeriesNumber));
        foreach (var tag in (DicomTag[])[DicomTag.FrameOfReferenceUID, DicomTag.ImagePositionPatient, DicomTag.PixelSpacing]) Assert.False(made.Contains(tag));
        Assert.Equal("2.25.7", made.GetItem(DicomTag.SourceImageSequence)!.GetString(DicomTag.ReferencedSOPInstanceUID));
        Assert.True(SecondaryCaptureBuilder.IsOwnObject(made));
    }

    [Fact]
    public void TheSameContentGivesTheSameBytes() =>
        Assert.Equal(Build().Encode(DicomTransferSyntax.ExplicitVRLittleEndian), Build().Encode(DicomTransferSyntax.ExplicitVRLittleEndian));

    [Fact]
    public async Task TheValidatorFindsNoError()
    {
        var path = Path.Combine(Path.GetTempPath(), $"fusion-key-{Environment.ProcessId}.dcm");
        try
        {
            new DicomFile(Build(), DicomTransferSyntax.ExplicitVRLittleEndian).Write(path);
            var said = await CompositionSamples.ValidateAsync(path);
            Assert.DoesNotContain(said.Split('\n'), line => line.StartsWith("Error", StringComparison.Ordinal));
            Assert.Contains("SCImage", said, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void EveryWarningTooManyIsCountedAndTheColoursOfTheScaleAreThoseOfTheMap()
    {
        var few = KeyImageRenderer.Render(Content(["a"]), new PictureFont());
        var many = KeyImageRenderer.Render(Content([.. Enumerable.Range(0, 40).Select(i => $"warning {i} that says something at some length, so that it takes room")]), new PictureFont());
        Assert.NotEqual(few.Pixels.ToArray(), many.Pixels.ToArray());
        // The moving scale ends in white, the fixed one's black end lies at its left.
        var at = 3 * ((84 + 440 + 12 + 8) * KeyImageRenderer.Side);
        Assert.Equal([255, 255, 255], few.Pixels.Slice(at + 3 * (16 + 512 + 255), 3).ToArray());
        Assert.Equal([0, 0, 0], few.Pixels.Slice(at + 3 * 16, 3).ToArray());
        // Nothing is written over the origin's lines.
        Assert.Equal(few.Pixels[(3 * (KeyImageRenderer.Side - 44) * KeyImageRenderer.Side)..].ToArray(), many.Pixels[(3 * (KeyImageRenderer.Side - 44) * KeyImageRenderer.Side)..].ToArray());
    }

    [Fact]
    public void EveryFigureIsDrawnAndTheMeaningsOfTheMatrixFitOnTheirLines()
    {
        Assert.All(FusionMetricDefinition.All.Where(definition => definition.InMatrix), definition => Assert.InRange(definition.Text.Length, 1, KeyImageRenderer.MeaningLength));
        var figures = FusionMetricDefinition.All.Select(definition => new KeyImageFigure(definition.Key, "123.456", definition.InMatrix ? definition.Text : "")).ToList();
        var full = Draw(figures);
        // Whichever is left out changes the picture, so each of them is on it; and none leaves it at the right.
        for (var i = 0; i < figures.Count; i++) Assert.NotEqual(full, Draw([.. figures.Take(i), .. figures.Skip(i + 1)]));
        for (var y = 0; y < KeyImageRenderer.Side; y++) Assert.Equal([0, 0, 0], full.AsSpan(3 * (y * KeyImageRenderer.Side + KeyImageRenderer.Side - 10), 30).ToArray().Take(3));

        static byte[] Draw(IReadOnlyList<KeyImageFigure> figures) => KeyImageRenderer.Render(Content([]) with { Metrics = figures }, new PictureFont()).Pixels.ToArray();
    }

    [Fact]
    public void WithoutAStudyThereIsNoObject()
    {
        var header = CompositionSamples.FixedHeader();
        header.Remove(DicomTag.StudyInstanceUID);
        var refusal = new KeyImageBuilder(CompositionSamples.Series(Identity)).Build(new PngImage(1, 1, 3, new byte[3]), header, Shown, "x").Refusal!;
        Assert.Equal(FusionReasons.SourceHeaderIncomplete, refusal.Code);
    }

    private static DicomDataset Build() => new KeyImageBuilder(CompositionSamples.Series(Identity))
        .Build(KeyImageRenderer.Render(Content(["alignment not confirmed"]), new PictureFont()), CompositionSamples.FixedHeader(), Shown, "PacsFusion key image (research use only)").Value;

    private static KeyImageContent Content(IReadOnlyList<string> warnings) => new()
    {
        Title = "CT + PT fused",
        Views = [new PngImage(4, 4, 3, new byte[48]), new PngImage(4, 2, 3, new byte[24]), new PngImage(2, 4, 1, new byte[8])],
        Scales = [new KeyImageScale("CT", -160, 240, "HU", ColourMap.Grey), new KeyImageScale("PT", 0, 10, "SUVbw", ColourMap.HotIron)],
        Alignment = [new KeyImageFigure("uptakeInBody", "0.97")],
        Metrics = [.. Enumerable.Range(0, 12).Select(i => new KeyImageFigure($"M{i}", "0.5"))],
        Warnings = warnings,
        Origin = ["rule pet-ct 4", "model net 1.0.0", "PacsFusion Node 0.1.0"],
    };
}
