using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Group;

/// <summary>When series settle.</summary>
internal sealed record GroupOptions
{
    /// <summary>The node's own times: <c>settle</c> in the configuration.</summary>
    public required SettleSettings Default { get; init; }

    /// <summary>Longer or shorter times that rules ask for, by modality.</summary>
    public IReadOnlyDictionary<string, SettleSettings> ByModality { get; init; } = new Dictionary<string, SettleSettings>(StringComparer.Ordinal);

    /// <summary>How long to wait for rows of instances that are stored but not yet in the ledger. Default 1 s.</summary>
    public TimeSpan RowLag { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often overdue looks are searched for. Default 20 s: well below the quiet period of a hospital.</summary>
    public TimeSpan SweepPeriod { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The times for a series of this modality.</summary>
    public SettleSettings TimesFor(string modality) => ByModality.TryGetValue(modality, out var times) ? times : Default;

    /// <summary>
    /// The times of a configuration: where several rules take a modality, the longest wait of them, since settling
    /// early costs a wrong pair and settling late costs a minute.
    /// </summary>
    public static GroupOptions From(NodeConfiguration configuration)
    {
        var byModality = new Dictionary<string, SettleSettings>(StringComparer.Ordinal);
        foreach (var rule in configuration.Rules)
            foreach (var modality in rule.Fixed.Modalities.Concat(rule.Moving.Modalities))
                byModality[modality] = byModality.TryGetValue(modality, out var other)
                    ? new SettleSettings(Longer(other.Quiet, rule.Settle.Quiet), Longer(other.SuspectGrace, rule.Settle.SuspectGrace))
                    : rule.Settle;
        return new GroupOptions { Default = configuration.Settle, ByModality = byModality };
    }

    private static TimeSpan Longer(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
