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
    [InlineData("enhanced_mr_time_series.dcm", ImagingReasons.DuplicatePositions)]
    [InlineData("liver.dcm", ImagingReasons.NotAnImage)]
    [InlineData("rtdose.dcm", ImagingReasons.NotAnImage)]
    public void Multi_frame_objects_without_one_place_for_each_frame_are_refused(string file, string code) =>
        Assert.Equal(code, new SeriesReader().Read([SharedData.Require("data", "odd", "multiframe", file)]).Refusal?.Code);
}
