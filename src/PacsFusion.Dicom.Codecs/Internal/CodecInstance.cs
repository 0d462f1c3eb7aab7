using System.Text;
using Wasmtime;

namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>
/// One instance of the module with memory of its own. One thread at a time; after any exception it must be disposed, since
/// its memory may be in any state.
/// </summary>
internal sealed class CodecInstance : IDisposable
{
    private const string Wasi = "wasi_snapshot_preview1";
    // The module has no use for more; WASI's numbers for "not supported" and "bad file".
    private const int NotSupported = 28, BadFile = 8, MostTableElements = 10_000;

    private readonly SandboxRuntime _runtime;
    private readonly Store _store;
    private readonly Linker _linker;
    private readonly Instance _instance;
    private readonly Memory _memory;
    private readonly Func<int> _createContext, _createDecoder, _createEncoder;
    private readonly Action<int> _releaseContext, _releaseDecoder, _releaseEncoder;
    private readonly Func<int, int> _encodedBuffer, _encodedSize, _decodedBuffer, _decodedSize;
    private readonly Dictionary<string, Action<int, int>> _actions = new(StringComparer.Ordinal);

    public CodecInstance(SandboxRuntime runtime)
    {
        _runtime = runtime;
        _store = new Store(runtime.Engine);
        _linker = new Linker(runtime.Engine);
        try
        {
            _store.SetLimits(runtime.Options.MemoryLimit, MostTableElements, 1, 4, 1);
            _store.SetEpochDeadline(EpochClock.TicksOf(runtime.Options.FrameDeadline));
            DefineImports();
            _instance = _linker.Instantiate(_store, runtime.Module);
            _memory = _instance.GetMemory("memory") ?? throw Missing("memory");
            (_instance.GetAction("_initialize") ?? throw Missing("_initialize"))();
            (_createContext, _createDecoder, _createEncoder) = (Creator("CreateCodecsContext"), Creator("CreateDecoderParameters"), Creator("CreateEncoderParameters"));
            (_releaseContext, _releaseDecoder, _releaseEncoder) = (Releaser("ReleaseCodecsContext"), Releaser("ReleaseDecoderParameters"), Releaser("ReleaseEncoderParameters"));
            (_encodedBuffer, _encodedSize) = (Getter("GetEncodedBuffer"), Getter("GetEncodedBufferSize"));
            (_decodedBuffer, _decodedSize) = (Getter("GetDecodedBuffer"), Getter("GetDecodedBufferSize"));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Decodes a frame; YBR stays YBR.</summary>
    /// <returns>False where the codec gave another number of bytes than the frame has.</returns>
    public bool Decode(string function, ReadOnlySpan<byte> codestream, FrameDescription frame, Span<byte> destination)
    {
        Arm(frame);
        var context = Context(frame);
        Set("SetEncodedBufferSize", context, codestream.Length);
        codestream.CopyTo(Span(_encodedBuffer(context), codestream.Length));
        var parameters = _createDecoder();
        Set("SetConvertColorspaceToRgb", parameters, 0);
        Set("Decode" + function, context, parameters);
        _releaseDecoder(parameters);
        var length = _decodedSize(context);
        var fits = length == destination.Length || length * 2L == destination.Length && frame.BitsAllocated == 16;
        if (fits)
        {
            var decoded = Span(_decodedBuffer(context), length);
            if (length == destination.Length) decoded.CopyTo(destination);
            else Widen(decoded, destination);
        }
        _releaseContext(context);
        return fits;
    }

    /// <summary>Encodes a frame without loss.</summary>
    public byte[] Encode(string function, ReadOnlySpan<byte> pixels, FrameDescription frame)
    {
        Arm(frame);
        var context = Context(frame);
        Set("SetDecodedBufferSize", context, pixels.Length);
        pixels.CopyTo(Span(_decodedBuffer(context), pixels.Length));
        var parameters = _createEncoder();
        foreach (var (name, value) in ((string, int)[])[("Lossy", 0), ("Quality", 90), ("SmoothingFactor", 0), ("SampleFactor", 0), ("Predictor", 1), ("PointTransform", 0), ("AllowedLossyError", 0), ("ProgressionOrder", 0), ("Rate", 20), ("AllowMct", 1)])
            Set("Set" + name, parameters, value);
        Set("Encode" + function, context, parameters);
        _releaseEncoder(parameters);
        var encoded = Span(_encodedBuffer(context), _encodedSize(context)).ToArray();
        _releaseContext(context);
        return encoded;
    }

    public void Dispose()
    {
        _linker.Dispose();
        _store.Dispose();
    }

    private void Arm(FrameDescription frame)
    {
        const double SamplesPerDeadline = 4 << 20;
        var samples = (double)frame.Rows * frame.Columns * frame.SamplesPerPixel;
        _store.SetEpochDeadline(EpochClock.TicksOf(_runtime.Options.FrameDeadline * Math.Max(1, samples / SamplesPerDeadline)));
    }

    private int Context(FrameDescription frame)
    {
        var context = _createContext();
        Set("SetColumns", context, frame.Columns);
        Set("SetRows", context, frame.Rows);
        Set("SetBitsAllocated", context, frame.BitsAllocated);
        Set("SetBitsStored", context, frame.BitsStored);
        Set("SetSamplesPerPixel", context, frame.SamplesPerPixel);
        Set("SetPixelRepresentation", context, frame.IsSigned ? 1 : 0);
        Set("SetPlanarConfiguration", context, 0);
        Set("SetPhotometricInterpretation", context, ModuleSyntaxes.Photometric(frame.PhotometricInterpretation));
        return context;
    }

    // Streams of at most 8 bits come as bytes although the data set has words for them.
    private static void Widen(ReadOnlySpan<byte> bytes, Span<byte> words)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            words[2 * i] = bytes[i];
            words[2 * i + 1] = 0;
        }
    }

    // The module's word for a place is not taken without a look: it may be what a hostile frame made of it. Taken anew after each call, as memory moves when it grows.
    private Span<byte> Span(int address, int length)
    {
        if (length < 0 || (uint)address + (long)length > _memory.GetLength()) throw new CodecRefusedException("the codec points outside its memory");
        return length == 0 ? default : _memory.GetSpan((uint)address, length);
    }

    private void Set(string name, int target, int value)
    {
        if (!_actions.TryGetValue(name, out var action)) _actions[name] = action = _instance.GetAction<int, int>(name) ?? throw Missing(name);
        action(target, value);
    }

    private Func<int> Creator(string name) => _instance.GetFunction<int>(name) ?? throw Missing(name);

    private Action<int> Releaser(string name) => _instance.GetAction<int>(name) ?? throw Missing(name);

    private Func<int, int> Getter(string name) => _instance.GetFunction<int, int>(name) ?? throw Missing(name);

    private static CodecRefusedException Missing(string export) => new($"the module lacks {export}");

    /// <summary>Nothing of the system is granted: every call answers that nothing is there.</summary>
    private void DefineImports()
    {
        _linker.DefineFunction("env", "onCodecsInfo", (int _, int _) => { });
        _linker.DefineFunction("env", "onCodecsTrace", (int _, int _) => { });
        _linker.DefineFunction("env", "emscripten_notify_memory_growth", (int _) => { });
        _linker.DefineFunction("env", "onCodecsException", (Caller caller, int address, int length) =>
        {
            throw new CodecRefusedException(Message(caller.GetMemory("memory"), address, length));
        });
        _linker.DefineFunction(Wasi, "proc_exit", (int _) => { throw new CodecRefusedException("the codec gave up"); });
        _linker.DefineFunction(Wasi, "clock_time_get", (int _, long _, int _) => NotSupported);
        _linker.DefineFunction(Wasi, "environ_sizes_get", (Caller caller, int count, int size) =>
        {
            var memory = caller.GetMemory("memory");
            memory?.WriteInt32(count, 0);
            memory?.WriteInt32(size, 0);
            return 0;
        });
        _linker.DefineFunction(Wasi, "environ_get", (int _, int _) => 0);
        _linker.DefineFunction(Wasi, "fd_write", (int _, int _, int _, int _) => BadFile);
        _linker.DefineFunction(Wasi, "fd_close", (int _) => 0);
        _linker.DefineFunction(Wasi, "fd_seek", (int _, long _, int _, int _) => BadFile);
    }

    // Short and printable: it goes into messages, and a frame decides what is in it.
    private static string Message(Memory? memory, int address, int length)
    {
        const int Longest = 120;
        if (memory is null || length <= 0 || (uint)address + (long)Math.Min(length, Longest) > memory.GetLength()) return "no message";
        var text = Encoding.Latin1.GetString(memory.GetSpan((uint)address, Math.Min(length, Longest)));
        return string.Create(text.Length, text, (target, source) =>
        {
            for (var i = 0; i < target.Length; i++) target[i] = source[i] is >= ' ' and <= '~' ? source[i] : '.';
        });
    }
}

/// <summary>The codec said that it cannot decode or encode a frame.</summary>
internal sealed class CodecRefusedException(string message) : Exception(message);
