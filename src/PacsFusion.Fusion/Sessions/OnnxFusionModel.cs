using System.Buffers;
using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// A network in ONNX Runtime. It sees only the box that holds something, cut into tiles where that is large: memory then depends on
/// the tile and not on the image. Offsets are even and margins wider than the network looks, so seams do not show.
/// </summary>
/// <param name="isLocal">False for a network that looks further than a tile's margin: it is shown whole slices.</param>
internal sealed class OnnxFusionModel(FusionModelInfo info, INetworkRun network, bool isLocal = true) : IFusionModel
{
    public const string InputA = "a", InputB = "b", OutputFused = "fused", OutputWeight = "weight";

    /// <summary>Values up to this in both images are left to the plain maximum: four grey levels are no anatomy.</summary>
    private const float Dust = 4f / 255;

    // Lowered where a device has no memory for more, and never raised again.
    private int _largestSide = TilePlan.LargestSide;

    /// <summary>What a run takes for each pixel that it sees, as measured on the default network.</summary>
    private const long BytesPerPixel = 2000;

    public FusionModelInfo Info => info;

    public long WorkingBytes(int columns, int rows) => BytesPerPixel * (isLocal ? Math.Min((long)columns * rows, TilePlan.LargestSeen(_largestSide)) : (long)columns * rows);

    /// <summary>What runs its tiles.</summary>
    internal INetworkRun Network => network;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        if (output.Fused.Length != input.A.Length) throw new ArgumentException("The output is not as large as the slice.");
        for (var side = Volatile.Read(ref _largestSide); ; side = Smaller(side))
            try
            {
                TensorPrimitives.Max(input.A, input.B, output.Fused);
                output.Weight.Fill(0.5f);
                foreach (var tile in isLocal ? TilePlan.Cover(input, Dust, side) : Whole(input))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Fuse(tile, input, output, cancellationToken);
                }
                break;
            }
            catch (FusionDeviceMemoryException) when (isLocal && side > TilePlan.SmallestSide)
            {
                // The slice is fused again in smaller tiles.
            }
        if (!network.HasWeight && !output.Weight.IsEmpty) WeightEstimate.Fill(input, output.Fused, output.Weight);
    }

    public void Dispose() => network.Dispose();

    private static Tile[] Whole(in FusionSlice input)
    {
        var all = new PixelBox(0, 0, input.Columns, input.Rows);
        return [new Tile(all, all)];
    }

    // Another thread may have lowered it already.
    private int Smaller(int side)
    {
        var smaller = Math.Max(side / 2, TilePlan.SmallestSide);
        for (var known = Volatile.Read(ref _largestSide); known > smaller; known = Volatile.Read(ref _largestSide))
            if (Interlocked.CompareExchange(ref _largestSide, smaller, known) == known) break;
        return smaller;
    }

    private void Fuse(Tile tile, in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        int columns = tile.Seen.Columns, rows = tile.Seen.Rows, count = columns * rows;
        var pool = ArrayPool<float>.Shared;
        float[] a = pool.Rent(count), b = pool.Rent(count), fused = pool.Rent(count), weight = pool.Rent(count);
        try
        {
            for (var y = 0; y < rows; y++)
            {
                var from = (tile.Seen.Top + y) * input.Columns + tile.Seen.Left;
                input.A.Slice(from, columns).CopyTo(a.AsSpan(y * columns));
                input.B.Slice(from, columns).CopyTo(b.AsSpan(y * columns));
            }
            network.Run(a, b, fused, weight, columns, rows, cancellationToken);
            for (var y = 0; y < tile.Kept.Rows; y++)
            {
                var from = (tile.Kept.Top - tile.Seen.Top + y) * columns + tile.Kept.Left - tile.Seen.Left;
                var to = (tile.Kept.Top + y) * input.Columns + tile.Kept.Left;
                var kept = output.Fused.Slice(to, tile.Kept.Columns);
                fused.AsSpan(from, tile.Kept.Columns).CopyTo(kept);
                var sound = Hold(kept, input.A.Slice(to, tile.Kept.Columns), input.B.Slice(to, tile.Kept.Columns));
                if (network.HasWeight && !output.Weight.IsEmpty)
                {
                    var share = output.Weight.Slice(to, tile.Kept.Columns);
                    weight.AsSpan(from, tile.Kept.Columns).CopyTo(share);
                    sound &= Hold(share);
                }
                // A black pixel in place of what the network did not know would be a lie, so nothing is shown at all.
                if (!sound) throw new FusionRuntimeException($"Model {info.Name} gave values that are no numbers in slice {input.Index + 1}.", new ArithmeticException("NaN or infinity"));
            }
        }
        finally
        {
            pool.Return(a);
            pool.Return(b);
            pool.Return(fused);
            pool.Return(weight);
        }
    }

    // What the seam promises holds for any network, ours or a user's. False where a value is no number.
    private static bool Hold(Span<float> fused, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sound = Hold(fused);
        for (var i = 0; i < fused.Length; i++)
            if (a[i] == 0 && b[i] == 0) fused[i] = 0;
        return sound;
    }

    private static bool Hold(Span<float> values)
    {
        var sound = true;
        for (var i = 0; i < values.Length; i++)
        {
            sound &= float.IsFinite(values[i]);
            values[i] = Math.Clamp(values[i], 0, 1);
        }
        return sound;
    }
}
