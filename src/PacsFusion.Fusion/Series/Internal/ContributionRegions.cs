using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>Where shares are counted: inside the body of the fixed volume, and in the hottest hundredth of the uptake there.</summary>
internal sealed class ContributionRegions
{
    private const double HottestShare = 0.01;
    private const int Bins = 1 << 16;

    private readonly BodyMask _body;
    private readonly Volume _moving;
    private readonly bool _functional;

    private ContributionRegions(BodyMask body, Volume moving, bool functional, float hottestFrom)
    {
        _body = body;
        _moving = moving;
        _functional = functional;
        HottestFrom = hottestFrom;
    }

    /// <summary>The least value that belongs to the hottest hundredth.</summary>
    public float HottestFrom { get; }

    public static ContributionRegions Of(Volume fixedVolume, Volume moving, bool functional, CancellationToken cancellationToken)
    {
        var body = BodyMask.Of(fixedVolume, cancellationToken);
        return new ContributionRegions(body, moving, functional, functional ? Hottest(body, moving) : float.PositiveInfinity);
    }

    public ReadOnlySpan<byte> Body(int slice)
    {
        var length = _moving.Grid.SliceLength;
        return _body.Inside.Span.Slice(slice * length, length);
    }

    public ReadOnlySpan<byte> Covered(int slice) => _moving.CoverageSlice(slice);

    /// <summary>The moving values where they are uptake, else empty.</summary>
    public ReadOnlySpan<float> Uptake(int slice) => _functional ? _moving.Slice(slice) : [];

    // A histogram instead of sorting tens of millions of values: the limit is exact to a 65536th of the range.
    private static float Hottest(BodyMask body, Volume moving)
    {
        ReadOnlySpan<float> values = moving.Voxels.Span;
        ReadOnlySpan<byte> inside = body.Inside.Span, covered = moving.Coverage is { } mask ? mask.Span : default;
        var highest = 0f;
        for (var i = 0; i < values.Length; i++)
            if (inside[i] != 0 && values[i] > highest && float.IsFinite(values[i]) && (covered.IsEmpty || covered[i] != 0)) highest = values[i];
        if (highest <= 0) return float.PositiveInfinity;
        var counts = new long[Bins];
        var scale = (Bins - 1) / highest;
        long total = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (inside[i] == 0 || !float.IsFinite(values[i]) || (!covered.IsEmpty && covered[i] == 0)) continue;
            counts[values[i] > 0 ? (int)(values[i] * scale) : 0]++;
            total++;
        }
        var bin = Bins;
        for (long hot = 0; bin > 1 && hot < HottestShare * total;) hot += counts[--bin];
        return bin / scale;
    }
}
