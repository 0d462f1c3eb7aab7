using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace PacsFusion.Imaging.Tests;

public sealed class AffineTests
{
    [Fact]
    public void Pixel_spacing_value_one_goes_with_the_row_index_and_value_two_with_the_column_index()
    {
        var map = Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), rowSpacing: 2.0, columnSpacing: 1.5, new(0, 0, 3), new(-10, -20, -30));

        Assert.Equal(new Vector3d(-10, -20, -30), map.Transform(Vector3d.Zero));
        Assert.Equal(new Vector3d(-8.5, -20, -30), map.Transform(new(1, 0, 0)));
        Assert.Equal(new Vector3d(-10, -18, -30), map.Transform(new(0, 1, 0)));
        Assert.Equal(new Vector3d(-10, -20, -27), map.Transform(new(0, 0, 1)));
    }

    [Fact]
    public void Multiply_applies_the_argument_first()
    {
        var quarterTurn = Affine.Rigid(0, 0, Math.PI / 2, Vector3d.Zero, Vector3d.Zero);
        var shift = Affine.Translation(new(1, 0, 0));

        var p = quarterTurn.Multiply(shift).Transform(new(1, 0, 0));

        Assert.Equal(0, p.X, 12);
        Assert.Equal(2, p.Y, 12);
    }

    [Fact]
    public void A_rigid_map_keeps_its_centre_but_for_the_shift()
    {
        var map = Affine.Rigid(0.2, -0.3, 0.4, centre: new(10, 20, 30), shift: new(1, 2, 3));

        var p = map.Transform(new(10, 20, 30));

        Assert.Equal(0, (p - new Vector3d(11, 22, 33)).Length, 10);
        Assert.Equal(1, map.Determinant, 12);
    }

    [Fact]
    public void The_row_major_form_is_read_back_and_has_the_translation_in_the_last_column()
    {
        var map = Affine.Rigid(0.2, -0.3, 0.4, new(10, 20, 30), new(1, 2, 3));

        var numbers = map.ToRowMajor16();

        Assert.Equal(map.M03, numbers[3]);
        Assert.Equal([0, 0, 0, 1], numbers[12..]);
        Assert.Equal(map, Affine.FromRowMajor16(numbers));
    }

    [Fact]
    public void A_singular_map_has_no_inverse() =>
        Assert.Throws<InvalidOperationException>(() => Affine.FromColumns(new(1, 0, 0), new(2, 0, 0), new(0, 0, 1), Vector3d.Zero).Invert());

    [Property]
    public Property The_inverse_undoes_the_map(int ax, int ay, int az, int tx, int ty, int tz)
    {
        var map = Affine.Rigid(ax % 100 * 0.06, ay % 100 * 0.06, az % 100 * 0.06, new(3, 5, 7), new(tx % 1000, ty % 1000, tz % 1000))
            .Multiply(Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), 2, 1.5, new(0.3, 0, 3), new(1, 2, 3)));
        var p = new Vector3d(12.5, -7.25, 99);

        return ((map.Invert().Transform(map.Transform(p)) - p).Length < 1e-8).ToProperty();
    }
}
