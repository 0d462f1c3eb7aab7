using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Ledger;

public sealed class OutboxStoreTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    private readonly string _case;

    public OutboxStoreTests() => _case = Composed();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void AnObjectThatWasSentIsNotQueuedAgain_Invariant3()
    {
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        Assert.Equal(["1.2"], _ledger.Outbox.Due("pacs", 10).Select(item => item.SopInstanceUid));
        Assert.Equal((1, 1, 0, null), _ledger.Outbox.OfCase(_case));
    }

    [Fact]
    public void AFailedObjectWaitsAndKeepsItsError()
    {
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm")]);
        _ledger.Outbox.MarkRetry("pacs", ["1.1"], TimeSpan.FromSeconds(30), "unreachable");
        Assert.Empty(_ledger.Outbox.Due("pacs", 10));
        _ledger.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(_ledger.Outbox.Due("pacs", 10)).Attempt);
        Assert.Equal("unreachable", _ledger.Outbox.OfCase(_case).LastError);
    }

    [Fact]
    public void EachDestinationHasItsOwnQueue()
    {
        _ledger.Outbox.Enqueue(_case, ["pacs", "archive"], [("1.1", "a.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);
        _ledger.Outbox.MarkDead("archive", ["1.1"], "refused");
        Assert.Empty(_ledger.Outbox.Due("pacs", 10));
        var counts = _ledger.Outbox.CountByDestination();
        Assert.Equal((0, 0), (counts["pacs"].Pending, counts["pacs"].Dead));
        Assert.Equal((0, 1), (counts["archive"].Pending, counts["archive"].Dead));
        _ledger.Outbox.Revive(_case);
        Assert.Single(_ledger.Outbox.Due("archive", 10));
    }

    [Fact]
    public void AComposedCaseThatIsRunAgainRevivesItsDeadLetters()
    {
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);
        _ledger.Outbox.MarkDead("pacs", ["1.2"], "result-missing");
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        Assert.Equal(["1.2"], _ledger.Outbox.Due("pacs", 10).Select(item => item.SopInstanceUid));
    }

    [Theory]
    [InlineData(CaseState.Superseded)]
    [InlineData(CaseState.Cancelled)]
    public void ACaseThatEndedWhileItWasQueuedSendsNothing(object end)
    {
        _ledger.Cases.Move(_case, CaseState.Composed, (CaseState)end);
        _ledger.Outbox.Withdraw(_case);
        _ledger.Outbox.Enqueue(_case, ["pacs"], [("1.1", "a.dcm")]);
        Assert.Empty(_ledger.Outbox.Due("pacs", 10));
    }

    private string Composed()
    {
        var work = _ledger.Proposal();
        _ledger.Cases.Propose(work);
        CaseState[] way = [CaseState.Proposed, CaseState.Queued, CaseState.Aligning, CaseState.Fusing, CaseState.Composed];
        foreach (var (from, to) in way.Zip(way.Skip(1))) Assert.True(_ledger.Cases.Move(work.CaseId, from, to));
        return work.CaseId;
    }
}
