using System.Buffers;
using System.Runtime.CompilerServices;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// Fuses two volumes of one grid, slice by slice. Memory is that of the slices at work; nothing is kept of those handed out.
/// </summary>
public sealed class SeriesFuser
{
    // Four planes of floats at work, and as many finished slices again of eight bytes a pixel.
    private const int BytesOfSlice = 4 * sizeof(float) + 2 * 8;

    private readonly SeriesFusionRequest _request;
    private readonly ColourBlend? _blend;
    private readonly HashSet<int> _measured;
    private readonly ContributionRegions _regions;
    private readonly IFusionModel _model;
    private readonly bool _overlay;

    private SeriesFuser(SeriesFusionRequest request, ResolvedWindow fixedWindow, ResolvedWindow movingWindow, IFusionModel model, ContributionRegions regions)
    {
        _request = request;
        _regions = regions;
        _model = model;
        _overlay = request.Model is OverlayModel;
        FixedWindow = fixedWindow;
        MovingWindow = movingWindow;
        _blend = request.Colour is null || request.Colour == ColourMap.Grey ? null : new ColourBlend(request.Colour);
        _measured = [.. MeasuredSlices.Choose(request.Fixed, fixedWindow, request.MeasuredSlices)];
    }

    /// <summary>The fixed volume's window in its unit.</summary>
    public ResolvedWindow FixedWindow { get; }

    /// <summary>The moving volume's window in its unit.</summary>
    public ResolvedWindow MovingWindow { get; }

    /// <summary>Number of slices.</summary>
    public int Slices => _request.Fixed.Slices;

    /// <summary>Slices at work at once: as asked, else one for each processor as far as the memory suffices.</summary>
    public int Threads => _request.Threads > 0 ? _request.Threads
        : WorkerCount.Automatic(Environment.ProcessorCount, WorkerCount.FreeMemory(), BytesOfSlice * (long)_request.Fixed.Grid.SliceLength + _model.WorkingBytes(_request.Fixed.Columns, _request.Fixed.Rows));

    /// <summary>Whether the slices come out in colour.</summary>
    public bool IsColour => _blend is not null;

    /// <summary>
    /// Resolves the windows, checks the grids and finds the body. Refused with <see cref="FusionReasons.GridsDiffer"/> or a reason of
    /// <see cref="DisplayWindow.Resolve"/>.
    /// </summary>
    public static Outcome<SeriesFuser> Create(SeriesFusionRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        var (own, other) = (request.Fixed.Grid, request.Moving.Grid);
        if (own.Columns != other.Columns || own.Rows != other.Rows || own.Slices != other.Slices || own.VoxelToPatient != other.VoxelToPatient)
            return new Refusal(FusionReasons.GridsDiffer,
                $"The fixed grid is {own.Columns}x{own.Rows}x{own.Slices}, the moving one {other.Columns}x{other.Rows}x{other.Slices} or placed otherwise.");
        if (!request.FixedWindow.Resolve(request.Fixed).TryGet(out var fixedWindow, out var refusal)) return refusal;
        if (!request.MovingWindow.Resolve(request.Moving).TryGet(out var movingWindow, out refusal)) return refusal;
        var model = request.Model is ISeriesFusionModel whole ? whole.ForSeries(request.Fixed, request.Moving, cancellationToken) : request.Model;
        return new SeriesFuser(request, fixedWindow, movingWindow, model, ContributionRegions.Of(request.Fixed, request.Moving, request.MovingIsUptake, cancellationToken));
    }

    /// <summary>
    /// Fuses all slices, handed out in order. <see cref="SeriesFusionRequest.Threads"/> of them are at work at once, and as many
    /// finished ones wait; the caller disposes each one.
    /// </summary>
    /// <param name="progress">Told the number of finished slices after each. Null tells nobody.</param>
    /// <param name="cancellationToken">Stops within a slice; slices not handed out yet are given back.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="FusionRuntimeException">The model failed.</exception>
    public async IAsyncEnumerable<FusedSlice> FuseAsync(
        IProgress<int>? progress = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var threads = Threads;
        // As many again may lie finished: neither a slice that is measured nor a caller that writes to disk then stops the others.
        var ahead = 2 * threads;
        using var turns = new SemaphoreSlim(threads);
        var atWork = new Queue<Task<FusedSlice>>(ahead);
        var next = 0;
        try
        {
            for (var done = 0; done < Slices; done++)
            {
                for (; next < Slices && atWork.Count < ahead; next++)
                {
                    var index = next;
                    atWork.Enqueue(Task.Run(() => FuseInTurnAsync(index, turns, cancellationToken), cancellationToken));
                }
                var slice = await atWork.Dequeue().ConfigureAwait(false);
                progress?.Report(done + 1);
                yield return slice;
            }
        }
        finally
        {
            // A failure, or a caller that stops early, leaves work behind: its memory goes back too.
            while (atWork.TryDequeue(out var left))
            {
                await Task.WhenAny(left).ConfigureAwait(false);
                if (left.IsCompletedSuccessfully) (await left.ConfigureAwait(false)).Dispose();
            }
        }
    }

    private async Task<FusedSlice> FuseInTurnAsync(int index, SemaphoreSlim turns, CancellationToken cancellationToken)
    {
        await turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return FuseSlice(index, cancellationToken);
        }
        finally
        {
            turns.Release();
        }
    }

    /// <summary>Fuses one slice on the calling thread.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such slice.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="FusionRuntimeException">The model failed.</exception>
    public FusedSlice FuseSlice(int index, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Slices);
        cancellationToken.ThrowIfCancellationRequested();
        Volume fixedVolume = _request.Fixed, movingVolume = _request.Moving;
        int columns = fixedVolume.Columns, rows = fixedVolume.Rows, count = columns * rows;
        var pool = ArrayPool<float>.Shared;
        float[] a = pool.Rent(count), b = pool.Rent(count), fused = pool.Rent(count), weight = pool.Rent(count);
        var slice = new FusedSlice(index, columns, rows, IsColour);
        try
        {
            Span<float> sa = a.AsSpan(0, count), sb = b.AsSpan(0, count), sf = fused.AsSpan(0, count), sw = weight.AsSpan(0, count);
            FixedWindow.Apply(fixedVolume.Slice(index), sa);
            MovingWindow.Apply(movingVolume.Slice(index), sb);
            Blank(sa, fixedVolume.CoverageSlice(index));
            var covered = movingVolume.CoverageSlice(index);
            Blank(sb, covered);
            Settle(sa);
            Settle(sb);
            var input = new FusionSlice(sa, sb, columns, rows, index);
            Fuse(input, new FusionOutput(sf, sw), cancellationToken);
            for (var i = 0; i < covered.Length; i++)
            {
                if (covered[i] != 0) continue;
                sf[i] = sa[i];
                sw[i] = 1;
            }
            Quantise(sa, slice.FixedBuffer);
            Quantise(sb, slice.MovingBuffer);
            Quantise(sf, slice.LuminanceBuffer);
            Quantise(sw, slice.WeightBuffer);
            Colour(slice, input, sf);
            slice.Contribution = SliceContribution.Count(slice, _regions);
            if (_measured.Contains(index))
                slice.Metrics = FusionMetrics.Measure(slice.LuminanceBuffer, slice.FixedBuffer, slice.MovingBuffer, columns, rows);
            return slice;
        }
        catch
        {
            slice.Dispose();
            throw;
        }
        finally
        {
            pool.Return(a);
            pool.Return(b);
            pool.Return(fused);
            pool.Return(weight);
        }
    }

    private void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        if (_overlay) OverlayModel.Mix(input, output, (float)_request.Opacity);
        else _model.Fuse(input, output, cancellationToken);
        if (!(_overlay && IsColour)) Finish(input, output.Fused);
    }

    private void Finish(in FusionSlice input, Span<float> fused)
    {
        foreach (var step in _request.PostProcessing) step.Apply(input, fused);
    }

    private void Colour(FusedSlice slice, in FusionSlice input, Span<float> scratch)
    {
        if (_blend is null) return;
        if (!_overlay)
        {
            _blend.Apply(slice.LuminanceBuffer, slice.MovingBuffer, slice.RgbBuffer);
            return;
        }
        var covered = _request.Moving.CoverageSlice(slice.Index);
        // Colours over a picture have a brightness of their own: what is seen of either is what gets measured.
        ColourBlend.Overlay(_blend.Map, slice.FixedBuffer, slice.MovingBuffer, _request.Opacity, slice.RgbBuffer);
        Span<byte> rgb = slice.RgbBuffer, luminance = slice.LuminanceBuffer, moving = slice.MovingBuffer, grey = slice.FixedBuffer;
        for (var i = 0; i < luminance.Length; i++)
        {
            if (!covered.IsEmpty && covered[i] == 0) rgb.Slice(3 * i, 3).Fill(grey[i]);
            luminance[i] = ColourBlend.Luminance(rgb[3 * i], rgb[3 * i + 1], rgb[3 * i + 2]);
            var (red, green, blue) = _blend.Map[moving[i]];
            moving[i] = ColourBlend.Luminance(red, green, blue);
        }
        if (_request.PostProcessing.Count == 0) return;
        // The steps work on the brightness of what is seen; the colours follow it.
        for (var i = 0; i < luminance.Length; i++) scratch[i] = luminance[i] / 255f;
        Finish(input, scratch);
        Quantise(scratch, luminance);
        for (var i = 0; i < luminance.Length; i++) ColourBlend.Relight(rgb.Slice(3 * i, 3), luminance[i]);
    }

    private static void Blank(Span<float> values, ReadOnlySpan<byte> coverage)
    {
        for (var i = 0; i < coverage.Length; i++)
            if (coverage[i] == 0) values[i] = 0;
    }

    // Less than half a grey level is stored as 0 and must count as 0: the background of the result is black to the bit.
    private static void Settle(Span<float> values)
    {
        for (var i = 0; i < values.Length; i++)
            if (values[i] < 0.5f / 255) values[i] = 0;
    }

    // Rounded, not truncated: truncation would darken every picture by half a grey level.
    private static void Quantise(ReadOnlySpan<float> values, Span<byte> target)
    {
        for (var i = 0; i < target.Length; i++) target[i] = (byte)(values[i] * 255 + 0.5f);
    }
}
