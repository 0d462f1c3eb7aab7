namespace PacsFusion.Imaging;

/// <summary>
/// Points of a fixed level with their histogram bin. Positions are stratified (one in each equal run of voxels of the box) and jittered
/// within the voxel by a hash of index and seed, so that voxel centres of equal grids never coincide; they do not change while a level is
/// optimised.
/// </summary>
internal sealed class SampleSet
{
    private SampleSet(int capacity)
    {
        X = new float[capacity];
        Y = new float[capacity];
        Z = new float[capacity];
        Bin = new int[capacity];
    }

    /// <summary>Millimetres from the centre of rotation. Padded to a multiple of eight with copies of the last point, whose bin is -1.</summary>
    public float[] X { get; }

    /// <summary>As <see cref="X"/>.</summary>
    public float[] Y { get; }

    /// <summary>As <see cref="X"/>.</summary>
    public float[] Z { get; }

    /// <summary>Bin of the fixed value, 0 to bins - 1; -1 for padding.</summary>
    public int[] Bin { get; }

    /// <summary>Points without padding.</summary>
    public int Count { get; private set; }

    /// <summary>Points with padding.</summary>
    public int PaddedCount => (Count + 7) / 8 * 8;

    /// <summary>Draws a sample.</summary>
    /// <param name="level">The fixed level.</param>
    /// <param name="box">Where to draw, in voxels of the level.</param>
    /// <param name="centre">Centre of rotation, patient mm.</param>
    /// <param name="range">Values that the bins span.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="wanted">Points at most, about.</param>
    /// <param name="seed">Seed of the jitter.</param>
    /// <param name="reachable">Tells points worth taking, patient mm; null takes all.</param>
    public static SampleSet Draw(Volume level, VoxelBox box, Vector3d centre, ValueRange range, int bins, int wanted, uint seed, Func<Vector3d, bool>? reachable = null)
    {
        var total = box.VoxelCount;
        var step = Math.Max(1.0, (double)total / wanted);
        var set = new SampleSet((int)Math.Min(total, (long)(total / step) + 16) + 8);
        ReadOnlySpan<float> values = level.Voxels.Span;
        var map = level.VoxelToPatient;
        var scale = bins / (range.High - range.Low);
        long run = 0;
        for (var s = 0.0; s < total && set.Count + 8 < set.X.Length; s = ++run * step)
        {
            var at = (long)(s + Unit((uint)run, seed) * (step - 1));
            if (at >= total) break;
            var (i, j, k) = box.At(at);
            var hash = (uint)at * 3;
            var p = new Vector3d(
                Math.Clamp(i + Unit(hash, ~seed) - 0.5, 0, level.Columns - 1),
                Math.Clamp(j + Unit(hash + 1, ~seed) - 0.5, 0, level.Rows - 1),
                Math.Clamp(k + Unit(hash + 2, ~seed) - 0.5, 0, level.Slices - 1));
            var value = Trilinear(values, level, p);
            if (float.IsNaN(value)) continue;
            var patient = map.Transform(p);
            if (reachable is not null && !reachable(patient)) continue;
            set.Add(patient - centre, (int)Math.Clamp((value - range.Low) * scale, 0, bins - 1));
        }
        set.Pad();
        return set;
    }

    /// <summary>A number in [0, 1) for an index and a seed (an integer hash with full avalanche).</summary>
    private static double Unit(uint index, uint seed)
    {
        var v = index * 0x9E3779B9u ^ seed * 0x85EBCA6Bu;
        v = (v ^ v >> 16) * 0x7FEB352Du;
        v = (v ^ v >> 15) * 0x846CA68Bu;
        return (v ^ v >> 16) * (1.0 / 4294967296.0);
    }

    private static float Trilinear(ReadOnlySpan<float> values, Volume level, Vector3d p)
    {
        int i = Math.Min((int)p.X, Math.Max(0, level.Columns - 2)), j = Math.Min((int)p.Y, Math.Max(0, level.Rows - 2)), k = Math.Min((int)p.Z, Math.Max(0, level.Slices - 2));
        float a = (float)(p.X - i), b = (float)(p.Y - j), c = (float)(p.Z - k);
        int dx = level.Columns > 1 ? 1 : 0, dy = level.Rows > 1 ? level.Columns : 0, dz = level.Slices > 1 ? level.Grid.SliceLength : 0;
        var at = k * level.Grid.SliceLength + j * level.Columns + i;
        float Along(ReadOnlySpan<float> v, int from) => v[from] + a * (v[from + dx] - v[from]);
        float near = Along(values, at) + b * (Along(values, at + dy) - Along(values, at));
        float far = Along(values, at + dz) + b * (Along(values, at + dz + dy) - Along(values, at + dz));
        return near + c * (far - near);
    }

    private void Add(Vector3d p, int bin)
    {
        (X[Count], Y[Count], Z[Count], Bin[Count]) = ((float)p.X, (float)p.Y, (float)p.Z, bin);
        Count++;
    }

    private void Pad()
    {
        for (var i = Count; i < PaddedCount; i++) (X[i], Y[i], Z[i], Bin[i]) = (X[Count - 1], Y[Count - 1], Z[Count - 1], -1);
    }
}
