using System.Buffers.Binary;

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
        Assert.Equal([0, 1], Shorts(bytes, 252, 2));
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

    [Fact]
    public void A_shear_stays_in_the_map()
    {
        var map = Affine.FromPlane(new(1, 0, 0), new(0, 1, 0), 2, 1.5, new(0, 0.8, 3), Vector3d.Zero);
        using var volume = Volumes.Of(new VolumeGrid(2, 2, 2, map, null), p => p.X);

        Assert.Equal([0, -2, -0.8f, 0], Floats(Write(volume), 296, 4));
    }

    private static byte[] Write(Volume volume)
    {
        using var stream = new MemoryStream();
        NiftiWriter.Write(stream, volume, "test");
        return stream.ToArray();
    }

    private static short[] Shorts(byte[] bytes, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadInt16LittleEndian(bytes.AsSpan(at + 2 * i)))];

    private static float[] Floats(byte[] bytes, int at, int count) =>
        [.. Enumerable.Range(0, count).Select(i => BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(at + 4 * i)))];
}
