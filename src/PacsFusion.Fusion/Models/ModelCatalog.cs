using System.Security.Cryptography;
using PacsFusion.Fusion.Internal;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>
/// The models there are: the built-in ones and those of one folder (NAME.onnx with its manifest NAME.json).
/// A snapshot, taken by <see cref="Open"/>; files are hashed again each time one is loaded.
/// </summary>
public sealed class ModelCatalog
{
    /// <summary>The name that stands for whatever model the configuration prefers.</summary>
    public const string Default = "default";

    /// <summary>The network that <see cref="Default"/> means unless the configuration says otherwise.</summary>
    public const string ShippedDefault = "pacsfusion-cnn";

    private readonly Dictionary<string, FusionModelManifest> _byName;

    private ModelCatalog(string folder, string defaultName, IReadOnlyList<FusionModelManifest> manifests, IReadOnlyList<Refusal> problems)
    {
        Folder = folder;
        DefaultName = defaultName;
        Manifests = manifests;
        Problems = problems;
        _byName = manifests.ToDictionary(m => m.Name, StringComparer.Ordinal);
    }

    /// <summary>The folder of models.</summary>
    public string Folder { get; }

    /// <summary>What <see cref="Default"/> resolves to.</summary>
    public string DefaultName { get; }

    /// <summary>Every readable manifest, by name.</summary>
    public IReadOnlyList<FusionModelManifest> Manifests { get; }

    /// <summary>Manifests that could not be read, and why.</summary>
    public IReadOnlyList<Refusal> Problems { get; }

    /// <summary>
    /// Reads all manifests of a folder, which need not exist. Nothing is loaded and no model file is opened.
    /// </summary>
    /// <param name="folder">The folder of models.</param>
    /// <param name="defaultName">What <see cref="Default"/> stands for; null means <see cref="ShippedDefault"/>.</param>
    public static ModelCatalog Open(string folder, string? defaultName = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        List<FusionModelManifest> manifests = [];
        List<Refusal> problems = [];
        var files = Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json") : [];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            if (FusionModelManifest.Read(file).TryGet(out var manifest, out var refusal)) manifests.Add(manifest);
            else problems.Add(refusal);
        }
        return new ModelCatalog(folder, defaultName ?? ShippedDefault, manifests, problems);
    }

    /// <summary>Every name that <see cref="Load"/> knows, without <see cref="Default"/>.</summary>
    public IEnumerable<string> Names => Manifests.Select(m => m.Name).Concat(PixelModels.Names).Concat(DecisionModels.Names);

    /// <summary>The name that a rule's model name stands for.</summary>
    public string Resolve(string name) => name == Default ? DefaultName : name;

    /// <summary>What a name is, without loading it.</summary>
    public Outcome<FusionModelInfo> Describe(string name)
    {
        name = Resolve(name);
        if (_byName.TryGetValue(name, out var manifest))
            return new FusionModelInfo(manifest.Name, manifest.Version, manifest.Sha256, manifest.Family, manifest.LevelOf(), "");
        using var builtIn = BuiltIn(name);
        return builtIn is null ? NotFound(name) : builtIn.Info;
    }

    /// <summary>
    /// Whether the model file is there and is the one that the manifest describes. Null when all is well (built-in models always are).
    /// </summary>
    public Refusal? Verify(string name)
    {
        name = Resolve(name);
        if (!_byName.TryGetValue(name, out var manifest)) return PixelModels.Names.Contains(name) || DecisionModels.Names.Contains(name) ? null : NotFound(name);
        return ReadVerified(manifest).Refusal;
    }

    /// <summary>
    /// Loads a model ready for use. Refusals: <see cref="FusionReasons.ModelNotFound"/>, <see cref="FusionReasons.ModelFileMissing"/>,
    /// <see cref="FusionReasons.ModelHashMismatch"/>, <see cref="FusionReasons.ModelInputsUnknown"/>,
    /// <see cref="FusionReasons.ModelNotLoadable"/>, <see cref="FusionReasons.ProviderUnavailable"/>,
    /// <see cref="FusionReasons.NativeLibraryUnusable"/>.
    /// </summary>
    public Outcome<IFusionModel> Load(string name, InferenceOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        name = Resolve(name);
        if (_byName.TryGetValue(name, out var manifest))
        {
            // The bytes that were hashed are the bytes that run: the file may change between the two.
            return ReadVerified(manifest).TryGet(out var bytes, out var refusal) ? OnnxModelLoader.Load(manifest, bytes, options) : refusal;
        }
        return BuiltIn(name) is { } builtIn ? Outcomes.Of(builtIn) : NotFound(name);
    }

    private static IFusionModel? BuiltIn(string name) => PixelModels.Create(name) ?? DecisionModels.Create(name);

    private static Outcome<byte[]> ReadVerified(FusionModelManifest manifest)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(manifest.FilePath);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Refusal(FusionReasons.ModelFileMissing, $"{manifest.File} of model {manifest.Name} cannot be read from {manifest.Folder}.");
        }
        var found = Convert.ToHexStringLower(SHA256.HashData(bytes));
        return found == manifest.Sha256
            ? bytes
            : new Refusal(FusionReasons.ModelHashMismatch, $"{manifest.File} has SHA-256 {found}, but its manifest says {manifest.Sha256}.");
    }

    private Refusal NotFound(string name) =>
        new(FusionReasons.ModelNotFound, $"No model is called '{name}'; there are {string.Join(", ", Names)}.");
}
