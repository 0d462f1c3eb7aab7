using Microsoft.Extensions.Logging.Abstractions;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;
using PacsFusion.Tests.Ledger;

namespace PacsFusion.Tests.Hosting;

public sealed class StageLoopTests : IDisposable
{
    private static readonly ReasonCode Why = new("some-reason", "Text.", "Step.");
    private readonly LedgerFixture _ledger = new();
    private readonly FusionCase _case;

    public StageLoopTests()
    {
        _case = _ledger.Proposal();
        _ledger.Cases.Propose(_case);
        _ledger.Cases.Move(_case.CaseId, CaseState.Proposed, CaseState.Queued);
    }

    public void Dispose() => _ledger.Dispose();

    [Fact]
    public async Task DoneMovesACaseOn()
    {
        Assert.True(await Loop(Align(_ => new StageOutcome.Done(CaseState.Fusing))).StepAsync(default));
        Assert.Equal(CaseState.Fusing, Now.State);
        Assert.False(await Loop(Align(_ => new StageOutcome.Done(CaseState.Fusing))).StepAsync(default));
    }

    [Fact]
    public async Task ARefusalEndsACaseWithItsReason_Invariant8()
    {
        await Loop(Align(_ => new StageOutcome.Refused(Why, "what was found"))).StepAsync(default);
        Assert.Equal((CaseState.Refused, "some-reason", "what was found"), (Now.State, Now.Reason, Now.Detail));
    }

    [Fact]
    public async Task AFailureEndsACaseWithItsReason_Invariant8()
    {
        await Loop(Align(_ => new StageOutcome.Failed(Why, "what was found"))).StepAsync(default);
        Assert.Equal((CaseState.Failed, "some-reason", "what was found"), (Now.State, Now.Reason, Now.Detail));
    }

    [Fact]
    public async Task ARetryWaitsInTheQueueAndCounts()
    {
        await Loop(Align(_ => new StageOutcome.Retry(TimeSpan.FromMinutes(3), Why, ""))).StepAsync(default);
        Assert.Equal((CaseState.Queued, 1, "some-reason"), (Now.State, Now.Attempt, Now.Reason));
        Assert.Equal(_ledger.Time.GetUtcNow() + TimeSpan.FromMinutes(3), Now.NextAt);
    }

    [Fact]
    public async Task ContinuingDoesNotCountAsATry()
    {
        ToDelivering();
        var stage = new FakeStage(CaseState.Delivering, CaseState.Delivering, _ => new StageOutcome.Continue(TimeSpan.FromSeconds(2)));
        await Loop(stage).StepAsync(default);
        Assert.Equal((CaseState.Delivering, 0), (Now.State, Now.Attempt));
        Assert.False(await Loop(stage).StepAsync(default));
        _ledger.Time.Advance(TimeSpan.FromSeconds(2));
        Assert.True(await Loop(stage).StepAsync(default));
    }

    [Fact]
    public async Task AnUnexpectedFaultIsTriedFiveTimesWithGrowingWaitsAndThenFails()
    {
        var stage = Align(_ => throw new InvalidOperationException("a fault with details"));
        var waits = new List<TimeSpan>();
        while (Now.State == CaseState.Queued)
        {
            Assert.True(await Loop(stage).StepAsync(default));
            if (Now.State != CaseState.Queued) break;
            waits.Add(Now.NextAt - _ledger.Time.GetUtcNow());
            _ledger.Time.Advance(waits[^1]);
        }
        Assert.Equal([1, 2, 4, 8], waits.Select(wait => wait.TotalSeconds));
        Assert.Equal((CaseState.Failed, "unexpected-fault", "InvalidOperationException"), (Now.State, Now.Reason, Now.Detail));
    }

    [Fact]
    public async Task AFaultInFuseIsCountedAcrossTheAlignmentsInBetween()
    {
        var loop = Loop(new FakeStage(CaseState.Fusing, CaseState.Fusing, _ => throw new IOException("disk")), Align(_ => new StageOutcome.Done(CaseState.Fusing)));
        for (var i = 0; i < 20 && Now.State != CaseState.Failed; i++)
        {
            await loop.StepAsync(default);
            _ledger.Time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal((CaseState.Failed, "unexpected-fault"), (Now.State, Now.Reason));
        Assert.Equal(5, _ledger.Cases.Events(_case.CaseId).Count(moment => moment.State == "fusing"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AStopGivesTheCaseBackAndCountsNothing_Invariant3(bool whileFusing)
    {
        if (whileFusing) ToFusing();
        using var stop = new CancellationTokenSource();
        var stage = new FakeStage(whileFusing ? CaseState.Fusing : CaseState.Queued, whileFusing ? CaseState.Fusing : CaseState.Aligning, _ =>
        {
            stop.Cancel();
            throw new OperationCanceledException(stop.Token);
        });
        await Loop(stage).StepAsync(stop.Token);
        Assert.Equal((CaseState.Queued, 0), (Now.State, Now.Attempt));
    }

    [Fact]
    public async Task ACancellationThatNobodyAskedForIsAFault()
    {
        await Loop(Align(_ => throw new OperationCanceledException())).StepAsync(default);
        Assert.Equal((CaseState.Queued, 1, "unexpected-fault"), (Now.State, Now.Attempt, Now.Reason));
    }

    [Fact]
    public async Task WhatAnOperatorDidMeanwhileStands()
    {
        await Loop(Align(work =>
        {
            _ledger.Cases.Move(work.CaseId, CaseState.Aligning, CaseState.Cancelled);
            return new StageOutcome.Done(CaseState.Fusing);
        })).StepAsync(default);
        Assert.Equal(CaseState.Cancelled, Now.State);
    }

    [Fact]
    public async Task TheFirstStageOfALoopComesFirst()
    {
        ToFusing();
        var other = _ledger.Proposal(moving: "1.2.5");
        _ledger.Cases.Propose(other);
        _ledger.Cases.Move(other.CaseId, CaseState.Proposed, CaseState.Queued);
        var order = new List<CaseState>();
        FakeStage Noted(CaseState takes, CaseState during, CaseState next) => new(takes, during, _ =>
        {
            order.Add(during);
            return new StageOutcome.Done(next);
        });
        var loop = Loop(Noted(CaseState.Fusing, CaseState.Fusing, CaseState.Composed), Noted(CaseState.Queued, CaseState.Aligning, CaseState.Fusing));
        while (await loop.StepAsync(default)) { }
        Assert.Equal([CaseState.Fusing, CaseState.Aligning, CaseState.Fusing], order);
    }

    [Fact]
    public async Task AComposedCaseWhoseObjectsAreGoneFails()
    {
        ToFusing();
        _ledger.Cases.Move(_case.CaseId, CaseState.Fusing, CaseState.Composed);
        Assert.True(await Loop(new FakeStage(CaseState.Composed, CaseState.Composed, _ => new StageOutcome.Failed(Why, ""))).StepAsync(default));
        Assert.Equal(CaseState.Failed, Now.State);
    }

    private FusionCase Now => _ledger.Cases.Find(_case.CaseId)!;

    private StageLoop Loop(params ICaseStage[] stages) => new("test", stages, _ledger.Cases, new WakeSignal(), _ledger.Time, NullLogger<StageLoop>.Instance);

    private static FakeStage Align(Func<FusionCase, StageOutcome> run) => new(CaseState.Queued, CaseState.Aligning, run);

    private void ToFusing()
    {
        _ledger.Cases.Move(_case.CaseId, CaseState.Queued, CaseState.Aligning);
        _ledger.Cases.Move(_case.CaseId, CaseState.Aligning, CaseState.Fusing);
    }

    private void ToDelivering()
    {
        ToFusing();
        _ledger.Cases.Move(_case.CaseId, CaseState.Fusing, CaseState.Composed);
        _ledger.Cases.Move(_case.CaseId, CaseState.Composed, CaseState.Delivering);
    }

    private sealed class FakeStage(CaseState takes, CaseState during, Func<FusionCase, StageOutcome> run) : ICaseStage
    {
        public CaseState Takes { get; } = takes;

        public CaseState During { get; } = during;

        public Task<StageOutcome> RunAsync(FusionCase work, CancellationToken cancellationToken) => Task.FromResult(run(work));
    }
}
