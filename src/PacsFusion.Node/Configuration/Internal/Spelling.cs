namespace PacsFusion.Node.Configuration.Internal;

/// <summary>"Did you mean" for words out of a known set.</summary>
internal static class Spelling
{
    /// <summary>A hint that names the nearest of <paramref name="known"/>, else all of them.</summary>
    public static string Hint(string word, IEnumerable<string> known)
    {
        var words = known.ToArray();
        if (Nearest(word, words) is { } nearest) return $"Did you mean '{nearest}'?";
        return words.Length == 0 ? "" : $"Known: {string.Join(", ", words)}.";
    }

    /// <summary>The only word that begins so, else the one that is at most a third of its length away; null where none is.</summary>
    public static string? Nearest(string word, IReadOnlyList<string> known)
    {
        if (word.Length >= 3 && known.Where(k => k.StartsWith(word, StringComparison.OrdinalIgnoreCase)).Take(2).ToArray() is [var only]) return only;
        string? best = null;
        var bestDistance = int.MaxValue;
        foreach (var candidate in known)
        {
            var distance = Distance(word.ToUpperInvariant(), candidate.ToUpperInvariant());
            if (distance >= bestDistance) continue;
            (best, bestDistance) = (candidate, distance);
        }
        return best is not null && bestDistance <= Math.Max(1, Math.Max(word.Length, best.Length) / 3) ? best : null;
    }

    // Edit distance in which two swapped neighbours count once: the commonest slip.
    private static int Distance(string a, string b)
    {
        var before = new int[b.Length + 1];
        var last = new int[b.Length + 1];
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                row[j] = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) row[j] = Math.Min(row[j], before[j - 2] + 1);
            }
            (before, last, row) = (last, row, before);
        }
        return last[b.Length];
    }
}
