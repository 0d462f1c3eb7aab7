using System.Security.Cryptography;
using System.Text;
using PacsFusion.Fusion.Internal;

namespace PacsFusion.Fusion;

/// <summary>Models that decide region by region which source is shown, with borders feathered over three pixels. The weight map is the decision.</summary>
public static class DecisionModels
{
    /// <summary>Each region from the source with more local energy.</summary>
    public const string SaliencyRegions = "saliency-regions";

    /// <summary>The moving series inside lesions by their uptake, the fixed one elsewhere. It takes the moving series as the functional one.</summary>
    public const string LesionMask = "lesion-mask";

    private const string Version = "1";

    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> Names { get; } = [SaliencyRegions, LesionMask];

    /// <summary>Makes a model; null where there is none of that name.</summary>
    public static IFusionModel? Create(string name) => name switch
    {
        SaliencyRegions => new SaliencyRegionsModel(Describe(name, "saliency")),
        LesionMask => new LesionMaskModel(Describe(name, "lesion-mask")),
        _ => null,
    };

    private static FusionModelInfo Describe(string name, string family)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"pacsfusion built-in {name} {Version}"));
        return new FusionModelInfo(name, Version, Convert.ToHexStringLower(hash), family, FusionLevel.Decision, "managed")
        {
            Attempts = [new ProviderAttempt("managed", true, "Plain arithmetic; no runtime is needed.")],
        };
    }
}
