using System.Text.Json.Nodes;
using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Ledger;

public sealed class CaseStoreTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void TheSameInputsAreTheSameCaseHoweverOftenTheyArrive_Invariant3()
    {
        Assert.True(_ledger.Cases.Propose(_ledger.Proposal()));
        Assert.False(_ledger.Cases.Propose(_ledger.Proposal()));
        Assert.Single(_ledger.Cases.All(10));
    }

    [Fact]
    public void AnyOtherInputIsAnotherCase_Invariant4()
    {
        var identities = new[]
        {
            FusionCase.Identity("p", "r", 1, "f", "cf", "m", "cm", "x", "l"),
            FusionCase.Identity("q", "r", 1, "f", "cf", "m", "cm", "x", "l"),
            FusionCase.Identity("p", "s", 1, "f", "cf", "m", "cm", "x", "l"),
            FusionCase.Identity("p", "r", 2, "f", "cf", "m", "cm", "x", "l"),
            FusionCase.Identity("p", "r", 1, "g", "cf", "m", "cm", "x", "l"),
            FusionCase.Identity("p", "r", 1, "f", "cg", "m", "cm", "x", "l"),
            FusionCase.Identity("p", "r", 1, "f", "cf", "n", "cm", "x", "l"),
            FusionCase.Identity("p", "r", 1, "f", "cf", "m", "cn", "x", "l"),
            FusionCase.Identity("p", "r", 1, "f", "cf", "m", "cm", "y", "l"),
            FusionCase.Identity("p", "r", 1, "f", "cf", "m", "cm", "x", "k"),
        };
        Assert.Equal(identities.Length, identities.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void AMoveThatTheTableDoesNotListIsAFault()
    {
        var work = _ledger.Proposal();
        _ledger.Cases.Propose(work);
        Assert.Throws<InvalidOperationException>(() => _ledger.Cases.Move(work.CaseId, CaseState.Proposed, CaseState.Done));
        Assert.Equal(CaseState.Proposed, _ledger.Cases.Find(work.CaseId)!.State);
    }

    [Fact]
    public void OnlyTheFirstOfTwoWorkersMovesACase()
    {
        var work = _ledger.Proposal();
        _ledger.Cases.Propose(work);
        Assert.True(_ledger.Cases.Move(work.CaseId, CaseState.Proposed, CaseState.Queued));
        Assert.False(_ledger.Cases.Move(work.CaseId, CaseState.Proposed, CaseState.Queued));
    }

    [Fact]
    public void EveryStateIsReachedAndEveryWordIsReadBack()
    {
        var reached = CaseTransitions.Table.Select(move => move.To).Append(CaseState.Proposed).ToHashSet();
        foreach (var state in Enum.GetValues<CaseState>())
        {
            Assert.Contains(state, reached);
            Assert.Equal(state, CaseTransitions.Parse(CaseTransitions.Word(state)));
        }
        Assert.Equal(CaseTransitions.Table.Count, CaseTransitions.Table.Select(move => (move.From, move.To)).Distinct().Count());
    }

    [Fact]
    public void APostponedCaseIsDueOnlyAfterItsWait()
    {
        var work = Queued();
        _ledger.Cases.Move(work.CaseId, CaseState.Queued, CaseState.Aligning, keepAttempts: true);
        _ledger.Cases.Postpone(work.CaseId, CaseState.Aligning, CaseState.Queued, TimeSpan.FromMinutes(1), "unexpected-fault", "IOException", countsAsAttempt: true);

        Assert.Null(_ledger.Cases.NextDue(CaseState.Queued));
        Assert.Equal(_ledger.Time.GetUtcNow() + TimeSpan.FromMinutes(1), _ledger.Cases.NextDueAt(CaseState.Queued));
        _ledger.Time.Advance(TimeSpan.FromMinutes(1));
        var due = _ledger.Cases.NextDue(CaseState.Queued)!;
        Assert.Equal(1, due.Attempt);

        _ledger.Cases.Move(work.CaseId, CaseState.Queued, CaseState.Aligning, keepAttempts: true);
        Assert.Equal(1, _ledger.Cases.Find(work.CaseId)!.Attempt);
        _ledger.Cases.Move(work.CaseId, CaseState.Aligning, CaseState.Fusing);
        Assert.Equal(0, _ledger.Cases.Find(work.CaseId)!.Attempt);
    }

    [Fact]
    public void WorkThatWasInHandAtAStopIsQueuedAgain_Invariant3()
    {
        var work = Queued();
        _ledger.Cases.Move(work.CaseId, CaseState.Queued, CaseState.Aligning);
        _ledger.Cases.Move(work.CaseId, CaseState.Aligning, CaseState.Fusing);
        _ledger.Reopen();
        Assert.Equal(1, _ledger.Cases.Recover());
        Assert.Equal(CaseState.Queued, _ledger.Cases.Find(work.CaseId)!.State);
    }

    [Fact]
    public void ResultsOfStagesAreMerged()
    {
        var work = Queued();
        _ledger.Cases.MergeResult(work.CaseId, new JsonObject { ["alignment"] = new JsonObject { ["nmi"] = 1.1 } });
        _ledger.Cases.MergeResult(work.CaseId, new JsonObject { ["metrics"] = new JsonObject { ["EN"] = 4.2 } }, "2.25.7");
        var kept = _ledger.Cases.Find(work.CaseId)!;
        Assert.Equal("""{"alignment":{"nmi":1.1},"metrics":{"EN":4.2}}""", kept.Result);
        Assert.Equal("2.25.7", kept.OutputSeriesUid);
    }

    [Fact]
    public void ALedgerOfALaterVersionIsRefusedAndLeftAlone()
    {
        _ledger.Database.Write(connection => connection.Run("PRAGMA user_version=999"));
        _ledger.Database.Dispose();
        var fault = Assert.Throws<LedgerException>(() => LedgerDatabase.Open(_ledger.FilePath));
        Assert.Contains("999", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFileThatIsNoLedgerIsNamed()
    {
        var path = Path.Combine(_ledger.Folder, "other.db");
        File.WriteAllText(path, new string('x', 4096));
        var fault = Assert.Throws<LedgerException>(() => LedgerDatabase.Open(path));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
    }

    private FusionCase Queued()
    {
        var work = _ledger.Proposal();
        _ledger.Cases.Propose(work);
        _ledger.Cases.Move(work.CaseId, CaseState.Proposed, CaseState.Queued);
        return work;
    }
}
