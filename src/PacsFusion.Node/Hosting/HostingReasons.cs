using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Hosting;

/// <summary>Reasons that belong to no stage.</summary>
internal static class HostingReasons
{
    public static readonly ReasonCode UnexpectedFault = new(
        "unexpected-fault",
        "A step ended in a fault that the program does not expect.",
        "Look into the log for the case's id; then retry the case. Report the fault to the maintainers with the log.");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReasonCode> All { get; } = [UnexpectedFault];
}
