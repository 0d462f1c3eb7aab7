using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PacsFusion.Dicom;

namespace PacsFusion.Fusion;

/// <summary>
/// Who a result is: same sources, rule, model, provider and look give the same UIDs; anything else gives others (DESIGN invariant 4).
/// </summary>
public sealed class FusionIdentity
{
    private readonly byte[] _root;

    /// <summary>Derives the identity.</summary>
    /// <param name="sourceContentHashes">Content hashes of all source instances, hex; their order does not matter.</param>
    /// <param name="rule">Name and version of the rule, such as <c>pet-ct/4</c>.</param>
    /// <param name="modelSha256">Hash of the model, hex.</param>
    /// <param name="provider">Execution provider that computed.</param>
    /// <param name="look">Everything that changes how the result looks: windows, colours, form, alignment.</param>
    /// <exception cref="ArgumentException">There is no source.</exception>
    public FusionIdentity(IEnumerable<string> sourceContentHashes, string rule, string modelSha256, string provider, string look)
    {
        ArgumentNullException.ThrowIfNull(sourceContentHashes);
        string[] hashes = [.. sourceContentHashes.Select(h => h.ToLowerInvariant()).Order(StringComparer.Ordinal)];
        if (hashes.Length == 0) throw new ArgumentException("A result has sources.", nameof(sourceContentHashes));
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        // Every part goes in with its length, so that no two lists of parts run together into the same bytes.
        foreach (var part in (string[])["fusion-identity-1", rule, modelSha256.ToLowerInvariant(), provider, look, .. hashes])
        {
            var bytes = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }
        _root = hash.GetHashAndReset();
        SeriesInstanceUid = Derive("series");
    }

    /// <summary>The whole identity as 64 hex digits: a key for ledgers and file names.</summary>
    public string Key => Convert.ToHexStringLower(_root);

    /// <summary>Series Instance UID of the fused slices.</summary>
    public string SeriesInstanceUid { get; }

    /// <summary>SOP Instance UID of the fused slice with an index on the fixed grid, from 0.</summary>
    public string SopInstanceUid(int slice) => Derive("slice " + slice.ToString(CultureInfo.InvariantCulture));

    /// <summary>A UID for another object of the same result (a report, a key image, a registration), told apart by its purpose.</summary>
    public string Derive(string purpose)
    {
        ArgumentException.ThrowIfNullOrEmpty(purpose);
        return DicomUid.FromHash(SHA256.HashData([.. _root, .. Encoding.UTF8.GetBytes(purpose)]));
    }
}
