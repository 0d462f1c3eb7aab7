using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>NM, ultrasound and converted objects: read where their frames have a place in the patient, refused where not.</summary>
public sealed class FrameObjectTests
{
    [Fact]
    public void A_gated_spect_is_as_many_volumes_as_gates()
    {
        var nm = SeriesBuilder.Nm(6).Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "RECON GATED TOMO", "EMISSION")
            .Set(DicomTag.SliceVector, new[] { 1, 2, 3, 1, 2, 3 }).Set(DicomTag.TimeSlotVector, new[] { 1, 1, 1, 2, 2, 2 });

        using var first = SeriesBuilder.Read([nm]).Value;
        using var second = SeriesBuilder.Read([nm], new() { SubVolume = 2 }).Value;

        Assert.Equal(0, SeriesBuilder.Error(first));
        Assert.Equal(["time slot 1", "time slot 2"], first.SubVolumes);
        Assert.Equal([4, 5, 6], second.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    [Fact]
    public void Of_two_energy_windows_the_first_is_taken()
    {
        var nm = SeriesBuilder.Nm(6).Set(DicomTag.SliceVector, new[] { 1, 2, 3, 1, 2, 3 }).Set(DicomTag.EnergyWindowVector, new[] { 2, 2, 2, 1, 1, 1 });

        using var series = SeriesBuilder.Read([nm]).Value;

        Assert.Equal([4, 5, 6], series.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    [Fact]
    public void Slices_of_a_spect_lie_where_the_slice_vector_says_and_the_detector_vector_names_the_place()
    {
        var nm = SeriesBuilder.Nm(4).Set(DicomTag.SliceVector, new[] { 4, 3, 2, 1 }).Set(DicomTag.DetectorVector, new[] { 2, 2, 2, 2 });
        var place = nm.GetItem(DicomTag.DetectorInformationSequence)!.Clone();
        nm.SetSequence(DicomTag.DetectorInformationSequence, new DicomDataset(), place);

        using var series = SeriesBuilder.Read([nm]).Value;

        Assert.Equal([4, 3, 2, 1], series.Slices.Select(slice => slice.FrameNumber ?? 0));
        Assert.Equal(ImagingReasons.NotTomographic, SeriesBuilder.Read([nm.Set(DicomTag.DetectorVector, new[] { 1, 2, 1, 2 })]).Refusal?.Code);
        Assert.Equal(ImagingReasons.NotTomographic, SeriesBuilder.Read([nm.Set(DicomTag.DetectorVector, new[] { 9, 9, 9, 9 })]).Refusal?.Code);
    }

    [Theory]
    [InlineData("STATIC")]
    [InlineData("WHOLE BODY")]
    [InlineData("DYNAMIC")]
    [InlineData("GATED")]
    [InlineData("TOMO")]
    [InlineData("GATED TOMO")]
    public void Planar_nm_is_refused(string type) =>
        Assert.Equal(ImagingReasons.NotTomographic,
            SeriesBuilder.Read([SeriesBuilder.Nm().Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", type, "EMISSION")]).Refusal?.Code);

    [Fact]
    public void Reprojections_of_a_pet_are_refused()
    {
        var slices = SeriesBuilder.Ct();
        slices.ForEach(slice => slice.Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.Modality, "PT").Set(DicomTag.SeriesType, "STATIC", "REPROJECTION"));

        Assert.Equal(ImagingReasons.NotTomographic, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void An_ultrasound_volume_that_is_tracked_in_the_patient_is_read()
    {
        var stack = new FieldStack { Row = new(0, 0.6, 0.8), Column = new(1, 0, 0) };
        var us = FieldStack.Enhanced(stack).Set(DicomTag.SOPClassUID, DicomUid.EnhancedUSVolumeStorage).Set(DicomTag.Modality, "US");

        using var series = SeriesBuilder.Read([us]).Value;

        Assert.InRange(stack.Error(series), 0, 0.051);
        Assert.Equal(VoxelUnit.Arbitrary, series.Volume.Unit);
    }

    [Fact]
    public void An_ultrasound_volume_with_a_place_against_the_probe_only_is_refused()
    {
        var us = FieldStack.Enhanced(new FieldStack()).Set(DicomTag.SOPClassUID, DicomUid.EnhancedUSVolumeStorage).Set(DicomTag.Modality, "US");
        foreach (var group in us.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence))
        {
            group.Remove(DicomTag.PlanePositionSequence);
            group.Remove(DicomTag.PlaneOrientationSequence);
            group.SetSequence(DicomTag.PlanePositionVolumeSequence, new DicomDataset().Set(DicomTag.ImagePositionVolume, [0.0, 0, 0]));
        }

        Assert.Equal(ImagingReasons.VolumeCoordinates, SeriesBuilder.Read([us]).Refusal?.Code);
    }

    [Theory]
    [InlineData(DicomUid.UltrasoundImageStorage)]
    [InlineData(DicomUid.UltrasoundMultiFrameImageStorage)]
    public void Ultrasound_pictures_and_loops_have_no_geometry(string sopClass) =>
        Assert.Equal(ImagingReasons.NoGeometry, SeriesBuilder.Read([SeriesBuilder.Slice(0).Set(DicomTag.SOPClassUID, sopClass).Set(DicomTag.Modality, "US")]).Refusal?.Code);

    [Theory]
    [InlineData(DicomUid.EnhancedCTImageStorage, "CT")]
    [InlineData(DicomUid.LegacyConvertedEnhancedCTImageStorage, "CT")]
    [InlineData(DicomUid.EnhancedMRImageStorage, "MR")]
    [InlineData(DicomUid.LegacyConvertedEnhancedMRImageStorage, "MR")]
    public void Each_frame_has_its_own_rescale_where_it_names_one(string sopClass, string modality)
    {
        var stack = new FieldStack { Slices = 5 };
        var enhanced = FieldStack.Enhanced(stack).Set(DicomTag.SOPClassUID, sopClass).Set(DicomTag.Modality, modality);
        enhanced.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence)[3].SetSequence(DicomTag.PixelValueTransformationSequence, FieldStack.Rescale(2 * FieldStack.Slope, -11));

        using var series = SeriesBuilder.Read([enhanced]).Value;

        for (var k = 0; k < 5; k++)
        {
            var field = Volumes.Linear(series.Volume.Grid.ToPatient(1, 4, k));
            Assert.Equal(k == 3 ? 2 * field - 11 : field, series.Volume[1, 4, k], 0.11);
        }
    }

    [Fact]
    public void Frames_of_unlike_spacing_or_orientation_are_no_one_volume()
    {
        var spacing = FieldStack.Enhanced(new FieldStack());
        spacing.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence)[2].SetSequence(DicomTag.PixelMeasuresSequence, new DicomDataset().Set(DicomTag.PixelSpacing, "1", "1"));
        var frame = FieldStack.Enhanced(new FieldStack());
        frame.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence)[2].Remove(DicomTag.PlanePositionSequence);

        Assert.Equal(ImagingReasons.MixedSpacing, SeriesBuilder.Read([spacing]).Refusal?.Code);
        Assert.Equal(ImagingReasons.NoGeometry, SeriesBuilder.Read([frame]).Refusal?.Code);
    }

    [Fact]
    public void A_stack_in_several_enhanced_objects_is_one_volume()
    {
        var stack = new FieldStack { Slices = 8 };
        var first = FieldStack.Enhanced(stack with { Slices = 5 });
        var second = FieldStack.Enhanced(stack with { Slices = 3, Origin = stack.Position(5) }).Set(DicomTag.SOPInstanceUID, "1.2.3.77");

        using var series = SeriesBuilder.Read([second, first]).Value;

        Assert.Equal(8, series.Volume.Slices);
        Assert.InRange(stack.Error(series), 0, 0.051);
        Assert.Equal([1, 2, 3, 4, 5, 1, 2, 3], series.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    [Fact]
    public void Localizers_among_the_frames_are_left_out()
    {
        var stack = new FieldStack { Slices = 6 };
        var enhanced = FieldStack.Enhanced(stack);
        var groups = enhanced.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence);
        void Mark(int frame) => groups[frame].SetSequence(DicomTag.MRImageFrameTypeSequence, new DicomDataset().Set(DicomTag.FrameType, "ORIGINAL", "PRIMARY", "LOCALIZER", "NONE"));
        Mark(0);

        using (var series = SeriesBuilder.Read([enhanced]).Value)
        {
            Assert.Equal([2, 3, 4, 5, 6], series.Slices.Select(slice => slice.FrameNumber ?? 0));
            Assert.Equal(ImagingReasons.PartsLeftOut, Assert.Single(series.Warnings).Code);
        }
        for (var frame = 1; frame < 6; frame++) Mark(frame);
        Assert.Equal(ImagingReasons.LocalizerOnly, SeriesBuilder.Read([enhanced]).Refusal?.Code);
    }

    [Fact]
    public void A_mosaic_is_no_slice()
    {
        var slices = new FieldStack().Single();
        slices.ForEach(slice => slice.Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "M", "ND", "MOSAIC"));

        Assert.Equal(ImagingReasons.NotTomographic, SeriesBuilder.Read(slices).Refusal?.Code);
    }
}
