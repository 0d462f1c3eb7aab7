using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>Each finding alone: a series that is fit but for one thing.</summary>
public sealed class FusionFitnessTests
{
    [Fact]
    public void A_sound_series_has_no_finding() => Assert.Empty(Evaluate(_ => { }));

    public static TheoryData<string, bool, Action<List<DicomDataset>>> Unfit => new()
    {
        { ImagingReasons.FitnessConstant, true, slices => slices.ForEach(slice => slice.SetPixels(Enumerable.Repeat((short)7, 36 * 34).ToArray())) },
        { ImagingReasons.FitnessTooCoarse, true, slices => slices.ForEach(slice => slice.Set(DicomTag.PixelSpacing, "12.1", "1.5")) },
        { ImagingReasons.FitnessTooCoarse, true, slices => slices.ForEach(slice => slice.Set(DicomTag.PixelSpacing, "1.5", "12.1")) },
        { ImagingReasons.FitnessTooCoarse, true, slices => { for (var k = 0; k < slices.Count; k++) slices[k].Set(DicomTag.ImagePositionPatient, "0", "0", FieldStack.Number(12.1 * k)); } },
        { ImagingReasons.FitnessGaps, false, slices => slices.ForEach(slice => slice.Set(DicomTag.SliceThickness, "1.4")) },
        { ImagingReasons.FitnessBurnedIn, true, slices => slices[3].Set(DicomTag.BurnedInAnnotation, "YES") },
        { ImagingReasons.FitnessLossy, false, slices => slices[3].Set(DicomTag.LossyImageCompression, "01").Set(DicomTag.LossyImageCompressionRatio, "10.5") },
        { ImagingReasons.FitnessLossy, false, slices => slices[3].Set(DicomTag.LossyImageCompression, "01") },
        { ImagingReasons.FitnessLossy, true, slices => slices[3].Set(DicomTag.LossyImageCompression, "01").Set(DicomTag.LossyImageCompressionRatio, "20.5") },
        { ImagingReasons.FitnessNotTomographic, true, slices => slices.ForEach(slice => slice.Set(DicomTag.ImageType, "DERIVED", "SECONDARY", "AXIAL", "MIP")) },
        { ImagingReasons.FitnessNotTomographic, true, slices => slices.ForEach(slice => slice.Set(DicomTag.ImageType, "DERIVED", "SECONDARY", "PROJECTION IMAGE")) },
        { ImagingReasons.FitnessNotTomographic, true, slices => slices.ForEach(slice => slice.Set(DicomTag.VolumeBasedCalculationTechnique, "MAX_IP")) },
        { ImagingReasons.FitnessNotTomographic, true, slices => slices.ForEach(slice => slice.Set(DicomTag.VolumetricProperties, "DISTORTED")) },
        { ImagingReasons.FitnessUncovered, true, slices => slices.ForEach(slice => slice.Set(DicomTag.PixelPaddingValue, -5).SetPixels([.. Enumerable.Range(0, 36 * 34).Select(i => (short)(i < 30 ? i : -5))])) },
        { ImagingReasons.FitnessUncorrected, false, slices => slices.ForEach(slice => slice.Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.Modality, "PT").Set(DicomTag.CorrectedImage, "DECY")) },
    };

    [Theory]
    [MemberData(nameof(Unfit), DisableDiscoveryEnumeration = true)]
    public void What_makes_a_series_unfit_is_found_by_code(string code, bool refused, Action<List<DicomDataset>> breakIt)
    {
        var finding = Assert.Single(Evaluate(breakIt));

        Assert.Equal((code, refused), (finding.Code, finding.IsRefusal));
        Assert.Contains(ImagingReasons.All, reason => reason.Code == code);
    }

    [Fact]
    public void Too_few_slices_and_too_few_pixels_are_refused()
    {
        using var series = SeriesBuilder.Read(new FieldStack { Slices = 2 }.Single(), new() { MinimumSlices = 2 }).Value;

        var findings = FusionFitness.Evaluate(series);

        Assert.Equal([ImagingReasons.FitnessTooFewSlices, ImagingReasons.FitnessTooSmall], findings.Select(finding => finding.Code));
        Assert.All(findings, finding => Assert.True(finding.IsRefusal));
        Assert.Empty(FusionFitness.Evaluate(series, new() { MinimumSize = 5, MinimumSlices = 2 }));
    }

    [Fact]
    public void Text_in_the_pixels_is_only_told_where_a_rule_allows_it_and_for_ultrasound()
    {
        var us = FieldStack.Enhanced(Stack()).Set(DicomTag.SOPClassUID, DicomUid.EnhancedUSVolumeStorage).Set(DicomTag.Modality, "US").Set(DicomTag.BurnedInAnnotation, "YES");
        using var series = SeriesBuilder.Read([us]).Value;

        Assert.False(Assert.Single(FusionFitness.Evaluate(series)).IsRefusal);
        Assert.False(Assert.Single(Evaluate(slices => slices[0].Set(DicomTag.BurnedInAnnotation, "YES"), new() { AllowBurnedInAnnotation = true })).IsRefusal);
    }

    [Fact]
    public void Refusals_come_before_warnings()
    {
        var findings = Evaluate(slices => slices.ForEach(slice => slice.Set(DicomTag.SliceThickness, "1").Set(DicomTag.BurnedInAnnotation, "YES")));

        Assert.Equal([ImagingReasons.FitnessBurnedIn, ImagingReasons.FitnessGaps], findings.Select(finding => finding.Code));
    }

    private static FieldStack Stack() => new() { Columns = 36, Rows = 34, Slices = 5 };

    private static IReadOnlyList<FitnessFinding> Evaluate(Action<List<DicomDataset>> breakIt, FitnessLimits? limits = null)
    {
        var slices = Enumerable.Range(0, 5).Select(k => Stack().Slice(k, $"1.2.3.{k}")).ToList();
        breakIt(slices);
        using var series = SeriesBuilder.Read(slices).Value;
        return FusionFitness.Evaluate(series, limits);
    }
}
