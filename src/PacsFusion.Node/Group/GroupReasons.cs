using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Group;

/// <summary>Why a series counts as complete.</summary>
internal static class GroupReasons
{
    public static readonly ReasonCode Quiet = new(
        "quiet",
        "No instance came for the quiet period, and no association that had stored into the series was open.",
        "Nothing to do. If instances come later the series opens again and its cases are superseded.");

    public static readonly ReasonCode SuspectGrace = new(
        "suspect-grace",
        "The last association that stored into the series was aborted or lost, and nothing was sent again within the grace.",
        "Check at the sender whether all instances were sent; send the series again if not.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [Quiet, SuspectGrace];
}
