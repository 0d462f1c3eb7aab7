using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>Reads a MetaImage header with its raw file: the format that the bench's competitors take. It knows no unit and no padding.</summary>
internal static class MetaImage
{
    private const int LowestHounsfield = -500;

    /// <summary>
    /// Reads a volume. As the file names no unit, values that reach below -500 are taken for CT in HU, other floating point
    /// values for PET and other 16-bit values for MR.
    /// </summary>
    /// <param name="path">The .mhd file.</param>
    public static Volume Read(string path)
    {
        var header = File.ReadLines(path).Select(line => line.Split('=', 2, StringSplitOptions.TrimEntries))
            .Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.Ordinal);
        double[] size = Numbers("DimSize"), spacing = Numbers("ElementSpacing"), origin = Numbers("Offset"), axes = Numbers("TransformMatrix");
        Vector3d Axis(int n) => new Vector3d(axes[n * 3], axes[n * 3 + 1], axes[n * 3 + 2]) * spacing[n];
        var grid = new VolumeGrid((int)size[0], (int)size[1], (int)size[2], Affine.FromColumns(Axis(0), Axis(1), Axis(2), new(origin[0], origin[1], origin[2])), null);
        using var raw = File.OpenHandle(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, header["ElementDataFile"]));
        if (header["ElementType"] == "MET_FLOAT")
        {
            var floats = new Volume(grid, VoxelUnit.NotQuantitative);
            Fill(raw, MemoryMarshal.AsBytes(floats.Voxels.Span));
            if (!(Lowest<float>(floats.Voxels.Span) < LowestHounsfield)) return floats;
            var ct = new Volume(grid, VoxelUnit.HounsfieldUnits);
            floats.Voxels.CopyTo(ct.Voxels);
            return ct;
        }
        if (header["ElementType"] != "MET_SHORT") throw new NotSupportedException($"ElementType {header["ElementType"]}");
        var shorts = GC.AllocateUninitializedArray<short>((int)grid.VoxelCount);
        Fill(raw, MemoryMarshal.AsBytes(shorts.AsSpan()));
        var volume = new Volume(grid, Lowest<short>(shorts) < LowestHounsfield ? VoxelUnit.HounsfieldUnits : VoxelUnit.Arbitrary);
        Widen(shorts, volume.Voxels.Span);
        return volume;

        double[] Numbers(string key) => [.. header[key].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }

    private static void Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, Span<byte> bytes)
    {
        for (long done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes[(int)done..], done);
            if (read == 0) throw new EndOfStreamException();
            done += read;
        }
    }

    // A part of the values is enough: air is everywhere.
    private static T Lowest<T>(ReadOnlySpan<T> values)
        where T : System.Numerics.INumber<T>
    {
        var lowest = values[0];
        for (var i = 0; i < values.Length; i += 37) lowest = T.Min(lowest, values[i]);
        return lowest;
    }

    private static void Widen(short[] values, Span<float> floats)
    {
        var width = Vector256<short>.Count;
        var i = 0;
        for (; i + width <= values.Length; i += width)
        {
            var (low, high) = Vector256.Widen(Vector256.Create(values.AsSpan(i, width)));
            Vector256.ConvertToSingle(low).CopyTo(floats[i..]);
            Vector256.ConvertToSingle(high).CopyTo(floats[(i + width / 2)..]);
        }
        for (; i < values.Length; i++) floats[i] = values[i];
    }
}
