using System.Diagnostics.CodeAnalysis;
using System.Text.Json.Nodes;
using PacsFusion.Imaging;

namespace PacsFusion.Node.Ledger;

/// <summary>Something that a reader of the result must know.</summary>
/// <param name="Code">Reason code.</param>
/// <param name="Text">One sentence without patient data.</param>
internal sealed record CaseWarning(string Code, string Text)
{
    public JsonObject ToJson() => new() { ["code"] = Code, ["text"] = Text };
}

/// <summary>
/// Both series on the fixed grid, with what was found on the way: what Align hands to Fuse. Owns the volumes.
/// </summary>
internal sealed class AlignedPair(SeriesVolume fixedSeries, SeriesVolume movingSeries, Volume movingOnFixed, AlignmentVerdict verdict, AlignmentFigures figures, IReadOnlyList<CaseWarning> warnings, JsonObject facts) : IDisposable
{
    public SeriesVolume Fixed { get; } = fixedSeries;

    /// <summary>The moving series; its own volume is given back, its slices and headers are there.</summary>
    public SeriesVolume Moving { get; } = movingSeries;

    /// <summary>The moving volume on the fixed grid, with coverage.</summary>
    public Volume MovingOnFixed { get; } = movingOnFixed;

    /// <summary>Fixed LPS mm to moving LPS mm.</summary>
    public Affine FixedToMoving => Verdict.Chosen.FixedToMoving;

    /// <summary>Which transform was taken and how far it can be trusted; never a refusal.</summary>
    public AlignmentVerdict Verdict { get; } = verdict;

    public AlignmentFigures Figures { get; } = figures;

    public IReadOnlyList<CaseWarning> Warnings { get; } = warnings;

    /// <summary>The fields <c>fixed</c>, <c>moving</c> and <c>alignment</c> of the result.</summary>
    public JsonObject Facts { get; } = facts;

    /// <summary>Greatest covered value of the moving volume on the fixed grid.</summary>
    public float Hottest()
    {
        var (column, row, slice) = HottestVoxel();
        return MovingOnFixed[column, row, slice];
    }

    /// <summary>Where it is; the first in memory order of equal ones.</summary>
    public (int Column, int Row, int Slice) HottestVoxel()
    {
        var values = MovingOnFixed.Voxels.Span;
        var covered = MovingOnFixed.Coverage is { } mask ? mask.Span : default;
        var best = -1;
        for (var i = 0; i < values.Length; i++)
            if ((covered.IsEmpty || covered[i] != 0) && (best < 0 || values[i] > values[best])) best = i;
        best = Math.Max(0, best);
        return (best % MovingOnFixed.Columns, best / MovingOnFixed.Columns % MovingOnFixed.Rows, best / (MovingOnFixed.Columns * MovingOnFixed.Rows));
    }

    public void Dispose()
    {
        Fixed.Dispose();
        MovingOnFixed.Dispose();
    }
}

/// <summary>
/// Where an aligned pair waits for Fuse, in memory: writing the volumes would cost more than aligning again. After a
/// crash it is empty, and the case begins again.
/// </summary>
internal sealed class CaseWorkspace : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, AlignedPair> _pairs = new(StringComparer.Ordinal);

    /// <summary>
    /// Leaves a pair for Fuse. One worker does both, so a pair that is still here is of a case that was cancelled or superseded
    /// while it was aligned, and goes.
    /// </summary>
    public void Put(string caseId, AlignedPair pair)
    {
        lock (_gate)
        {
            foreach (var abandoned in _pairs.Values) abandoned.Dispose();
            _pairs.Clear();
            _pairs[caseId] = pair;
        }
    }

    /// <summary>Takes the pair out; the caller owns it then.</summary>
    public bool TryTake(string caseId, [NotNullWhen(true)] out AlignedPair? pair)
    {
        lock (_gate) return _pairs.Remove(caseId, out pair);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var pair in _pairs.Values) pair.Dispose();
            _pairs.Clear();
        }
    }
}
