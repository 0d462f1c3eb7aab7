using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>A step after the fusion, off unless a rule names it; recorded by name and version in derivation and identity. Immutable.</summary>
public sealed class PostProcess
{
    private const int DenoiseRadius = 2, ContrastRadius = 15;
    private const double DenoiseNoise = 0.02 * 0.02, ContrastGain = 0.4;

    private readonly Func<Field, Field> _apply;

    private PostProcess(string name, int version, string meaning, Func<Field, Field> apply)
    {
        Name = name;
        Version = version;
        Meaning = meaning;
        _apply = apply;
    }

    /// <summary>Smooths what varies by less than about five grey levels and keeps edges (guided filter by the image itself, 5 x 5).</summary>
    public static PostProcess Denoise { get; } = new("denoise", 1, "edge-preserving smoothing", SmoothFlatParts);

    /// <summary>Raises what differs from the mean of its 31 x 31 pixels by two fifths; values stay within 0..1.</summary>
    public static PostProcess LocalContrast { get; } = new("local-contrast", 1, "local contrast raised", Raise);

    /// <summary>Every step there is.</summary>
    public static IReadOnlyList<PostProcess> All { get; } = [Denoise, LocalContrast];

    /// <summary>The name that rules use.</summary>
    public string Name { get; }

    /// <summary>Raised whenever results change.</summary>
    public int Version { get; }

    /// <summary>What it does, for a derivation text.</summary>
    public string Meaning { get; }

    /// <summary>Name and version, <c>denoise-1</c>.</summary>
    public string Id => $"{Name}-{Version.ToString(System.Globalization.CultureInfo.InvariantCulture)}";

    /// <summary>Applies the step in place; pixels that are 0 in both sources stay 0.</summary>
    internal void Apply(in FusionSlice input, Span<float> fused)
    {
        var result = _apply(Field.From(fused, input.Columns, input.Rows)).Values;
        for (var i = 0; i < fused.Length; i++)
            fused[i] = input.A[i] == 0 && input.B[i] == 0 ? 0 : (float)Math.Clamp(result[i], 0, 1);
    }

    private static Field SmoothFlatParts(Field image)
    {
        double[] mean = image.Box(DenoiseRadius).Values, squares = Of(image, i => image.Values[i] * image.Values[i]).Box(DenoiseRadius).Values;
        var slope = Of(image, i =>
        {
            var variance = Math.Max(0, squares[i] - mean[i] * mean[i]);
            return variance / (variance + DenoiseNoise);
        });
        double[] slopes = slope.Box(DenoiseRadius).Values, offsets = Of(image, i => (1 - slope.Values[i]) * mean[i]).Box(DenoiseRadius).Values;
        return Of(image, i => slopes[i] * image.Values[i] + offsets[i]);
    }

    private static Field Raise(Field image)
    {
        var mean = image.Box(ContrastRadius).Values;
        return Of(image, i => image.Values[i] + ContrastGain * (image.Values[i] - mean[i]));
    }

    private static Field Of(Field like, Func<int, double> value) => Field.Of(like.Columns, like.Rows, value);
}
