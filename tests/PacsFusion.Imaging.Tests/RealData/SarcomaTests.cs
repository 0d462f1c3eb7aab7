using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

/// <summary>PET in SUV and in Bq/ml, MR with its own field of view: two patients, figures measured with other software.</summary>
public sealed class SarcomaTests
{
    [Theory]
    [InlineData("STS_001", 25.4123, 7.031, 21.094, -691.640, 24.3582, 0.983549, 1723396)]
    [InlineData("STS_009", 27.2734, -106.641, -123.047, 769.980, 27.1924, 0.993755, 2614208)]
    public void Pet_in_suv_units_lands_on_the_ct_grid(string patient, double max, double x, double y, double z, double maxOnCt, double inBody, long body)
    {
        using var ct = Read(patient, "CT");
        using var pet = Read(patient, "PET");

        Assert.Equal(1, pet.Suv?.Factor);
        Assert.Equal(max, pet.Max, max * 1e-4);
        AcrinTests.Near(new(x, y, z), pet.MaxAt, 0.05);

        using var onCt = new Resampler().Resample(pet.Volume, ct.Volume.Grid, Affine.Identity);
        var figures = AlignmentFigures.Measure(ct.Volume, onCt);

        Assert.Equal(maxOnCt, AcrinTests.Maximum(onCt).Max, 0.02);
        Assert.Equal(inBody, figures.UptakeInBody!.Value, 0.005);
        Assert.Equal(body, figures.BodyVoxels);
    }

    [Fact]
    public void Pet_in_becquerel_gives_the_suv_that_others_found()
    {
        using var pet = Read("STS_001", "PET_BQML");
        using var reference = Read("STS_001", "PET");

        Assert.Equal(267, pet.Volume.Slices);
        Assert.Equal(2.4290298e-4, pet.Suv!.Factor!.Value, 2.4e-7);
        Assert.Equal(66.5215, pet.Max, 0.005);
        AcrinTests.Near(new(25.781, 30.469, -678.540), pet.MaxAt, 0.05);
        for (var k = 0; k < reference.Volume.Slices; k += 7)
            for (var j = 0; j < reference.Volume.Rows; j++)
                for (var i = 0; i < reference.Volume.Columns; i++)
                    Assert.Equal(reference.Volume[i, j, k], pet.Volume[i + 59, j + 45, k], 0.001);
    }

    [Fact]
    public void Mr_with_a_smaller_field_of_view_leaves_the_rest_uncovered()
    {
        using var ct = Read("STS_001", "CT");
        using var mr = Read("STS_001", "MR_T1");
        using var onCt = new Resampler().Resample(mr.Volume, ct.Volume.Grid, Affine.Identity);

        var figures = AlignmentFigures.Measure(ct.Volume, onCt);

        Assert.Equal(VoxelUnit.Arbitrary, mr.Volume.Unit);
        Assert.Null(figures.UptakeInBody);
        Assert.InRange(figures.Overlap, 0.5, 0.95);
        Assert.InRange(figures.Nmi!.Value, 1.02, 1.5);
    }

    [Fact]
    public void Raw_mr_of_another_frame_is_a_tilted_volume_far_from_the_ct()
    {
        using var ct = Read("STS_001", "CT");
        using var mr = Read("STS_001", "MR_T2_RAW");
        using var onCt = new Resampler().Resample(mr.Volume, ct.Volume.Grid, Affine.Identity);

        Assert.Equal((384, 384, 40), (mr.Volume.Columns, mr.Volume.Rows, mr.Volume.Slices));
        Assert.Equal(5.2, mr.Volume.Spacing.Z, 3);
        Assert.False(ct.Volume.Grid.ClaimsSameFrameAs(mr.Volume.Grid));
        Assert.Equal(0, AlignmentFigures.Measure(ct.Volume, onCt).Overlap);
    }

    private static SeriesVolume Read(string patient, string series) =>
        new SeriesReader().Read(UnpackedSets.Files($"ctmr/{patient}", series)).Value;
}
