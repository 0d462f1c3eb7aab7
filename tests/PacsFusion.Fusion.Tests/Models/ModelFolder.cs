using System.Security.Cryptography;
using System.Text.Json;
using PacsFusion.Tests;

namespace PacsFusion.Fusion.Tests;

/// <summary>A folder of models that goes away again.</summary>
internal sealed class ModelFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("fusion-models-").FullName;

    /// <summary>The models of this repository.</summary>
    public static string Shipped => System.IO.Path.Combine(SharedData.RepositoryRoot, "models");

    public ModelFolder Add(string name, byte[] model, string? sha256 = null, string level = "feature", string? file = null)
    {
        File.WriteAllBytes(System.IO.Path.Combine(Path, name + ".onnx"), model);
        var manifest = JsonSerializer.Serialize(new
        {
            name,
            version = "1",
            file = file ?? name + ".onnx",
            sha256 = sha256 ?? Convert.ToHexString(SHA256.HashData(model)),
            family = "cnn",
            level,
            opset = 17,
            inputs = Array.Empty<object>(),
            outputs = Array.Empty<object>(),
            normalisation = "",
            licence = "",
            intendedUse = "",
            limits = Array.Empty<string>(),
            statement = "",
        });
        File.WriteAllText(System.IO.Path.Combine(Path, name + ".json"), manifest);
        return this;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
