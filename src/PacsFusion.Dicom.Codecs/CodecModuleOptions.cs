namespace PacsFusion.Dicom.Codecs;

/// <summary>Where the codec module lies and what it may use. Immutable.</summary>
public sealed record CodecModuleOptions
{
    /// <summary>Path of the module, <c>dcmjs-native-codecs.wasm</c>. Default: <c>codecs/</c> beside the program.</summary>
    public string ModulePath { get; init; } = Path.Combine(AppContext.BaseDirectory, "codecs", "dcmjs-native-codecs.wasm");

    /// <summary>
    /// Folder that keeps the module's compiled form between runs: native code, so a folder that nobody but the account of the
    /// program can write. Made where it is missing. Default: null, the module is compiled in each run (seconds).
    /// </summary>
    public string? CacheFolder { get; init; }

    /// <summary>Most memory of one instance, bytes; the module needs 256 MiB to start. Default: 384 MiB.</summary>
    public long MemoryLimit { get; init; } = 384L << 20;

    /// <summary>Longest time for a frame of up to 4 million samples; larger ones get more in proportion. Default: 5 s.</summary>
    public TimeSpan FrameDeadline { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of the deadline. Default: the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>The codec module cannot be used; everything that needs no codec works all the same. Immutable.</summary>
public sealed class CodecModuleException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="code">codec-module-missing, codec-module-unknown or codec-module-unusable.</param>
    /// <param name="message">What is wrong.</param>
    /// <param name="inner">The cause.</param>
    public CodecModuleException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>A stable reason, lower case with hyphens.</summary>
    public string Code { get; }
}
