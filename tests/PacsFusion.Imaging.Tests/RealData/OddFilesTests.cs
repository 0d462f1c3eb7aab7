using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

/// <summary>Every odd or hostile file, taken for a series of its own, is a volume or a refusal; never an exception.</summary>
public sealed class OddFilesTests
{
    [Fact]
    public void No_odd_file_gets_past_with_anything_but_a_volume_or_a_listed_code()
    {
        var codes = ImagingReasons.All.Select(reason => reason.Code).ToHashSet();
        var files = Directory.GetFiles(SharedData.Require("data", "odd"), "*.dcm", SearchOption.AllDirectories);
        Assert.NotEmpty(files);

        foreach (var file in files)
        {
            var outcome = new SeriesReader().Read([file]);
            if (outcome.TryGet(out var series, out var refusal)) series.Dispose();
            else Assert.Contains(refusal.Code, codes);
        }
    }

    [Theory]
    [InlineData("emri_small.dcm", ImagingReasons.BadFunctionalGroups)]
    [InlineData("emri_small_big_endian.dcm", ImagingReasons.BadFunctionalGroups)]
    [InlineData("emri_small_RLE.dcm", ImagingReasons.BadFunctionalGroups)]
    [InlineData("emri_small_jpeg_2k_lossless.dcm", ImagingReasons.BadFunctionalGroups)]
    [InlineData("emri_small_jpeg_ls_lossless.dcm", ImagingReasons.BadFunctionalGroups)]
    [InlineData("SC_rgb_rle_2frame.dcm", ImagingReasons.SopClassUnsupported)]
    [InlineData("SC_rgb_rle_16bit_2frame.dcm", ImagingReasons.SopClassUnsupported)]
    [InlineData("examples_ybr_color.dcm", ImagingReasons.NoGeometry)]
    [InlineData("enhanced_ct_fragments_no_bot.dcm", ImagingReasons.TooFewSlices)]
    [InlineData("SC_rgb_2frame.dcm", ImagingReasons.SopClassUnsupported)]
    [InlineData("liver.dcm", ImagingReasons.NotAnImage)]
    [InlineData("rtdose.dcm", ImagingReasons.NotAnImage)]
    public void Multi_frame_objects_without_one_place_for_each_frame_are_refused(string file, string code) =>
        Assert.Equal(code, new SeriesReader().Read([SharedData.Require("data", "odd", "multiframe", file)]).Refusal?.Code);

    [Theory]
    [InlineData("ok_reference", ImagingReasons.TooFewSlices)]
    [InlineData("ds_long", ImagingReasons.TooFewSlices)]
    [InlineData("position_two_values", ImagingReasons.NoGeometry)]
    [InlineData("position_text", ImagingReasons.NoGeometry)]
    [InlineData("position_nan", ImagingReasons.NoGeometry)]
    [InlineData("orientation_zero", ImagingReasons.BadOrientation)]
    [InlineData("spacing_zero", ImagingReasons.BadSpacing)]
    [InlineData("spacing_negative", ImagingReasons.BadSpacing)]
    [InlineData("spacing_comma", ImagingReasons.BadSpacing)]
    [InlineData("slope_zero", ImagingReasons.BadRescale)]
    [InlineData("rows_zero", ImagingReasons.BadPixels)]
    [InlineData("frames_negative", ImagingReasons.BadPixels)]
    [InlineData("frames_text", ImagingReasons.BadPixels)]
    [InlineData("huge_matrix", ImagingReasons.TooLarge)]
    [InlineData("samples_zero", ImagingReasons.Colour)]
    public void A_header_that_cannot_be_trusted_is_refused_for_what_is_wrong_with_it(string file, string code) =>
        Assert.Equal(code, new SeriesReader().Read([SharedData.Require("data", "odd", "malformed", "made", $"{file}.dcm")]).Refusal?.Code);

    [Fact]
    public void A_time_series_in_one_enhanced_object_is_as_many_volumes_as_time_points()
    {
        var file = SharedData.Require("data", "odd", "multiframe", "enhanced_mr_time_series.dcm");
        using var first = new SeriesReader().Read([file]).Value;
        using var third = new SeriesReader(new() { SubVolume = 3 }).Read([file]).Value;

        Assert.Equal((64, 64, 8), (first.Volume.Columns, first.Volume.Rows, first.Volume.Slices));
        Assert.Equal(4, first.SubVolumes.Count);
        Assert.Equal([1, 5, 9, 13, 17, 21, 25, 29], first.Slices.Select(slice => slice.FrameNumber ?? 0));
        Assert.Equal([3, 7, 11, 15, 19, 23, 27, 31], third.Slices.Select(slice => slice.FrameNumber ?? 0));
        AcrinTests.Near(new(0, 0, 3.3125), first.Volume.VoxelToPatient.ColumnZ, 1e-6);
    }
}
