using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

public sealed class SeriesReaderTests
{
    [Fact]
    public void Slices_come_in_order_of_position_whatever_their_order_and_number()
    {
        var slices = SeriesBuilder.Ct();
        slices.Reverse();
        (slices[1], slices[3]) = (slices[3], slices[1]);

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(0, SeriesBuilder.Error(volume));
        Assert.Equal(["1.2.3.1", "1.2.3.2", "1.2.3.3", "1.2.3.4", "1.2.3.5"], volume.Slices.Select(slice => slice.SopInstanceUid));
        Assert.Equal(new Vector3d(1.5, 2, 3), volume.Volume.Spacing);
        Assert.Equal("CT", volume.Modality);
        Assert.Equal("1.2.4", volume.Volume.FrameOfReferenceUid);
        Assert.False(volume.Slices[0].Header.Contains(DicomTag.PixelData));
        Assert.Empty(volume.Warnings);
    }

    [Fact]
    public void The_maximum_is_given_with_its_patient_point()
    {
        var slices = SeriesBuilder.Ct();
        var stored = new short[30];
        stored[2 * 6 + 4] = 3000;
        slices[3].SetPixels(stored);

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(1976, volume.Max);
        Assert.Equal(new Vector3d(2, 12, 19), volume.MaxAt);
    }

    [Fact]
    public void Each_slice_has_its_own_rescale_and_pet_becomes_suv()
    {
        var slices = SeriesBuilder.Ct(4);
        for (var k = 0; k < 4; k++)
        {
            foreach (var element in PetHeaders.Complete()) slices[k].CopyFrom(PetHeaders.Complete(), element.Tag);
            slices[k].Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage)
                .Set(DicomTag.RescaleSlope, SeriesBuilder.Text(k + 1)).Set(DicomTag.RescaleIntercept, "0")
                .SetPixels(Enumerable.Repeat((short)1000, 30).ToArray());
        }

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(VoxelUnit.SuvBodyWeight, volume.Volume.Unit);
        for (var k = 0; k < 4; k++) Assert.Equal(1000 * (k + 1) * PetHeaders.CompleteFactor, volume.Volume[3, 2, k], 1e-4);
    }

    [Theory]
    [InlineData("-2000", -2000)]
    [InlineData("", -2000)]
    [InlineData("63536", -2000)]
    public void Padding_is_a_hole_in_the_coverage_and_no_value(string padding, short stored)
    {
        var slices = SeriesBuilder.Ct();
        var pixels = Enumerable.Repeat((short)1064, 30).ToArray();
        pixels[7] = stored;
        slices[2].SetPixels(pixels);
        // Implicit VR does not tell signed from unsigned; both readings must do.
        if (padding.Length > 0)
            foreach (var slice in slices)
                slice.SetBytes(DicomTag.PixelPaddingValue, padding == "63536" ? DicomVR.US : DicomVR.SS, BitConverter.GetBytes((short)-2000));

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.False(volume.Volume.IsCovered(1, 1, 2));
        Assert.Equal(-1024, volume.Volume[1, 1, 2]);
        Assert.Equal(29, volume.Volume.CoverageSlice(2).Count((byte)1));
        Assert.Equal(30, volume.Volume.CoverageSlice(1).Count((byte)1));
    }

    [Fact]
    public void Spect_takes_its_place_from_the_detector_and_its_step_from_the_header()
    {
        using var rising = SeriesBuilder.Read([SeriesBuilder.Nm()]).Value;
        using var falling = SeriesBuilder.Read([SeriesBuilder.Nm(step: -3)]).Value;

        Assert.Equal(0, SeriesBuilder.Error(rising));
        Assert.Equal(0, SeriesBuilder.Error(falling));
        Assert.Equal(-2, falling.Volume.VoxelToPatient.Origin.Z);
        Assert.Equal([1, 2, 3, 4, 5], rising.Slices.Select(slice => slice.FrameNumber ?? 0));
        Assert.Equal([5, 4, 3, 2, 1], falling.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    [Theory]
    [InlineData("TOMO", true, true)]
    [InlineData("RECON TOMO", false, true)]
    [InlineData("RECON TOMO", true, false)]
    public void Nm_without_a_tomographic_stack_is_refused(string type, bool withStep, bool withDetector)
    {
        var nm = SeriesBuilder.Nm().Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", type, "EMISSION");
        if (!withStep) nm.Remove(DicomTag.SpacingBetweenSlices);
        if (!withDetector) nm.Remove(DicomTag.DetectorInformationSequence);

        Assert.Equal(ImagingReasons.NotTomographic, SeriesBuilder.Read([nm]).Refusal?.Code);
    }

    [Fact]
    public void Nm_with_two_time_slots_at_each_position_is_refused()
    {
        var nm = SeriesBuilder.Nm(6).Set(DicomTag.SliceVector, new[] { 1, 2, 3, 1, 2, 3 });

        Assert.Equal(ImagingReasons.DuplicatePositions, SeriesBuilder.Read([nm]).Refusal?.Code);
    }

    [Fact]
    public void Enhanced_multi_frame_takes_each_frame_from_its_functional_groups()
    {
        using var volume = SeriesBuilder.Read([SeriesBuilder.EnhancedCt()]).Value;

        Assert.Equal(0, SeriesBuilder.Error(volume));
        Assert.Equal(VoxelUnit.HounsfieldUnits, volume.Volume.Unit);
        Assert.Equal([5, 4, 3, 2, 1], volume.Slices.Select(slice => slice.FrameNumber ?? 0));
    }

    public static TheoryData<string, Action<List<DicomDataset>>> Broken => new()
    {
        { ImagingReasons.NoInstances, slices => slices.Clear() },
        { ImagingReasons.SeveralSeries, slices => slices[2].Set(DicomTag.SeriesInstanceUID, "1.2.9") },
        { ImagingReasons.NotAnImage, slices => slices.ForEach(slice => slice.Set(DicomTag.SOPClassUID, DicomUid.EnhancedSRStorage).Remove(DicomTag.Rows)) },
        { ImagingReasons.SopClassUnsupported, slices => slices.ForEach(slice => slice.Set(DicomTag.SOPClassUID, DicomUid.SecondaryCaptureImageStorage)) },
        { ImagingReasons.LocalizerOnly, slices => slices.ForEach(slice => slice.Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "LOCALIZER")) },
        { ImagingReasons.Colour, slices => slices.ForEach(slice => slice.Set(DicomTag.PhotometricInterpretation, "RGB").Set(DicomTag.SamplesPerPixel, 3)) },
        { ImagingReasons.BadPixels, slices => slices[1].SetBytes(DicomTag.PixelData, DicomVR.OW, new byte[10]) },
        { ImagingReasons.BadPixels, slices => slices.ForEach(slice => slice.Remove(DicomTag.PixelData)) },
        { ImagingReasons.NoGeometry, slices => slices[1].Set(DicomTag.ImagePositionPatient, "1", "2") },
        { ImagingReasons.NoGeometry, slices => slices[1].Set(DicomTag.ImageOrientationPatient, "1", "0", "0") },
        { ImagingReasons.BadOrientation, slices => slices.ForEach(slice => slice.Set(DicomTag.ImageOrientationPatient, "0", "0", "0", "0", "0", "0")) },
        { ImagingReasons.BadSpacing, slices => slices[1].Set(DicomTag.PixelSpacing, "0", "1.5") },
        { ImagingReasons.BadSpacing, slices => slices[1].Set(DicomTag.PixelSpacing, "-2", "1.5") },
        { ImagingReasons.MixedSpacing, slices => slices[1].Set(DicomTag.PixelSpacing, "2", "1.6") },
        { ImagingReasons.MixedFrame, slices => slices[1].Set(DicomTag.FrameOfReferenceUID, "1.2.5") },
        { ImagingReasons.TooFewSlices, slices => slices.RemoveRange(2, 3) },
        { ImagingReasons.DuplicatePositions, slices => slices.Add(SeriesBuilder.Slice(1).Set(DicomTag.SOPInstanceUID, "1.2.3.9").SetPixels(new short[30])) },
        { ImagingReasons.DuplicatePositions, slices => slices.Add(SeriesBuilder.Slice(1).Set(DicomTag.SOPInstanceUID, "1.2.3.9").Set(DicomTag.TriggerTime, "250")) },
        { ImagingReasons.MissingSlice, slices => slices.RemoveAt(2) },
        { ImagingReasons.UnevenSlices, slices => slices[2].Set(DicomTag.ImagePositionPatient, "-4", "8", "16.6") },
        { ImagingReasons.UnevenSlices, slices => slices[2].Set(DicomTag.ImagePositionPatient, "-2.5", "8", "16") },
        { ImagingReasons.BadRescale, slices => slices[1].Set(DicomTag.RescaleSlope, "0") },
        { ImagingReasons.BadRescale, slices => slices[1].Remove(DicomTag.RescaleIntercept) },
        { ImagingReasons.NotTomographic, slices => { slices.Clear(); slices.Add(SeriesBuilder.Nm().Set(DicomTag.SliceVector, new[] { 1, 2 })); } },
        { ImagingReasons.BadFunctionalGroups, slices => { slices.Clear(); slices.Add(SeriesBuilder.EnhancedCt().Set(DicomTag.NumberOfFrames, "4")); } },
        { ImagingReasons.BadFunctionalGroups, slices => slices[1].Set(DicomTag.NumberOfFrames, "3") },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_trusted_is_refused_by_code(string code, Action<List<DicomDataset>> breakIt)
    {
        var slices = SeriesBuilder.Ct();
        breakIt(slices);

        Assert.Equal(code, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void A_missing_slice_in_a_long_stack_is_named()
    {
        var slices = SeriesBuilder.Ct(200);
        slices.RemoveAt(150);

        var refusal = SeriesBuilder.Read(slices).Refusal;

        Assert.Equal(new Refusal(ImagingReasons.MissingSlice, "Between slices 150 and 151 the gap is 6 mm in a stack of 3 mm."), refusal);
    }

    [Fact]
    public void Bed_joins_and_rounded_positions_pass()
    {
        var slices = SeriesBuilder.Ct(40);
        for (var k = 0; k < 40; k++) slices[k].Set(DicomTag.ImagePositionPatient, "-4", "8", SeriesBuilder.Text(10 + 3.27 * k - (k >= 20 ? 0.08 : 0)));

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(40, volume.Volume.Slices);
    }

    [Fact]
    public void A_localizer_in_the_series_and_a_copy_under_another_uid_are_left_out_and_told()
    {
        var slices = SeriesBuilder.Ct();
        slices.Add(SeriesBuilder.Slice(7).Set(DicomTag.ImageType, "ORIGINAL", "PRIMARY", "LOCALIZER").Set(DicomTag.PixelSpacing, "0", "0"));
        slices.Add(SeriesBuilder.Slice(1).Set(DicomTag.SOPInstanceUID, "1.2.3.9"));

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(0, SeriesBuilder.Error(volume));
        Assert.Equal([ImagingReasons.PartsLeftOut, ImagingReasons.CopiesLeftOut], volume.Warnings.Select(warning => warning.Code));
    }

    [Fact]
    public void A_stack_of_another_size_is_left_out_where_it_covers_no_more_and_refused_where_it_goes_on()
    {
        var inside = SeriesBuilder.Ct(8);
        var beyond = SeriesBuilder.Ct(8);
        for (var k = 0; k < 3; k++)
        {
            inside.Add(SeriesBuilder.Slice(k + 2).Set(DicomTag.SOPInstanceUID, $"1.2.3.{k + 90}").Set(DicomTag.PixelSpacing, "1", "1"));
            beyond.Add(SeriesBuilder.Slice(k + 8).Set(DicomTag.SOPInstanceUID, $"1.2.3.{k + 90}").Set(DicomTag.PixelSpacing, "1", "1"));
        }

        using var volume = SeriesBuilder.Read(inside).Value;

        Assert.Equal(8, volume.Volume.Slices);
        Assert.Contains(volume.Warnings, warning => warning.Code == ImagingReasons.PartsLeftOut);
        Assert.Equal(ImagingReasons.MixedSpacing, SeriesBuilder.Read(beyond).Refusal?.Code);
    }

    [Fact]
    public void A_syntax_that_nothing_here_decodes_is_named()
    {
        var slices = SeriesBuilder.Ct();
        var syntax = DicomTransferSyntax.Find("1.2.840.10008.1.2.4.50")!;
        foreach (var slice in slices) slice.SetEncapsulatedPixelData(new byte[] { 0xFF, 0xD8, 0xFF, 0xD9 });

        var refusal = SeriesBuilder.Read(slices, syntax: syntax).Refusal;

        Assert.Equal(ImagingReasons.UndecodableSyntax, refusal?.Code);
        Assert.Contains(syntax.Uid, refusal!.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_volume_beyond_the_limit_is_refused_before_it_is_read() =>
        Assert.Equal(ImagingReasons.TooLarge, SeriesBuilder.Read(SeriesBuilder.Ct(), new() { MaximumVoxels = 100 }).Refusal?.Code);

    [Fact]
    public void Two_slices_are_a_volume_where_a_rule_allows_it_and_one_never_is()
    {
        using var two = SeriesBuilder.Read(SeriesBuilder.Ct(2), new() { MinimumSlices = 2 }).Value;

        Assert.Equal(0, SeriesBuilder.Error(two));
        Assert.Equal(ImagingReasons.TooFewSlices, SeriesBuilder.Read(SeriesBuilder.Ct(1), new() { MinimumSlices = 1 }).Refusal?.Code);
    }

    [Fact]
    public void A_ct_map_that_is_not_in_hounsfield_units_is_not_taken_for_one()
    {
        var slices = SeriesBuilder.Ct();
        slices.ForEach(slice => slice.Set(DicomTag.RescaleType, "Z_EFF"));

        using var volume = SeriesBuilder.Read(slices).Value;

        Assert.Equal(VoxelUnit.Arbitrary, volume.Volume.Unit);
        Assert.Equal(ImagingReasons.NotHounsfield, Assert.Single(volume.Warnings).Code);
    }

    [Fact]
    public void A_file_that_is_not_dicom_is_refused_and_a_missing_one_throws()
    {
        var folder = Directory.CreateTempSubdirectory("pacsfusion-imaging-");
        try
        {
            var path = Path.Combine(folder.FullName, "a.dcm");
            File.WriteAllText(path, "nothing of the kind");

            Assert.Equal(ImagingReasons.UnreadableFile, new SeriesReader().Read([path]).Refusal?.Code);
            Assert.ThrowsAny<IOException>(() => new SeriesReader().Read([Path.Combine(folder.FullName, "b.dcm")]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_cancelled_read_stops() =>
        Assert.ThrowsAny<OperationCanceledException>(() =>
            new SeriesReader().Read([.. SeriesBuilder.Ct().Select(slice => new DicomFile(slice, DicomTransferSyntax.ExplicitVRLittleEndian))], new CancellationToken(canceled: true)));
}
