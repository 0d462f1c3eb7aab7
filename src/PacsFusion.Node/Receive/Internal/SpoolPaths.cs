using System.Security.Cryptography;
using System.Text;

namespace PacsFusion.Node.Receive;

/// <summary>File names from UIDs. A UID comes from the network: it is a name only where it is one by the letter, else its hash is.</summary>
internal static class SpoolPaths
{
    public const string Extension = ".dcm";
    private const string HashPrefix = "uid-";
    private const int HashDigits = 40;

    /// <summary><c>study/series/sop.dcm</c> with forward slashes.</summary>
    public static string RelativePath(string studyUid, string seriesUid, string sopInstanceUid) =>
        $"{Component(studyUid)}/{Component(seriesUid)}/{Component(sopInstanceUid)}{Extension}";

    /// <summary>The full path, where <paramref name="relativePath"/> is one that <see cref="RelativePath"/> makes.</summary>
    /// <exception cref="ArgumentException">It is not.</exception>
    public static string Resolve(string root, string relativePath)
    {
        var parts = relativePath.Split('/');
        if (parts.Length != 3 || !parts[2].EndsWith(Extension, StringComparison.Ordinal)
            || !IsComponent(parts[0]) || !IsComponent(parts[1]) || !IsComponent(parts[2][..^Extension.Length]))
            throw new ArgumentException("This is not a path of the spool.", nameof(relativePath));
        return Path.Combine(root, parts[0], parts[1], parts[2]);
    }

    /// <summary>Whether a name can be one of this spool's folders or, without its extension, files.</summary>
    public static bool IsComponent(string name) =>
        IsPlainUid(name)
        || (name.Length == HashPrefix.Length + HashDigits && name.StartsWith(HashPrefix, StringComparison.Ordinal)
            && !name.AsSpan(HashPrefix.Length).ContainsAnyExcept("0123456789abcdef"));

    /// <summary>The name of a UID: itself, or a hash where it is none.</summary>
    public static string Component(string uid) =>
        IsPlainUid(uid) ? uid : HashPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(uid)))[..HashDigits];

    // Digits in groups parted by single dots, at most 64 (PS3.5 section 9.1); leading zeros occur and are no danger to a file name.
    private static bool IsPlainUid(string uid) =>
        uid.Length is > 0 and <= 64
        && !uid.AsSpan().ContainsAnyExcept("0123456789.")
        && uid[0] != '.' && uid[^1] != '.' && !uid.Contains("..", StringComparison.Ordinal);
}
