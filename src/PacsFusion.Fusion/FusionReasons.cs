namespace PacsFusion.Fusion;

/// <summary>The reason codes of refusals made by this library, each with what an operator can do (DESIGN invariant 8).</summary>
public static class FusionReasons
{
    /// <summary>No model has this name.</summary>
    public const string ModelNotFound = "model-not-found";

    /// <summary>The manifest names a file that is not there.</summary>
    public const string ModelFileMissing = "model-file-missing";

    /// <summary>The manifest is not readable or lacks something.</summary>
    public const string ModelManifestInvalid = "model-manifest-invalid";

    /// <summary>The model file's SHA-256 is not the manifest's.</summary>
    public const string ModelHashMismatch = "model-hash-mismatch";

    /// <summary>The model's inputs or outputs are not the ones that fusion feeds and reads.</summary>
    public const string ModelInputsUnknown = "model-inputs-unknown";

    /// <summary>The runtime cannot load the model file.</summary>
    public const string ModelNotLoadable = "model-not-loadable";

    /// <summary>The network gave values that are no numbers.</summary>
    public const string ModelFailed = "model-failed";

    /// <summary>None of the configured providers can be used.</summary>
    public const string ProviderUnavailable = "provider-unavailable";

    /// <summary>The configured native library folder holds no ONNX Runtime, or another one is loaded already.</summary>
    public const string NativeLibraryUnusable = "native-library-unusable";

    /// <summary>A display window is not written in a known form.</summary>
    public const string WindowNotUnderstood = "window-not-understood";

    /// <summary>A window in SUV was asked for values that are no SUV.</summary>
    public const string WindowNeedsSuv = "window-needs-suv";

    /// <summary>A window preset in HU was asked for values that are no HU.</summary>
    public const string WindowNeedsHounsfield = "window-needs-hounsfield";

    /// <summary>All values are equal, so percentiles give no window.</summary>
    public const string WindowHasNoRange = "window-has-no-range";

    /// <summary>The two volumes do not share one grid.</summary>
    public const string GridsDiffer = "grids-differ";

    /// <summary>The source object lacks what its derived image must repeat.</summary>
    public const string SourceHeaderIncomplete = "source-header-incomplete";

    /// <summary>A warning: fused values leave the range of the two sources by more than rounding explains.</summary>
    public const string OutsideSourceRange = "outside-source-range";

    /// <summary>A warning: the result shows something where both sources are black.</summary>
    public const string InventedBackground = "invented-background";

    /// <summary>A warning: a source has hardly any part in the result where it has signal.</summary>
    public const string SourceVanished = "source-vanished";

    /// <summary>A warning: the GPU ran out of memory, and the series was fused on the CPU.</summary>
    public const string DeviceMemoryExhausted = "device-memory-exhausted";

    /// <summary>Every code with what an operator can do about it.</summary>
    public static IReadOnlyDictionary<string, string> NextSteps { get; } = new Dictionary<string, string>
    {
        [ModelNotFound] = "Correct the model name in the rule, or put NAME.onnx and NAME.json into the folder of models.",
        [ModelFileMissing] = "Put the model file beside its manifest, or remove the manifest.",
        [ModelManifestInvalid] = "Correct the manifest; docs/models.md lists its fields.",
        [ModelHashMismatch] = "Restore the file that belongs to the manifest; never edit the hash of a model that nobody evaluated.",
        [ModelInputsUnknown] = "Export the model with opset 17, the inputs a and b and the output fused, float32 of n, 1, h, w with free n, h and w, and say the same in its manifest.",
        [ModelNotLoadable] = "Check that the file is ONNX of an opset that the runtime knows.",
        [ModelFailed] = "Take another model in the rule; show what is said to whoever made this one.",
        [ProviderUnavailable] = "Add cpu to fusion.providers, or install the runtime build that has the provider.",
        [NativeLibraryUnusable] = "Point fusion.nativeLibraries at a folder that holds the ONNX Runtime library, and restart.",
        [WindowNotUnderstood] = "Write a preset, LOW..HIGH, SUV LOW..HIGH or pLOW..pHIGH.",
        [WindowNeedsSuv] = "Give the window in the series' own unit or in percentiles, or supply what SUV needs.",
        [WindowNeedsHounsfield] = "Give the window in the series' own unit or in percentiles.",
        [WindowHasNoRange] = "Give the window as numbers; the series is constant.",
        [GridsDiffer] = "Resample the moving volume onto the fixed grid first.",
        [SourceHeaderIncomplete] = "Ask the source for objects with the required attributes.",
        [DeviceMemoryExhausted] = "Nothing to do for this result; give the GPU to fewer programs, or leave cuda out of fusion.providers.",
        [OutsideSourceRange] = "Compare with the sources; evaluate the model, or take another one.",
        [InventedBackground] = "Do not use this model; what it shows outside the body is in neither source.",
        [SourceVanished] = "Check the window of that series in the rule, or take another model.",
    };
}
