namespace PacsFusion.Tests.Ledger;

public sealed class OutboxStoreTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public void AnObjectThatWasSentIsNotQueuedAgain_Invariant3()
    {
        _ledger.Outbox.Enqueue("case", ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);
        _ledger.Outbox.Enqueue("case", ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm")]);
        Assert.Equal(["1.2"], _ledger.Outbox.Due("pacs", 10).Select(item => item.SopInstanceUid));
        Assert.Equal((1, 1, 0, null), _ledger.Outbox.OfCase("case"));
    }

    [Fact]
    public void AFailedObjectWaitsAndKeepsItsError()
    {
        _ledger.Outbox.Enqueue("case", ["pacs"], [("1.1", "a.dcm")]);
        _ledger.Outbox.MarkRetry("pacs", ["1.1"], TimeSpan.FromSeconds(30), "unreachable");
        Assert.Empty(_ledger.Outbox.Due("pacs", 10));
        _ledger.Time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(1, Assert.Single(_ledger.Outbox.Due("pacs", 10)).Attempt);
        Assert.Equal("unreachable", _ledger.Outbox.OfCase("case").LastError);
    }

    [Fact]
    public void EachDestinationHasItsOwnQueue()
    {
        _ledger.Outbox.Enqueue("case", ["pacs", "archive"], [("1.1", "a.dcm")]);
        _ledger.Outbox.MarkSent("pacs", ["1.1"]);
        _ledger.Outbox.MarkDead("archive", ["1.1"], "refused");
        Assert.Empty(_ledger.Outbox.Due("pacs", 10));
        var counts = _ledger.Outbox.CountByDestination();
        Assert.Equal((0, 0), (counts["pacs"].Pending, counts["pacs"].Dead));
        Assert.Equal((0, 1), (counts["archive"].Pending, counts["archive"].Dead));
        _ledger.Outbox.Revive("case");
        Assert.Single(_ledger.Outbox.Due("archive", 10));
    }
}
