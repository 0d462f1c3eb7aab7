using Microsoft.ML.OnnxRuntime;

namespace PacsFusion.Fusion.Internal;

/// <summary>What a network must look like to be fed and read: said in full where it does not, so that an export can be put right at once.</summary>
internal static class OnnxContract
{
    private const int OldestOpset = 7;
    private static readonly string[] Axes = ["n (batch)", "channel", "h (rows)", "w (columns)"];

    /// <summary>What is wrong with a file, before the runtime sees it; null when nothing is.</summary>
    public static string? ComplaintOfFile(FusionModelManifest manifest, ReadOnlySpan<byte> file)
    {
        if (OnnxFile.Opsets(file) is not { Count: > 0 } opsets) return null;
        if (opsets.Keys.FirstOrDefault(domain => domain.Length > 0 && domain != "ai.onnx.ml" && domain != "com.microsoft") is { } foreign)
            return $"needs operators of the domain '{foreign}'; only those of ONNX and of the runtime are there.";
        if (!opsets.TryGetValue("", out var opset)) return null;
        if (opset < OldestOpset) return $"is of opset {opset}; opset {OldestOpset} is the oldest that is taken, 17 the one to export to.";
        return opset == manifest.Opset ? null : $"is of opset {opset}, but its manifest says {manifest.Opset}.";
    }

    /// <summary>What is wrong with names, element types, ranks and axes; null when nothing is.</summary>
    public static string? ComplaintOfGraph(InferenceSession session)
    {
        var complaints = new List<string>();
        var inputs = session.InputMetadata;
        if (inputs.Count != 2 || !inputs.ContainsKey(OnnxFusionModel.InputA) || !inputs.ContainsKey(OnnxFusionModel.InputB))
            complaints.Add($"has the inputs {Names(inputs.Keys)}; fusion feeds {OnnxFusionModel.InputA} and {OnnxFusionModel.InputB}");
        foreach (var (name, tensor) in inputs)
            if (name is OnnxFusionModel.InputA or OnnxFusionModel.InputB) Check("input", name, tensor, complaints);
        var outputs = session.OutputMetadata;
        if (!outputs.ContainsKey(OnnxFusionModel.OutputFused))
            complaints.Add($"has the outputs {Names(outputs.Keys)}; fusion reads {OnnxFusionModel.OutputFused}, and {OnnxFusionModel.OutputWeight} where there is one");
        foreach (var (name, tensor) in outputs)
            if (name is OnnxFusionModel.OutputFused or OnnxFusionModel.OutputWeight) Check("output", name, tensor, complaints);
        return complaints.Count == 0 ? null : string.Join("; ", complaints) + ".";
    }

    private static void Check(string side, string name, NodeMetadata tensor, List<string> complaints)
    {
        if (!tensor.IsTensor)
        {
            complaints.Add($"{side} {name} is no tensor");
            return;
        }
        if (tensor.ElementType != typeof(float)) complaints.Add($"{side} {name} holds {tensor.ElementDataType.ToString().ToLowerInvariant()}, not float32");
        var shape = tensor.Dimensions;
        if (shape.Length != 4)
        {
            complaints.Add($"{side} {name} has {shape.Length} dimensions, not the four of n, 1, h, w");
            return;
        }
        for (var axis = 0; axis < 4; axis++)
            if (shape[axis] >= 0 && !(axis <= 1 && shape[axis] == 1))
                complaints.Add($"{side} {name} has a fixed {Axes[axis]} of {shape[axis]}; {(axis == 1 ? "one channel is fed" : "it must be free, for slices come in any size")}");
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } text ? text : "(none)";
}
