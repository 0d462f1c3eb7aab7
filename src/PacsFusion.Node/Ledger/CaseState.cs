namespace PacsFusion.Node.Ledger;

/// <summary>Where a case is on the way of the data.</summary>
internal enum CaseState
{
    Proposed,
    Queued,
    Aligning,
    Fusing,
    Composed,
    Delivering,
    Reporting,
    Done,
    Refused,
    Quarantined,
    Failed,
    Cancelled,
    Superseded,
}

/// <summary>The one table of the moves a case can make; a move that is not listed is a fault of the program.</summary>
internal static class CaseTransitions
{
    /// <summary>Every allowed move and what makes it.</summary>
    public static IReadOnlyList<(CaseState From, CaseState To, string Why)> Table { get; } =
    [
        (CaseState.Proposed, CaseState.Queued, "a rule chose the pair"),
        (CaseState.Proposed, CaseState.Quarantined, "the patients of the pair contradict each other"),
        (CaseState.Proposed, CaseState.Refused, "the rule's model cannot be used"),
        (CaseState.Queued, CaseState.Aligning, "a worker took it"),
        (CaseState.Aligning, CaseState.Queued, "the node stopped, or the step is tried again"),
        (CaseState.Aligning, CaseState.Fusing, "both series are on one grid and pass the gate"),
        (CaseState.Aligning, CaseState.Refused, "a series or the alignment is not fit"),
        (CaseState.Fusing, CaseState.Queued, "the node stopped, or the step is tried again"),
        (CaseState.Fusing, CaseState.Composed, "the fused objects are on disk"),
        (CaseState.Fusing, CaseState.Refused, "the pair is not fit for fusion"),
        (CaseState.Composed, CaseState.Delivering, "the objects are in the outbox"),
        (CaseState.Delivering, CaseState.Reporting, "every destination has every object"),
        (CaseState.Delivering, CaseState.Done, "delivered, and no report is asked for"),
        (CaseState.Reporting, CaseState.Done, "the EHR has the report"),
        (CaseState.Aligning, CaseState.Failed, "the step failed for good"),
        (CaseState.Fusing, CaseState.Failed, "the step failed for good"),
        (CaseState.Composed, CaseState.Failed, "the fused objects are gone"),
        (CaseState.Delivering, CaseState.Failed, "a destination will not take the objects"),
        (CaseState.Reporting, CaseState.Failed, "the EHR will not take the report"),
        (CaseState.Failed, CaseState.Queued, "an operator retries from the start"),
        (CaseState.Failed, CaseState.Delivering, "an operator retries the delivery"),
        (CaseState.Failed, CaseState.Reporting, "an operator retries the report"),
        (CaseState.Refused, CaseState.Queued, "an operator runs it again"),
        (CaseState.Cancelled, CaseState.Queued, "an operator runs it again"),
        (CaseState.Quarantined, CaseState.Queued, "an operator releases it"),
        (CaseState.Done, CaseState.Queued, "an operator runs it again"),
        (CaseState.Proposed, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Queued, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Aligning, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Fusing, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Composed, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Delivering, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Reporting, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Quarantined, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Failed, CaseState.Cancelled, "an operator cancels it"),
        (CaseState.Proposed, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Queued, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Aligning, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Fusing, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Composed, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Delivering, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Reporting, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Done, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Refused, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Failed, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
        (CaseState.Quarantined, CaseState.Superseded, "late instances, or a new rule or model, made a newer case"),
    ];

    /// <summary>Whether a case may move from one state to the other.</summary>
    public static bool Allows(CaseState from, CaseState to)
    {
        foreach (var move in Table)
            if (move.From == from && move.To == to) return true;
        return false;
    }

    /// <summary>Whether no worker will touch a case in this state.</summary>
    public static bool IsEnd(CaseState state) => state is CaseState.Done or CaseState.Refused or CaseState.Quarantined
        or CaseState.Failed or CaseState.Cancelled or CaseState.Superseded;

    /// <summary>The state's word in the ledger, in JSON and on the command line.</summary>
    public static string Word(CaseState state) => state switch
    {
        CaseState.Proposed => "proposed",
        CaseState.Queued => "queued",
        CaseState.Aligning => "aligning",
        CaseState.Fusing => "fusing",
        CaseState.Composed => "composed",
        CaseState.Delivering => "delivering",
        CaseState.Reporting => "reporting",
        CaseState.Done => "done",
        CaseState.Refused => "refused",
        CaseState.Quarantined => "quarantined",
        CaseState.Failed => "failed",
        CaseState.Cancelled => "cancelled",
        CaseState.Superseded => "superseded",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "not a case state"),
    };

    /// <summary>The state behind a word of the ledger.</summary>
    public static CaseState Parse(string word)
    {
        foreach (var state in Enum.GetValues<CaseState>())
            if (Word(state) == word) return state;
        throw new LedgerException($"'{word}' is not a case state; the ledger was written by another version of the node.");
    }
}
