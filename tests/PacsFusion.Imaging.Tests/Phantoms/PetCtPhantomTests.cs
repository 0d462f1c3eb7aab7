using System.Diagnostics;
using System.Security.Cryptography;
using PacsFusion.Dicom;

namespace PacsFusion.Imaging.Tests;

public sealed class PetCtPhantomTests
{
    private static readonly PhantomOptions Small = new() { CtMatrix = 96, CtSlices = 64, PetMatrix = 80, MrMatrix = 64 };

    [Fact]
    public void Lesions_are_where_the_truth_says_with_the_suv_it_says()
    {
        var options = Small with { Noise = 0 };
        var truth = PetCtPhantom.Describe(options);
        using var pet = Read(options, PhantomContents.Pet);

        Assert.Equal(truth.SuvFactor, pet.Suv!.Factor!.Value, truth.SuvFactor * 1e-6);
        Assert.Equal(4, truth.Lesions.Count);
        foreach (var lesion in truth.Lesions)
        {
            var (centre, peak) = Weigh(pet.Volume, lesion.Centre, lesion.DiameterMm);
            AcrinTests.Near(lesion.Centre, centre, 1.5);
            Assert.InRange(peak, 0.55 * lesion.Suv, 1.02 * lesion.Suv);
        }
    }

    [Fact]
    public void Ct_and_pet_fit_and_a_patient_who_moved_does_not()
    {
        var options = Small with { Seed = 3 };
        var movedOptions = options with { FunctionalShift = new(60, -45, 0) };
        using var ct = Read(movedOptions, PhantomContents.Ct);
        using var pet = Read(options, PhantomContents.Pet);
        using var moved = Read(movedOptions, PhantomContents.Pet);
        var resampler = new Resampler();
        using var fits = resampler.Resample(pet.Volume, ct.Volume.Grid, Affine.Identity);
        using var doesNot = resampler.Resample(moved.Volume, ct.Volume.Grid, Affine.Identity);
        using var broughtBack = resampler.Resample(moved.Volume, ct.Volume.Grid, Affine.Translation(new(60, -45, 0)));

        AlignmentFigures good = AlignmentFigures.Measure(ct.Volume, fits), bad = AlignmentFigures.Measure(ct.Volume, doesNot), back = AlignmentFigures.Measure(ct.Volume, broughtBack);

        Assert.Equal(1, good.Overlap);
        Assert.InRange(good.UptakeInBody!.Value, 0.98, 1);
        Assert.InRange(bad.UptakeInBody!.Value, 0, 0.9);
        Assert.InRange(back.UptakeInBody!.Value, 0.98, 1);
        Assert.True(bad.Nmi < good.Nmi, $"{good.Nmi} where it fits, {bad.Nmi} where it does not");
        Assert.Equal(good.Nmi!.Value, back.Nmi!.Value, 0.02);
        Assert.True(ct.Volume.Grid.ClaimsSameFrameAs(moved.Volume.Grid));
    }

    [Fact]
    public void The_anatomy_is_the_same_in_no_mirror()
    {
        using var ct = Read(Small with { Noise = 0, PadOutsideFieldOfView = false }, PhantomContents.Ct);
        var volume = ct.Volume;
        int x = 0, y = 0, z = 0, total = 0;
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                {
                    var value = volume[i, j, k];
                    total++;
                    if (Math.Abs(value - volume[volume.Columns - 1 - i, j, k]) > 60) x++;
                    if (Math.Abs(value - volume[i, volume.Rows - 1 - j, k]) > 60) y++;
                    if (Math.Abs(value - volume[i, j, volume.Slices - 1 - k]) > 60) z++;
                }
        Assert.True(x > total / 30 && y > total / 30 && z > total / 30, $"{x} {y} {z} of {total}");
    }

    [Fact]
    public void Padding_lies_outside_the_round_field_of_view_and_can_be_left_out()
    {
        using var padded = Read(Small, PhantomContents.Ct);
        using var full = Read(Small with { PadOutsideFieldOfView = false }, PhantomContents.Ct);

        Assert.False(padded.Volume.IsCovered(0, 0, 5));
        Assert.True(padded.Volume.IsCovered(48, 48, 5));
        Assert.Null(full.Volume.Coverage);
    }

    [Fact]
    public void Pet_slices_have_slopes_of_their_own_and_another_grid_than_the_ct()
    {
        var slices = PetCtPhantom.Build(Small with { Contents = PhantomContents.Pet }).Select(instance => instance.File.Dataset).ToList();
        using var ct = Read(Small, PhantomContents.Ct);
        using var pet = Read(Small, PhantomContents.Pet);

        Assert.True(slices.Select(slice => slice.GetString(DicomTag.RescaleSlope)).Distinct().Count() > slices.Count / 2);
        var origin = ct.Volume.Grid.ToVoxel(pet.Volume.VoxelToPatient.Origin);
        Assert.NotEqual(Math.Round(origin.X), origin.X, 0.01);
        Assert.NotEqual(ct.Volume.Spacing.Z, pet.Volume.Spacing.Z);
    }

    [Fact]
    public void Equal_options_give_equal_bytes_and_another_seed_gives_other_uids()
    {
        var options = Small with { CtSlices = 4, Contents = (PhantomContents)63 };

        Assert.Equal(Hash(options), Hash(options with { }));
        Assert.NotEqual(Hash(options), Hash(options with { Seed = 2 }));
        Assert.NotEqual(PetCtPhantom.Describe(options).StudyInstanceUid, PetCtPhantom.Describe(options with { Seed = 2 }).StudyInstanceUid);
        Assert.Equal(PetCtPhantom.Describe(options).StudyInstanceUid, PetCtPhantom.Describe(options with { Contents = PhantomContents.Ct }).StudyInstanceUid);
        Assert.Distinct(PetCtPhantom.Build(options).Select(instance => instance.File.Dataset.GetString(DicomTag.SOPInstanceUID)));
    }

    [Fact]
    public void Decoys_are_refused_or_have_no_suv()
    {
        using var uncorrected = Read(Small, PhantomContents.UncorrectedPet);

        Assert.Equal(ImagingReasons.SuvUnits, uncorrected.Suv?.ReasonCode);
        Assert.Equal(ImagingReasons.LocalizerOnly, Outcome(Small, PhantomContents.Localizer).Refusal?.Code);
    }

    [Fact]
    public void Mr_series_lie_oblique_on_the_same_anatomy()
    {
        var options = Small with { MrMatrix = 96, Noise = 4 };
        using var t1 = Read(options, PhantomContents.MrT1);
        using var t2 = Read(options, PhantomContents.MrT2);
        var resampler = new Resampler();
        using var fits = resampler.Resample(t2.Volume, t1.Volume.Grid, Affine.Identity);
        using var shifted = resampler.Resample(t2.Volume, t1.Volume.Grid, Affine.Translation(new(25, 0, 0)));

        Assert.InRange(Math.Abs(t1.Volume.VoxelToPatient.ColumnZ.Y), 0.5, 1);
        Assert.True(AlignmentFigures.Measure(t1.Volume, fits).Nmi > AlignmentFigures.Measure(t1.Volume, shifted).Nmi + 0.03);
    }

    [Fact]
    public void The_truth_lists_what_is_written()
    {
        var folder = Directory.CreateTempSubdirectory("pacsfusion-phantom-");
        try
        {
            var truth = PetCtPhantom.Write(folder.FullName, Small with { CtSlices = 5, Contents = (PhantomContents)63 });

            foreach (var series in truth.Series)
            {
                var files = Directory.GetFiles(Path.Combine(folder.FullName, series.Folder));
                Assert.Equal(series.Instances, files.Length);
                Assert.All(files, file => Assert.Equal(series.SeriesInstanceUid, DicomFile.Read(file, DicomReadOptions.Header).Dataset.GetString(DicomTag.SeriesInstanceUID)));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void The_objects_are_valid_for_dciodvfy()
    {
        var folder = Directory.CreateTempSubdirectory("pacsfusion-phantom-");
        try
        {
            PetCtPhantom.Write(folder.FullName, Small with { CtSlices = 3, Contents = (PhantomContents)63, IssuerOfPatientId = "HOSPITAL" });
            var reports = Directory.GetDirectories(folder.FullName).Select(series => $"{Path.GetFileName(series)}: {Verify(Directory.GetFiles(series)[0])}");
            Assert.DoesNotContain("Error", string.Concat(reports), StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Verify(string file)
    {
        var start = new ProcessStartInfo("dciodvfy") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-new");
        start.ArgumentList.Add(file);
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return error + output.GetAwaiter().GetResult();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("dciodvfy is not here");
            return "";
        }
    }

    // Centre of the uptake above half of the peak, within reach of the lesion.
    private static (Vector3d Centre, double Peak) Weigh(Volume volume, Vector3d around, double diameter)
    {
        var peak = 0.0;
        var near = new List<(Vector3d P, double V)>();
        for (var k = 0; k < volume.Slices; k++)
            for (var j = 0; j < volume.Rows; j++)
                for (var i = 0; i < volume.Columns; i++)
                {
                    var p = volume.Grid.ToPatient(i, j, k);
                    if ((p - around).Length > diameter) continue;
                    near.Add((p, volume[i, j, k]));
                    peak = Math.Max(peak, volume[i, j, k]);
                }
        var hot = near.Where(voxel => voxel.V > peak / 2).ToList();
        var centre = Vector3d.Zero;
        foreach (var (p, v) in hot) centre += p * v;
        return (centre / hot.Sum(voxel => voxel.V), peak);
    }

    private static string Hash(PhantomOptions options)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var instance in PetCtPhantom.Build(options))
        {
            using var stream = new MemoryStream();
            instance.File.Write(stream);
            hash.AppendData(stream.ToArray());
        }
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private static Outcome<SeriesVolume> Outcome(PhantomOptions options, PhantomContents contents) =>
        new SeriesReader().Read([.. PetCtPhantom.Build(options with { Contents = contents }).Select(instance => instance.File)]);

    private static SeriesVolume Read(PhantomOptions options, PhantomContents contents) => Outcome(options, contents).Value;
}
