using System.Buffers;

namespace PacsFusion.Fusion;

/// <summary>
/// One fused slice with the images that it was made of, all row-major and 8 bit, in rented memory: dispose it when written,
/// and read nothing of it afterwards.
/// </summary>
public sealed class FusedSlice : IDisposable
{
    private readonly byte[] _luminance;
    private readonly byte[] _fixed;
    private readonly byte[] _moving;
    private readonly byte[] _weight;
    private readonly byte[] _share;
    private readonly byte[]? _rgb;
    private bool _disposed;

    internal FusedSlice(int index, int columns, int rows, bool isColour)
    {
        Index = index;
        Columns = columns;
        Rows = rows;
        var pool = ArrayPool<byte>.Shared;
        _luminance = pool.Rent(Length);
        _fixed = pool.Rent(Length);
        _moving = pool.Rent(Length);
        _weight = pool.Rent(Length);
        _share = pool.Rent(Length);
        _rgb = isColour ? pool.Rent(3 * Length) : null;
    }

    /// <summary>Slice index on the fixed grid, from 0.</summary>
    public int Index { get; }

    /// <summary>Pixels across.</summary>
    public int Columns { get; }

    /// <summary>Pixels down.</summary>
    public int Rows { get; }

    /// <summary>Whether <see cref="Pixels"/> are RGB.</summary>
    public bool IsColour => _rgb is not null;

    /// <summary>What is stored: RGB, 3 bytes a pixel, or grey, 1 byte a pixel.</summary>
    public ReadOnlyMemory<byte> Pixels => _rgb is null ? Luminance : _rgb.AsMemory(0, 3 * Length);

    /// <summary>The fused luminance; for RGB exactly the rounded luminance of <see cref="Pixels"/>.</summary>
    public ReadOnlyMemory<byte> Luminance => _luminance.AsMemory(0, Length);

    /// <summary>The fixed image as windowed.</summary>
    public ReadOnlyMemory<byte> Fixed => _fixed.AsMemory(0, Length);

    /// <summary>The moving image as windowed, 0 where not covered.</summary>
    public ReadOnlyMemory<byte> Moving => _moving.AsMemory(0, Length);

    /// <summary>The fixed image's weight in the fusion, 255 = all.</summary>
    public ReadOnlyMemory<byte> FixedWeight => _weight.AsMemory(0, Length);

    /// <summary>
    /// The fixed image's share of what is seen, w a / (w a + (1 - w) b), 255 = all; 0 and without meaning where both images are 0.
    /// </summary>
    public ReadOnlyMemory<byte> FixedShare => _share.AsMemory(0, Length);

    /// <summary>What each source gave to this slice.</summary>
    public SliceContribution Contribution { get; internal set; } = new();

    /// <summary>The figures of this slice; null where it is not among the measured ones.</summary>
    public FusionMetricValues? Metrics { get; internal set; }

    internal Span<byte> LuminanceBuffer => _luminance.AsSpan(0, Length);

    internal Span<byte> FixedBuffer => _fixed.AsSpan(0, Length);

    internal Span<byte> MovingBuffer => _moving.AsSpan(0, Length);

    internal Span<byte> WeightBuffer => _weight.AsSpan(0, Length);

    internal Span<byte> ShareBuffer => _share.AsSpan(0, Length);

    internal Span<byte> RgbBuffer => _rgb.AsSpan(0, 3 * Length);

    private int Length => Columns * Rows;

    /// <summary>Gives the memory back.</summary>
    public void Dispose()
    {
        if (_disposed) return;
        _disposed = true;
        var pool = ArrayPool<byte>.Shared;
        pool.Return(_luminance);
        pool.Return(_fixed);
        pool.Return(_moving);
        pool.Return(_weight);
        pool.Return(_share);
        if (_rgb is not null) pool.Return(_rgb);
    }
}
