using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PacsFusion.Imaging;

/// <summary>
/// Writes volumes as single-file NIfTI-1 (.nii), little endian, place given by the sform (code 1, scanner), and by the qform too where the
/// grid is not sheared. NIfTI counts to the right, front and head (RAS) where DICOM counts to the left, back and head (LPS), so the first
/// two rows of the map change sign. The voxel order stays; shear is kept in the sform. No patient data is written.
/// </summary>
public static class NiftiWriter
{
    /// <summary>Writes the values as float32.</summary>
    /// <param name="destination">Left open.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <param name="description">Up to 79 ASCII characters for the header; never patient data. Null says what stands where nothing is known.</param>
    /// <param name="outside">
    /// Written where the volume is not covered; NaN where readers can live with it. Null writes the placeholder of the unit
    /// (<see cref="Resampler.FillOf"/>): then only <see cref="WriteCoverage(string, Volume)"/> tells it from a measured value.
    /// </param>
    /// <exception cref="ArgumentException">A side is longer than 32767, or the description does not fit.</exception>
    public static void Write(Stream destination, Volume volume, string? description = null, float? outside = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(volume);
        var placeholder = outside ?? Resampler.FillOf(volume.Unit);
        description ??= volume.Coverage is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{placeholder} where nothing is known");
        destination.Write(NiftiHeader.Of(volume.Grid, NiftiHeader.Float32, description));
        var buffer = new float[volume.Grid.SliceLength];
        for (var slice = 0; slice < volume.Slices; slice++)
        {
            volume.Slice(slice).CopyTo(buffer);
            var mask = volume.CoverageSlice(slice);
            for (var i = 0; i < mask.Length; i++)
                if (mask[i] == 0) buffer[i] = placeholder;
            var bytes = MemoryMarshal.AsBytes(buffer.AsSpan());
            if (!BitConverter.IsLittleEndian)
                BinaryPrimitives.ReverseEndianness(MemoryMarshal.Cast<byte, int>(bytes), MemoryMarshal.Cast<byte, int>(bytes));
            destination.Write(bytes);
        }
    }

    /// <summary>Writes the coverage as uint8: 1 where the volume says something, 0 elsewhere.</summary>
    /// <param name="destination">Left open.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <exception cref="ArgumentException">A side is longer than 32767.</exception>
    public static void WriteCoverage(Stream destination, Volume volume)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(volume);
        destination.Write(NiftiHeader.Of(volume.Grid, NiftiHeader.UnsignedByte, "coverage: 1 known, 0 not"));
        var buffer = new byte[volume.Grid.SliceLength];
        for (var slice = 0; slice < volume.Slices; slice++)
        {
            var mask = volume.CoverageSlice(slice);
            if (mask.IsEmpty) buffer.AsSpan().Fill(1);
            else mask.CopyTo(buffer);
            destination.Write(buffer);
        }
    }

    /// <summary>Writes the volume to a file, which is replaced if it exists.</summary>
    /// <param name="path">The file, by custom ending in .nii.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <param name="description">As for the stream.</param>
    /// <param name="outside">As for the stream.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Volume volume, string? description = null, float? outside = null)
    {
        using var stream = Create(path);
        Write(stream, volume, description, outside);
    }

    /// <summary>Writes the coverage to a file, which is replaced if it exists.</summary>
    /// <param name="path">The file, by custom ending in .nii.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void WriteCoverage(string path, Volume volume)
    {
        using var stream = Create(path);
        WriteCoverage(stream, volume);
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
}
