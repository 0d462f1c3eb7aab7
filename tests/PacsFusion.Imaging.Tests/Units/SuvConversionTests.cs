using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

public sealed class SuvConversionTests
{
    [Fact]
    public void A_complete_header_gives_the_factor_and_says_how()
    {
        var result = SuvConversion.Of([PetHeaders.Complete()]);

        Assert.Equal(PetHeaders.CompleteFactor, result.Factor!.Value, 1e-12);
        Assert.Null(result.ReasonCode);
        Assert.Contains("2^(-3600 / 6586.2)", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_earliest_bed_counts_where_the_series_was_made_again_later()
    {
        var first = PetHeaders.Complete().Set(DicomTag.SeriesTime, "150000").Set(DicomTag.AcquisitionTime, "103500");
        var second = PetHeaders.Complete().Set(DicomTag.SeriesTime, "150000").Set(DicomTag.AcquisitionTime, "103000");

        Assert.Equal(PetHeaders.CompleteFactor, SuvConversion.Of([first, second]).Factor!.Value, 1e-12);
    }

    [Fact]
    public void Beds_of_a_siemens_series_made_again_later_lead_back_to_the_scan_start()
    {
        // The second bed starts 200 s after the scan; its mean count rate holds 59.81 s later (half-life 6586.2 s, frame of 120 s).
        var bed = PetHeaders.Complete().Set(DicomTag.Manufacturer, "SIEMENS").Set(DicomTag.SeriesTime, "150000")
            .Set(DicomTag.AcquisitionTime, "103320").Set(DicomTag.FrameReferenceTime, "259873.7").Set(DicomTag.ActualFrameDuration, "120000");

        Assert.Equal(PetHeaders.CompleteFactor, SuvConversion.Of([bed]).Factor!.Value, 1e-7);
    }

    [Theory]
    [InlineData("BQML", "START", "20240302103000", ImagingReasons.SuvDecayTime)]
    [InlineData("BQML", "START", "20240228103000", ImagingReasons.SuvDecayTime)]
    [InlineData("BQML", "ADMIN", "20240302103000", ImagingReasons.SuvDecayTime)]
    [InlineData("GML", "ADMIN", "20240302103000", null)]
    public void An_injection_after_the_scan_or_days_before_is_refused_unless_values_are_suv_already(string units, string decay, string injection, string? reason)
    {
        var slice = PetHeaders.Complete().Set(DicomTag.Units, units).Set(DicomTag.DecayCorrection, decay);
        slice.Tracer().Set(DicomTag.RadiopharmaceuticalStartDateTime, injection);

        var result = SuvConversion.Of([slice]);

        Assert.Equal(reason, result.ReasonCode);
        Assert.Equal(reason is null ? 1.0 : null, result.Factor);
    }

    [Theory]
    [InlineData("Units", "PROPCNTS", ImagingReasons.SuvUnits)]
    [InlineData("Units", "", ImagingReasons.SuvUnits)]
    [InlineData("Units", "CNTS", ImagingReasons.SuvPrivateScale)]
    [InlineData("CorrectedImage", "DECY", ImagingReasons.SuvUncorrected)]
    [InlineData("DecayCorrection", "NONE", ImagingReasons.SuvDecayCorrection)]
    [InlineData("PatientWeight", "", ImagingReasons.SuvWeight)]
    [InlineData("PatientWeight", "0", ImagingReasons.SuvWeight)]
    [InlineData("PatientWeight", "70000", ImagingReasons.SuvWeight)]
    [InlineData("SeriesTime", "", null)]
    public void What_is_missing_or_implausible_gives_no_suv(string keyword, string value, string? reason)
    {
        Assert.True(DicomDictionary.TryFind(keyword, out var tag));

        Assert.Equal(reason, SuvConversion.Of([PetHeaders.Complete().Set(tag, value)]).ReasonCode);
    }

    [Theory]
    [InlineData("RadionuclideTotalDose", "300", ImagingReasons.SuvDose)]
    [InlineData("RadionuclideTotalDose", "", ImagingReasons.SuvDose)]
    [InlineData("RadionuclideTotalDose", "-300000000", ImagingReasons.SuvDose)]
    [InlineData("RadionuclideHalfLife", "", ImagingReasons.SuvHalfLife)]
    [InlineData("RadiopharmaceuticalStartTime", "", ImagingReasons.SuvTimes)]
    [InlineData("RadiopharmaceuticalStartTime", "09h30", ImagingReasons.SuvTimes)]
    public void What_the_tracer_lacks_gives_no_suv(string keyword, string value, string reason)
    {
        Assert.True(DicomDictionary.TryFind(keyword, out var tag));
        var slice = PetHeaders.Complete();
        slice.Tracer().Set(tag, value);

        var result = SuvConversion.Of([slice]);

        Assert.Equal(reason, result.ReasonCode);
        Assert.Null(result.Factor);
    }

    [Fact]
    public void Suv_by_lean_body_mass_becomes_suv_by_weight_only_where_height_and_sex_are_known()
    {
        var slice = PetHeaders.Complete().Set(DicomTag.Units, "GML").Set(DicomTag.SUVType, "LBM");

        Assert.Equal(ImagingReasons.SuvHeight, SuvConversion.Of([slice]).ReasonCode);
        slice.Set(DicomTag.PatientSize, "1.8");
        Assert.Equal(ImagingReasons.SuvSex, SuvConversion.Of([slice]).ReasonCode);
        slice.Set(DicomTag.PatientSex, "M");
        // James: 1.10 * 70 - 120 * (70 / 180)^2 = 58.8519 kg.
        Assert.Equal(70 / 58.85185, SuvConversion.Of([slice]).Factor!.Value, 1e-5);
        Assert.Equal(1, SuvConversion.Of([slice], kind: SuvKind.LeanBodyMassJames).Factor);
        Assert.Equal(ImagingReasons.SuvType, SuvConversion.Of([slice.Set(DicomTag.SUVType, "XYZ")]).ReasonCode);
    }

    [Fact]
    public void Without_decay_correction_each_slice_is_decayed_to_its_own_reference_time()
    {
        DicomDataset Slice(string reference) => PetHeaders.Complete().Set(DicomTag.CorrectedImage, "ATTN").Set(DicomTag.DecayCorrection, "NONE").Set(DicomTag.FrameReferenceTime, reference);

        var result = SuvConversion.Of([Slice("90000"), Slice("390000")]);

        Assert.Equal([PetHeaders.CompleteFactor * Math.Pow(2, 90 / 6586.2), PetHeaders.CompleteFactor * Math.Pow(2, 390 / 6586.2)], result.SliceFactors!, (a, b) => Math.Abs(a / b - 1) < 1e-9);
        Assert.Equal(result.SliceFactors![0], result.Factor);
        Assert.Equal(ImagingReasons.SuvTimes, SuvConversion.Of([Slice("90000"), Slice("")]).ReasonCode);
        Assert.Equal(ImagingReasons.SuvTimes, SuvConversion.Of([Slice("90000").Set(DicomTag.AcquisitionTime, "102900")]).ReasonCode);
        Assert.Equal(ImagingReasons.SuvDecayCorrection, SuvConversion.Of([Slice("90000").Set(DicomTag.CorrectedImage, "ATTN", "DECY")]).ReasonCode);
    }

    [Theory]
    [InlineData("1.04877", "303000", "300000", false)]
    [InlineData("1.03239", "303000", "300000", false)]
    [InlineData("1.50000", "303000", "300000", true)]
    [InlineData("1.00000", "303000", "300000", true)]
    public void A_decay_factor_that_does_not_fit_the_frames_time_is_told(string factor, string reference, string duration, bool told)
    {
        var slice = PetHeaders.Complete().Set(DicomTag.DecayFactor, factor).Set(DicomTag.FrameReferenceTime, reference).Set(DicomTag.ActualFrameDuration, duration);

        var result = SuvConversion.Of([slice]);

        Assert.Equal(PetHeaders.CompleteFactor, result.Factor!.Value, 1e-12);
        Assert.Equal(told ? [ImagingReasons.SuvDecayFactor] : [], result.Warnings.Select(warning => warning.Code));
    }

    [Theory]
    [InlineData(null, "None", ImagingReasons.SuvUncorrected)]
    [InlineData("NONE", null, ImagingReasons.SuvUncorrected)]
    [InlineData(null, null, null)]
    [InlineData("measured", "None", null)]
    public void Attenuation_correction_needs_more_than_its_name_where_the_methods_deny_it(string? attenuation, string? scatter, string? reason)
    {
        var slice = PetHeaders.Complete();
        if (attenuation is not null) slice.Set(DicomTag.AttenuationCorrectionMethod, attenuation);
        if (scatter is not null) slice.Set(DicomTag.ScatterCorrectionMethod, scatter);

        Assert.Equal(reason, SuvConversion.Of([slice]).ReasonCode);
    }

    [Fact]
    public void Two_administrations_give_no_suv()
    {
        var slice = PetHeaders.Complete();
        slice.SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, slice.Tracer().Clone(), slice.Tracer().Clone());

        Assert.Equal(ImagingReasons.SuvInconsistent, SuvConversion.Of([slice]).ReasonCode);
    }

    [Fact]
    public void Slices_that_disagree_in_dose_give_no_suv()
    {
        var other = PetHeaders.Complete();
        other.Tracer().Set(DicomTag.RadionuclideTotalDose, "310000000");

        Assert.Equal(ImagingReasons.SuvInconsistent, SuvConversion.Of([PetHeaders.Complete(), other]).ReasonCode);
    }

    [Fact]
    public void Philips_elements_are_found_by_their_creator_not_by_a_fixed_block()
    {
        var slice = PetHeaders.Complete().Set(DicomTag.Units, "CNTS");
        PetHeaders.AddPhilips(slice, "0.000551 ", "1.6", block: 0x42);

        Assert.Equal(0.000551, SuvConversion.Of([slice]).Factor!.Value, 1e-12);
    }

    [Theory]
    [InlineData("20240301103000.5", null, "2024-03-01 10:30:00.5")]
    [InlineData("20240301103000+0200", "+0100", "2024-03-01 09:30:00")]
    [InlineData("20240301103000-0500", null, "2024-03-01 10:30:00")]
    [InlineData("2024030110", null, "2024-03-01 10:00:00")]
    [InlineData("20240301", null, null)]
    [InlineData("20240301250000", null, null)]
    public void A_date_time_keeps_its_clock_and_converts_only_between_known_zones(string text, string? zone, string? expected) =>
        Assert.Equal(expected is null ? null : DateTime.Parse(expected, System.Globalization.CultureInfo.InvariantCulture), DicomClock.DateAndTime(text, zone));
}
