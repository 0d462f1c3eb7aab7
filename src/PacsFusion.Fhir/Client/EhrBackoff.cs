using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PacsFusion.Fhir;

/// <summary>How long a job waits before its next attempt.</summary>
public static class EhrBackoff
{
    /// <summary>Exponential delay with full jitter: base times factor to the attempt, capped, times a share in [0, 1) that key and attempt decide.</summary>
    /// <param name="options">Base, factor and cap.</param>
    /// <param name="jobKey">Spreads jobs; the same job always waits the same.</param>
    /// <param name="attempt">Attempts made before, from 0.</param>
    public static TimeSpan Delay(EhrClientOptions options, string jobKey, int attempt)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfNegative(attempt);
        var full = Math.Min(options.BackoffCap.TotalSeconds, options.BackoffBase.TotalSeconds * Math.Pow(options.BackoffFactor, Math.Min(attempt, 30)));
        return TimeSpan.FromSeconds(full * Share($"{jobKey}/{attempt}"));
    }

    /// <summary>Delay before a look-up without an attempt count is made again: between half and all of the configured one, which its key decides.</summary>
    internal static TimeSpan Lookup(EhrClientOptions options, string key) => options.LookupRetryDelay * (0.5 + (Share(key) / 2));

    private static double Share(string key) => BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(key))) / (double)(1L << 32);
}
