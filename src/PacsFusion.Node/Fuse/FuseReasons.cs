using PacsFusion.Fusion;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Fuse;

/// <summary>Why an aligned pair is not fused.</summary>
internal static class FuseReasons
{
    public static readonly ReasonCode NothingInWindow = new(
        "nothing-in-window", "All of the moving series lies below the rule's window, so the result shows the fixed series alone.", "Compare the window in the rule with the values of the series.");

    public static readonly ReasonCode VolumesGone = new(
        "volumes-gone", "The aligned volumes are no longer in memory, because the node was stopped in between.", "Nothing to do; the case is aligned again.");

    private static readonly Dictionary<string, string> Texts = new(StringComparer.Ordinal)
    {
        [FusionReasons.ModelNotFound] = "There is no model of that name.",
        [FusionReasons.ModelFileMissing] = "The model's file is not beside its manifest.",
        [FusionReasons.ModelManifestInvalid] = "The model's manifest cannot be read.",
        [FusionReasons.ModelHashMismatch] = "The model's file is not the one that its manifest describes.",
        [FusionReasons.ModelInputsUnknown] = "The network has other inputs, outputs or operators than the node gives and takes.",
        [FusionReasons.ModelNotLoadable] = "The inference runtime cannot load the model.",
        [FusionReasons.ModelFailed] = "The network gave values that are no numbers.",
        [FusionReasons.ProviderUnavailable] = "None of the configured execution providers is there.",
        [FusionReasons.NativeLibraryUnusable] = "The configured native library cannot be used.",
        [FusionReasons.WindowNotUnderstood] = "A window of the rule cannot be understood.",
        [FusionReasons.WindowNeedsSuv] = "The rule's window is in SUV, and the series has none.",
        [FusionReasons.WindowNeedsHounsfield] = "The rule's window is in Hounsfield units, and the series is no CT.",
        [FusionReasons.WindowHasNoRange] = "The series is constant, so its percentiles give no window.",
        [FusionReasons.GridsDiffer] = "The two volumes are not on one grid.",
        [FusionReasons.SourceHeaderIncomplete] = "A fixed slice lacks attributes that its fused image must repeat.",
        [FusionReasons.DeviceMemoryExhausted] = "A warning: the GPU ran out of memory, and the series was fused on the CPU.",
        [FusionReasons.OutsideSourceRange] = "A warning: fused values leave the range of the two sources by more than rounding explains.",
        [FusionReasons.InventedBackground] = "A warning: the result shows something where both sources are black.",
        [FusionReasons.SourceVanished] = "A warning: one source has hardly any part in the result where it has signal.",
    };

    /// <summary>All of them, those of the fusion library included.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } =
        [NothingInWindow, VolumesGone, .. FusionReasons.NextSteps.Select(step => new ReasonCode(step.Key, Texts[step.Key], step.Value))];

    /// <summary>The reason behind a code.</summary>
    public static ReasonCode Of(string code) => All.First(reason => reason.Code == code);
}
