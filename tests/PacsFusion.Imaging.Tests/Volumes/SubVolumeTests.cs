using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>Several images at each position: parted by what the header says, one taken and named. Each volume has an offset of its own.</summary>
public sealed class SubVolumeTests
{
    [Theory]
    [InlineData("TemporalPositionIdentifier", "1", "2", "3", 1)]
    [InlineData("TriggerTime", "0", "300", "600", 1)]
    [InlineData("NominalCardiacTriggerDelayTime", "450", "20", "700", 2)]
    [InlineData("NominalPercentageOfCardiacPhase", "40", "80", "20", 2)]
    [InlineData("NominalPercentageOfRespiratoryPhase", "0", "90", "60", 3)]
    [InlineData("EchoTime", "80", "10.5", "120", 2)]
    [InlineData("DiffusionBValue", "1000", "0", "50", 2)]
    [InlineData("InversionTime", "300", "100", "200", 2)]
    [InlineData("FrameReferenceTime", "5000", "1000", "3000", 2)]
    [InlineData("AcquisitionNumber", "7", "5", "9", 2)]
    public void Each_key_parts_the_series_and_the_usual_volume_is_taken(string keyword, string a, string b, string c, int expected)
    {
        Assert.True(DicomDictionary.TryFind(keyword, out var tag));
        var slices = Volumes(3, (slice, v) => slice.Set(tag, v == 0 ? a : v == 1 ? b : c));

        using var taken = SeriesBuilder.Read(slices).Value;

        Assert.Equal(500 * expected, Offset(taken));
        Assert.Equal(3, taken.SubVolumes.Count);
        Assert.Equal(6, taken.Volume.Slices);
        var warning = Assert.Single(taken.Warnings);
        Assert.Equal(ImagingReasons.SeveralVolumes, warning.Code);
        Assert.StartsWith($"3 volumes at the same positions; taken: {taken.SubVolume} ({taken.SubVolumes[taken.SubVolume!.Value - 1]})", warning.Text, StringComparison.Ordinal);
        for (var asked = 1; asked <= 3; asked++)
        {
            using var other = SeriesBuilder.Read(slices, new() { SubVolume = asked }).Value;
            Assert.Equal(asked, other.SubVolume);
            Assert.InRange(new FieldStack { Offset = Offset(other) }.Error(other), 0, 0.051);
        }
        Assert.Equal(ImagingReasons.NoSuchVolume, SeriesBuilder.Read(slices, new() { SubVolume = 4 }).Refusal?.Code);
        Assert.Equal(ImagingReasons.NoSuchVolume, SeriesBuilder.Read(slices, new() { SubVolume = 0 }).Refusal?.Code);
    }

    [Fact]
    public void Echoes_within_time_points_are_volumes_each()
    {
        var slices = Volumes(4, (slice, v) => slice.Set(DicomTag.TemporalPositionIdentifier, v < 2 ? "1" : "2").Set(DicomTag.EchoTime, v % 2 == 0 ? "4.6" : "2.3"));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1000, Offset(series));
        Assert.Equal(["temporal position 1, echo time 2.3 ms", "temporal position 1, echo time 4.6 ms", "temporal position 2, echo time 2.3 ms", "temporal position 2, echo time 4.6 ms"], series.SubVolumes);
    }

    [Fact]
    public void Diffusion_directions_of_one_b_value_are_parted_and_the_unweighted_volume_is_taken()
    {
        var slices = Volumes(4, (slice, v) =>
        {
            slice.Set(DicomTag.DiffusionBValue, v == 2 ? "0" : "1000");
            if (v != 2) slice.Set(DicomTag.DiffusionGradientOrientation, v == 0 ? [1.0, 0, 0] : v == 1 ? [0, 1.0, 0] : (double[])[0.6, 0, 0.8]);
        });

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1500, Offset(series));
        Assert.Equal(4, series.SubVolumes.Count);
        Assert.Contains("b-value 1000 s/mm2, diffusion direction 0.6\\0\\0.8", series.SubVolumes);
    }

    [Theory]
    [InlineData(0x0019, "SIEMENS MR HEADER", 0x0C, "1000", "0")]
    [InlineData(0x0043, "GEMS_PARM_01", 0x39, "1000001000\\8\\0\\0", "1000000000\\8\\0\\0")]
    [InlineData(0x2001, "Philips Imaging DD 001", 0x03, null, null)]
    public void Vendors_own_b_values_part_the_series_wherever_their_block_lies(int group, string creator, int element, string? high, string? low)
    {
        var slices = Volumes(2, (slice, v) => slice
            .SetBytes(new DicomTag((ushort)group, 0x0042), DicomVR.LO, System.Text.Encoding.ASCII.GetBytes(creator.Length % 2 == 0 ? creator : creator + " "))
            .SetBytes(new DicomTag((ushort)group, (ushort)(0x4200 | element)), DicomVR.UN,
                (v == 0 ? high : low) is { } text ? System.Text.Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + " ") : BitConverter.GetBytes(v == 0 ? 1000f : 0f)));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1000, Offset(series));
        Assert.Equal(["b-value 0 s/mm2", "b-value 1000 s/mm2"], series.SubVolumes);
    }

    [Fact]
    public void Without_directions_the_unweighted_volume_is_still_told_apart()
    {
        var slices = Volumes(3, (slice, v) => slice.Set(DicomTag.DiffusionBValue, v == 1 ? "0" : "1000"));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1000, Offset(series));
        Assert.Contains("12 slices belong to none of them.", series.Warnings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Phases_that_each_slice_was_triggered_at_its_own_time_are_matched_by_rank()
    {
        var slices = Volumes(3, (slice, v) => slice.Set(DicomTag.TriggerTime, FieldStack.Number(40 * v + 3.7 * slice.GetDoubles(DicomTag.ImagePositionPatient)[2])));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(500, Offset(series));
        Assert.Equal(3, series.SubVolumes.Count);
    }

    [Fact]
    public void Of_originals_and_what_was_derived_from_them_the_originals_are_taken()
    {
        var slices = Volumes(2, (slice, v) => slice.Set(DicomTag.ImageType, v == 0 ? "DERIVED" : "ORIGINAL", "PRIMARY", "M"));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1000, Offset(series));
    }

    [Fact]
    public void Of_a_dynamic_pet_the_last_frame_is_taken()
    {
        var slices = Volumes(3, (slice, v) => Pet(slice, "DYNAMIC").Set(DicomTag.FrameReferenceTime, FieldStack.Number(600_000 * v)));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(3, series.SubVolume);
        Assert.InRange(new FieldStack { Offset = 1500 }.Error(series, series.Suv!.Factor!.Value), 0, 0.06);
    }

    [Fact]
    public void Beds_of_a_static_pet_are_no_volumes_of_their_own()
    {
        var stack = new FieldStack { Slices = 8 };
        var beds = Enumerable.Range(0, 8).Select(k => Pet(stack.Slice(k, $"1.2.3.{k}"), "STATIC")
            .Set(DicomTag.FrameReferenceTime, k < 4 ? "0" : "180000").Set(DicomTag.AcquisitionNumber, k < 4 ? "1" : "2")).ToList();
        using var series = SeriesBuilder.Read(beds).Value;
        Assert.Empty(series.SubVolumes);
        Assert.Equal(8, series.Volume.Slices);

        // The whole stretch twice, as two beds would never be: still nothing that parts it.
        var twice = Volumes(2, (slice, v) => Pet(slice, "STATIC").Set(DicomTag.FrameReferenceTime, v == 0 ? "0" : "180000"));
        Assert.Equal(ImagingReasons.DuplicatePositions, SeriesBuilder.Read(twice).Refusal?.Code);
    }

    [Fact]
    public void Beds_that_overlap_are_refused()
    {
        var stack = new FieldStack { Slices = 8 };
        var slices = Enumerable.Range(0, 8).Select(k => Pet(stack.Slice(k, $"1.2.3.{k}"), "DYNAMIC").Set(DicomTag.AcquisitionNumber, "1").Set(DicomTag.FrameReferenceTime, "0")).ToList();
        slices.AddRange(Enumerable.Range(6, 2).Select(k => Pet((stack with { Offset = 7 }).Slice(k, $"1.2.3.{k + 50}"), "DYNAMIC").Set(DicomTag.AcquisitionNumber, "2").Set(DicomTag.FrameReferenceTime, "60000")));

        Assert.Equal(ImagingReasons.DuplicatePositions, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void A_time_point_that_is_not_whole_is_left_out_and_counted()
    {
        var slices = Volumes(3, (slice, v) => slice.Set(DicomTag.TemporalPositionIdentifier, FieldStack.Number(3 - v)));
        slices.RemoveAll(slice => slice.GetString(DicomTag.TemporalPositionIdentifier) == "1" && slice.GetDoubles(DicomTag.ImagePositionPatient)[2] > 15);

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1000, Offset(series));
        Assert.Equal(["temporal position 2", "temporal position 3"], series.SubVolumes);
        Assert.Contains("2 slices belong to none of them.", series.Warnings[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_single_slice_taken_again_is_refused_whatever_its_number()
    {
        var slices = new FieldStack().Single();
        slices.ForEach(slice => slice.Set(DicomTag.AcquisitionNumber, "1"));
        slices.Add(new FieldStack { Offset = 3 }.Slice(2, "1.2.3.99").Set(DicomTag.AcquisitionNumber, "2"));

        Assert.Equal(ImagingReasons.DuplicatePositions, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void A_copy_within_each_time_point_is_left_out_before_they_are_parted()
    {
        var slices = Volumes(2, (slice, v) => slice.Set(DicomTag.TemporalPositionIdentifier, FieldStack.Number(v + 1)));
        slices.Add(new FieldStack { Offset = 500 }.Slice(3, "1.2.3.98").Set(DicomTag.TemporalPositionIdentifier, "1"));

        using var series = SeriesBuilder.Read(slices).Value;

        Assert.Equal(500, Offset(series));
        Assert.Equal([ImagingReasons.CopiesLeftOut, ImagingReasons.SeveralVolumes], series.Warnings.Select(warning => warning.Code));
    }

    [Theory]
    [InlineData("TemporalPositionIndex")]
    [InlineData("NominalCardiacTriggerDelayTime")]
    [InlineData("NominalPercentageOfRespiratoryPhase")]
    [InlineData("EffectiveEchoTime")]
    [InlineData("DiffusionBValue")]
    [InlineData("FrameReferenceDateTime")]
    [InlineData("FrameAcquisitionNumber")]
    [InlineData("StackID")]
    public void Frames_of_an_enhanced_object_are_parted_by_their_functional_groups(string keyword)
    {
        var enhanced = FieldStack.Enhanced(new FieldStack { Offset = 500 }, new FieldStack { Offset = 1000 });
        Assert.True(DicomDictionary.TryFind(keyword, out var tag));
        var groups = enhanced.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence);
        for (var frame = 0; frame < groups.Count; frame++)
        {
            var macro = keyword switch
            {
                "NominalCardiacTriggerDelayTime" => DicomTag.CardiacSynchronizationSequence,
                "NominalPercentageOfRespiratoryPhase" => DicomTag.RespiratorySynchronizationSequence,
                "EffectiveEchoTime" => DicomTag.MREchoSequence,
                "DiffusionBValue" => DicomTag.MRDiffusionSequence,
                _ => DicomTag.FrameContentSequence,
            };
            if (!groups[frame].Contains(macro)) groups[frame].SetSequence(macro, new DicomDataset());
            var item = groups[frame].GetItem(macro)!;
            if (keyword == "FrameReferenceDateTime") item.Set(tag, frame % 2 == 0 ? "20240301103000.00" : "20240301103130.50");
            else if (keyword == "StackID") item.Set(tag, frame % 2 == 0 ? "A" : "B");
            else if (tag == DicomTag.TemporalPositionIndex || tag == DicomTag.FrameAcquisitionNumber) item.Set(tag, 1 + frame % 2);
            else item.Set(tag, 10.0 * (frame % 2));
        }

        if (keyword == "StackID")
        {
            Assert.Equal(ImagingReasons.AmbiguousParts, SeriesBuilder.Read([enhanced]).Refusal?.Code);
            return;
        }
        using var first = SeriesBuilder.Read([enhanced]).Value;
        using var second = SeriesBuilder.Read([enhanced], new() { SubVolume = 2 }).Value;
        // 10 % lies nearer to the end of expiration than 0 %.
        var late = keyword == "NominalPercentageOfRespiratoryPhase";
        Assert.Equal((late ? 1000.0 : 500.0, 1000.0), (Offset(first), Offset(second)));
        Assert.Equal(late ? [2, 4, 6, 8, 10, 12] : [1, 3, 5, 7, 9, 11], first.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    [Fact]
    public void What_a_converted_object_kept_of_its_single_frames_parts_them_too()
    {
        var converted = FieldStack.Enhanced(new FieldStack { Offset = 500 }, new FieldStack { Offset = 1000 }).Set(DicomTag.SOPClassUID, DicomUid.LegacyConvertedEnhancedMRImageStorage);
        foreach (var (frame, group) in converted.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence).Index())
            group.SetSequence(DicomTag.UnassignedPerFrameConvertedAttributesSequence, new DicomDataset().Set(DicomTag.EchoTime, frame % 2 == 0 ? "90" : "12"));

        using var series = SeriesBuilder.Read([converted]).Value;

        Assert.Equal(1000, Offset(series));
        Assert.Equal(["echo time 12 ms", "echo time 90 ms"], series.SubVolumes);
    }

    private static List<DicomDataset> Volumes(int count, Action<DicomDataset, int> mark)
    {
        var slices = new List<DicomDataset>();
        for (var v = 0; v < count; v++)
            foreach (var slice in new FieldStack { Offset = 500 * (v + 1) }.Single(1 + 20 * v))
            {
                mark(slice, v);
                slices.Add(slice);
            }
        // Volumes mixed with each other.
        return [.. slices.OrderBy(slice => slice.GetString(DicomTag.SOPInstanceUID)![^1]).ThenByDescending(slice => slice.GetString(DicomTag.SOPInstanceUID))];
    }

    private static DicomDataset Pet(DicomDataset slice, string seriesType)
    {
        foreach (var element in PetHeaders.Complete()) slice.CopyFrom(PetHeaders.Complete(), element.Tag);
        return slice.Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.SeriesType, seriesType, "IMAGE").Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY");
    }

    // The first voxel's value less the field there; the rest of the volume must have the same.
    private static double Offset(SeriesVolume series)
    {
        var offset = Math.Round(series.Volume[0, 0, 0] - Imaging.Tests.Volumes.Linear(series.Volume.Grid.ToPatient(0, 0, 0)));
        Assert.InRange(new FieldStack { Offset = offset }.Error(series), 0, 0.051);
        return offset;
    }
}
