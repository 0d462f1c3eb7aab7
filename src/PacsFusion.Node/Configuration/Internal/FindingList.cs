using System.Collections;

namespace PacsFusion.Node.Configuration.Internal;

/// <summary>Collects findings: nothing stops at the first.</summary>
internal sealed class FindingList : IReadOnlyCollection<ConfigurationFinding>
{
    private readonly List<ConfigurationFinding> findings = [];

    public int Count => findings.Count;

    public bool HasErrors => findings.Any(f => f.Severity == FindingSeverity.Error);

    public ICollection<ConfigurationFinding> Sink => findings;

    public void Error(SourceMark at, string code, string text, string hint = "") =>
        findings.Add(new(FindingSeverity.Error, at.File, at.Line, at.Column, code, text, hint));

    public void Warning(SourceMark at, string code, string text, string hint = "") =>
        findings.Add(new(FindingSeverity.Warning, at.File, at.Line, at.Column, code, text, hint));

    public void AddRange(IEnumerable<ConfigurationFinding> more) => findings.AddRange(more);

    /// <summary>Sorted by file, then position: the order in which somebody would mend them.</summary>
    public IReadOnlyList<ConfigurationFinding> Sorted() =>
        [.. findings.OrderBy(f => f.File, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Column).ThenBy(f => f.Code, StringComparer.Ordinal)];

    public IEnumerator<ConfigurationFinding> GetEnumerator() => findings.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
