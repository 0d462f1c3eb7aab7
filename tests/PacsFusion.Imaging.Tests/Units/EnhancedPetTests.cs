using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>PET in one object: unit, corrections and dose stand elsewhere than in single frames, and the dose is in MBq.</summary>
public sealed class EnhancedPetTests
{
    // 70 kg, 300 MBq, one hour of fluorine before the moment that values are corrected to.
    private static readonly double s_factor = PetHeaders.CompleteFactor;

    [Theory]
    [InlineData("Bq/ml", SuvKind.BodyWeight, true, VoxelUnit.SuvBodyWeight)]
    [InlineData("{SUVbw}g/ml", SuvKind.BodyWeight, false, VoxelUnit.SuvBodyWeight)]
    [InlineData("g/ml{SUVbw}", SuvKind.BodyWeight, false, VoxelUnit.SuvBodyWeight)]
    [InlineData("{SUVlbm}g/ml", SuvKind.LeanBodyMassJames, false, VoxelUnit.SuvLeanBodyMass)]
    [InlineData("{SUVbsa}cm2/ml", SuvKind.BodySurfaceArea, false, VoxelUnit.SuvBodySurfaceArea)]
    public void The_unit_and_scale_of_the_real_world_value_mapping_hold(string code, SuvKind kind, bool isActivity, VoxelUnit unit)
    {
        var stack = new FieldStack();
        using var series = SeriesBuilder.Read([Pet(stack, code)], new() { SuvKind = kind }).Value;

        Assert.Equal(unit, series.Volume.Unit);
        Assert.True(series.Volume.Unit.IsSuv());
        Assert.InRange(stack.Error(series, isActivity ? s_factor : 1), 0, 0.06);
        Assert.Equal(kind, series.Suv!.Kind);
    }

    [Theory]
    [InlineData("{counts}", ImagingReasons.SuvUnits)]
    [InlineData(null, ImagingReasons.SuvUnits)]
    public void Without_a_unit_of_uptake_there_is_no_suv(string? code, string reason)
    {
        using var series = SeriesBuilder.Read([Pet(new(), code)]).Value;

        Assert.Equal(reason, series.Suv?.ReasonCode);
        Assert.Equal(VoxelUnit.NotQuantitative, series.Volume.Unit);
    }

    public static TheoryData<string, Action<DicomDataset>> Lacking => new()
    {
        { ImagingReasons.SuvUncorrected, pet => pet.Set(DicomTag.AttenuationCorrected, "NO") },
        { ImagingReasons.SuvTimes, pet => pet.Remove(DicomTag.DecayCorrectionDateTime) },
        { ImagingReasons.SuvWeight, pet => pet.Remove(DicomTag.PatientWeight) },
        { ImagingReasons.SuvDose, pet => pet.Tracer().Set(DicomTag.RadionuclideTotalDose, "300000000") },
        { ImagingReasons.SuvHalfLife, pet => pet.Tracer().Remove(DicomTag.RadionuclideHalfLife) },
        { ImagingReasons.SuvDecayTime, pet => pet.Set(DicomTag.DecayCorrectionDateTime, "20240229103000") },
    };

    [Theory]
    [MemberData(nameof(Lacking), DisableDiscoveryEnumeration = true)]
    public void What_is_missing_or_wrong_gives_activity_and_no_suv(string reason, Action<DicomDataset> breakIt)
    {
        var pet = Pet(new(), "Bq/ml");
        breakIt(pet);

        using var series = SeriesBuilder.Read([pet]).Value;

        Assert.Equal(reason, series.Suv?.ReasonCode);
        Assert.Equal(VoxelUnit.BecquerelPerMillilitre, series.Volume.Unit);
        Assert.InRange(new FieldStack().Error(series), 0, 0.06);
    }

    [Fact]
    public void Frames_without_decay_correction_are_decayed_each_from_its_own_time()
    {
        var pet = Pet(new(), "Bq/ml").Set(DicomTag.DecayCorrected, "NO").Set(DicomTag.AcquisitionDateTime, "20240301103000");
        foreach (var (frame, group) in pet.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence).Index())
            group.GetItem(DicomTag.FrameContentSequence)!.Set(DicomTag.FrameReferenceDateTime, frame < 3 ? "20240301103200" : "20240301104530.5");

        using var series = SeriesBuilder.Read([pet]).Value;

        for (var k = 0; k < 6; k++)
        {
            var factor = s_factor * Math.Pow(2, (k < 3 ? 120 : 930.5) / 6586.2);
            Assert.Equal(Volumes.Linear(series.Volume.Grid.ToPatient(2, 1, k)) * factor, series.Volume[2, 1, k], 0.06 * factor);
        }
    }

    [Fact]
    public void The_tracer_is_the_one_that_the_frames_use_and_of_two_there_is_no_suv()
    {
        var pet = Pet(new(), "Bq/ml");
        var other = pet.Tracer().Clone().Set(DicomTag.RadiopharmaceuticalAgentNumber, 2).Set(DicomTag.RadionuclideTotalDose, "600");
        pet.SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, pet.Tracer().Clone().Set(DicomTag.RadiopharmaceuticalAgentNumber, 1), other);

        using var both = SeriesBuilder.Read([pet]).Value;
        Assert.Equal(ImagingReasons.SuvInconsistent, both.Suv?.ReasonCode);

        pet.GetItem(DicomTag.SharedFunctionalGroupsSequence)!.SetSequence(DicomTag.RadiopharmaceuticalUsageSequence, new DicomDataset().Set(DicomTag.RadiopharmaceuticalAgentNumber, 2));
        using var second = SeriesBuilder.Read([pet]).Value;
        Assert.Equal(s_factor / 2, second.Suv!.Factor!.Value, s_factor * 1e-9);
    }

    [Fact]
    public void A_converted_pet_keeps_the_words_of_its_single_frames_and_its_rescale_per_frame()
    {
        var stack = new FieldStack();
        var pet = FieldStack.Enhanced(stack).Set(DicomTag.SOPClassUID, DicomUid.LegacyConvertedEnhancedPETImageStorage).Set(DicomTag.Modality, "PT").Set(DicomTag.PatientWeight, "70");
        var complete = PetHeaders.Complete();
        complete.Remove(DicomTag.PatientWeight);
        complete.Remove(DicomTag.Modality);
        pet.GetItem(DicomTag.SharedFunctionalGroupsSequence)!.SetSequence(DicomTag.UnassignedSharedConvertedAttributesSequence, complete);
        // A map beside the rescale must not be applied on top of it.
        pet.GetItem(DicomTag.SharedFunctionalGroupsSequence)!.SetSequence(DicomTag.RealWorldValueMappingSequence, Mapping("{SUVbw}g/ml", 0.5));
        foreach (var (frame, group) in pet.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence).Index())
            group.SetSequence(DicomTag.PixelValueTransformationSequence, FieldStack.Rescale(FieldStack.Slope * (frame + 1)));

        using var series = SeriesBuilder.Read([pet]).Value;

        Assert.Equal(s_factor, series.Suv!.Factor!.Value, s_factor * 1e-9);
        Assert.Equal(["ATTN", "DECY"], series.Facts.Corrections);
        for (var k = 0; k < 6; k++)
            Assert.Equal(Volumes.Linear(series.Volume.Grid.ToPatient(3, 2, k)) * (k + 1) * s_factor, series.Volume[3, 2, k], 0.06 * (k + 1) * s_factor);
    }

    private static DicomDataset Pet(FieldStack stack, string? code)
    {
        var pet = FieldStack.Enhanced(stack)
            .Set(DicomTag.SOPClassUID, DicomUid.EnhancedPETImageStorage)
            .Set(DicomTag.Modality, "PT")
            .Set(DicomTag.SeriesDate, "19990101").Set(DicomTag.SeriesTime, "000000")
            .Set(DicomTag.PatientWeight, "70").Set(DicomTag.PatientSize, "1.8").Set(DicomTag.PatientSex, "F")
            .Set(DicomTag.AttenuationCorrected, "YES").Set(DicomTag.DecayCorrected, "YES").Set(DicomTag.DecayCorrectionDateTime, "20240301103000")
            .SetSequence(DicomTag.RadiopharmaceuticalInformationSequence, new DicomDataset()
                .Set(DicomTag.RadiopharmaceuticalStartDateTime, "20240301093000").Set(DicomTag.RadionuclideTotalDose, "300").Set(DicomTag.RadionuclideHalfLife, "6586.2"));
        var shared = pet.GetItem(DicomTag.SharedFunctionalGroupsSequence)!;
        // The rescale leads to no unit at all here; the mapping counts from stored values.
        shared.SetSequence(DicomTag.PixelValueTransformationSequence, FieldStack.Rescale(7, 3).Set(DicomTag.RescaleType, "US"));
        if (code is not null) shared.SetSequence(DicomTag.RealWorldValueMappingSequence, Mapping("ml/100ml/s", 99), Mapping(code, FieldStack.Slope));
        return pet;
    }

    private static DicomDataset Mapping(string code, double slope) => new DicomDataset()
        .SetSequence(DicomTag.MeasurementUnitsCodeSequence, new DicomDataset().Set(DicomTag.CodeValue, code).Set(DicomTag.CodingSchemeDesignator, "UCUM"))
        .Set(DicomTag.RealWorldValueSlope, slope).Set(DicomTag.RealWorldValueIntercept, 0.0);
}
