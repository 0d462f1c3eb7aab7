using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Tests;

public sealed class CheckPictureTests
{
    private static readonly PictureFont Font = new();
    private static readonly CheckPictureOptions Options = new() { FixedLabel = "CT", MovingLabel = "PT", ViewPixels = 200 };

    [Fact]
    public void Views_are_hung_as_radiology_hangs_them_whatever_the_order_of_the_voxels()
    {
        foreach (var grid in (VolumeGrid[])[Axial(), FeetFirst(), SagittalSlices()])
        {
            using var volume = Of(grid, VoxelUnit.Arbitrary, p => p.X);
            Assert.Equal(("R", "L", "A", "P"), Edges(PatientPlane.Of(grid, PatientView.Axial, new(3, 3, 3), 100)));
            Assert.Equal(("R", "L", "H", "F"), Edges(PatientPlane.Of(grid, PatientView.Coronal, new(3, 3, 3), 100)));
            Assert.Equal(("A", "P", "H", "F"), Edges(PatientPlane.Of(grid, PatientView.Sagittal, new(3, 3, 3), 100)));
        }

        static (string, string, string, string) Edges(PatientPlane plane) => (plane.Left, plane.Right, plane.Top, plane.Bottom);
    }

    [Fact]
    public void Pixels_lie_where_the_letters_say_and_are_square_in_millimetres()
    {
        foreach (var grid in (VolumeGrid[])[Axial(), FeetFirst(), SagittalSlices(), Sheared()])
            foreach (var view in Enum.GetValues<PatientView>())
            {
                var plane = PatientPlane.Of(grid, view, new(3, 3, 3), 100);
                Vector3d P(int x, int y) => grid.VoxelToPatient.Transform(plane.Index(x, y));
                Vector3d right = P(1, 0) - P(0, 0), down = P(0, 1) - P(0, 0);
                Assert.Equal(plane.PixelMillimetres, right.Length, 1e-9);
                Assert.Equal(plane.PixelMillimetres, down.Length, 1e-9);
                Assert.Equal(0, Vector3d.Dot(right, down), 1e-9);
                Assert.True(view == PatientView.Sagittal ? right.Y > 0 : right.X > 0);
                Assert.True(view == PatientView.Axial ? down.Y > 0 : down.Z < 0);
            }
    }

    [Fact]
    public void A_view_shows_the_whole_extent_of_the_volume_with_its_proportions()
    {
        // 40 columns of 1 mm, 30 rows of 2 mm, 20 slices of 5 mm.
        Assert.Equal((67, 100), Size(PatientView.Axial));
        Assert.Equal((40, 100), Size(PatientView.Coronal));
        Assert.Equal((60, 100), Size(PatientView.Sagittal));

        static (int, int) Size(PatientView view)
        {
            var plane = PatientPlane.Of(Axial(), view, new(3, 3, 3), 100);
            return (plane.Columns, plane.Rows);
        }
    }

    [Fact]
    public void A_turned_patient_gets_both_letters()
    {
        var turn = Affine.Rigid(0, 0, Math.PI / 6, Vector3d.Zero, Vector3d.Zero);
        var grid = Axial() with { VoxelToPatient = turn.Multiply(Axial().VoxelToPatient) };
        var plane = PatientPlane.Of(grid, PatientView.Axial, new(3, 3, 3), 100);
        Assert.Equal(("RA", "LP", "AL", "PR"), (plane.Left, plane.Right, plane.Top, plane.Bottom));
    }

    [Fact]
    public void Tiles_alternate_and_the_outline_of_the_fixed_body_lies_on_both_views()
    {
        using var ct = Of(Axial(), VoxelUnit.HounsfieldUnits, p => Body(p) ? 40 : -1000);
        using var pet = Of(Axial(), VoxelUnit.SuvBodyWeight, p => 10);

        var axial = Render(ct, pet, Options with { TileMillimetres = 10 })[0];

        // 200 pixels stand for 60 mm: a tile is 33 pixels. Outside the body CT is black, PET white everywhere.
        Assert.Equal("axial", axial.Name);
        Assert.Equal((0, 0, 0), At(axial.Image, 12 + 5, 50 + 5));
        Assert.Equal((255, 255, 255), At(axial.Image, 12 + 38, 50 + 5));
        Assert.Equal((255, 255, 255), At(axial.Image, 12 + 5, 50 + 38));
        Assert.Equal((0, 0, 0), At(axial.Image, 12 + 38, 50 + 38));
        var right = 2 * 12 + 300;
        int[] columns = [.. Enumerable.Range(0, 133).Where(x => At(axial.Image, right + x, 50 + 80) == (86, 180, 233))];
        Assert.Equal(2, columns.Length);
        Assert.Equal(columns, Enumerable.Range(0, 133).Where(x => At(axial.Image, 12 + x, 50 + 80) == (86, 180, 233)));
        // The body is 20 mm wide around the middle of 40.
        Assert.InRange(columns[1] - columns[0], 62, 68);
        Assert.InRange((columns[1] + columns[0]) / 2.0, 64, 70);
    }

    [Fact]
    public void Planes_go_through_the_greatest_uptake_of_the_body_or_where_they_are_told_to()
    {
        using var ct = Of(Axial(), VoxelUnit.HounsfieldUnits, p => Body(p) ? 40 : -1000);
        using var pet = Of(Axial(), VoxelUnit.SuvBodyWeight, p => 1);
        pet.Voxels.Span[(15 * 30 + 14) * 40 + 22] = 9;
        pet.Voxels.Span[0] = 99;
        var body = BodyMask.Of(ct, TestContext.Current.CancellationToken);

        Assert.Equal(new Vector3d(22, 14, 15), CheckPlace.Choose(null, body, pet));
        Assert.Equal(new Vector3d(5, 6, 7), CheckPlace.Choose(ct.Grid.ToPatient(5, 6, 7), body, pet));
        Assert.Equal(new Vector3d(39, 0, 19), CheckPlace.Choose(new(1e6, -1e6, 1e6), body, pet));
        using var mr = Of(Axial(), VoxelUnit.Arbitrary, p => 1);
        var middle = CheckPlace.Choose(null, body, mr);
        Assert.InRange((middle - new Vector3d(19.5, 14.5, 9.5)).Length, 0, 1);
    }

    [Fact]
    public void Where_the_moving_series_says_nothing_the_picture_is_flat_grey()
    {
        using var ct = Of(Axial(), VoxelUnit.HounsfieldUnits, _ => -1000);
        using var pet = new Volume(Axial(), VoxelUnit.SuvBodyWeight, withCoverage: true);
        pet.Voxels.Span.Fill(10);
        pet.Coverage!.Value.Span.Clear();

        var axial = Render(ct, pet, Options)[0];

        Assert.Equal((40, 40, 40), At(axial.Image, 2 * 12 + 300 + 30, 50 + 30));
    }

    [Fact]
    public void Three_pictures_come_with_caption_and_the_same_bytes_each_time()
    {
        using var ct = Of(Axial(), VoxelUnit.HounsfieldUnits, p => Body(p) ? 40 : -1000);
        using var pet = Of(Axial(), VoxelUnit.SuvBodyWeight, p => p.X * 0.1);
        var captioned = Options with { Caption = ["MI ratio 0.98, overlap 1.00, moved 1.3 mm, body overlap 0.97, and more words than one line of the picture can hold"] };

        var first = Render(ct, pet, captioned);
        var second = Render(ct, pet, captioned);
        var bare = Render(ct, pet, Options);

        Assert.Equal(["axial", "coronal", "sagittal"], first.Select(p => p.Name));
        for (var n = 0; n < 3; n++)
        {
            Assert.Equal(first[n].Image.Pixels.ToArray(), second[n].Image.Pixels.ToArray());
            Assert.True(first[n].Image.Rows > bare[n].Image.Rows);
            Assert.Equal(first[n].Image.Columns * first[n].Image.Rows * 3, first[n].Image.Pixels.Length);
        }
    }

    [Fact]
    public void Volumes_of_different_size_are_an_error()
    {
        using var ct = Of(Axial(), VoxelUnit.HounsfieldUnits, _ => 0);
        using var pet = Of(Axial() with { Columns = 39 }, VoxelUnit.SuvBodyWeight, _ => 0);
        Assert.Throws<ArgumentException>(() => Render(ct, pet, Options));
    }

    private static IReadOnlyList<CheckPicture> Render(Volume ct, Volume pet, CheckPictureOptions options) => CheckPictureRenderer.Render(
        ct, pet, new ResolvedWindow(DisplayWindow.DefaultFor("CT"), -160, 240), new ResolvedWindow(DisplayWindow.DefaultFor("PT"), 0, 10), options, Font, TestContext.Current.CancellationToken);

    private static (int, int, int) At(PngImage image, int x, int y)
    {
        var p = image.Pixels.Span.Slice(3 * (y * image.Columns + x), 3);
        return (p[0], p[1], p[2]);
    }

    private static bool Body(Vector3d p) => p.X is > 9.5 and < 29.5 && p.Y is > 10 and < 50;

    private static VolumeGrid Axial() => new(40, 30, 20, Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), 2, 1, new(0, 0, 5), Vector3d.Zero), "1.2.3");

    private static VolumeGrid FeetFirst() => new(40, 30, 20, Affine.FromPlane(new(-1, 0, 0), new(0, 1, 0), 2, 1, new(0, 0, -5), new(39, 0, 95)), "1.2.3");

    private static VolumeGrid SagittalSlices() => new(30, 20, 40, Affine.FromPlane(new(0, 1, 0), new(0, 0, -1), 5, 2, new(-1, 0, 0), new(39, 0, 95)), "1.2.3");

    private static VolumeGrid Sheared() => new(40, 30, 20, Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), 2, 1, new(0.3, -1.2, 5), Vector3d.Zero), "1.2.3");

    private static Volume Of(VolumeGrid grid, VoxelUnit unit, Func<Vector3d, double> field)
    {
        var volume = new Volume(grid, unit);
        var n = 0;
        for (var k = 0; k < grid.Slices; k++)
            for (var j = 0; j < grid.Rows; j++)
                for (var i = 0; i < grid.Columns; i++) volume.Voxels.Span[n++] = (float)field(grid.ToPatient(i, j, k));
        return volume;
    }
}
