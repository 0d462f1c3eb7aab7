using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

public sealed class SeriesFactsTests
{
    [Theory]
    [InlineData(-3000, -2000)]
    [InlineData(-2000, -3000)]
    public void A_range_of_padding_is_no_value(int padding, int limit)
    {
        var slices = new FieldStack().Single();
        var stored = Enumerable.Range(0, 35).Select(i => (short)(100 + i)).ToArray();
        (stored[5], stored[6], stored[7], stored[8]) = (-2000, -2500, -3000, -3001);
        foreach (var slice in slices) slice.SetPixels(stored).Set(DicomTag.PixelPaddingValue, padding).Set(DicomTag.PixelPaddingRangeLimit, limit);

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal([false, false, false, true], new[] { 5, 6, 7, 8 }.Select(i => series.Volume.IsCovered(i % 7, i / 7, 4)));
        Assert.Equal((-300.1, 13.4), (series.Facts.Min, series.Facts.Max), (a, b) => Math.Abs(a.Item1 - b.Item1) < 1e-3 && Math.Abs(a.Item2 - b.Item2) < 1e-3);
        Assert.Equal(32.0 / 35, series.Facts.CoveredShare, 9);
    }

    [Theory]
    [InlineData("MR", true)]
    [InlineData("PT", true)]
    [InlineData("CT", false)]
    public void Zero_is_a_signal_where_it_can_be_one(string modality, bool covered)
    {
        var slices = SeriesBuilder.Ct();
        foreach (var slice in slices)
            slice.Set(DicomTag.Modality, modality).Set(DicomTag.SOPClassUID, modality switch { "MR" => DicomUid.MRImageStorage, "PT" => DicomUid.PositronEmissionTomographyImageStorage, _ => DicomUid.CTImageStorage })
                .Set(DicomTag.PixelPaddingValue, 0).SetPixels([.. Enumerable.Range(0, 30).Select(i => (short)i)]);

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(covered, series.Volume.IsCovered(0, 0, 2));
        Assert.True(series.Volume.IsCovered(1, 0, 2));
    }

    [Theory]
    [InlineData("MONOCHROME1", null)]
    [InlineData("MONOCHROME2", "INVERSE")]
    public void Mr_meant_to_be_shown_inverted_is_turned_over_within_its_range(string photometric, string? shape)
    {
        var stack = new FieldStack();
        List<DicomDataset> Slices() => [.. stack.Single().Select(slice => shape is null ? slice.Set(DicomTag.PhotometricInterpretation, photometric) : slice.Set(DicomTag.PresentationLUTShape, shape))];
        using var plain = SeriesBuilder.Read(stack.Single()).Value;

        using var inverted = SeriesBuilder.Read(Slices()).Value;

        Assert.Equal(ImagingReasons.InvertedDisplay, Assert.Single(inverted.Warnings).Code);
        Assert.Equal((plain.Facts.Min, plain.Facts.Max), (inverted.Facts.Min, inverted.Facts.Max));
        for (var k = 0; k < 6; k++) Assert.Equal(plain.Facts.Min + plain.Facts.Max - plain.Volume[3, 1, k], inverted.Volume[3, 1, k], 1e-3);
        Assert.Equal(inverted.Max, inverted.Volume[0, 0, 0], 1e-3);
        Assert.Equal(stack.Position(0), inverted.MaxAt);
        Assert.True(inverted.Facts.IsShownInverted);
    }

    [Fact]
    public void Hounsfield_units_and_uptake_stay_what_they_are_however_they_are_shown()
    {
        var ct = SeriesBuilder.Ct();
        ct.ForEach(slice => slice.Set(DicomTag.PhotometricInterpretation, "MONOCHROME1"));

        using var series = SeriesBuilder.Read(ct).Value;

        Assert.Equal(0, SeriesBuilder.Error(series));
        Assert.Empty(series.Warnings);
    }

    [Theory]
    [InlineData(new[] { "NO", "NO" }, false)]
    [InlineData(new[] { "NO", "YES" }, true)]
    [InlineData(new[] { "NO", "" }, null)]
    public void Burned_in_annotation_counts_on_any_slice(string[] said, bool? expected)
    {
        var slices = SeriesBuilder.Ct(4);
        for (var k = 0; k < 4; k++) slices[k].Set(DicomTag.BurnedInAnnotation, said[k / 2]);

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(expected, series.Facts.HasBurnedInAnnotation);
    }

    [Theory]
    [InlineData("01", new[] { "12.5" }, true, 12.5)]
    [InlineData("01", new[] { "4", "15" }, true, 15.0)]
    [InlineData("01", new string[0], true, null)]
    [InlineData("00", new[] { "12.5" }, false, null)]
    public void Lossy_compression_is_what_the_header_says(string lossy, string[] ratios, bool isLossy, double? ratio)
    {
        var slices = SeriesBuilder.Ct(4);
        slices[2].Set(DicomTag.LossyImageCompression, lossy).Set(DicomTag.LossyImageCompressionRatio, ratios);

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal((isLossy, ratio), (series.Facts.IsLossy, series.Facts.LossyRatio));
    }

    public static TheoryData<string, Action<List<DicomDataset>>> Mismatches => new()
    {
        { "a slice of another modality", slices => slices[2].Set(DicomTag.Modality, "PT") },
        { "no modality", slices => slices[1].Remove(DicomTag.Modality) },
        { "a PET among CT", slices => slices[1].Set(DicomTag.Modality, "PT").Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage) },
        { "MR objects that say CT", slices => slices.ForEach(slice => slice.Set(DicomTag.SOPClassUID, DicomUid.MRImageStorage)) },
    };

    [Theory]
    [MemberData(nameof(Mismatches), DisableDiscoveryEnumeration = true)]
    public void A_modality_that_does_not_fit_is_refused(string _, Action<List<DicomDataset>> breakIt)
    {
        var slices = SeriesBuilder.Ct();
        breakIt(slices);

        Assert.Equal(ImagingReasons.ModalityMismatch, SeriesBuilder.Read(slices).Refusal?.Code);
    }
}
