namespace PacsFusion.Imaging.Tests;

public sealed class AlignmentFiguresTests
{
    private static readonly VolumeGrid Grid = Volumes.Grid(40, 36, 20, spacing: new(4, 4, 5), origin: Vector3d.Zero);

    [Fact]
    public void Uptake_outside_the_body_lowers_the_share_and_uncovered_voxels_do_not_count()
    {
        using var ct = Volumes.Of(Grid, p => p.X is >= 40 and <= 80 ? 30 : -1000, VoxelUnit.HounsfieldUnits);
        // Columns 10 to 20 are body; uptake in columns 18 to 22: three inside, two outside.
        using var pet = Volumes.Of(Grid, p => p.X is >= 72 and <= 88 ? 4 : 0.5, VoxelUnit.SuvBodyWeight, withCoverage: true);

        var all = AlignmentFigures.Measure(ct, pet);
        for (var at = 0; at < pet.Voxels.Length; at++)
            if (at % 40 > 21) pet.Coverage!.Value.Span[at] = 0;
        var less = AlignmentFigures.Measure(ct, pet);

        Assert.Equal(3.0 / 5, all.UptakeInBody!.Value, 12);
        Assert.Equal(1.0, all.Overlap, 12);
        Assert.Equal(11.0 / 40, all.BodyShare!.Value, 12);
        Assert.Equal(3.0 / 4, less.UptakeInBody!.Value, 12);
        Assert.Equal(22.0 / 40, less.Overlap, 12);
        Assert.Equal(1.0, less.BodyOverlap!.Value, 12);
    }

    [Fact]
    public void Mutual_information_is_highest_where_both_fit_and_is_blind_to_contrast()
    {
        using var ct = Volumes.Of(Grid, Shape(0, 60, -900), VoxelUnit.HounsfieldUnits);
        using var right = Volumes.Of(Grid, Shape(0, 200, 900));
        using var shifted = Volumes.Of(Grid, Shape(12, 200, 900));
        using var flipped = Volumes.Of(Grid, p => Shape(0, 200, 900)(p with { X = 156 - p.X }));

        var best = AlignmentFigures.Measure(ct, right).Nmi!.Value;

        Assert.InRange(best, 1.5, 2.0);
        Assert.True(AlignmentFigures.Measure(ct, shifted).Nmi < best - 0.2);
        Assert.True(AlignmentFigures.Measure(ct, flipped).Nmi < best - 0.2);
    }

    [Fact]
    public void A_pair_without_suv_has_no_uptake_share()
    {
        using var ct = Volumes.Of(Grid, Shape(0, 60, -900), VoxelUnit.HounsfieldUnits);
        using var mr = Volumes.Of(Grid, Shape(0, 200, 900));

        Assert.Null(AlignmentFigures.Measure(ct, mr).UptakeInBody);
    }

    [Fact]
    public void Nothing_in_common_gives_no_mutual_information()
    {
        using var ct = Volumes.Of(Grid, Shape(0, 60, -900), VoxelUnit.HounsfieldUnits);
        using var mr = Volumes.Of(Grid, Shape(0, 200, 900), withCoverage: true);
        mr.Coverage!.Value.Span.Clear();

        var figures = AlignmentFigures.Measure(ct, mr);

        Assert.Null(figures.Nmi);
        Assert.Equal(0, figures.Overlap);
        Assert.Equal(0, figures.BodyOverlap);
    }

    // A body off the middle with one organ on its left side only.
    private static Func<Vector3d, double> Shape(double shift, double tissue, double organ) => p =>
    {
        var x = p.X - shift;
        if (Math.Pow((x - 80) / 60, 2) + Math.Pow((p.Y - 66) / 44, 2) > 1) return tissue > 100 ? 5 : -1000;
        return Math.Pow((x - 105) / 22, 2) + Math.Pow((p.Y - 60) / 26, 2) < 1 ? organ : tissue;
    };
}
