namespace PacsFusion.Fusion.Internal;

/// <summary>
/// The plain overlay: a fixed mixture of both. In colour the series fuser mixes the coloured moving image, so that brightness too is
/// that of the picture; in grey it is this.
/// </summary>
internal sealed class OverlayModel(FusionModelInfo info) : IFusionModel
{
    public FusionModelInfo Info => info;

    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken) => Mix(input, output, 0.5f);

    /// <summary>Mixes with an opacity of the moving image.</summary>
    public static void Mix(in FusionSlice input, in FusionOutput output, float opacity)
    {
        for (var i = 0; i < output.Fused.Length; i++) output.Fused[i] = (1 - opacity) * input.A[i] + opacity * input.B[i];
        output.Weight.Fill(1 - opacity);
    }

    public void Dispose()
    {
    }
}
