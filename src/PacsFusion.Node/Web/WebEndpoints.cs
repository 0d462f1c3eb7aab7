using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Web;

/// <summary>What the web side needs of the running node.</summary>
internal interface INodeProbe
{
    /// <summary>Whether the node receives and works.</summary>
    bool Ready { get; }

    /// <summary>Open associations.</summary>
    int Associations { get; }
}

/// <summary>Health, metrics and status over HTTP. Read only; nothing here names a patient.</summary>
internal static class WebEndpoints
{
    public static void Map(WebApplication app, LedgerDatabase ledger, INodeProbe probe, TimeProvider time)
    {
        app.MapGet("/health/live", () => Results.Text("live\n"));
        app.MapGet("/health/ready", () => probe.Ready ? Results.Text("ready\n") : Results.Text("starting\n", statusCode: StatusCodes.Status503ServiceUnavailable));
        app.MapGet("/api/status", () => Json(NodeStatus.FromLedger(ledger, time, probe.Ready, probe.Associations)));
        app.MapGet("/metrics", () => Results.Text(Metrics(NodeStatus.FromLedger(ledger, time, probe.Ready, probe.Associations)), "text/plain; version=0.0.4"));
    }

    private static IResult Json(JsonNode node) => Results.Text(node.ToJsonString(), "application/json");

    /// <summary>The status in the text format of Prometheus.</summary>
    private static string Metrics(JsonObject status)
    {
        var text = new StringBuilder();
        void Family(string name, string kind, string help) => text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {kind}\n");
        Family("pacsfusion_ready", "gauge", "1 where the node receives and works");
        text.Append(CultureInfo.InvariantCulture, $"pacsfusion_ready {(status["ready"]!.GetValue<bool>() ? 1 : 0)}\n");
        Family("pacsfusion_associations", "gauge", "Open associations");
        text.Append(CultureInfo.InvariantCulture, $"pacsfusion_associations {status["associations"]}\n");
        Family("pacsfusion_instances", "gauge", "Instances in the spool");
        text.Append(CultureInfo.InvariantCulture, $"pacsfusion_instances {status["received"]}\n");
        Family("pacsfusion_cases", "gauge", "Cases by state");
        foreach (var (state, count) in status["cases"]!.AsObject()) text.Append(CultureInfo.InvariantCulture, $"pacsfusion_cases{{state=\"{state}\"}} {count}\n");
        Family("pacsfusion_outbox", "gauge", "Objects in the outbox by destination and state");
        foreach (var (destination, queue) in status["outbox"]!.AsObject())
            text.Append(CultureInfo.InvariantCulture, $"pacsfusion_outbox{{destination=\"{destination}\",state=\"pending\"}} {queue!["pending"]}\npacsfusion_outbox{{destination=\"{destination}\",state=\"dead\"}} {queue["dead"]}\n");
        return text.ToString();
    }
}
