using Microsoft.Extensions.Logging;
using PacsFusion.Fusion;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Fuse;

/// <summary>The models of a node: each is loaded and verified at its first use and stays loaded.</summary>
internal sealed class ModelRoom(ModelCatalog catalog, InferenceOptions options) : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, IFusionModel> _loaded = new(StringComparer.Ordinal);

    public ModelCatalog Catalog { get; } = catalog;

    /// <summary>The model of that name, or why it cannot be used. The room owns it.</summary>
    public Outcome<IFusionModel> Load(string name) => Load(name, "", options);

    /// <summary>Loads and warms what will be needed, so that the first case does not wait for it; a refusal comes again with the case.</summary>
    public void Warm(IEnumerable<string> names, ILogger log, CancellationToken cancellationToken)
    {
        foreach (var name in names.Select(Catalog.Resolve).Distinct(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!Load(name).TryGet(out var model, out var refusal)) FuseLog.ModelUnusable(log, name, refusal.Code, refusal.Text);
            else if (model.Info.PassedOver is { } why) FuseLog.ModelReadyElsewhere(log, name, model.Info.Version, model.Info.Provider, why);
            else FuseLog.ModelReady(log, name, model.Info.Version, model.Info.Provider);
        }
    }

    /// <summary>The same model on the CPU, whatever the configuration prefers. The room owns it.</summary>
    public Outcome<IFusionModel> LoadOnCpu(string name) => Load(name, " on cpu", options with { Providers = ["cpu"] });

    private Outcome<IFusionModel> Load(string name, string device, InferenceOptions how)
    {
        var resolved = Catalog.Resolve(name);
        lock (_gate)
        {
            if (_loaded.TryGetValue(resolved + device, out var known)) return Loaded(known);
            var outcome = Catalog.Load(resolved, how);
            if (outcome.TryGet(out var model, out _)) _loaded[resolved + device] = model;
            return outcome;
        }
    }

    // Implicit conversion does not reach interface types.
    private static Outcome<T> Loaded<T>(T model)
        where T : class => model;

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var model in _loaded.Values) model.Dispose();
            _loaded.Clear();
        }
    }
}
