using System.Security.Cryptography;
using PacsFusion.Dicom.Codecs.Internal;
using Wasmtime;

namespace PacsFusion.Dicom.Codecs;

/// <summary>
/// JPEG, JPEG-LS, JPEG 2000, HTJ2K and JPEG XL by the WebAssembly module of dcmjs-codecs 0.0.8 in Wasmtime: a hostile frame
/// can make it fail, never the program around it. The module is compiled (or its compiled form loaded) when the first frame
/// asks for it. Safe for use from several threads; sessions must be disposed before it.
/// </summary>
public sealed class CodecModule : IFrameCodecs, IDisposable
{
    /// <summary>SHA-256 of the only module that is accepted.</summary>
    public const string ModuleSha256 = "dff1bc9b3872588c231ea90894f05e7eacd7f5074b9db964e64e7f3f29821d30";

    private readonly Lazy<SandboxRuntime> _runtime;

    private CodecModule(Func<SandboxRuntime> start) => _runtime = new Lazy<SandboxRuntime>(start);

    /// <summary>Checks the module's file; compiles nothing yet.</summary>
    /// <param name="options">Null takes the defaults.</param>
    /// <exception cref="CodecModuleException">
    /// codec-module-missing: there is no such file; codec-module-unknown: it is another module, or a damaged one.
    /// </exception>
    public static CodecModule Open(CodecModuleOptions? options = null)
    {
        options ??= new CodecModuleOptions();
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(options.ModulePath);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CodecModuleException("codec-module-missing", $"The codec module {options.ModulePath} cannot be read.", fault);
        }
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != ModuleSha256)
            throw new CodecModuleException("codec-module-unknown", $"The codec module {options.ModulePath} is not the one of dcmjs-codecs 0.0.8: its SHA-256 differs.");
        return new CodecModule(() => SandboxRuntime.Start(options, engine => CompiledModuleCache.Load(engine, bytes, ModuleSha256, options.CacheFolder)));
    }

    /// <summary>Whether the module, were it there, could decode a transfer syntax.</summary>
    /// <param name="syntax">The transfer syntax.</param>
    public static bool Knows(DicomTransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return ModuleSyntaxes.Find(syntax) is not null;
    }

    /// <summary>A module given as WebAssembly text, for tests of the sandbox.</summary>
    internal static CodecModule FromText(string text, CodecModuleOptions options) =>
        new(() => SandboxRuntime.Start(options, engine => Module.FromText(engine, "codecs", text)));

    /// <inheritdoc/>
    public bool CanDecode(DicomTransferSyntax syntax) => Knows(syntax);

    /// <inheritdoc/>
    public bool CanEncode(DicomTransferSyntax syntax)
    {
        ArgumentNullException.ThrowIfNull(syntax);
        return ModuleSyntaxes.Find(syntax) is { IsLosslessTarget: true };
    }

    /// <inheritdoc/>
    public IFrameCodecSession OpenSession()
    {
        try
        {
            return new CodecSession(_runtime.Value);
        }
        catch (WasmtimeException fault)
        {
            throw new DicomPixelException("codec-unusable", "The codec module cannot be started", DicomTag.PixelData, fault);
        }
    }

    /// <summary>Ends the deadline's clock and frees the compiled module.</summary>
    public void Dispose()
    {
        if (_runtime.IsValueCreated) _runtime.Value.Dispose();
    }
}
