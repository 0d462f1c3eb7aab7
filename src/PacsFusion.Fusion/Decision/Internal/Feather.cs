namespace PacsFusion.Fusion.Internal;

/// <summary>Turns a decision per pixel into weights with soft borders, and mixes by them.</summary>
internal static class Feather
{
    /// <summary>Pixels on either side of a border over which one source gives way to the other.</summary>
    public const int Radius = 3;

    /// <summary>Mixes by the share of decisions for a (0 to 1 each) around every pixel.</summary>
    public static void Write(Field forA, in FusionSlice input, in FusionOutput output)
    {
        var weights = forA.Box(Radius).Values;
        for (var i = 0; i < output.Fused.Length; i++)
        {
            var weight = (float)Math.Clamp(weights[i], 0, 1);
            output.Fused[i] = weight * input.A[i] + (1 - weight) * input.B[i];
            if (!output.Weight.IsEmpty) output.Weight[i] = weight;
        }
    }
}
