using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace PacsFusion.Imaging;

/// <summary>
/// Writes a volume as single-file NIfTI-1 (.nii): float32, little endian, place given by the sform (code 1, scanner). NIfTI counts to the
/// right, front and head (RAS) where DICOM counts to the left, back and head (LPS), so the first two rows of the map change sign.
/// The voxel order stays; shear is kept. No patient data is written.
/// </summary>
public static class NiftiWriter
{
    private const int HeaderLength = 348;
    private const int DataOffset = 352;
    private const short Float32 = 16;

    /// <summary>Writes the volume.</summary>
    /// <param name="destination">Left open.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <param name="description">Up to 79 ASCII characters for the header; never patient data. Null leaves it empty.</param>
    /// <exception cref="ArgumentException">A side is longer than 32767, or the description does not fit.</exception>
    public static void Write(Stream destination, Volume volume, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(destination);
        ArgumentNullException.ThrowIfNull(volume);
        destination.Write(Header(volume, description));
        if (BitConverter.IsLittleEndian)
        {
            for (var slice = 0; slice < volume.Slices; slice++)
                destination.Write(MemoryMarshal.AsBytes(volume.Slice(slice)));
            return;
        }
        var buffer = new byte[volume.Grid.SliceLength * sizeof(float)];
        for (var slice = 0; slice < volume.Slices; slice++)
        {
            var values = volume.Slice(slice);
            for (var i = 0; i < values.Length; i++)
                BinaryPrimitives.WriteSingleLittleEndian(buffer.AsSpan(i * sizeof(float)), values[i]);
            destination.Write(buffer);
        }
    }

    /// <summary>Writes the volume to a file, which is replaced if it exists.</summary>
    /// <param name="path">The file, by custom ending in .nii.</param>
    /// <param name="volume">Any volume of at most 32767 voxels a side.</param>
    /// <param name="description">Up to 79 ASCII characters for the header; never patient data. Null leaves it empty.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, Volume volume, string? description = null)
    {
        using var stream = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        Write(stream, volume, description);
    }

    private static byte[] Header(Volume volume, string? description)
    {
        if (Math.Max(volume.Columns, Math.Max(volume.Rows, volume.Slices)) > short.MaxValue)
            throw new ArgumentException("NIfTI-1 holds at most 32767 voxels a side.", nameof(volume));
        description ??= "";
        if (description.Length > 79 || !Ascii.IsValid(description))
            throw new ArgumentException("The NIfTI description holds at most 79 ASCII characters.", nameof(description));
        var header = new byte[DataOffset];
        BinaryPrimitives.WriteInt32LittleEndian(header, HeaderLength);
        ReadOnlySpan<short> dim = [3, (short)volume.Columns, (short)volume.Rows, (short)volume.Slices, 1, 1, 1, 1];
        for (var i = 0; i < dim.Length; i++) Short(40 + 2 * i, dim[i]);
        Short(70, Float32);
        Short(72, 32);
        var spacing = volume.Spacing;
        ReadOnlySpan<double> pixdim = [1, spacing.X, spacing.Y, spacing.Z, 0, 0, 0, 0];
        for (var i = 0; i < pixdim.Length; i++) Float(76 + 4 * i, pixdim[i]);
        Float(108, DataOffset);
        Float(112, 1); // scl_slope: values are what they are
        header[123] = 2; // xyzt_units: millimetres
        Encoding.ASCII.GetBytes(description, header.AsSpan(148, 80));
        Short(254, 1); // sform_code; qform_code stays 0: a quaternion cannot hold a shear
        var m = volume.VoxelToPatient;
        ReadOnlySpan<double> sform =
        [
            -m.M00, -m.M01, -m.M02, -m.M03,
            -m.M10, -m.M11, -m.M12, -m.M13,
            m.M20, m.M21, m.M22, m.M23,
        ];
        for (var i = 0; i < sform.Length; i++) Float(280 + 4 * i, sform[i]);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        return header;

        void Short(int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(at), value);
        void Float(int at, double value) => BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(at), (float)value);
    }
}
