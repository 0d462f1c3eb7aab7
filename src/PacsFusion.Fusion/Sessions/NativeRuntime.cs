using System.Runtime.InteropServices;
using Microsoft.ML.OnnxRuntime;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Points the process at another ONNX Runtime library. A process loads it once, so the first folder stays:
/// the one piece of state here that belongs to the process and to nobody else.
/// </summary>
internal static class NativeRuntime
{
    private static readonly Lock Gate = new();
    private static string? _folder;

    public static Refusal? Use(string folder)
    {
        folder = Path.GetFullPath(folder);
        var file = Path.Combine(folder, OperatingSystem.IsWindows() ? "onnxruntime.dll" : OperatingSystem.IsMacOS() ? "libonnxruntime.dylib" : "libonnxruntime.so");
        lock (Gate)
        {
            if (_folder == folder) return null;
            if (_folder is not null || OrtEnv.IsCreated)
                return new Refusal(FusionReasons.NativeLibraryUnusable, $"ONNX Runtime is loaded from {_folder ?? "the built-in folder"} already; {folder} comes too late.");
            if (!File.Exists(file)) return new Refusal(FusionReasons.NativeLibraryUnusable, $"{file} is not there.");
            OrtEnv.DisableDllImportResolver = true;
            NativeLibrary.SetDllImportResolver(typeof(OrtEnv).Assembly,
                (name, _, _) => name.Contains("onnxruntime", StringComparison.OrdinalIgnoreCase) ? NativeLibrary.Load(file) : 0);
            _folder = folder;
            return null;
        }
    }
}
