using System.Security.Cryptography;
using System.Text;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>The models that need no file. Also the baselines that every evaluation shows beside a network.</summary>
public static class PixelModels
{
    private const string Version = "1";

    /// <summary>The moving image in its colours over the fixed one, with a constant opacity: what viewers call fusion.</summary>
    public const string Overlay = "overlay";

    /// <summary>Names of all built-in models.</summary>
    public static IReadOnlyList<string> Names { get; } = ["average", "maximum", "laplacian-pyramid", "wavelet", "guided-filter", "gradient-choice", "copy-fixed", "copy-moving", Overlay];

    /// <summary>Makes a built-in model; null when there is none of that name.</summary>
    public static IFusionModel? Create(string name) => name switch
    {
        "average" => new AverageModel(Describe(name, "arithmetic")),
        "maximum" => new MaximumModel(Describe(name, "arithmetic")),
        "laplacian-pyramid" => new LaplacianPyramidModel(Describe(name, "pyramid")),
        "wavelet" => new WaveletModel(Describe(name, "wavelet")),
        "guided-filter" => new GuidedFilterModel(Describe(name, "guided-filter")),
        "gradient-choice" => new GradientChoiceModel(Describe(name, "weight-map", FusionLevel.Decision)),
        "copy-fixed" => new CopyModel(Describe(name, "arithmetic"), copiesA: true),
        "copy-moving" => new CopyModel(Describe(name, "arithmetic"), copiesA: false),
        Overlay => new OverlayModel(Describe(name, "overlay")),
        _ => null,
    };

    private static FusionModelInfo Describe(string name, string family, FusionLevel level = FusionLevel.Pixel)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"pacsfusion built-in {name} {Version}"));
        return new FusionModelInfo(name, Version, Convert.ToHexStringLower(hash), family, level, "managed")
        {
            Attempts = [new ProviderAttempt("managed", true, "Plain arithmetic; no runtime is needed.")],
        };
    }
}
