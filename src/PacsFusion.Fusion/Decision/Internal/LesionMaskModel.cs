using PacsFusion.Imaging;

namespace PacsFusion.Fusion.Internal;

/// <summary>
/// Shows the moving image inside what its uptake makes a lesion. In SUV that is every connected part above 2.5, of which the voxels
/// above 41 % of the part's own maximum count; in other units 41 % of the highest value. Physiological uptake is taken too.
/// </summary>
internal sealed class LesionMaskModel(FusionModelInfo info) : ISeriesFusionModel
{
    public FusionModelInfo Info => info;

    /// <summary>A slice alone: parts above 41 % of its own maximum.</summary>
    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
    {
        var highest = 0f;
        foreach (var value in input.B) highest = Math.Max(highest, value);
        var forA = new Field(new double[input.A.Length], input.Columns, input.Rows);
        for (var i = 0; i < forA.Values.Length; i++) forA.Values[i] = highest > 0 && input.B[i] >= LesionMask.MaximumShare * highest ? 0 : 1;
        Feather.Write(forA, input, output);
    }

    public IFusionModel ForSeries(Volume fixedVolume, Volume movingOnFixed, CancellationToken cancellationToken) =>
        new ForOneSeries(info, LesionMask.Of(movingOnFixed, cancellationToken), movingOnFixed.Grid.SliceLength);

    public void Dispose()
    {
    }

    private sealed class ForOneSeries(FusionModelInfo info, byte[] mask, int sliceLength) : IFusionModel
    {
        public FusionModelInfo Info => info;

        public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken)
        {
            var inside = mask.AsSpan(input.Index * sliceLength, sliceLength);
            var forA = new Field(new double[sliceLength], input.Columns, input.Rows);
            for (var i = 0; i < inside.Length; i++) forA.Values[i] = inside[i] == LesionMask.Lesion ? 0 : 1;
            Feather.Write(forA, input, output);
        }

        public void Dispose()
        {
        }
    }
}

/// <summary>Finds lesions by their uptake.</summary>
internal static class LesionMask
{
    /// <summary>Mark of a lesion's voxels.</summary>
    public const byte Lesion = 2;

    /// <summary>SUV from which uptake is looked at.</summary>
    public const float SuvThreshold = 2.5f;

    /// <summary>Share of a part's maximum from which its voxels belong to the lesion.</summary>
    public const float MaximumShare = 0.41f;

    private const byte Candidate = 1;

    /// <summary>One byte for each voxel; those of lesions are <see cref="Lesion"/>.</summary>
    public static byte[] Of(Volume volume, CancellationToken cancellationToken)
    {
        ReadOnlySpan<float> values = volume.Voxels.Span;
        ReadOnlySpan<byte> covered = volume.Coverage is { } coverage ? coverage.Span : default;
        var threshold = volume.Unit is VoxelUnit.SuvBodyWeight or VoxelUnit.SuvLeanBodyMass or VoxelUnit.SuvIdealBodyWeight ? SuvThreshold : MaximumShare * Highest(values, covered);
        var mask = new byte[values.Length];
        for (var i = 0; i < mask.Length; i++)
            if (values[i] >= threshold && values[i] > 0 && (covered.IsEmpty || covered[i] != 0)) mask[i] = Candidate;

        int row = volume.Columns, plane = volume.Grid.SliceLength;
        var part = new List<int>();
        for (var start = 0; start < mask.Length; start++)
        {
            if (start % plane == 0) cancellationToken.ThrowIfCancellationRequested();
            if (mask[start] != Candidate) continue;
            part.Clear();
            Take(start);
            var highest = 0f;
            for (var next = 0; next < part.Count; next++)
            {
                int at = part[next], x = at % row, y = at % plane / row;
                highest = Math.Max(highest, values[at]);
                if (x > 0) Reach(at - 1);
                if (x < row - 1) Reach(at + 1);
                if (y > 0) Reach(at - row);
                if (y < volume.Rows - 1) Reach(at + row);
                if (at >= plane) Reach(at - plane);
                if (at < mask.Length - plane) Reach(at + plane);
            }
            foreach (var at in part)
                if (values[at] < MaximumShare * highest) mask[at] = 0;
        }
        return mask;

        void Reach(int at)
        {
            if (mask[at] == Candidate) Take(at);
        }

        void Take(int at)
        {
            mask[at] = Lesion;
            part.Add(at);
        }
    }

    private static float Highest(ReadOnlySpan<float> values, ReadOnlySpan<byte> covered)
    {
        var highest = 0f;
        for (var i = 0; i < values.Length; i++)
            if (values[i] > highest && float.IsFinite(values[i]) && (covered.IsEmpty || covered[i] != 0)) highest = values[i];
        return highest;
    }
}
