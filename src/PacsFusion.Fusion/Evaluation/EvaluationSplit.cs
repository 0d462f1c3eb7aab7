using System.Text.Json;

namespace PacsFusion.Fusion;

/// <summary>The validation pairs of each kind: a JSON file of the form <c>{"KIND":{"names":["NAME", …]}, …}</c>; other members are left alone.</summary>
public sealed class EvaluationSplit
{
    private readonly Dictionary<string, HashSet<string>> _names;

    private EvaluationSplit(Dictionary<string, HashSet<string>> names) => _names = names;

    /// <summary>Reads a split file.</summary>
    /// <exception cref="InvalidDataException">It is no split; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static EvaluationSplit Read(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var names = new Dictionary<string, HashSet<string>>(StringComparer.Ordinal);
            foreach (var kind in document.RootElement.EnumerateObject())
                names[kind.Name] = kind.Value.GetProperty("names").EnumerateArray().Select(name => name.GetString() ?? "").ToHashSet(StringComparer.Ordinal);
            return new EvaluationSplit(names);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidDataException($"{path}: not a split of the form {{\"KIND\":{{\"names\":[…]}}}}.", fault);
        }
    }

    /// <summary>Whether a pair belongs to a part. A kind that the split does not name has no validation pairs.</summary>
    /// <param name="kind">Kind of pair.</param>
    /// <param name="name">Name of the pair, without extension.</param>
    /// <param name="use">The part.</param>
    public bool Takes(string kind, string name, EvaluationUse use) =>
        use == EvaluationUse.All || (_names.TryGetValue(kind, out var names) && names.Contains(name)) == (use == EvaluationUse.Validation);
}
