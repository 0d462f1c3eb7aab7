using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary>The closed list of reason codes: every stage's own, in the order of the way of the data.</summary>
internal static class ReasonList
{
    /// <summary>Stage and reason.</summary>
    public static IReadOnlyList<(string Stage, ReasonCode Reason)> All { get; } =
    [
        .. Receive.ReceiveReasons.All.Select(reason => ("Receive", reason)),
        .. Group.GroupReasons.All.Select(reason => ("Group", reason)),
        .. Match.MatchReasons.All.Select(reason => ("Match", reason)),
        .. Align.AlignReasons.All.Select(reason => ("Align", reason)),
        .. Fuse.FuseReasons.All.Select(reason => ("Fuse", reason)),
        .. Deliver.DeliverReasons.All.Select(reason => ("Deliver", reason)),
        .. Report.ReportReasons.All.Select(reason => ("Report", reason)),
        .. Hosting.HostingReasons.All.Select(reason => ("Hosting", reason)),
        .. CliReasons.All.Select(reason => ("Cli", reason)),
    ];

    private static readonly Dictionary<string, ReasonCode> ByCode = All.GroupBy(entry => entry.Reason.Code, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First().Reason, StringComparer.Ordinal);

    /// <summary>The reason behind a code; null for one that is not on the list.</summary>
    public static ReasonCode? Find(string code) => ByCode.GetValueOrDefault(code);
}
