namespace PacsFusion.Fusion.Internal;

/// <summary>Writes the result of a model that has no weight map of its own.</summary>
internal static class Derived
{
    /// <summary>
    /// Holds values to 0..1, and to 0 where both sources are 0, so that ringing never reaches the background. The weight is the one
    /// that would have mixed each pixel, as far as one could.
    /// </summary>
    public static void Write(ReadOnlySpan<double> values, in FusionSlice input, in FusionOutput output)
    {
        for (var i = 0; i < output.Fused.Length; i++)
        {
            float a = input.A[i], b = input.B[i];
            var value = a == 0 && b == 0 ? 0 : (float)Math.Clamp(values[i], 0, 1);
            output.Fused[i] = value;
            if (!output.Weight.IsEmpty) output.Weight[i] = a == b ? 0.5f : Math.Clamp((value - b) / (a - b), 0, 1);
        }
    }
}
