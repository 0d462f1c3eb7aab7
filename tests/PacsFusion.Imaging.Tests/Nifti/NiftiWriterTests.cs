using System.Buffers.Binary;
using FsCheck.Xunit;

namespace PacsFusion.Imaging.Tests;

public sealed class NiftiWriterTests
{
    [Fact]
    public void The_header_gives_size_type_and_place_in_RAS()
    {
        using var volume = Volumes.Of(Volumes.Grid(5, 4, 3, spacing: new(1.5, 2, 3), origin: new(-10, 7, 30)), p => p.X);

        var bytes = Write(volume);

        Assert.Equal(352 + 5 * 4 * 3 * 4, bytes.Length);
        Assert.Equal(348, BinaryPrimitives.ReadInt32LittleEndian(bytes));
        Assert.Equal([3, 5, 4, 3, 1, 1, 1, 1], Shorts(bytes, 40, 8));
        Assert.Equal([16, 32], Shorts(bytes, 70, 2));
        Assert.Equal([1, 1.5f, 2, 3], Floats(bytes, 76, 4));
        Assert.Equal([352, 1, 0], Floats(bytes, 108, 3));
        Assert.Equal(2, bytes[123]);
        Assert.Equal([1, 1], Shorts(bytes, 252, 2));
        Assert.Equal([-1.5f, 0, 0, 10], Floats(bytes, 280, 4));
        Assert.Equal([0, -2, 0, -7], Floats(bytes, 296, 4));
        Assert.Equal([0, 0, 3, 30], Floats(bytes, 312, 4));
        Assert.Equal("n+1\0"u8, bytes.AsSpan(344, 4));
    }

    [Fact]
    public void The_values_follow_in_voxel_order()
    {
        using var volume = Volumes.Noise(Volumes.Grid(5, 4, 3), seed: 1);

        Assert.Equal(volume.Voxels.ToArray(), Floats(Write(volume), 352, 60));
    }

    [Property(MaxTest = 100)]
    public void Both_ways_of_giving_the_place_agree_for_any_rotation_and_either_hand(int seed)
    {
        var random = new Random(seed);
        double Angle() => (random.NextDouble() * 2 - 1) * Math.PI;
        var turn = random.Next(5) == 0 ? Affine.Rigid(0, 0, Math.PI * random.Next(4) / 2, Vector3d.Zero, Vector3d.Zero) : Affine.Rigid(Angle(), Angle(), Angle(), Vector3d.Zero, Vector3d.Zero);
        double hand = random.Next(2) == 0 ? -3.1 : 3.1;
        var grid = new VolumeGrid(6, 5, 4, Affine.FromColumns(turn.Transform(new(1.3, 0, 0)), turn.Transform(new(0, 2.2, 0)), turn.Transform(new(0, 0, hand)), new(-40, 17, 300)), null);
        using var volume = Volumes.Of(grid, p => p.X);

        var bytes = Write(volume);

        Assert.Equal([1, 1], Shorts(bytes, 252, 2));
        foreach (var (i, j, k) in ((int, int, int)[])[(0, 0, 0), (5, 0, 0), (0, 4, 0), (0, 0, 3), (5, 4, 3)])
        {
            var ras = grid.ToPatient(i, j, k) with { X = -grid.ToPatient(i, j, k).X, Y = -grid.ToPatient(i, j, k).Y };
            Assert.InRange((BySform(bytes, i, j, k) - ras).Length, 0, 1e-4);
            Assert.InRange((ByQform(bytes, i, j, k) - ras).Length, 0, 1e-3);
        }
    }

    [Fact]
    public void An_oblique_sheared_grid_has_its_places_in_the_sform_and_claims_no_qform()
    {
        var grid = Sampling.Sheared(6, 5, 4);
        using var volume = Volumes.Of(grid, p => p.X);

        var bytes = Write(volume);

        Assert.Equal([0, 1], Shorts(bytes, 252, 2));
        var place = grid.ToPatient(5, 4, 3);
        Assert.InRange((BySform(bytes, 5, 4, 3) - new Vector3d(-place.X, -place.Y, place.Z)).Length, 0, 1e-4);
    }

    [Fact]
    public void Where_nothing_is_known_stands_the_stated_value_and_the_coverage_says_so()
    {
        using var volume = Volumes.Of(Volumes.Grid(5, 4, 3), _ => 3, VoxelUnit.HounsfieldUnits, withCoverage: true);
        volume.Coverage!.Value.Span[7] = 0;
        volume.Voxels.Span[7] = 12345;

        Assert.Equal(-1024, Floats(Write(volume), 352, 60)[7]);
        Assert.True(float.IsNaN(Floats(Write(volume, outside: float.NaN), 352, 60)[7]));
        Assert.Equal(59, Floats(Write(volume, outside: float.NaN), 352, 60).Count(v => v == 3));
        Assert.Equal("-1024 where nothing is known", System.Text.Encoding.ASCII.GetString(Write(volume).AsSpan(148, 80)).TrimEnd('\0'));

        using var stream = new MemoryStream();
        NiftiWriter.WriteCoverage(stream, volume);
        var coverage = stream.ToArray();
        Assert.Equal([2, 8], Shorts(coverage, 70, 2));
        Assert.Equal(352 + 60, coverage.Length);
        Assert.Equal(Enumerable.Range(0, 60).Select(n => n == 7 ? (byte)0 : (byte)1), coverage[352..]);
        Assert.Equal(Write(volume)[252..344], coverage[252..344]);
    }

    [Fact]
    public void The_coverage_of_a_whole_volume_is_one_everywhere()
    {
        using var volume = Volumes.Of(Volumes.Grid(5, 4, 3), _ => 3);
        using var stream = new MemoryStream();
        NiftiWriter.WriteCoverage(stream, volume);
        Assert.All(stream.ToArray()[352..], v => Assert.Equal(1, v));
    }

    private static Vector3d BySform(byte[] bytes, int i, int j, int k)
    {
        var m = Floats(bytes, 280, 12);
        return new Vector3d(m[0] * i + m[1] * j + m[2] * k + m[3], m[4] * i + m[5] * j + m[6] * k + m[7], m[8] * i + m[9] * j + m[10] * k + m[11]);
    }

    /// <summary>Method 2 of the NIfTI-1 specification: rotation by the quaternion, spacing and qfac from pixdim.</summary>
    private static Vector3d ByQform(byte[] bytes, int i, int j, int k)
    {
        var q = Floats(bytes, 256, 6);
        var pixdim = Floats(bytes, 76, 4);
        double b = q[0], c = q[1], d = q[2], a = Math.Sqrt(Math.Max(0, 1 - b * b - c * c - d * d));
        double x = i * pixdim[1], y = j * pixdim[2], z = k * pixdim[3] * pixdim[0];
        return new Vector3d(
            (a * a + b * b - c * c - d * d) * x + 2 * (b * c - a * d) * y + 2 * (b * d + a * c) * z + q[3],
            2 * (b * c + a * d) * x + (a * a + c * c - b * b - d * d) * y + 2 * (c * d - a * b) * z + q[4],
            2 * (b * d - a * c) * x + 2 * (c * d + a * b) * y + (a * a + d * d - b * b - c * c) * z + q[5]);
    }

    private static byte[] Write(Volume volume, float? outside = null)
    {
        using var stream = new MemoryStream();
        NiftiWriter.Write(stream, volume, outside: outside);
        return stream.ToArray();
    }

    private static short[] Shorts(byte[] bytes, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 2 * i)))];

    private static float[] Floats(byte[] bytes, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at + 4 * i)))];
}
