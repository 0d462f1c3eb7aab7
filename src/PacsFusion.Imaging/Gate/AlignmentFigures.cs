namespace PacsFusion.Imaging;

/// <summary>
/// Named figures that say how well two volumes on one grid fit. A null figure does not exist for the pair. The names that rules use are
/// the property names in camelCase (<see cref="Names"/>).
/// </summary>
public sealed record AlignmentFigures
{
    /// <summary>SUV above which a voxel counts as uptake.</summary>
    public const float UptakeThreshold = 1f;

    /// <summary>
    /// Share of the voxels with SUV &gt; 1 that lie inside the fixed body mask, 0 to 1; voxels outside the moving field of view do not count.
    /// Null where the moving volume is not an SUV by a mass, the fixed one is not a CT, or nothing takes up.
    /// </summary>
    public double? UptakeInBody { get; init; }

    /// <summary>
    /// Normalised mutual information (H(fixed) + H(moving)) / H(both), 1 to 2, over about 250 000 covered voxels near the body.
    /// Not comparable between pairs. Null where fewer than 1000 voxels are common.
    /// </summary>
    public double? Nmi { get; init; }

    /// <summary>Share of the fixed grid that the moving field of view covers, 0 to 1.</summary>
    public required double Overlap { get; init; }

    /// <summary>Share of the fixed body mask that the moving field of view covers, 0 to 1; null where no body was found.</summary>
    public double? BodyOverlap { get; init; }

    /// <summary>Share of the fixed grid that the body fills, 0 to 1.</summary>
    public double? BodyShare { get; init; }

    /// <summary>Voxels of the fixed body mask.</summary>
    public long BodyVoxels { get; init; }

    /// <summary>Covered voxels with SUV &gt; 1; 0 where the moving volume is not an SUV.</summary>
    public long UptakeVoxels { get; init; }

    /// <summary>How many of <see cref="UptakeVoxels"/> lie inside the body mask.</summary>
    public long UptakeVoxelsInBody { get; init; }

    /// <summary>Names under which a gate can ask for a figure.</summary>
    public static IReadOnlyList<string> Names { get; } = ["uptakeInBody", "nmi", "overlap", "bodyOverlap", "bodyShare"];

    /// <summary>The figure of that name; null where it does not exist for this pair or the name is unknown.</summary>
    public double? Find(string name) => name switch
    {
        "uptakeInBody" => UptakeInBody,
        "nmi" => Nmi,
        "overlap" => Overlap,
        "bodyOverlap" => BodyOverlap,
        "bodyShare" => BodyShare,
        _ => null,
    };

    /// <summary>Measures a pair.</summary>
    /// <param name="fixedVolume">The fixed volume; its body mask is taken from it (CT &gt; -300 HU, else by histogram).</param>
    /// <param name="movingOnFixed">The moving volume, already on the fixed grid.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The two grids differ in size.</exception>
    public static AlignmentFigures Measure(Volume fixedVolume, Volume movingOnFixed, CancellationToken cancellationToken = default) =>
        Measure(fixedVolume, movingOnFixed, BodyMask.Of(fixedVolume, cancellationToken), cancellationToken);

    /// <summary>Measures a pair whose body mask is known.</summary>
    /// <param name="fixedVolume">The fixed volume.</param>
    /// <param name="movingOnFixed">The moving volume, already on the fixed grid.</param>
    /// <param name="body">Body mask of the fixed volume.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <exception cref="ArgumentException">The grids differ in size.</exception>
    public static AlignmentFigures Measure(Volume fixedVolume, Volume movingOnFixed, BodyMask body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fixedVolume);
        ArgumentNullException.ThrowIfNull(movingOnFixed);
        ArgumentNullException.ThrowIfNull(body);
        if (!SameSize(fixedVolume.Grid, movingOnFixed.Grid) || !SameSize(fixedVolume.Grid, body.Grid))
            throw new ArgumentException("Figures are measured on one grid.", nameof(movingOnFixed));
        cancellationToken.ThrowIfCancellationRequested();
        var counts = Count(movingOnFixed, body);
        var uptakeApplies = movingOnFixed.Unit.IsSuv() && movingOnFixed.Unit != VoxelUnit.SuvBodySurfaceArea && fixedVolume.Unit == VoxelUnit.HounsfieldUnits && body.VoxelCount > 0;
        cancellationToken.ThrowIfCancellationRequested();
        return new AlignmentFigures
        {
            UptakeInBody = uptakeApplies && counts.Uptake > 0 ? (double)counts.UptakeInBody / counts.Uptake : null,
            Nmi = MutualInformation.Normalized(fixedVolume, movingOnFixed, body),
            Overlap = (double)counts.Covered / fixedVolume.Grid.VoxelCount,
            BodyOverlap = body.VoxelCount > 0 ? (double)counts.BodyCovered / body.VoxelCount : null,
            BodyShare = body.VoxelCount > 0 ? body.Share : null,
            BodyVoxels = body.VoxelCount,
            UptakeVoxels = uptakeApplies ? counts.Uptake : 0,
            UptakeVoxelsInBody = uptakeApplies ? counts.UptakeInBody : 0,
        };
    }

    private static bool SameSize(VolumeGrid a, VolumeGrid b) => a.Columns == b.Columns && a.Rows == b.Rows && a.Slices == b.Slices;

    private static (long Covered, long BodyCovered, long Uptake, long UptakeInBody) Count(Volume moving, BodyMask body)
    {
        long covered = 0, bodyCovered = 0, uptake = 0, uptakeInBody = 0;
        var gate = new Lock();
        // Whole numbers: the order in which slices arrive does not matter.
        Parallel.For(0, moving.Slices, slice =>
        {
            ReadOnlySpan<float> values = moving.Slice(slice);
            ReadOnlySpan<byte> coverage = moving.CoverageSlice(slice);
            var inside = body.Inside.Span.Slice(slice * values.Length, values.Length);
            int c = 0, b = 0, u = 0, ub = 0;
            for (var i = 0; i < values.Length; i++)
            {
                int isCovered = coverage.IsEmpty ? 1 : coverage[i], isBody = inside[i];
                var takesUp = values[i] > UptakeThreshold ? isCovered : 0;
                c += isCovered;
                b += isCovered & isBody;
                u += takesUp;
                ub += takesUp & isBody;
            }
            lock (gate)
            {
                covered += c;
                bodyCovered += b;
                uptake += u;
                uptakeInBody += ub;
            }
        });
        return (covered, bodyCovered, uptake, uptakeInBody);
    }
}
