using System.Security.Cryptography;
using System.Text;

namespace PacsFusion.Fhir;

/// <summary>Names that come out the same on every attempt and every node.</summary>
internal static class ReportIdentity
{
    private static ReadOnlySpan<byte> OidNameSpace => [0x6b, 0xa7, 0xb8, 0x12, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8];

    /// <summary>UUID version 5 of <c>kind:job</c> in the OID name space (RFC 9562 section 5.5).</summary>
    public static string Uuid(string kind, string jobKey)
    {
        byte[] input = [.. OidNameSpace, .. Encoding.UTF8.GetBytes($"{kind}:{jobKey}")];
#pragma warning disable CA5350 // SHA-1 is what version 5 is defined with; nothing is protected by it.
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new Guid(hash, bigEndian: true).ToString("D");
    }

    public static string Urn(string kind, string jobKey) => $"urn:uuid:{Uuid(kind, jobKey)}";

    /// <summary>A query for ifNoneExist or a URL: token characters escaped for search, then percent-encoded (FHIR R4 search 3.1.1.4).</summary>
    public static string Token(string parameter, string system, string value) =>
        $"{parameter}={Uri.EscapeDataString($"{EscapeToken(system)}|{EscapeToken(value)}")}";

    public static string EscapeToken(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}
