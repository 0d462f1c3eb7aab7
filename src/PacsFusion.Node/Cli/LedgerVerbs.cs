using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary><c>cases</c>, <c>retry</c>, <c>cancel</c>, <c>release</c>, <c>rerun</c>: the ledger from the command line, beside a running node or without one.</summary>
internal static class LedgerVerbs
{
    public static Command Cases(CommandLine line)
    {
        var limit = new Option<int>("--limit") { Description = "How many, newest first", DefaultValueFactory = _ => 50 };
        return line.Verb("cases", "List fusion cases", [limit], (context, parsed, _) =>
        {
            using var ledger = LedgerFiles.OpenExisting(context);
            var cases = new CaseStore(ledger, context.Time).All(parsed.GetValue(limit));
            context.Output.Answer(new JsonObject { ["cases"] = new JsonArray([.. cases.Select(CaseJson)]) });
            foreach (var work in cases)
                context.Output.Say(string.Create(CultureInfo.InvariantCulture, $"{work.CaseId}  {CaseTransitions.Word(work.State),-11} {work.Rule} v{work.RuleVersion}  {work.UpdatedAt:u}  {work.Reason}"));
            if (cases.Count == 0) context.Output.Say("No cases.");
            return Task.FromResult(ExitCode.Done);
        });
    }

    public static Command Retry(CommandLine line) => Act(line, "retry", "Try a failed case again, where it failed", (stores, work, reason) =>
    {
        if (work.State != CaseState.Failed) return null;
        var next = FailedIn(stores.Cases, work) switch
        {
            CaseState.Delivering => CaseState.Delivering,
            CaseState.Reporting => CaseState.Reporting,
            _ => CaseState.Queued,
        };
        stores.Outbox.Revive(work.CaseId);
        if (next == CaseState.Reporting) stores.Reports.DropUndelivered(work.CaseId);
        return stores.Cases.Move(work.CaseId, work.State, next, null, reason) ? next : null;
    });

    public static Command Cancel(CommandLine line) => Act(line, "cancel", "Cancel a case that has not ended", (stores, work, reason) =>
    {
        if (!CaseTransitions.Allows(work.State, CaseState.Cancelled) || !stores.Cases.Move(work.CaseId, work.State, CaseState.Cancelled, null, reason)) return null;
        stores.Outbox.Withdraw(work.CaseId);
        return CaseState.Cancelled;
    });

    public static Command Release(CommandLine line) => Act(line, "release", "Release a case from quarantine: you take responsibility that both series are of one patient", (stores, work, reason) =>
        work.State == CaseState.Quarantined && stores.Cases.Move(work.CaseId, work.State, CaseState.Queued, null, reason) ? CaseState.Queued : null);

    public static Command Rerun(CommandLine line) => Act(line, "rerun", "Run an ended case again from Align; the same inputs give the same objects", (stores, work, reason) =>
        work.State is CaseState.Done or CaseState.Refused or CaseState.Cancelled or CaseState.Failed && stores.Cases.Move(work.CaseId, work.State, CaseState.Queued, null, reason) ? CaseState.Queued : null);

    /// <summary>A case as JSON: the fields of the contract and some more.</summary>
    public static JsonObject CaseJson(FusionCase work) => new()
    {
        ["caseId"] = work.CaseId,
        ["rule"] = work.Rule,
        ["ruleVersion"] = work.RuleVersion,
        ["state"] = CaseTransitions.Word(work.State),
        ["reason"] = work.Reason,
        ["detail"] = work.Detail,
        ["outputSeriesInstanceUid"] = work.OutputSeriesUid,
        ["studyInstanceUid"] = work.StudyInstanceUid,
        ["fixedSeriesInstanceUid"] = work.FixedSeriesUid,
        ["movingSeriesInstanceUid"] = work.MovingSeriesUid,
        ["updatedAt"] = work.UpdatedAt.Text(),
        ["result"] = work.Result is null ? null : JsonNode.Parse(work.Result),
    };

    /// <summary>The state that a failed case was in before.</summary>
    private static CaseState? FailedIn(CaseStore cases, FusionCase work)
    {
        foreach (var (_, state, _, _) in Enumerable.Reverse(cases.Events(work.CaseId)))
            if (CaseTransitions.Parse(state) is var earlier && earlier != CaseState.Failed) return earlier;
        return null;
    }

    private static Command Act(CommandLine line, string name, string description, Func<CaseStores, FusionCase, string, CaseState?> act)
    {
        var caseId = new Argument<string>("case") { Description = "The case's id, see 'cases'" };
        var reason = new Option<string>("--reason") { Description = "Why; kept in the audit record", DefaultValueFactory = _ => "" };
        return line.Verb(name, description, [caseId, reason], (context, parsed, _) =>
        {
            using var ledger = LedgerFiles.OpenExisting(context);
            var stores = new CaseStores(new CaseStore(ledger, context.Time), new OutboxStore(ledger, context.Time), new ReportStore(ledger, context.Time));
            var id = parsed.GetValue(caseId)!;
            var work = stores.Cases.Find(id) ?? throw new CliException(ExitCode.Failed, $"There is no case {id}; 'pacsfusion cases' lists them.");
            var why = parsed.GetValue(reason)!;
            if (name == "release" && why.Length == 0) throw new CliException(ExitCode.Usage, "release needs --reason: it is kept with your name in the audit record.");
            var next = act(stores, work, why)
                ?? throw new CliException(ExitCode.Refused, $"Case {id} is {CaseTransitions.Word(work.State)}; '{name}' does not apply to it.");
            new AuditLog(ledger, context.Time).Record(Environment.UserName, name, id, why);
            context.Output.Answer(new JsonObject { ["caseId"] = id, ["state"] = CaseTransitions.Word(next) });
            context.Output.Say($"Case {id} is {CaseTransitions.Word(next)}.");
            return Task.FromResult(ExitCode.Done);
        });
    }

    private sealed record CaseStores(CaseStore Cases, OutboxStore Outbox, ReportStore Reports);
}
