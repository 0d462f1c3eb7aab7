namespace PacsFusion.Fusion;

/// <summary>How networks are run.</summary>
public sealed record InferenceOptions
{
    /// <summary>Providers in order of preference; the first that works is used. Known: <c>cuda</c>, <c>cpu</c>. Default: cpu.</summary>
    public IReadOnlyList<string> Providers { get; init; } = ["cpu"];

    /// <summary>Ordinal of the CUDA device. Default 0.</summary>
    public int CudaDevice { get; init; }

    /// <summary>
    /// Most bytes of GPU memory that the runtime's arena may take. Null leaves it to the runtime. On the CPU memory is bounded by
    /// the tile size instead (about 250 MB for each slice at work).
    /// </summary>
    public long? CudaMemoryLimit { get; init; }

    /// <summary>Folder of another ONNX Runtime build of the same API version. Null takes the one that was built in.</summary>
    public string? NativeLibraries { get; init; }
}
