using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Configuration;
using PacsFusion.Node.Deliver;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Ledger;
using PacsFusion.Tests.Phantoms;

namespace PacsFusion.Tests.Deliver;

public sealed class DeliverStageTests : IDisposable
{
    private static readonly DestinationSettings Pacs = new("pacs", DestinationKind.Dicom, "PACS", "PACSFUSION", "127.0.0.1", 104, false,
        new RetrySettings(TimeSpan.FromSeconds(10), 2, TimeSpan.FromSeconds(60), TimeSpan.FromHours(1)));

    private readonly LedgerFixture _ledger = new();
    private readonly FakeSender _sender = new();
    private readonly RecordingTime _time = new();
    private readonly FusionCase _case;

    public DeliverStageTests()
    {
        _case = _ledger.Proposal();
        Outbox.Enqueue(_case.CaseId, ["pacs"], [("1.1", "a.dcm"), ("1.2", "b.dcm"), ("1.3", "c.dcm")]);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task WhatTheDestinationHasIsSent()
    {
        Assert.True(await SendAsync());
        Assert.Equal((0, 3, 0, null), Outbox.OfCase(_case.CaseId));
    }

    [Fact]
    public async Task APassingNoIsTriedAgainAfterItsWait()
    {
        _sender.Verdicts["1.2"] = new SendResult("1.2", SendVerdict.Later, DeliverReasons.Busy, "A700H");
        Assert.True(await SendAsync());
        Assert.Equal((1, 2, 0, "destination-busy: A700H"), Outbox.OfCase(_case.CaseId));
        Assert.Empty(Outbox.Due("pacs", 10));
        _time.Advance(DeliverStage.Wait(Pacs, 1, "1.2"));
        Assert.Equal(("1.2", 1), Assert.Single(Outbox.Due("pacs", 10)) is var item ? (item.SopInstanceUid, item.Attempt) : default);
    }

    [Fact]
    public async Task ALastingNoIsADeadLetterAndTheOthersGoOn()
    {
        _sender.Verdicts["1.1"] = new SendResult("1.1", SendVerdict.Never, DeliverReasons.Refused, "A900H");
        Assert.True(await SendAsync());
        Assert.Equal((0, 2, 1, "object-refused: A900H"), Outbox.OfCase(_case.CaseId));
    }

    [Fact]
    public async Task AnAssociationThatBreaksKeepsWhatWasAnsweredAndPutsOffTheRest()
    {
        _sender.BreakAfter = 1;
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Unreachable, permanent: false, "connection reset");
        Assert.False(await SendAsync());
        Assert.Equal((2, 1, 0, "destination-unreachable: connection reset"), Outbox.OfCase(_case.CaseId));
        Assert.Empty(Outbox.Due("pacs", 10));
    }

    [Fact]
    public async Task ADestinationThatRefusesForGoodMakesDeadLetters()
    {
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Rejected, permanent: true, "called AE title not recognized");
        Assert.False(await SendAsync());
        Assert.Equal((0, 0, 3, "association-rejected: called AE title not recognized"), Outbox.OfCase(_case.CaseId));
    }

    [Fact]
    public async Task AnObjectIsGivenUpOnceItIsTooOld()
    {
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Unreachable, permanent: false, "down");
        _time.Advance(TimeSpan.FromHours(1));
        await SendAsync();
        Assert.Equal((3, 0, 0), Outbox.OfCase(_case.CaseId) is var early ? (early.Pending, early.Sent, early.Dead) : default);
        _time.Advance(TimeSpan.FromMinutes(2));
        await SendAsync();
        Assert.Equal((0, 0, 3, "gave-up: destination-unreachable: down"), Outbox.OfCase(_case.CaseId));
    }

    [Fact]
    public async Task ADestinationThatNeverGivesUpKeepsItsObjects()
    {
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Unreachable, permanent: false, "down");
        _time.Advance(TimeSpan.FromDays(1000));
        await Stage().SendAsync(Pacs with { Retry = Pacs.Retry with { GiveUpAfter = null } }, Outbox.Due("pacs", 10), 0, default);
        Assert.Equal(3, Outbox.OfCase(_case.CaseId).Pending);
    }

    [Fact]
    public void WaitsGrowToTheirCapWithUpToAFifthLess()
    {
        foreach (var (attempt, full) in new[] { (1, 10.0), (2, 20), (3, 40), (4, 60), (5, 60), (1000, 60) })
        {
            var wait = DeliverStage.Wait(Pacs, attempt, "1.1").TotalSeconds;
            Assert.InRange(wait, full * 0.8, full);
            Assert.Equal(wait, DeliverStage.Wait(Pacs, attempt, "1.1").TotalSeconds);
        }
        Assert.True(Enumerable.Range(0, 20).Select(key => DeliverStage.Wait(Pacs, 1, $"1.{key}")).Distinct().Count() > 10);
    }

    [Fact]
    public async Task ADestinationThatIsDownCostsOneAttemptPerWait()
    {
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Unreachable, permanent: false, "down");
        using var stop = new CancellationTokenSource();
        var loop = Stage(new DeliverOptions { BatchSize = 1 }).RunDestinationAsync(Pacs, stop.Token);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            // The loop has asked for its wait: what it does before that is done.
            var wait = await _time.NextTimerAsync();
            Assert.Equal(Math.Truncate(DeliverStage.Wait(Pacs, attempt, "pacs").TotalMilliseconds), wait.TotalMilliseconds);
            Assert.Equal(attempt, _sender.Calls);
            _time.Advance(wait);
        }
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }

    [Fact]
    public async Task ADestinationThatIsBackGetsEverythingAtOnce()
    {
        _sender.Break = new DestinationUnreachedException(DeliverReasons.Unreachable, permanent: false, "down");
        using var stop = new CancellationTokenSource();
        var loop = Stage(new DeliverOptions { BatchSize = 1, Poll = TimeSpan.FromHours(2) }).RunDestinationAsync(Pacs with { Retry = Pacs.Retry with { GiveUpAfter = null } }, stop.Token);
        await _time.NextTimerAsync();
        _sender.Break = null;
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(TimeSpan.FromHours(2), await _time.NextTimerAsync());
        Assert.Equal(3, Outbox.OfCase(_case.CaseId).Sent);
        await stop.CancelAsync();
        await loop;
    }

    [Fact]
    public async Task ACaseWaitsForItsObjectsAndThenGoesOn()
    {
        Assert.IsType<StageOutcome.Continue>(await Stage().Completing.RunAsync(_case, default));
        Outbox.MarkSent("pacs", ["1.1", "1.2", "1.3"]);
        Assert.Equal(new StageOutcome.Done(CaseState.Done), await Stage().Completing.RunAsync(_case, default));
        Assert.Equal(new StageOutcome.Done(CaseState.Reporting), await Stage(reports: true).Completing.RunAsync(_case, default));
    }

    [Fact]
    public async Task DeadLettersFailTheCaseWithTheLastError()
    {
        Outbox.MarkSent("pacs", ["1.1", "1.2"]);
        Outbox.MarkDead("pacs", ["1.3"], "object-refused: A900H");
        Assert.Equal(new StageOutcome.Failed(DeliverReasons.DeadLetters, "1 of 3 objects: object-refused: A900H"), await Stage().Completing.RunAsync(_case, default));
    }

    [Fact]
    public async Task OnlyTheDestinationsOfTheRuleGetTheObjects()
    {
        var other = _ledger.Proposal(moving: "1.2.9");
        new ResultStore(_ledger.Database).Keep(other.CaseId, [new ResultObject("2.1", "1.2.840.10008.5.1.4.1.1.7", 1, "results/x/0001.dcm")]);
        Assert.Equal(new StageOutcome.Done(CaseState.Delivering), await Stage().Enqueuing.RunAsync(other, default));
        Assert.Equal((1, 0, 0, null), Outbox.OfCase(other.CaseId));
        Assert.Empty(Outbox.Due("archive", 10));
    }

    [Fact]
    public async Task ACaseWithoutObjectsFails() =>
        Assert.Equal(DeliverReasons.ResultMissing, Assert.IsType<StageOutcome.Failed>(await Stage().Enqueuing.RunAsync(_ledger.Proposal(moving: "1.2.9"), default)).Reason);

    private OutboxStore Outbox => new(_ledger.Database, _time);

    private Task<bool> SendAsync() => Stage().SendAsync(Pacs, Outbox.Due("pacs", 10), 0, default);

    private DeliverStage Stage(DeliverOptions? options = null, bool reports = false)
    {
        var rule = PhantomFiles.Rule() with { Deliver = [new DeliverSpec("pacs", DeliveryForm.SecondaryCapture)], ReportTo = "ehr" };
        var configuration = PhantomFiles.Defaults with
        {
            Destinations = [Pacs, Pacs with { Name = "archive" }],
            Rules = [rule],
            Ehr = reports ? new EhrSettings("ehr", new Uri("http://127.0.0.1/fhir"), EhrAuthentication.None, null, new Dictionary<string, string>(), null, null, null, Pacs.Retry) : null,
        };
        return new DeliverStage(configuration, new ResultStore(_ledger.Database), Outbox, _sender, options ?? new DeliverOptions(), new WakeSignal(), _time, NullLogger<DeliverStage>.Instance);
    }

    /// <summary>Answers as told; breaks before the object after so many.</summary>
    private sealed class FakeSender : IObjectSender
    {
        public Dictionary<string, SendResult> Verdicts { get; } = [];

        public DestinationUnreachedException? Break { get; set; }

        public int BreakAfter { get; set; }

        public int Calls { get; private set; }

        public async IAsyncEnumerable<SendResult> SendAsync(DestinationSettings destination, IReadOnlyList<OutboxItem> items, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            Calls++;
            await Task.CompletedTask;
            for (var i = 0; i < items.Count; i++)
            {
                if (i == BreakAfter && Break is { } fault) throw fault;
                yield return Verdicts.GetValueOrDefault(items[i].SopInstanceUid) ?? new SendResult(items[i].SopInstanceUid, SendVerdict.Sent, DeliverReasons.Sent, "0000H");
            }
        }
    }

    /// <summary>Stands still until moved, and tells of each wait that somebody asks for.</summary>
    private sealed class RecordingTime() : FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 9, 0, 0, TimeSpan.Zero))
    {
        private readonly Channel<TimeSpan> _timers = Channel.CreateUnbounded<TimeSpan>();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            _timers.Writer.TryWrite(dueTime);
            return timer;
        }

        public async Task<TimeSpan> NextTimerAsync() => await _timers.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
