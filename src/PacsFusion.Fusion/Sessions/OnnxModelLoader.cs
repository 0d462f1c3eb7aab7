using Microsoft.ML.OnnxRuntime;
using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Makes a session from verified bytes on the first provider that works, and keeps what was tried.</summary>
internal static class OnnxModelLoader
{
    private static readonly Dictionary<string, string> RuntimeNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["cpu"] = "CPUExecutionProvider",
        ["cuda"] = "CUDAExecutionProvider",
    };

    public static Outcome<IFusionModel> Load(FusionModelManifest manifest, byte[] bytes, InferenceOptions options)
    {
        if (options.NativeLibraries is { Length: > 0 } folder && NativeRuntime.Use(folder) is { } unusable) return unusable;

        if (OnnxContract.ComplaintOfFile(manifest, bytes) is { } fault) return new Refusal(FusionReasons.ModelInputsUnknown, $"{manifest.File} {fault}");
        List<ProviderAttempt> attempts = [];
        string[] available;
        try
        {
            available = OrtEnv.Instance().GetAvailableProviders();
        }
        catch (Exception e) when (e is OnnxRuntimeException or DllNotFoundException or EntryPointNotFoundException or TypeInitializationException)
        {
            return new Refusal(FusionReasons.NativeLibraryUnusable, $"ONNX Runtime cannot be started: {e.GetBaseException().Message}");
        }

        foreach (var provider in options.Providers)
        {
            if (!RuntimeNames.TryGetValue(provider, out var runtimeName))
            {
                attempts.Add(new ProviderAttempt(provider, false, "No provider of this name is known."));
                continue;
            }
            // The CPU build has no entry point for other providers at all, so asking first is not a mere courtesy.
            if (!available.Contains(runtimeName))
            {
                attempts.Add(new ProviderAttempt(provider, false, $"This build of ONNX Runtime has no {runtimeName}."));
                continue;
            }
            var outcome = Open(manifest, bytes, provider, options, attempts);
            if (outcome is { } settled) return settled;
        }
        return new Refusal(FusionReasons.ProviderUnavailable,
            $"No provider can run {manifest.Name}: {string.Join(" ", attempts.Select(a => $"{a.Provider}: {a.Statement}"))}");
    }

    private static Outcome<IFusionModel>? Open(
        FusionModelManifest manifest, byte[] bytes, string provider, InferenceOptions options, List<ProviderAttempt> attempts)
    {
        InferenceSession session;
        try
        {
            using var sessionOptions = Describe(provider, options);
            session = new InferenceSession(bytes, sessionOptions);
        }
        catch (Exception e) when (e is OnnxRuntimeException or EntryPointNotFoundException)
        {
            if (provider.Equals("cpu", StringComparison.OrdinalIgnoreCase))
                return new Refusal(FusionReasons.ModelNotLoadable, $"{manifest.File} cannot be loaded: {e.Message}");
            attempts.Add(new ProviderAttempt(provider, false, Statement(e.Message)));
            return null;
        }
        if (OnnxContract.ComplaintOfGraph(session) is { } complaint)
        {
            session.Dispose();
            return new Refusal(FusionReasons.ModelInputsUnknown, $"{manifest.File} {complaint}");
        }
        var network = new OrtNetworkRun(manifest.Name, provider.ToLowerInvariant(), session);
        if (Trial(network) is { } failure)
        {
            network.Dispose();
            if (!provider.Equals("cpu", StringComparison.OrdinalIgnoreCase))
            {
                attempts.Add(new ProviderAttempt(provider, false, Statement(failure)));
                return null;
            }
            return new Refusal(FusionReasons.ModelInputsUnknown, $"{manifest.File} cannot fuse 33 x 37 pixels: {Statement(failure)}");
        }
        attempts.Add(new ProviderAttempt(provider, true, $"ONNX Runtime {OrtEnv.Instance().GetVersionString()}."));
        var info = new FusionModelInfo(
            manifest.Name, manifest.Version, manifest.Sha256, manifest.Family, manifest.LevelOf(), provider.ToLowerInvariant())
        {
            Attempts = attempts,
            EstimatesWeight = !network.HasWeight,
        };
        return Outcomes.Of<IFusionModel>(new OnnxFusionModel(info, network, IsLocal(network)));
    }

    // A network that looks further than a tile's margin, or at the whole image, would show where tiles begin. Content that changes
    // beyond the margin tells: a local network gives the same before it.
    internal static bool IsLocal(INetworkRun network)
    {
        const int columns = 160, rows = 64, near = 80, alike = near - TilePlan.Margin;
        const float tolerance = 1e-4f;
        float[] a = new float[columns * rows], b = new float[a.Length], whole = new float[a.Length], part = new float[a.Length], weight = new float[a.Length];
        for (var i = 0; i < a.Length; i++)
        {
            var texture = i * 37 % 101 / 400f;
            // What lies beyond is much brighter, so that any mean or maximum over the image moves.
            (a[i], b[i]) = i % columns < near ? (0.1f + texture, 0.35f - texture) : (0.75f + texture, 0.7f + texture);
        }
        network.Run(a, b, whole, weight, columns, rows, CancellationToken.None);
        float[] nearA = new float[near * rows], nearB = new float[nearA.Length];
        for (var y = 0; y < rows; y++)
        {
            a.AsSpan(y * columns, near).CopyTo(nearA.AsSpan(y * near));
            b.AsSpan(y * columns, near).CopyTo(nearB.AsSpan(y * near));
        }
        network.Run(nearA, nearB, part, weight, near, rows, CancellationToken.None);
        for (var y = 0; y < rows; y++)
            for (var x = 0; x < alike; x++)
                if (Math.Abs(whole[y * columns + x] - part[y * near + x]) > tolerance) return false;
        return true;
    }

    // The runtime wraps what is wrong in source places and a page of advice; the part behind "with error:" says it.
    internal static string Statement(string message)
    {
        const string marker = "with error: ";
        var line = message.ReplaceLineEndings(" ");
        if (line.IndexOf(marker, StringComparison.Ordinal) is var at and >= 0) line = line[(at + marker.Length)..];
        return line.Length <= 200 ? line.TrimEnd('.', ' ') + "." : line[..200] + " …";
    }

    // An odd size tells networks apart that only take multiples of something; it warms the session too. What is wrong, or null.
    private static string? Trial(OrtNetworkRun network)
    {
        const int columns = 33, rows = 37;
        float[] a = new float[columns * rows], b = new float[a.Length], fused = new float[a.Length], weight = new float[a.Length];
        for (var i = 0; i < a.Length; i++) (a[i], b[i]) = (i % columns / 32f, i / columns / 36f);
        try
        {
            network.Run(a, b, fused, weight, columns, rows, CancellationToken.None);
        }
        catch (FusionRuntimeException e)
        {
            return e.InnerException!.Message;
        }
        return fused.All(float.IsFinite) && weight.All(float.IsFinite) ? null : "its answer holds values that are no numbers.";
    }

    private static SessionOptions Describe(string provider, InferenceOptions options)
    {
        // One thread a session: sums are then taken in one order, so the bits do not depend on how many threads there are.
        // Slices run side by side instead, which is also the better use of the cores.
        var described = new SessionOptions
        {
            IntraOpNumThreads = 1,
            InterOpNumThreads = 1,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            // Without the arena every layer maps and unmaps its memory: ten times the time of the arithmetic on a busy machine.
            // The arena keeps the most it ever took, and the tile size bounds that.
            EnableCpuMemArena = true,
            EnableMemoryPattern = false,
            // What goes wrong comes as an exception; the runtime's own lines would stand between the program's.
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL,
        };
        described.AddSessionConfigEntry("session.intra_op.allow_spinning", "0");
        if (!provider.Equals("cuda", StringComparison.OrdinalIgnoreCase)) return described;
        using var cuda = new OrtCUDAProviderOptions();
        var settings = new Dictionary<string, string>
        {
            ["device_id"] = options.CudaDevice.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["cudnn_conv_algo_search"] = "DEFAULT",
            ["use_tf32"] = "0",
        };
        if (options.CudaMemoryLimit is { } limit) settings["gpu_mem_limit"] = limit.ToString(System.Globalization.CultureInfo.InvariantCulture);
        cuda.UpdateOptions(settings);
        described.AppendExecutionProvider_CUDA(cuda);
        return described;
    }
}
