namespace PacsFusion.Imaging;

/// <summary>
/// A scalar image on a regular (possibly sheared) grid in patient space. Voxels lie with the column index running fastest, then the row,
/// then the slice. The volume owns its buffers: dispose it once nobody reads them, then they go back to the pool they came from.
/// </summary>
public sealed class Volume : IDisposable
{
    private readonly VolumePool? _pool;
    private float[]? _voxels;
    private byte[]? _coverage;

    /// <summary>A volume with freshly allocated or pooled buffers; voxel values are undefined until written.</summary>
    /// <param name="grid">Size and place.</param>
    /// <param name="unit">Meaning of the values.</param>
    /// <param name="withCoverage">True to attach a coverage mask (contents undefined until written).</param>
    /// <param name="pool">Where the buffers come from and go back to; null allocates and leaves them to the collector.</param>
    /// <exception cref="ArgumentOutOfRangeException">The grid is empty or holds more voxels than one buffer can (2^31 - 64).</exception>
    public Volume(VolumeGrid grid, VoxelUnit unit, bool withCoverage = false, VolumePool? pool = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Columns, 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Rows, 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfLessThan(grid.Slices, 1, nameof(grid));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(grid.VoxelCount, Array.MaxLength, nameof(grid));
        Grid = grid;
        Unit = unit;
        _pool = pool;
        var length = (int)grid.VoxelCount;
        _voxels = pool?.RentVoxels(length) ?? GC.AllocateUninitializedArray<float>(length);
        if (withCoverage) _coverage = pool?.RentMask(length) ?? GC.AllocateUninitializedArray<byte>(length);
    }

    /// <summary>Size, voxel to patient map and frame of reference.</summary>
    public VolumeGrid Grid { get; }

    /// <summary>Meaning of the values.</summary>
    public VoxelUnit Unit { get; }

    /// <summary>Voxels along a row.</summary>
    public int Columns => Grid.Columns;

    /// <summary>Voxels along a column.</summary>
    public int Rows => Grid.Rows;

    /// <summary>Number of slices.</summary>
    public int Slices => Grid.Slices;

    /// <summary>Index (column, row, slice) to patient millimetres, LPS.</summary>
    public Affine VoxelToPatient => Grid.VoxelToPatient;

    /// <summary>Frame of Reference UID, or null.</summary>
    public string? FrameOfReferenceUid => Grid.FrameOfReferenceUid;

    /// <summary>Distance between voxel centres in mm along column, row and slice index.</summary>
    public Vector3d Spacing => Grid.Spacing;

    /// <summary>All values, column index fastest. Where <see cref="Coverage"/> is 0 the value is a placeholder that means nothing.</summary>
    /// <exception cref="ObjectDisposedException">The volume was disposed.</exception>
    public Memory<float> Voxels => Buffer.AsMemory(0, (int)Grid.VoxelCount);

    /// <summary>
    /// One byte for each voxel in the order of <see cref="Voxels"/>: 1 where the source says something, 0 outside its field of view or in
    /// padding. Null where every voxel is covered.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The volume was disposed.</exception>
    public Memory<byte>? Coverage
    {
        get
        {
            ObjectDisposedException.ThrowIf(_voxels is null, this);
            return _coverage?.AsMemory(0, (int)Grid.VoxelCount);
        }
    }

    /// <summary>The values of one slice, column index fastest.</summary>
    /// <param name="slice">0 to <see cref="Slices"/> - 1.</param>
    public Span<float> Slice(int slice) => Voxels.Span.Slice(slice * Grid.SliceLength, Grid.SliceLength);

    /// <summary>The coverage of one slice; empty where every voxel of the volume is covered.</summary>
    /// <param name="slice">0 to <see cref="Slices"/> - 1.</param>
    public Span<byte> CoverageSlice(int slice) =>
        Coverage is { } mask ? mask.Span.Slice(slice * Grid.SliceLength, Grid.SliceLength) : [];

    /// <summary>Whether the source says something about this voxel.</summary>
    public bool IsCovered(int column, int row, int slice) =>
        Coverage is not { } mask || mask.Span[(slice * Rows + row) * Columns + column] != 0;

    /// <summary>One value.</summary>
    public float this[int column, int row, int slice] => Voxels.Span[(slice * Rows + row) * Columns + column];

    /// <summary>Drops the coverage mask once it is known to hold nothing but ones.</summary>
    internal void DropCoverage()
    {
        if (Interlocked.Exchange(ref _coverage, null) is { } mask) _pool?.Return(mask);
    }

    /// <summary>Gives the buffers back. Memory taken from this volume before must not be used any more.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _voxels, null) is { } voxels) _pool?.Return(voxels);
        if (Interlocked.Exchange(ref _coverage, null) is { } mask) _pool?.Return(mask);
    }

    private float[] Buffer
    {
        get
        {
            var voxels = _voxels;
            ObjectDisposedException.ThrowIf(voxels is null, this);
            return voxels;
        }
    }
}
