using Microsoft.Extensions.Time.Testing;

namespace PacsFusion.Dicom.Network.Tests;

public class PeerClockTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly DicomServerOptions _options = new() { RequestTimeout = TimeSpan.FromSeconds(10), IdleTimeout = TimeSpan.FromSeconds(60), MinDataRate = 1000, MinDataRateWindow = TimeSpan.FromSeconds(20) };

    [Fact]
    public void TheRequestTimeoutCountsFromTheConnectionHoweverManyBytesCome()
    {
        var clock = new PeerClock(_options, _time);
        for (var i = 0; i < 9; i++)
        {
            clock.Begin(WaitPhase.Request);
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Null(clock.Overdue());
            clock.End(1);
        }

        clock.Begin(WaitPhase.Request);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("request-timeout", clock.Overdue());
    }

    [Theory]
    [InlineData(WaitPhase.NextMessage, "idle-timeout")]
    [InlineData(WaitPhase.Send, "send-timeout")]
    internal void SilenceIsCountedPerWait(WaitPhase phase, string code)
    {
        var clock = new PeerClock(_options, _time);
        clock.Begin(phase);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(clock.Overdue());
        clock.End(1);
        clock.Begin(phase);
        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.Null(clock.Overdue());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(code, clock.Overdue());
    }

    [Fact]
    public void ASlowSenderIsOverdueAfterAWindowAndAFastOneNever()
    {
        Assert.Equal("data-rate-too-low", Run(bytesPerSecond: 900));
        Assert.Null(Run(bytesPerSecond: 1100));
    }

    [Fact]
    public void OurOwnTimeDoesNotCount()
    {
        var clock = new PeerClock(_options, _time);
        for (var i = 0; i < 100; i++)
        {
            clock.Begin(WaitPhase.RestOfMessage);
            _time.Advance(TimeSpan.FromMilliseconds(10));
            clock.End(11);
            _time.Advance(TimeSpan.FromHours(1));
            Assert.Null(clock.Overdue());
        }
    }

    [Fact]
    public void ABurstDoesNotBuyTimeForEver()
    {
        var clock = new PeerClock(_options, _time);
        clock.Begin(WaitPhase.RestOfMessage);
        _time.Advance(TimeSpan.FromSeconds(20));
        clock.End(100_000_000);
        string? overdue = null;
        for (var i = 0; i < 30 && overdue is null; i++)
        {
            clock.Begin(WaitPhase.RestOfMessage);
            _time.Advance(TimeSpan.FromSeconds(1));
            overdue = clock.Overdue();
            clock.End(1);
        }

        Assert.Equal("data-rate-too-low", overdue);
    }

    private string? Run(int bytesPerSecond)
    {
        var clock = new PeerClock(_options, _time);
        for (var i = 0; i < 100; i++)
        {
            clock.Begin(WaitPhase.RestOfMessage);
            _time.Advance(TimeSpan.FromSeconds(1));
            if (clock.Overdue() is { } code) return code;
            clock.End(bytesPerSecond);
        }

        return null;
    }
}
