using System.Numerics.Tensors;

namespace PacsFusion.Fusion.Internal;

/// <summary>The mean of both.</summary>
internal sealed class AverageModel(FusionModelInfo info) : IFusionModel
{
    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        TensorPrimitives.AddMultiply(input.A, input.B, 0.5f, output.Fused);
        output.Weight.Fill(0.5f);
    }

    public void Dispose()
    {
    }
}

/// <summary>The brighter of both.</summary>
internal sealed class MaximumModel(FusionModelInfo info) : IFusionModel
{
    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        TensorPrimitives.Max(input.A, input.B, output.Fused);
        for (var i = 0; i < output.Weight.Length; i++)
            output.Weight[i] = input.A[i] > input.B[i] ? 1 : input.A[i] < input.B[i] ? 0 : 0.5f;
    }

    public void Dispose()
    {
    }
}

/// <summary>One source unchanged: what a metric pays for doing nothing.</summary>
internal sealed class CopyModel(FusionModelInfo info, bool copiesA) : IFusionModel
{
    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        (copiesA ? input.A : input.B).CopyTo(output.Fused);
        output.Weight.Fill(copiesA ? 1 : 0);
    }

    public void Dispose()
    {
    }
}
