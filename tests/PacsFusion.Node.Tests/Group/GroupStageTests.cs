using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Group;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Ledger;

namespace PacsFusion.Tests.Group;

public sealed class GroupStageTests : IAsyncLifetime
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(10);
    private readonly LedgerFixture _ledger = new();
    private readonly RecordedSchedule _schedule = new();
    private GroupStage _stage = null!;

    public ValueTask InitializeAsync()
    {
        _stage = NewStage();
        _stage.Start();
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stage.DisposeAsync();
        _ledger.Dispose();
    }

    [Fact]
    public async Task ASeriesSettlesAfterTheQuietPeriod()
    {
        await ArriveAsync(1, association: 1, last: true);
        Assert.Equal(_ledger.Time.GetUtcNow() + Quiet, await _schedule.NextAsync());
        _ledger.Time.Advance(Quiet - TimeSpan.FromSeconds(1));
        _stage.Look("patient-a");
        Assert.Equal("receiving", State());
        _ledger.Time.Advance(TimeSpan.FromSeconds(1));
        _stage.Look("patient-a");
        var row = _ledger.Series.Find("patient-a", "1.2.3")!;
        Assert.Equal(("settled", "quiet"), (row.State, row.SettledBy));
        Assert.Equal(["patient-a"], _ledger.Series.MatchesDue());
    }

    [Fact]
    public async Task AnOpenAssociationKeepsItsSeriesOpen()
    {
        await ArriveAsync(1, association: 1, last: false);
        _ledger.Time.Advance(Quiet * 3);
        _stage.Look("patient-a");
        Assert.Equal("receiving", State());
        _stage.AssociationClosed(1, clean: true, ["1.2.3"]);
        _ledger.Time.Advance(Quiet);
        _stage.Look("patient-a");
        Assert.Equal("settled", State());
    }

    [Fact]
    public async Task AResendOfKnownInstancesAloneClearsTheSuspicion()
    {
        await ArriveAsync(1, association: 1, last: false);
        _stage.AssociationClosed(1, clean: false, ["1.2.3"]);
        _stage.AssociationOpened(2, "MODALITY");
        _stage.AssociationClosed(2, clean: true, ["1.2.3"]);
        _ledger.Time.Advance(Quiet);
        _stage.Look("patient-a");
        Assert.Equal("quiet", _ledger.Series.Find("patient-a", "1.2.3")!.SettledBy);
    }

    [Fact]
    public async Task EachInstanceStartsTheQuietPeriodAnew()
    {
        await ArriveAsync(1, association: 1, last: true);
        _ledger.Time.Advance(Quiet - TimeSpan.FromSeconds(5));
        await ArriveAsync(2, association: 2, last: true);
        _ledger.Time.Advance(TimeSpan.FromSeconds(10));
        _stage.Look("patient-a");
        Assert.Equal("receiving", State());
    }

    [Fact]
    public async Task ASuspectSeriesWaitsForTheGrace()
    {
        await ArriveAsync(1, association: 1, last: false);
        _stage.AssociationClosed(1, clean: false, ["1.2.3"]);
        _ledger.Time.Advance(Quiet * 2);
        _stage.Look("patient-a");
        Assert.NotEqual("settled", State());
        _ledger.Time.Advance(Grace);
        _stage.Look("patient-a");
        Assert.Equal("suspect-grace", _ledger.Series.Find("patient-a", "1.2.3")!.SettledBy);
    }

    [Fact]
    public async Task AResendThatCompletesClearsTheSuspicion()
    {
        await ArriveAsync(1, association: 1, last: false);
        _stage.AssociationClosed(1, clean: false, ["1.2.3"]);
        _ledger.Time.Advance(TimeSpan.FromSeconds(30));
        await ArriveAsync(1, association: 2, last: false);
        await ArriveAsync(2, association: 2, last: true);
        _ledger.Time.Advance(Quiet);
        _stage.Look("patient-a");
        Assert.Equal("quiet", _ledger.Series.Find("patient-a", "1.2.3")!.SettledBy);
    }

    [Fact]
    public async Task RowsThatLagBehindArrivalsKeepTheSeriesOpen()
    {
        _stage.AssociationOpened(1, "MODALITY");
        var instance = _ledger.Instance(1);
        _stage.InstanceStored(instance);
        _stage.AssociationClosed(1, clean: true, ["1.2.3"]);
        _ledger.Time.Advance(Quiet);
        _stage.Look("patient-a");
        Assert.Null(_ledger.Series.Find("patient-a", "1.2.3"));
        await _ledger.Instances.AddAsync([instance], default);
        _ledger.Time.Advance(TimeSpan.FromSeconds(1));
        _stage.Look("patient-a");
        Assert.Equal("settled", State());
    }

    [Fact]
    public async Task ANodeThatWasKilledTakesAHalfReceivedSeriesForSuspect()
    {
        await ArriveAsync(1, association: 1, last: false);
        await _stage.DisposeAsync();
        _stage = NewStage();
        _stage.Start();
        _ledger.Time.Advance(Quiet * 2);
        _stage.Look("patient-a");
        Assert.NotEqual("settled", State());
        _ledger.Time.Advance(Grace);
        _stage.Look("patient-a");
        Assert.Equal("settled", State());
    }

    [Fact]
    public async Task ANodeThatWasRestartedSettlesACleanSeriesByQuiet()
    {
        await ArriveAsync(1, association: 1, last: true);
        await Eventually.HoldsAsync(() => _ledger.Series.Find("patient-a", "1.2.3")!.Clean);
        await _stage.DisposeAsync();
        _stage = NewStage();
        _stage.Start();
        _ledger.Time.Advance(Quiet);
        _stage.Look("patient-a");
        Assert.Equal("quiet", _ledger.Series.Find("patient-a", "1.2.3")!.SettledBy);
    }

    [Fact]
    public async Task ALookThatTheSchedulerLostIsMadeUp()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var sweep = _stage.RunSweepAsync(stop.Token);
        await ArriveAsync(1, association: 1, last: true);
        for (var i = 0; i < 6; i++) _ledger.Time.Advance(TimeSpan.FromSeconds(20));
        await Eventually.HoldsAsync(() =>
        {
            _ledger.Time.Advance(TimeSpan.FromSeconds(20));
            return State() == "settled";
        });
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep);
    }

    [Fact]
    public async Task ALookThatTheLedgerFailedIsRepeated()
    {
        await ArriveAsync(1, association: 1, last: true);
        Assert.Equal(_ledger.Time.GetUtcNow() + Quiet, await _schedule.NextAsync());
        _ledger.Time.Advance(Quiet);
        _ledger.Database.Write(connection => connection.Run("ALTER TABLE patient_group RENAME TO away"));
        _stage.Look("patient-a");
        Assert.Equal("receiving", State());
        Assert.Equal(_ledger.Time.GetUtcNow() + TimeSpan.FromSeconds(1), await _schedule.NextAsync());
        _ledger.Database.Write(connection => connection.Run("ALTER TABLE away RENAME TO patient_group"));
        _stage.Look("patient-a");
        Assert.Equal("settled", State());
    }

    [Fact]
    public async Task TwoPatientsAreLookedAtApart()
    {
        await ArriveAsync(1, association: 1, last: true);
        _ledger.Time.Advance(TimeSpan.FromSeconds(30));
        _stage.AssociationOpened(2, "MODALITY");
        var other = _ledger.Instance(7, series: "9.9", patient: "patient-b", association: 2);
        _stage.InstanceStored(other);
        await _ledger.Instances.AddAsync([other], default);
        _stage.AssociationClosed(2, clean: true, ["9.9"]);
        _ledger.Time.Advance(TimeSpan.FromSeconds(30));
        _stage.Look("patient-a");
        _stage.Look("patient-b");
        Assert.Equal("settled", State());
        Assert.Equal("receiving", _ledger.Series.Find("patient-b", "9.9")!.State);
    }

    private string State() => _ledger.Series.Find("patient-a", "1.2.3")!.State;

    private async Task ArriveAsync(int number, long association, bool last)
    {
        _stage.AssociationOpened(association, "MODALITY");
        var instance = _ledger.Instance(number, association: association);
        _stage.InstanceStored(instance);
        await _ledger.Instances.AddAsync([instance], default);
        if (last) _stage.AssociationClosed(association, clean: true, ["1.2.3"]);
    }

    private GroupStage NewStage() => new(_ledger.Series, _ledger.Instances, new GroupOptions { Default = new SettleSettings(Quiet, Grace) }, _schedule, new WakeSignal(), _ledger.Time, NullLogger<GroupStage>.Instance);

    private sealed class RecordedSchedule : IGroupSchedule
    {
        private readonly System.Threading.Channels.Channel<DateTimeOffset> _looks = System.Threading.Channels.Channel.CreateUnbounded<DateTimeOffset>();

        public async Task<DateTimeOffset> NextAsync() => await _looks.Reader.ReadAsync(TestContext.Current.CancellationToken);

        public Task LookAtAsync(string patientKey, DateTimeOffset at, CancellationToken cancellationToken)
        {
            _looks.Writer.TryWrite(at);
            return Task.CompletedTask;
        }
    }
}
