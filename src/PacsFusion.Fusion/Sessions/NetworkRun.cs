using Microsoft.ML.OnnxRuntime;

namespace PacsFusion.Fusion.Internal;

/// <summary>One run of a network over one tile: all that differs between devices, so that a fake can stand in for a GPU.</summary>
internal interface INetworkRun : IDisposable
{
    /// <summary>Whether the network gives weights.</summary>
    public bool HasWeight { get; }

    /// <summary>Fills <paramref name="fused"/> and, where there are weights, <paramref name="weight"/>; safe to call from several threads.</summary>
    /// <exception cref="FusionDeviceMemoryException">The device has no memory for so large a tile.</exception>
    /// <exception cref="FusionRuntimeException">The runtime failed otherwise.</exception>
    public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken);
}

/// <summary>A session of ONNX Runtime. The caller's buffers are bound as they are: nothing is allocated or copied for a run.</summary>
internal sealed class OrtNetworkRun(string model, string provider, InferenceSession session) : INetworkRun
{
    private static readonly string[] Inputs = [OnnxFusionModel.InputA, OnnxFusionModel.InputB];
    private readonly string[] _outputs = session.OutputMetadata.ContainsKey(OnnxFusionModel.OutputWeight)
        ? [OnnxFusionModel.OutputFused, OnnxFusionModel.OutputWeight]
        : [OnnxFusionModel.OutputFused];

    public bool HasWeight => _outputs.Length == 2;

    public void Run(float[] a, float[] b, float[] fused, float[] weight, int columns, int rows, CancellationToken cancellationToken)
    {
        long[] shape = [1, 1, rows, columns];
        var count = columns * rows;
        using var options = new RunOptions { LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL };
        using var stop = cancellationToken.Register(static o => ((RunOptions)o!).Terminate = true, options);
        using var valueA = Wrap(a);
        using var valueB = Wrap(b);
        using var valueFused = Wrap(fused);
        using var valueWeight = HasWeight ? Wrap(weight) : null;
        try
        {
            session.Run(options, Inputs, [valueA, valueB], _outputs, valueWeight is null ? [valueFused] : [valueFused, valueWeight]);
        }
        catch (OnnxRuntimeException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var text = $"Model {model} failed on {provider} for {columns} x {rows} pixels.";
            throw provider != "cpu" && IsOutOfMemory(e.Message) ? new FusionDeviceMemoryException(text, e) : new FusionRuntimeException(text, e);
        }

        OrtValue Wrap(float[] values) =>
            OrtValue.CreateTensorValueFromMemory(OrtMemoryInfo.DefaultInstance, values.AsMemory(0, count), shape);
    }

    public void Dispose() => session.Dispose();

    // The runtime has no code for it: its arena says one thing, CUDA and cuDNN say others.
    internal static bool IsOutOfMemory(string message) =>
        message.Contains("out of memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("Failed to allocate memory", StringComparison.OrdinalIgnoreCase)
        || message.Contains("ALLOC_FAILED", StringComparison.OrdinalIgnoreCase);
}
