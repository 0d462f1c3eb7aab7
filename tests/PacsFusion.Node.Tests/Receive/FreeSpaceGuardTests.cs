using Microsoft.Extensions.Time.Testing;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Tests.Receive;

public class FreeSpaceGuardTests
{
    [Fact]
    public void What_is_taken_between_two_probes_counts()
    {
        var guard = new FreeSpaceGuard(() => 1000, minFreeBytes: 600, new FakeTimeProvider());
        Assert.True(guard.Take(0));
        Assert.True(guard.Take(400));
        Assert.False(guard.Take(1));
    }

    [Fact]
    public void Space_that_came_back_is_seen_after_a_second()
    {
        var time = new FakeTimeProvider();
        long free = 100;
        var guard = new FreeSpaceGuard(() => free, minFreeBytes: 600, time);
        Assert.False(guard.Take(0));
        free = 1000;
        Assert.False(guard.Take(0));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(guard.Take(0));
    }

    [Fact]
    public void A_mark_of_zero_refuses_nothing() =>
        Assert.True(new FreeSpaceGuard(() => 0, minFreeBytes: 0, new FakeTimeProvider()).Take(1 << 30));
}
