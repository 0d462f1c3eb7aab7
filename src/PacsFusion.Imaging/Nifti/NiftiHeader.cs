using System.Buffers.Binary;
using System.Text;

namespace PacsFusion.Imaging;

/// <summary>The 348 bytes of a NIfTI-1 header and the 4 bytes behind them that say there is no extension.</summary>
internal static class NiftiHeader
{
    public const short UnsignedByte = 2;
    public const short Float32 = 16;

    private const int HeaderLength = 348;
    private const int DataOffset = 352;

    // A header's float32 numbers know an angle no better than this.
    private const double ShearTolerance = 1e-5;

    public static byte[] Of(VolumeGrid grid, short type, string description)
    {
        if (Math.Max(grid.Columns, Math.Max(grid.Rows, grid.Slices)) > short.MaxValue)
            throw new ArgumentException("NIfTI-1 holds at most 32767 voxels a side.", nameof(grid));
        if (description.Length > 79 || !Ascii.IsValid(description))
            throw new ArgumentException("The NIfTI description holds at most 79 ASCII characters.", nameof(description));
        var header = new byte[DataOffset];
        BinaryPrimitives.WriteInt32LittleEndian(header, HeaderLength);
        ReadOnlySpan<short> dim = [3, (short)grid.Columns, (short)grid.Rows, (short)grid.Slices, 1, 1, 1, 1];
        for (var i = 0; i < dim.Length; i++) Short(40 + 2 * i, dim[i]);
        Short(70, type);
        Short(72, type == UnsignedByte ? (short)8 : (short)32);
        Float(108, DataOffset);
        Float(112, 1); // scl_slope: values are what they are
        header[123] = 2; // xyzt_units: millimetres
        Encoding.ASCII.GetBytes(description, header.AsSpan(148, 80));

        var m = grid.VoxelToPatient;
        var ras = new Affine(-m.M00, -m.M01, -m.M02, -m.M03, -m.M10, -m.M11, -m.M12, -m.M13, m.M20, m.M21, m.M22, m.M23);
        var qfac = Quaternion(ras, out var b, out var c, out var d);
        // qform_code stays 0 where there is a shear, which a quaternion cannot hold.
        Short(252, qfac == 0 ? (short)0 : (short)1);
        Short(254, 1);
        var spacing = grid.Spacing;
        ReadOnlySpan<double> pixdim = [qfac == 0 ? 1 : qfac, spacing.X, spacing.Y, spacing.Z, 0, 0, 0, 0];
        for (var i = 0; i < pixdim.Length; i++) Float(76 + 4 * i, pixdim[i]);
        ReadOnlySpan<double> place =
        [
            b, c, d, ras.M03, ras.M13, ras.M23,
            ras.M00, ras.M01, ras.M02, ras.M03, ras.M10, ras.M11, ras.M12, ras.M13, ras.M20, ras.M21, ras.M22, ras.M23,
        ];
        for (var i = 0; i < place.Length; i++) Float(256 + 4 * i, place[i]);
        "n+1\0"u8.CopyTo(header.AsSpan(344));
        return header;

        void Short(int at, short value) => BinaryPrimitives.WriteInt16LittleEndian(header.AsSpan(at), value);
        void Float(int at, double value) => BinaryPrimitives.WriteSingleLittleEndian(header.AsSpan(at), (float)value);
    }

    /// <summary>
    /// The rotation as the last three parts of a unit quaternion whose first part is not negative.
    /// </summary>
    /// <returns>1, or -1 where the third axis must be turned round to make it a rotation; 0 where the axes are not at right angles.</returns>
    private static int Quaternion(in Affine map, out double b, out double c, out double d)
    {
        (b, c, d) = (0, 0, 0);
        Vector3d x = map.ColumnX.Normalized(), y = map.ColumnY.Normalized(), z = map.ColumnZ.Normalized();
        if (Math.Abs(Vector3d.Dot(x, y)) > ShearTolerance || Math.Abs(Vector3d.Dot(y, z)) > ShearTolerance || Math.Abs(Vector3d.Dot(z, x)) > ShearTolerance) return 0;
        var qfac = Vector3d.Dot(Vector3d.Cross(x, y), z) < 0 ? -1 : 1;
        z *= qfac;
        double[] squares = [1 + x.X + y.Y + z.Z, 1 + x.X - y.Y - z.Z, 1 - x.X + y.Y - z.Z, 1 - x.X - y.Y + z.Z];
        // Divided by the largest part, so that no small number decides.
        var largest = Array.IndexOf(squares, squares.Max());
        var twice = 2 * Math.Sqrt(squares[largest]);
        double[] q = largest switch
        {
            0 => [twice / 4, (y.Z - z.Y) / twice, (z.X - x.Z) / twice, (x.Y - y.X) / twice],
            1 => [(y.Z - z.Y) / twice, twice / 4, (y.X + x.Y) / twice, (z.X + x.Z) / twice],
            2 => [(z.X - x.Z) / twice, (y.X + x.Y) / twice, twice / 4, (z.Y + y.Z) / twice],
            _ => [(x.Y - y.X) / twice, (z.X + x.Z) / twice, (z.Y + y.Z) / twice, twice / 4],
        };
        var sign = q[0] < 0 ? -1 : 1;
        (b, c, d) = (sign * q[1], sign * q[2], sign * q[3]);
        return qfac;
    }
}
