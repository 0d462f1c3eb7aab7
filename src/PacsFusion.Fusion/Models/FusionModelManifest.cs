using System.Text.Json;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion;

/// <summary>The card of a model file: NAME.json beside NAME.onnx. Fields that are not listed here are kept for people and ignored.</summary>
public sealed record FusionModelManifest
{
    private static readonly JsonSerializerOptions Format = new(JsonSerializerDefaults.Web)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
    };

    /// <summary>The name that rules use; also the name of both files.</summary>
    public required string Name { get; init; }

    /// <summary>The model's own version.</summary>
    public required string Version { get; init; }

    /// <summary>Name of the model file in the manifest's folder.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of that file, 64 hex digits.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Kind of network, such as <c>cnn</c> or <c>autoencoder</c>.</summary>
    public required string Family { get; init; }

    /// <summary>Level of fusion: <c>pixel</c>, <c>feature</c> or <c>decision</c>.</summary>
    public required string Level { get; init; }

    /// <summary>ONNX operator set.</summary>
    public required int Opset { get; init; }

    /// <summary>Names, types and shapes of the inputs.</summary>
    public required IReadOnlyList<ModelTensor> Inputs { get; init; }

    /// <summary>Names, types and shapes of the outputs.</summary>
    public required IReadOnlyList<ModelTensor> Outputs { get; init; }

    /// <summary>How the inputs are scaled, for people.</summary>
    public required string Normalisation { get; init; }

    /// <summary>Terms of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>What the model is meant for.</summary>
    public required string IntendedUse { get; init; }

    /// <summary>What it is not good at.</summary>
    public required IReadOnlyList<string> Limits { get; init; }

    /// <summary>The research-use statement.</summary>
    public required string Statement { get; init; }

    /// <summary>Mean metrics per kind of validation pair, as measured for this file.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, double>> Metrics { get; init; }
        = new Dictionary<string, IReadOnlyDictionary<string, double>>();

    /// <summary>The folder that the manifest was read from.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string Folder { get; init; } = "";

    /// <summary>Full path of the model file.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public string FilePath => Path.Combine(Folder, File);

    /// <summary>Reads a manifest; refused with <see cref="FusionReasons.ModelManifestInvalid"/> and what is wrong.</summary>
    public static Outcome<FusionModelManifest> Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var name = Path.GetFileName(path);
        FusionModelManifest? manifest;
        try
        {
            manifest = JsonSerializer.Deserialize<FusionModelManifest>(System.IO.File.ReadAllBytes(path), Format);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return new Refusal(FusionReasons.ModelManifestInvalid, $"{name}: {e.Message}");
        }
        if (manifest is null) return new Refusal(FusionReasons.ModelManifestInvalid, $"{name} is empty.");
        if (Complaint(manifest, path) is { } complaint) return new Refusal(FusionReasons.ModelManifestInvalid, $"{name}: {complaint}");
        return manifest with { Folder = Path.GetDirectoryName(Path.GetFullPath(path))!, Sha256 = manifest.Sha256.ToLowerInvariant() };
    }

    /// <summary>The level as a value.</summary>
    public FusionLevel LevelOf() => Enum.Parse<FusionLevel>(Level, ignoreCase: true);

    private static string? Complaint(FusionModelManifest manifest, string path)
    {
        if (manifest.Name != Path.GetFileNameWithoutExtension(path)) return $"the name '{manifest.Name}' is not the file's.";
        if (manifest.Sha256.Length != 64 || !manifest.Sha256.All(char.IsAsciiHexDigit)) return "sha256 is not 64 hex digits.";
        if (!Enum.TryParse<FusionLevel>(manifest.Level, ignoreCase: true, out _)) return $"the level '{manifest.Level}' is unknown.";
        // The manifest may come from anywhere; it must not lead out of its own folder.
        if (manifest.File.Length == 0 || Path.GetFileName(manifest.File) != manifest.File) return "file is not a plain file name.";
        return null;
    }
}

/// <summary>One input or output of a model.</summary>
/// <param name="Name">As in the ONNX graph.</param>
/// <param name="Type">Element type, <c>float32</c>.</param>
/// <param name="Shape">Dimensions, letters for free ones: <c>n, 1, h, w</c>.</param>
/// <param name="Meaning">What it holds, for people.</param>
public sealed record ModelTensor(string Name, string Type, string Shape, string Meaning);
