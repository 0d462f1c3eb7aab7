using Microsoft.Extensions.Time.Testing;

namespace PacsFusion.Dicom.Network.Tests;

internal static class Waiting
{
    /// <summary>Lets the made-up clock run until something has happened.</summary>
    public static async Task<T> AdvanceUntilAsync<T>(this FakeTimeProvider time, Task<T> happens)
    {
        var giveUp = Task.Delay(TimeSpan.FromSeconds(20));
        while (!happens.IsCompleted && !giveUp.IsCompleted)
        {
            time.Advance(TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        Assert.True(happens.IsCompleted, "It did not happen, however far the clock ran.");
        return await happens;
    }

    public static async Task UntilAsync(Func<bool> condition)
    {
        var giveUp = Task.Delay(TimeSpan.FromSeconds(20));
        while (!condition() && !giveUp.IsCompleted) await Task.Yield();
        Assert.True(condition(), "The condition did not come true.");
    }
}
