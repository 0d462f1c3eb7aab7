using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Draws axial, coronal and sagittal views through one voxel of a fused series. Slices are fed as they come and only the three planes
/// are kept. Pixels of the pictures are square: the smaller in-plane spacing decides, the rest is interpolated.
/// </summary>
public sealed class PreviewRenderer
{
    private readonly VolumeGrid _grid;
    private readonly int _column, _row, _slice;
    private readonly byte[] _axial, _coronal, _sagittal;

    /// <summary>Prepares the planes through a voxel; an index outside is moved to the nearest voxel inside.</summary>
    public PreviewRenderer(VolumeGrid grid, int column, int row, int slice)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _grid = grid;
        _column = Math.Clamp(column, 0, grid.Columns - 1);
        _row = Math.Clamp(row, 0, grid.Rows - 1);
        _slice = Math.Clamp(slice, 0, grid.Slices - 1);
        _axial = new byte[3 * grid.Columns * grid.Rows];
        _coronal = new byte[3 * grid.Columns * grid.Slices];
        _sagittal = new byte[3 * grid.Rows * grid.Slices];
    }

    /// <summary>Index of the slice that the axial view shows.</summary>
    public int Slice => _slice;

    /// <summary>Takes what the three planes need of one slice; any order will do.</summary>
    /// <exception cref="ArgumentException">The slice is not of this grid.</exception>
    public void Add(FusedSlice slice)
    {
        ArgumentNullException.ThrowIfNull(slice);
        if (slice.Columns != _grid.Columns || slice.Rows != _grid.Rows || slice.Index >= _grid.Slices)
            throw new ArgumentException("The slice is not of this grid.", nameof(slice));
        var pixels = slice.Pixels.Span;
        var channels = slice.IsColour ? 3 : 1;
        if (slice.Index == _slice)
            for (var i = 0; i < _axial.Length; i++) _axial[i] = pixels[channels == 3 ? i : i / 3];
        for (var x = 0; x < _grid.Columns; x++) Copy(pixels, (_row * _grid.Columns + x) * channels, channels, _coronal, slice.Index * _grid.Columns + x);
        for (var y = 0; y < _grid.Rows; y++) Copy(pixels, (y * _grid.Columns + _column) * channels, channels, _sagittal, slice.Index * _grid.Rows + y);
    }

    /// <summary>The slice itself, as stored.</summary>
    public PngImage Axial()
    {
        var spacing = _grid.Spacing;
        return Stretch(_axial, _grid.Columns, _grid.Rows, spacing.X, spacing.Y, flip: false);
    }

    /// <summary>The plane of constant row index; the end of the series nearer to the head is on top.</summary>
    public PngImage Coronal()
    {
        var spacing = _grid.Spacing;
        return Stretch(_coronal, _grid.Columns, _grid.Slices, spacing.X, spacing.Z, HeadIsLast);
    }

    /// <summary>The plane of constant column index; the end of the series nearer to the head is on top.</summary>
    public PngImage Sagittal()
    {
        var spacing = _grid.Spacing;
        return Stretch(_sagittal, _grid.Rows, _grid.Slices, spacing.Y, spacing.Z, HeadIsLast);
    }

    private bool HeadIsLast => _grid.VoxelToPatient.ColumnZ.Z > 0;

    private static void Copy(ReadOnlySpan<byte> pixels, int from, int channels, byte[] target, int to)
    {
        target[3 * to] = pixels[from];
        target[3 * to + 1] = pixels[from + (channels == 3 ? 1 : 0)];
        target[3 * to + 2] = pixels[from + (channels == 3 ? 2 : 0)];
    }

    private static PngImage Stretch(byte[] plane, int columns, int rows, double spacingX, double spacingY, bool flip)
    {
        var unit = Math.Min(spacingX, spacingY);
        int wide = Size(columns, spacingX / unit), high = Size(rows, spacingY / unit);
        var picture = new byte[3 * wide * high];
        for (var y = 0; y < high; y++)
        {
            var (y0, y1, fy) = Place(flip ? high - 1 - y : y, high, rows);
            for (var x = 0; x < wide; x++)
            {
                var (x0, x1, fx) = Place(x, wide, columns);
                for (var c = 0; c < 3; c++)
                {
                    var top = plane[3 * (y0 * columns + x0) + c] * (1 - fx) + plane[3 * (y0 * columns + x1) + c] * fx;
                    var bottom = plane[3 * (y1 * columns + x0) + c] * (1 - fx) + plane[3 * (y1 * columns + x1) + c] * fx;
                    picture[3 * (y * wide + x) + c] = (byte)(top * (1 - fy) + bottom * fy + 0.5);
                }
            }
        }
        return new PngImage(wide, high, 3, picture);
    }

    private static int Size(int count, double scale) => Math.Max(1, (int)Math.Round(count * scale));

    private static (int First, int Second, double Share) Place(int at, int size, int count)
    {
        var source = Math.Clamp((at + 0.5) * count / size - 0.5, 0, count - 1);
        var first = (int)source;
        return (first, Math.Min(first + 1, count - 1), source - first);
    }
}
