using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary><c>status</c>: what the node is doing. Asks the running node; without one, tells from the ledger what it left.</summary>
internal static class StatusVerb
{
    public static Command Create(CommandLine line) => line.Verb("status", "What the node is doing", [], async (context, _, cancellationToken) =>
    {
        var configuration = ConfigurationGate.Load(context);
        var status = await AskNodeAsync(configuration.Web.Url, cancellationToken).ConfigureAwait(false);
        if (status is null)
        {
            using var ledger = LedgerFiles.OpenExisting(context);
            status = NodeStatus.FromLedger(ledger, context.Time, ready: false, associations: 0);
        }
        context.Output.Answer(status);
        context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"PacsFusion Node {status["version"]}: {(status["ready"]!.GetValue<bool>() ? "running" : "not running")}, {status["associations"]} associations, {status["received"]} instances received"));
        foreach (var (state, count) in status["cases"]!.AsObject()) context.Output.Say($"  cases {state}: {count}");
        foreach (var (destination, queue) in status["outbox"]!.AsObject()) context.Output.Say($"  outbox {destination}: {queue!["pending"]} pending, {queue["dead"]} dead");
        return ExitCode.Done;
    });

    private static async Task<JsonObject?> AskNodeAsync(Uri web, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = web, Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync("api/status", cancellationToken).ConfigureAwait(false);
            if (!answer.IsSuccessStatusCode) return null;
            return JsonNode.Parse(await answer.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false)) as JsonObject;
        }
        catch (Exception fault) when (fault is HttpRequestException or JsonException || (fault is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return null;
        }
    }
}
