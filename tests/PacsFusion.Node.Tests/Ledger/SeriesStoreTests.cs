using PacsFusion.Node.Ledger;

namespace PacsFusion.Tests.Ledger;

public sealed class SeriesStoreTests : IDisposable
{
    private readonly LedgerFixture _ledger = new();

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task ALateInstanceOpensASettledSeriesAgain()
    {
        await _ledger.Instances.AddAsync([_ledger.Instance(1)], default);
        _ledger.Series.Settle("patient-a", [("1.2.3", "quiet", "content")]);
        Assert.Equal("settled", _ledger.Series.Find("patient-a", "1.2.3")!.State);

        await _ledger.Instances.AddAsync([_ledger.Instance(2)], default);
        var row = _ledger.Series.Find("patient-a", "1.2.3")!;
        Assert.Equal(("receiving", null, null, 2), (row.State, row.SettledBy, row.Content, row.Instances));
    }

    [Fact]
    public async Task ARepeatedInstanceChangesNothing()
    {
        await _ledger.Instances.AddAsync([_ledger.Instance(1)], default);
        _ledger.Series.Settle("patient-a", [("1.2.3", "quiet", "content")]);
        await _ledger.Instances.AddAsync([_ledger.Instance(1)], default);
        Assert.Equal("settled", _ledger.Series.Find("patient-a", "1.2.3")!.State);
        Assert.Equal(1, _ledger.Instances.Count());
    }

    [Fact]
    public async Task SettlingAsksForAMatchOnce()
    {
        await _ledger.Instances.AddAsync([_ledger.Instance(1)], default);
        _ledger.Series.Settle("patient-a", [("1.2.3", "quiet", "content")]);
        Assert.Equal(["patient-a"], _ledger.Series.MatchesDue());
        _ledger.Series.KeepCandidates("patient-a", [new CandidateRow("1.2.3", "pet-ct", "fixed", true, "chosen")]);
        _ledger.Series.MatchDone("patient-a", _ledger.Series.MatchTicket("patient-a"));
        Assert.Empty(_ledger.Series.MatchesDue());
        Assert.Single(_ledger.Series.Candidates("patient-a"));
    }

    [Fact]
    public async Task ASeriesThatSettlesDuringAMatchIsMatchedToo()
    {
        await _ledger.Instances.AddAsync([_ledger.Instance(1), _ledger.Instance(2, series: "1.2.4")], default);
        _ledger.Series.Settle("patient-a", [("1.2.3", "quiet", "content")]);
        var ticket = _ledger.Series.MatchTicket("patient-a");
        _ledger.Series.Settle("patient-a", [("1.2.4", "quiet", "content")]);
        _ledger.Series.MatchDone("patient-a", ticket);
        Assert.Equal(["patient-a"], _ledger.Series.MatchesDue());
    }

    [Fact]
    public async Task OneSeriesUidUnderTwoPatientsIsTwoSeries_Invariant1()
    {
        await _ledger.Instances.AddAsync([_ledger.Instance(1), _ledger.Instance(2, patient: "patient-b")], default);
        Assert.Equal(2, _ledger.Series.About("1.2.3").Count);
        Assert.Single(_ledger.Instances.OfSeries("patient-a", "1.2.3"));
    }

    [Fact]
    public void ContentDependsOnWhatIsThereAndNotOnTheOrder()
    {
        var one = _ledger.Instance(1);
        var two = _ledger.Instance(2);
        Assert.Equal(InstanceStore.ContentOf([one, two]), InstanceStore.ContentOf([two, one]));
        Assert.NotEqual(InstanceStore.ContentOf([one, two]), InstanceStore.ContentOf([one]));
        Assert.NotEqual(InstanceStore.ContentOf([one]), InstanceStore.ContentOf([one with { Sha256 = two.Sha256 }]));
    }
}
