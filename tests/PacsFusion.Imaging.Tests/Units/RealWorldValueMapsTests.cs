using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

public sealed class RealWorldValueMapsTests
{
    [Theory]
    [InlineData(1.0, true)]
    [InlineData(1.009, true)]
    [InlineData(1.011, false)]
    [InlineData(0.001, false)]
    [InlineData(-1.0, false)]
    public void A_map_is_compared_within_one_percent_and_never_used(double ratio, bool agrees)
    {
        using var pet = Pet(sameSlope: true);

        var comparison = Assert.Single(RealWorldValueMaps.Compare(pet, [Map("1.2", ["1.2.3.1", "1.2.3.2"], PetHeaders.CompleteFactor * ratio)]));

        Assert.Equal(agrees ? null : ImagingReasons.SuvMapDisagrees, comparison.Warning?.Code);
        Assert.True(comparison.NamesThisSeries);
        Assert.Equal(PetHeaders.CompleteFactor, comparison.OurFactor!.Value, 1e-12);
        Assert.Equal(PetHeaders.CompleteFactor, pet.Suv!.Factor!.Value, 1e-12);
    }

    [Fact]
    public void A_map_from_stored_values_agrees_too_where_every_slice_it_names_has_that_slope()
    {
        using var pet = Pet(sameSlope: false);
        var right = Map("1.2", ["1.2.3.2"], PetHeaders.CompleteFactor * 2);
        var wrong = Map("1.2", ["1.2.3.2", "1.2.3.3"], PetHeaders.CompleteFactor * 2);

        Assert.Null(Assert.Single(RealWorldValueMaps.Compare(pet, [right])).Warning);
        Assert.NotNull(Assert.Single(RealWorldValueMaps.Compare(pet, [wrong])).Warning);
    }

    [Fact]
    public void Maps_of_another_study_and_other_objects_are_passed_over_and_of_another_series_are_told_as_such()
    {
        using var pet = Pet(sameSlope: true);
        var other = Map("1.2", ["9.9.9"], PetHeaders.CompleteFactor * 1000);

        Assert.Empty(RealWorldValueMaps.Compare(pet, [Map("1.9", ["1.2.3.1"], 1), SeriesBuilder.Slice(0)]));
        var comparison = Assert.Single(RealWorldValueMaps.Compare(pet, [other]));
        Assert.False(comparison.NamesThisSeries);
        Assert.EndsWith("(ratio 1000); it names another series of the study.", comparison.Warning!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_unit_that_the_header_does_not_yield_is_not_judged()
    {
        using var pet = Pet(sameSlope: true);

        var comparison = Assert.Single(RealWorldValueMaps.Compare(pet, [Map("1.2", ["1.2.3.1"], 1, "{SUVlbm}g/ml")]));

        Assert.Null(comparison.OurFactor);
        Assert.Null(comparison.Warning);
    }

    private static SeriesVolume Pet(bool sameSlope)
    {
        var slices = SeriesBuilder.Ct(4);
        for (var k = 0; k < 4; k++)
        {
            foreach (var element in PetHeaders.Complete()) slices[k].CopyFrom(PetHeaders.Complete(), element.Tag);
            slices[k].Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage)
                .Set(DicomTag.RescaleSlope, sameSlope ? "10" : SeriesBuilder.Text(k + 1)).Set(DicomTag.RescaleIntercept, "0");
        }
        return SeriesBuilder.Read(slices).Value;
    }

    private static DicomDataset Map(string study, string[] images, double slope, string code = "{SUVbw}g/ml") => new DicomDataset()
        .Set(DicomTag.SOPClassUID, DicomUid.RealWorldValueMappingStorage).Set(DicomTag.SOPInstanceUID, "1.2.9").Set(DicomTag.StudyInstanceUID, study)
        .SetSequence(DicomTag.ReferencedImageRealWorldValueMappingSequence, new DicomDataset()
            .SetSequence(DicomTag.ReferencedImageSequence, [.. images.Select(uid => new DicomDataset().Set(DicomTag.ReferencedSOPInstanceUID, uid))])
            .SetSequence(DicomTag.RealWorldValueMappingSequence, new DicomDataset()
                .SetSequence(DicomTag.MeasurementUnitsCodeSequence, new DicomDataset().Set(DicomTag.CodeValue, code))
                .Set(DicomTag.RealWorldValueSlope, slope)));
}
