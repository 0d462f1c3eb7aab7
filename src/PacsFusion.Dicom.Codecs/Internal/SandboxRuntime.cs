using Wasmtime;

namespace PacsFusion.Dicom.Codecs.Internal;

/// <summary>Engine, compiled module and the clock of deadlines: one for a program.</summary>
internal sealed class SandboxRuntime : IDisposable
{
    private readonly EpochClock _clock;

    private SandboxRuntime(Engine engine, Module module, CodecModuleOptions options)
    {
        Engine = engine;
        Module = module;
        Options = options;
        _clock = new EpochClock(engine, options.Time);
    }

    public Engine Engine { get; }

    public Module Module { get; }

    public CodecModuleOptions Options { get; }

    public EpochClock Clock => _clock;

    public static SandboxRuntime Start(CodecModuleOptions options, Func<Engine, Module> load)
    {
        var engine = new Engine(new Config().WithEpochInterruption(true).WithOptimizationLevel(OptimizationLevel.Speed));
        try
        {
            return new SandboxRuntime(engine, load(engine), options);
        }
        catch
        {
            engine.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _clock.Dispose();
        Module.Dispose();
        Engine.Dispose();
    }
}
