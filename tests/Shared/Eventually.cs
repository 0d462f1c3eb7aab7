using System.Diagnostics;

namespace PacsFusion.Tests;

/// <summary>Waits for a condition with a deadline.</summary>
internal static class Eventually
{
    /// <summary>Returns as soon as the condition holds; fails the test after the deadline (default 30 s).</summary>
    public static async Task HoldsAsync(Func<bool> condition, TimeSpan? deadline = null, string? what = null)
    {
        var limit = deadline ?? TimeSpan.FromSeconds(30);
        var watch = Stopwatch.StartNew();
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!condition())
        {
            Assert.True(watch.Elapsed < limit, what ?? $"The condition did not hold within {limit.TotalSeconds:0} s.");
            await tick.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
