using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;
using PacsFusion.Node.Tests.Receive;

namespace PacsFusion.Tests.Hosting;

public sealed class RetentionSweepTests : IAsyncLifetime
{
    private const string Patient = "00112233445566778899aabbccddeeff";
    private readonly string _folder = Directory.CreateTempSubdirectory("pacsfusion-retention-").FullName;
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero));
    private DataDirectory _directory = null!;
    private LedgerDatabase _ledger = null!;
    private Spool _spool = null!;
    private NodeRooms _rooms = null!;
    private RetentionSweep _sweep = null!;

    public async ValueTask InitializeAsync()
    {
        _directory = DataDirectory.Open(_folder, new DurableStorage());
        _ledger = LedgerDatabase.Open(Path.Combine(_directory.LedgerPath, "ledger.db"));
        var configuration = ConfigurationLoader.Load(null, ["retention.keepDone=1h"], new Dictionary<string, string>()).Value!;
        _rooms = NodeRooms.Register(new ServiceCollection(), configuration, _directory, _ledger, _time);
        _spool = await Spool.OpenAsync(_directory.SpoolPath, new SpoolOptions { MinFreeBytes = 0 }, new DurableStorage(), _rooms.Instances, _time, NullLogger.Instance, TestContext.Current.CancellationToken);
        _sweep = new RetentionSweep(configuration.Retention, _rooms, () => Task.FromResult(_spool), _folder, _time, NullLogger<RetentionSweep>.Instance);
    }

    public async ValueTask DisposeAsync()
    {
        await _spool.DisposeAsync();
        _ledger.Dispose();
        _directory.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task SourcesAndResultsOfADoneCaseGoWhenTheyAreOldAndTheCaseStays()
    {
        await StoreSettledAsync("1.2.3");
        var work = Case(CaseState.Queued, CaseState.Aligning, CaseState.Fusing, CaseState.Composed, CaseState.Delivering, CaseState.Done);
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Equal((0, 0, 0), await SweepAsync());
        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((1, 1, 0), await SweepAsync());
        Assert.Empty(Directory.EnumerateFiles(_folder, "*.dcm", SearchOption.AllDirectories));
        Assert.Empty(_rooms.Instances.OfSeries(Patient, "1.2.3"));
        Assert.Equal(CaseState.Done, _rooms.Cases.Find(work)!.State);
    }

    [Theory]
    [InlineData(CaseState.Queued, CaseState.Aligning, CaseState.Failed)]
    [InlineData(CaseState.Quarantined)]
    [InlineData(CaseState.Queued)]
    [InlineData(CaseState.Queued, CaseState.Aligning, CaseState.Fusing, CaseState.Composed, CaseState.Delivering)]
    public async Task WhatAPersonOrAWorkerMayStillNeedStays(params object[] way)
    {
        await StoreSettledAsync("1.2.3");
        Case([.. way.Cast<CaseState>()]);
        _time.Advance(TimeSpan.FromDays(30));
        Assert.Equal((0, 0, 0), await SweepAsync());
        Assert.Equal(2, Directory.EnumerateFiles(_folder, "*.dcm", SearchOption.AllDirectories).Count());
    }

    [Fact]
    public async Task ASeriesThatNoMatchHasSeenStays()
    {
        await StoreSettledAsync("1.2.3");
        _rooms.Series.AskForMatch(Patient);
        _time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((0, 0, 1), await SweepAsync());
        _rooms.Series.MatchDone(Patient, _rooms.Series.MatchTicket(Patient));
        Assert.Equal((1, 0, 0), await SweepAsync());
    }

    [Fact]
    public async Task AnInstanceThatCameDuringTheSweepKeepsItsRow_Invariant2()
    {
        await StoreSettledAsync("1.2.3");
        var old = _rooms.Instances.OfSeries(Patient, "1.2.3");
        await StoreAsync("1.2.3", "1.2.3.9");
        _rooms.Instances.Remove(Patient, "1.2.3", old);
        Assert.Equal("1.2.3.9", Assert.Single(_rooms.Instances.OfSeries(Patient, "1.2.3")).SopInstanceUid);
        Assert.Equal(("receiving", 1), (_rooms.Series.Find(Patient, "1.2.3")!.State, _rooms.Series.Find(Patient, "1.2.3")!.Instances));
    }

    private Task<(int Series, int Results, int Waiting)> SweepAsync() => _sweep.SweepAsync(TestContext.Current.CancellationToken);

    private async Task StoreSettledAsync(string series)
    {
        await StoreAsync(series, series + ".1");
        _rooms.Series.Settle(Patient, [(series, "quiet", "content")]);
        _rooms.Series.MatchDone(Patient, _rooms.Series.MatchTicket(Patient));
    }

    private async Task StoreAsync(string series, string sop)
    {
        var facts = SpoolKit.Facts(sop, series: series);
        Assert.True((await SpoolKit.StoreAsync(_spool, facts, SpoolKit.Bytes(1000, 1))).IsDurable);
        await _spool.FlushAsync(TestContext.Current.CancellationToken);
    }

    private string Case(params CaseState[] way)
    {
        var now = _time.GetUtcNow();
        var id = FusionCase.Identity(Patient, "pet-ct", 1, "1.2.3", "f", "1.2.4", "m", "model", "look");
        _rooms.Cases.Propose(new FusionCase(id, Patient, "1.2", "pet-ct", 1, "1.2.3", "1.2.4", "f", "m", "model", "look", CaseState.Proposed, null, null, null, 0, now, now, now, null));
        foreach (var (from, to) in way.Prepend(CaseState.Proposed).Zip(way)) Assert.True(_rooms.Cases.Move(id, from, to));
        var results = Path.Combine(_folder, "results", id);
        Directory.CreateDirectory(results);
        File.WriteAllText(Path.Combine(results, "1.dcm"), "");
        return id;
    }
}
