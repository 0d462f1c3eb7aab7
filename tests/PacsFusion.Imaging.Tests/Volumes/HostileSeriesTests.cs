using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

/// <summary>Headers that lie, break off or claim too much: a listed refusal or a sane volume, never anything else.</summary>
public sealed class HostileSeriesTests
{
    private static readonly HashSet<string> s_codes = [.. ImagingReasons.All.Select(reason => reason.Code)];

    private static readonly string[] s_texts =
        ["", "0", "-1", "NaN", "Inf", "1e308", "-1e308", "1e-320", "1,5", "99999999999999", "abc", "1\\2\\3\\4\\5\\6\\7", "0\\0\\0", "65536", "2147483647", "-0.0", "1.5\\", "\\\\", "20240230", "256000"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Any_element_may_hold_anything(int seed)
    {
        var random = new Random(seed);
        for (var round = 0; round < 400; round++)
        {
            var series = Base(round % 6);
            for (var change = random.Next(1, 4); change > 0; change--) Damage(random, series[random.Next(series.Count)]);
            Check(SeriesBuilder.Read(series, new() { MaximumVoxels = 1 << 20, InterpolateMissingSlice = round % 2 == 0, SuvKind = (SuvKind)(round % 6) }));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_file_may_end_anywhere(int kind)
    {
        var series = Base(kind);
        var folder = Directory.CreateTempSubdirectory("pacsfusion-imaging-");
        try
        {
            var paths = new List<string>();
            foreach (var (index, dataset) in series.Index())
            {
                paths.Add(Path.Combine(folder.FullName, $"{index}.dcm"));
                using var stream = File.Create(paths[index]);
                new DicomFile(dataset, DicomTransferSyntax.ExplicitVRLittleEndian).Write(stream);
            }
            using (var whole = new SeriesReader().Read(paths).Value) Assert.True(whole.Volume.Slices >= 4);
            var bytes = File.ReadAllBytes(paths[0]);
            for (var length = 0; length < bytes.Length; length += 1 + bytes.Length / 97)
            {
                File.WriteAllBytes(paths[0], bytes[..length]);
                var refusal = new SeriesReader().Read(paths).Refusal;
                Assert.NotNull(refusal);
                Assert.Contains(refusal.Code, s_codes);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("100000")]
    [InlineData("2147483647")]
    [InlineData("65535")]
    public void Frames_that_are_only_claimed_cost_nothing(string frames)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        foreach (var series in (DicomDataset[])[SeriesBuilder.Nm(), SeriesBuilder.EnhancedCt(), FieldStack.Enhanced(new FieldStack())])
        {
            series.Set(DicomTag.NumberOfFrames, frames);
            series.Remove(DicomTag.SliceVector);
            Assert.NotNull(SeriesBuilder.Read([series]).Refusal);
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
    }

    [Fact]
    public void A_volume_larger_than_the_limit_is_refused_before_pixels_are_touched()
    {
        var slices = SeriesBuilder.Ct();
        slices.ForEach(slice => slice.Set(DicomTag.Rows, 65535).Set(DicomTag.Columns, 65535));

        Assert.Equal(ImagingReasons.TooLarge, SeriesBuilder.Read(slices).Refusal?.Code);
        Assert.Equal(ImagingReasons.TooLarge, SeriesBuilder.Read(slices, new() { MaximumVoxels = long.MaxValue }).Refusal?.Code);
    }

    [Theory]
    [InlineData("ImagePositionPatient", "NaN\\0\\0", ImagingReasons.NoGeometry)]
    [InlineData("ImagePositionPatient", "1e300\\0\\0", ImagingReasons.NoGeometry)]
    [InlineData("ImageOrientationPatient", "Inf\\0\\0\\0\\1\\0", ImagingReasons.NoGeometry)]
    [InlineData("ImageOrientationPatient", "1e200\\0\\0\\0\\1e200\\0", ImagingReasons.BadOrientation)]
    [InlineData("PixelSpacing", "1e-9\\1", ImagingReasons.BadSpacing)]
    [InlineData("PixelSpacing", "1\\1e9", ImagingReasons.BadSpacing)]
    [InlineData("PixelSpacing", "1,5\\1,5", ImagingReasons.BadSpacing)]
    [InlineData("RescaleSlope", "1e38", ImagingReasons.BadRescale)]
    [InlineData("RescaleSlope", "1e-40", ImagingReasons.BadRescale)]
    [InlineData("RescaleIntercept", "NaN", ImagingReasons.BadRescale)]
    public void Numbers_beyond_reason_are_refused(string keyword, string value, string code)
    {
        Assert.True(DicomDictionary.TryFind(keyword, out var tag));
        var slices = SeriesBuilder.Ct();
        slices.ForEach(slice => slice.Set(tag, value.Split('\\')));

        Assert.Equal(code, SeriesBuilder.Read(slices).Refusal?.Code);
    }

    [Fact]
    public void Ten_thousand_orientations_are_no_volume()
    {
        var enhanced = FieldStack.Enhanced(new FieldStack { Slices = 3000, Columns = 1, Rows = 1 });
        foreach (var (index, group) in enhanced.GetSequence(DicomTag.PerFrameFunctionalGroupsSequence).Index())
        {
            var angle = index * 0.002;
            group.GetItem(DicomTag.PlaneOrientationSequence)!.Set(DicomTag.ImageOrientationPatient, FieldStack.Number(Math.Cos(angle)), FieldStack.Number(Math.Sin(angle)), "0", FieldStack.Number(-Math.Sin(angle)), FieldStack.Number(Math.Cos(angle)), "0");
        }

        Assert.Equal(ImagingReasons.AmbiguousParts, SeriesBuilder.Read([enhanced]).Refusal?.Code);
    }

    private static List<DicomDataset> Base(int kind)
    {
        switch (kind)
        {
            case 0: return SeriesBuilder.Ct();
            case 1: return [SeriesBuilder.EnhancedCt()];
            case 2: return [SeriesBuilder.Nm()];
            case 3:
                var slices = SeriesBuilder.Ct(4);
                foreach (var slice in slices)
                {
                    foreach (var element in PetHeaders.Complete()) slice.CopyFrom(PetHeaders.Complete(), element.Tag);
                    slice.Set(DicomTag.SOPClassUID, DicomUid.PositronEmissionTomographyImageStorage).Set(DicomTag.FrameReferenceTime, "1000").Set(DicomTag.DecayFactor, "1.01");
                }
                return slices;
            case 4:
                return [FieldStack.Enhanced(new FieldStack { Offset = 1 }, new FieldStack { Offset = 2 })];
            default:
                var pet = FieldStack.Enhanced(new FieldStack()).Set(DicomTag.SOPClassUID, DicomUid.LegacyConvertedEnhancedPETImageStorage).Set(DicomTag.Modality, "PT");
                pet.GetItem(DicomTag.SharedFunctionalGroupsSequence)!.SetSequence(DicomTag.UnassignedSharedConvertedAttributesSequence, PetHeaders.Complete());
                return [pet];
        }
    }

    private static void Damage(Random random, DicomDataset dataset)
    {
        // Without these two there is no object to begin with.
        var elements = dataset.Where(element => element.Tag != DicomTag.SOPClassUID && element.Tag != DicomTag.SOPInstanceUID).ToList();
        if (elements.Count == 0) return;
        var element = elements[random.Next(elements.Count)];
        var items = dataset.GetSequence(element.Tag);
        if (items.Count > 0 && random.Next(5) > 0)
        {
            Damage(random, items[random.Next(items.Count)]);
            return;
        }
        switch (random.Next(4))
        {
            case 0: dataset.Remove(element.Tag); break;
            case 1: dataset.SetEmpty(element.Tag); break;
            case 2:
                var noise = new byte[2 * random.Next(0, 20)];
                random.NextBytes(noise);
                dataset.SetBytes(element.Tag, DicomVR.UN, noise);
                break;
            default:
                var text = s_texts[random.Next(s_texts.Length)];
                dataset.SetBytes(element.Tag, DicomVR.DS, System.Text.Encoding.ASCII.GetBytes(text.Length % 2 == 0 ? text : text + " "));
                break;
        }
    }

    private static void Check(Outcome<SeriesVolume> outcome)
    {
        if (!outcome.TryGet(out var series, out var refusal))
        {
            Assert.Contains(refusal.Code, s_codes);
            return;
        }
        using (series)
        {
            Assert.Equal(series.Volume.Slices, series.Slices.Count);
            Assert.True(series.Volume.VoxelToPatient.Determinant > 0);
            Assert.All(series.Warnings, warning => Assert.Contains(warning.Code, s_codes));
            foreach (var value in series.Volume.Voxels.Span) if (!float.IsFinite(value)) Assert.Fail($"{value}");
            if (series.Suv is { Factor: null, ReasonCode: var code }) Assert.Contains(code!, s_codes);
            foreach (var finding in FusionFitness.Evaluate(series)) Assert.Contains(finding.Code, s_codes);
        }
    }
}
