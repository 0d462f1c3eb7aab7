using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Microsoft.Win32.SafeHandles;
using PacsFusion.Imaging;

namespace PacsFusion.Benchmarks;

/// <summary>Reads a MetaImage header with its raw file: the format that the bench's competitors take. It knows no unit and no padding.</summary>
internal static class MetaImage
{
    private const int LowestHounsfield = -500;
    private const long Piece = 1 << 19;

    /// <summary>
    /// Reads a volume. As the file names no unit, values that reach below -500 in the middle of the file are taken for CT in HU, other floating point
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
        return header["ElementType"] switch
        {
            "MET_FLOAT" => Floats(raw, grid),
            "MET_SHORT" => Shorts(raw, grid),
            var other => throw new NotSupportedException($"ElementType {other}"),
        };

        double[] Numbers(string key) => [.. header[key].Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => double.Parse(text, CultureInfo.InvariantCulture))];
    }

    private static Volume Floats(SafeFileHandle raw, VolumeGrid grid)
    {
        var middle = new float[Math.Min(Piece, grid.VoxelCount)];
        Fill(raw, MemoryMarshal.AsBytes(middle.AsSpan()), (grid.VoxelCount - middle.Length) / 2 * sizeof(float));
        var volume = new Volume(grid, middle.Min() < LowestHounsfield ? VoxelUnit.HounsfieldUnits : VoxelUnit.NotQuantitative);
        Fill(raw, MemoryMarshal.AsBytes(volume.Voxels.Span), 0);
        return volume;
    }

    private static Volume Shorts(SafeFileHandle raw, VolumeGrid grid)
    {
        // In pieces: a second large buffer would cost more by its fresh pages than the reading itself.
        var piece = new short[Math.Min(Piece, grid.VoxelCount)];
        Fill(raw, MemoryMarshal.AsBytes(piece.AsSpan()), (grid.VoxelCount - piece.Length) / 2 * sizeof(short));
        var volume = new Volume(grid, piece.Min() < LowestHounsfield ? VoxelUnit.HounsfieldUnits : VoxelUnit.Arbitrary);
        for (var at = 0; at < grid.VoxelCount; at += piece.Length)
        {
            var part = piece.AsSpan(0, (int)Math.Min(piece.Length, grid.VoxelCount - at));
            Fill(raw, MemoryMarshal.AsBytes(part), (long)sizeof(short) * at);
            Widen(part, volume.Voxels.Span[at..]);
        }
        return volume;
    }

    private static void Fill(SafeFileHandle file, Span<byte> bytes, long from)
    {
        for (var done = 0; done < bytes.Length;)
        {
            var read = RandomAccess.Read(file, bytes[done..], from + done);
            if (read == 0) throw new EndOfStreamException();
            done += read;
        }
    }

    private static void Widen(Span<short> values, Span<float> floats)
    {
        var width = Vector256<short>.Count;
        var i = 0;
        for (; i + width <= values.Length; i += width)
        {
            var (low, high) = Vector256.Widen(Vector256.Create<short>(values.Slice(i, width)));
            Vector256.ConvertToSingle(low).CopyTo(floats[i..]);
            Vector256.ConvertToSingle(high).CopyTo(floats[(i + width / 2)..]);
        }
        for (; i < values.Length; i++) floats[i] = values[i];
    }
}
