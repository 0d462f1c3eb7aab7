using System.Buffers;
using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// A network in ONNX Runtime. It sees only the box that holds something, cut into tiles where that is large: memory then depends on
/// the tile and not on the image. Offsets are even and margins wider than the network looks, so seams do not show.
/// </summary>
internal sealed class OnnxFusionModel(FusionModelInfo info, INetworkRun network) : IFusionModel
{
    public const string InputA = "a", InputB = "b", OutputFused = "fused", OutputWeight = "weight";

    /// <summary>Values up to this in both images are left to the plain maximum: four grey levels are no anatomy.</summary>
    private const float Dust = 4f / 255;

    // Lowered where a device has no memory for more, and never raised again.
    private int _largestSide = TilePlan.LargestSide;

    public FusionModelInfo Info => info;

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
                foreach (var tile in TilePlan.Cover(input, Dust, side))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    Fuse(tile, input, output, cancellationToken);
                }
                break;
            }
            catch (FusionDeviceMemoryException) when (side > TilePlan.SmallestSide)
            {
                // The slice is fused again in smaller tiles.
            }
        if (!network.HasWeight && !output.Weight.IsEmpty) WeightEstimate.Fill(input, output.Fused, output.Weight);
    }

    public void Dispose() => network.Dispose();

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
                Hold(kept, input.A.Slice(to, tile.Kept.Columns), input.B.Slice(to, tile.Kept.Columns));
                if (network.HasWeight && !output.Weight.IsEmpty)
                    weight.AsSpan(from, tile.Kept.Columns).CopyTo(output.Weight.Slice(to, tile.Kept.Columns));
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

    // What the seam promises holds for any network, ours or a user's.
    private static void Hold(Span<float> fused, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        for (var i = 0; i < fused.Length; i++)
            fused[i] = (a[i] == 0 && b[i] == 0) || float.IsNaN(fused[i]) ? 0 : Math.Clamp(fused[i], 0, 1);
    }
}
