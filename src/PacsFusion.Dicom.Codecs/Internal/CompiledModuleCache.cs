using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Wasmtime;

namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>
/// The compiled form of the module on disk. It is native code: its name says what it was made of and for, its hash stands
/// beside it, and one that others could have written is not taken.
/// </summary>
internal static class CompiledModuleCache
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static Module Load(Engine engine, byte[] module, string sha256, string? folder)
    {
        if (folder is null) return Module.FromBytes(engine, "codecs", module);
        var path = Path.Combine(folder, NameOf(sha256));
        return Read(engine, path) ?? Compile(engine, module, path);
    }

    /// <summary>Module, version of Wasmtime, way of interrupting, architecture and system.</summary>
    internal static string NameOf(string sha256) =>
        $"{sha256[..16]}-wasmtime{typeof(Engine).Assembly.GetName().Version}-epoch-{RuntimeInformation.RuntimeIdentifier}.cwasm";

    private static Module? Read(Engine engine, string path)
    {
        try
        {
            if (!File.Exists(path) || !File.Exists(HashPath(path)) || !OperatingSystem.IsWindows() && (Writable(path) || Writable(Path.GetDirectoryName(path)!))) return null;
            // Read once and loaded from memory, so that what was hashed is what runs.
            var bytes = File.ReadAllBytes(path);
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != File.ReadAllText(HashPath(path))) return null;
            return Module.Deserialize(engine, "codecs", bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or WasmtimeException)
        {
            // Compiled anew: the cache saves time and decides nothing.
            return null;
        }
    }

    private static Module Compile(Engine engine, byte[] bytes, string path)
    {
        var module = Module.FromBytes(engine, "codecs", bytes);
        try
        {
            var folder = Path.GetDirectoryName(path)!;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
            var compiled = module.Serialize();
            Write(path, compiled);
            Write(HashPath(path), System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(compiled))));
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be written costs the next start some seconds, nothing else.
        }
        return module;
    }

    private static void Write(string path, byte[] bytes)
    {
        var temporary = $"{path}.{Environment.ProcessId}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using (var stream = new FileStream(temporary, options)) stream.Write(bytes);
        File.Move(temporary, path, overwrite: true);
    }

    private static string HashPath(string path) => path + ".sha256";

    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    private static bool Writable(string path) => (File.GetUnixFileMode(path) & Others) != 0;
}
