namespace PacsFusion.Imaging;

/// <summary>
/// Connected components of a thresholded volume by runs: a row is a handful of runs, so that joining them costs next to nothing against
/// reading the voxels. Rows are added in order; two runs join where they share a face with the row before or the slice before.
/// </summary>
internal sealed class RunComponents(int columns, int rows, int slices)
{
    private readonly List<Run> _runs = [];
    private readonly List<int> _parents = [];
    private readonly int[] _firstRunOfRow = new int[rows * slices + 1];
    private int _rowsAdded;

    private readonly record struct Run(int Start, int End);

    /// <summary>Adds the next row: voxels greater than the threshold and covered (empty coverage: all are).</summary>
    public void AddRow(ReadOnlySpan<float> values, ReadOnlySpan<byte> coverage, float threshold)
    {
        var first = _runs.Count;
        for (var i = 0; i < values.Length;)
        {
            while (i < values.Length && !IsInside(values, coverage, i, threshold)) i++;
            var start = i;
            while (i < values.Length && IsInside(values, coverage, i, threshold)) i++;
            if (i > start)
            {
                _parents.Add(_runs.Count);
                _runs.Add(new Run(start, i));
            }
        }
        _firstRunOfRow[_rowsAdded++] = first;
        _firstRunOfRow[_rowsAdded] = _runs.Count;
        if ((_rowsAdded - 1) % rows != 0) JoinWith(_rowsAdded - 2);
        if (_rowsAdded > rows) JoinWith(_rowsAdded - 1 - rows);
    }

    /// <summary>Writes 1 for the largest component and 0 elsewhere; returns its size. Of equal ones the first in memory order wins.</summary>
    public long PaintLargest(Span<byte> destination)
    {
        destination.Clear();
        if (_runs.Count == 0) return 0;
        var sizes = new long[_runs.Count];
        for (var run = 0; run < _runs.Count; run++) sizes[Find(run)] += _runs[run].End - _runs[run].Start;
        var largest = 0;
        for (var run = 1; run < sizes.Length; run++)
            if (sizes[run] > sizes[largest]) largest = run;
        for (var row = 0; row < _rowsAdded; row++)
            for (var run = _firstRunOfRow[row]; run < _firstRunOfRow[row + 1]; run++)
                if (Find(run) == largest)
                    destination.Slice(row * columns + _runs[run].Start, _runs[run].End - _runs[run].Start).Fill(1);
        return sizes[largest];
    }

    private static bool IsInside(ReadOnlySpan<float> values, ReadOnlySpan<byte> coverage, int i, float threshold) =>
        values[i] > threshold && (coverage.IsEmpty || coverage[i] != 0);

    private void JoinWith(int otherRow)
    {
        var a = _firstRunOfRow[_rowsAdded - 1];
        var b = _firstRunOfRow[otherRow];
        var endB = _firstRunOfRow[otherRow + 1];
        while (a < _runs.Count && b < endB)
        {
            if (_runs[a].Start < _runs[b].End && _runs[b].Start < _runs[a].End) Union(a, b);
            if (_runs[a].End < _runs[b].End) a++;
            else b++;
        }
    }

    // The smaller index is the root, so that the outcome does not depend on the order of joins.
    private void Union(int a, int b)
    {
        int rootA = Find(a), rootB = Find(b);
        if (rootA < rootB) _parents[rootB] = rootA;
        else _parents[rootA] = rootB;
    }

    private int Find(int run)
    {
        while (_parents[run] != run) run = _parents[run] = _parents[_parents[run]];
        return run;
    }
}
