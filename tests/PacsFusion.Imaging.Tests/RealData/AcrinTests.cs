using PacsFusion.Tests;

namespace PacsFusion.Imaging.Tests;

/// <summary>The whole way of a real PET/CT against figures that were measured with other software.</summary>
public sealed class AcrinTests
{
    private const string Set = "petct/ACRIN_042";

    [Fact]
    public void Pet_lands_on_the_ct_grid_with_the_known_maximum_and_body_share()
    {
        using var ct = Read("CT");
        using var pet = Read("PT_AC");

        Assert.Equal((512, 512, 135), (ct.Volume.Columns, ct.Volume.Rows, ct.Volume.Slices));
        Assert.Equal(VoxelUnit.HounsfieldUnits, ct.Volume.Unit);
        Assert.Equal(1402, ct.Max);
        Assert.False(ct.Volume.IsCovered(0, 0, 0));
        Near(new(-250, -250, -360.18), ct.Volume.VoxelToPatient.Origin, 0.01);
        Assert.Equal(VoxelUnit.SuvBodyWeight, pet.Volume.Unit);
        Assert.Equal(4.2111007e-4, pet.Suv!.Factor!.Value, 4.2e-7);
        Assert.Null(pet.Volume.Coverage);
        Assert.Equal(51.0933, pet.Max, 0.001);
        Near(new(-58.594, -2.344, -327.500), pet.MaxAt, 0.05);
        Assert.True(ct.Volume.Grid.ClaimsSameFrameAs(pet.Volume.Grid));

        using var onCt = new Resampler().Resample(pet.Volume, ct.Volume.Grid, Affine.Identity);
        var (max, at) = Maximum(onCt);
        Assert.Equal(50.1036, max, 0.05);
        Near(new(-58.594, -2.930, -327.480), at, 0.05);

        var figures = AlignmentFigures.Measure(ct.Volume, onCt);
        Assert.Equal(9322985, figures.BodyVoxels);
        Assert.Equal(0.969808, figures.UptakeInBody!.Value, 0.005);
        Assert.InRange(figures.Nmi!.Value, 1.05, 1.5);
        TestContext.Current.TestOutputHelper?.WriteLine($"{figures} max {max} at {at} {pet.Suv}");
    }

    [Fact]
    public void The_uncorrected_pet_has_no_suv_and_the_scout_is_no_volume()
    {
        using var uncorrected = Read("PT_NAC");

        Assert.Equal(ImagingReasons.SuvUnits, uncorrected.Suv?.ReasonCode);
        Assert.Equal(VoxelUnit.NotQuantitative, uncorrected.Volume.Unit);
        Assert.Equal(ImagingReasons.LocalizerOnly, new SeriesReader().Read(UnpackedSets.Files(Set, "SCOUT")).Refusal?.Code);
    }

    [Theory]
    [InlineData("SEG_162308")]
    [InlineData("RWV_318261")]
    public void Objects_that_are_no_images_are_refused(string folder) =>
        Assert.Equal(ImagingReasons.NotAnImage, new SeriesReader().Read(UnpackedSets.Files(Set, folder)).Refusal?.Code);

    internal static (double Max, Vector3d At) Maximum(Volume volume)
    {
        var values = volume.Voxels.Span;
        var best = 0;
        for (var i = 1; i < values.Length; i++)
            if (values[i] > values[best]) best = i;
        return (values[best], volume.Grid.ToPatient(best % volume.Columns, best / volume.Columns % volume.Rows, best / volume.Grid.SliceLength));
    }

    internal static void Near(Vector3d expected, Vector3d actual, double tolerance) =>
        Assert.True((expected - actual).Length <= tolerance, $"expected {expected}, got {actual}");

    private static SeriesVolume Read(string folder) => new SeriesReader().Read(UnpackedSets.Files(Set, folder)).Value;
}
