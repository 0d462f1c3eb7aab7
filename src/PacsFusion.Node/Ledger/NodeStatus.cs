using System.Reflection;
using System.Text.Json.Nodes;

namespace PacsFusion.Node.Ledger;

/// <summary>What the node is doing, as <c>status</c> and <c>/api/status</c> answer it.</summary>
internal static class NodeStatus
{
    /// <summary>The program's version, such as 0.1.0.</summary>
    public static string Version { get; } = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3);

    public static JsonObject FromLedger(LedgerDatabase ledger, TimeProvider time, bool ready, int associations)
    {
        var cases = new JsonObject();
        foreach (var (state, count) in new CaseStore(ledger, time).CountByState()) cases[state] = count;
        var outbox = new JsonObject();
        foreach (var (destination, count) in new OutboxStore(ledger, time).CountByDestination())
            outbox[destination] = new JsonObject { ["pending"] = count.Pending, ["dead"] = count.Dead };
        return new JsonObject
        {
            ["version"] = Version,
            ["ready"] = ready,
            ["associations"] = associations,
            ["received"] = new InstanceStore(ledger).Count(),
            ["cases"] = cases,
            ["outbox"] = outbox,
        };
    }
}
