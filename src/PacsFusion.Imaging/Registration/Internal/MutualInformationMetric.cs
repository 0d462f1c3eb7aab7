namespace PacsFusion.Imaging;

/// <summary>
/// Mutual information of a sample and a moving level as a function of the affine map between them. Samples are parted into a number of
/// chunks that depends on their count alone, and chunks are merged in order: any number of threads gives the same bits.
/// </summary>
internal sealed unsafe class MutualInformationMetric
{
    private const int ChunkTarget = 8192;
    private const int ChunksAtMost = 16;

    private readonly SampleSet _samples;
    private readonly MetricKernel _kernel;
    private readonly JointBins _bins;
    private readonly Affine _patientToVoxel;
    private readonly Vector3d _centre;
    private readonly int _threads, _chunks;
    private readonly float[] _place, _gx, _gy, _gz;
    private readonly int[] _slot, _inside;
    private readonly float[][] _slots;
    private readonly double[] _moments;
    private readonly double[][] _sums;

    /// <param name="samples">Points of the fixed volume.</param>
    /// <param name="centre">What the points are relative to, patient mm.</param>
    /// <param name="moving">Moving level.</param>
    /// <param name="range">Values that the moving bins span.</param>
    /// <param name="bins">Number of bins.</param>
    /// <param name="threads">Threads at most.</param>
    /// <param name="vectors">Whether vector instructions may be used.</param>
    public MutualInformationMetric(SampleSet samples, Vector3d centre, Volume moving, ValueRange range, int bins, int threads, bool vectors)
    {
        _samples = samples;
        _centre = centre;
        _kernel = new MetricKernel(moving, range, bins, vectors);
        _bins = new JointBins(bins);
        _patientToVoxel = moving.VoxelToPatient.Invert();
        _threads = threads;
        _chunks = Math.Clamp(samples.Count / ChunkTarget, 1, ChunksAtMost);
        var length = samples.PaddedCount;
        (_place, _gx, _gy, _gz, _slot) = (new float[length], new float[length], new float[length], new float[length], new int[length]);
        _inside = new int[_chunks];
        _slots = new float[_chunks][];
        _sums = new double[_chunks][];
        for (var c = 0; c < _chunks; c++) (_slots[c], _sums[c]) = (new float[_bins.SlotLength], new double[12]);
        _moments = new double[_bins.SlotLength];
    }

    public int Evaluations { get; private set; }

    public int Samples => _samples.Count;

    /// <summary>Samples inside the moving volume at the last evaluation.</summary>
    public int Inside { get; private set; }

    /// <summary>Normalised mutual information of the last evaluation.</summary>
    public double Normalized => _bins.NormalizedMutualInformation;

    /// <summary>Mutual information, nats; 0 where fewer than 100 samples are inside.</summary>
    /// <param name="map">Fixed to moving, patient mm.</param>
    /// <param name="gradient">
    /// Empty, or 12 numbers: the derivative by the map's shift (3), then by its linear part by rows (9), about the centre: y = L (x - centre) + s.
    /// </param>
    public double Evaluate(in Affine map, Span<double> gradient)
    {
        Evaluations++;
        var toVoxel = _patientToVoxel.Multiply(map.Multiply(Affine.Translation(_centre)));
        var withGradient = !gradient.IsEmpty;
        ForEachChunk(chunk =>
        {
            var slots = _slots[chunk];
            Array.Clear(slots);
            fixed (float* s = slots) _inside[chunk] = _kernel.Count(Part(chunk), toVoxel, s, withGradient);
        });
        Inside = _inside.Sum();
        if (Inside < 100)
        {
            gradient.Clear();
            return 0;
        }
        Array.Clear(_moments);
        foreach (var slots in _slots)
            for (var i = 0; i < slots.Length; i++) _moments[i] += slots[i];
        _bins.Fill(_moments, Inside);
        if (withGradient) Differentiate(gradient);
        return _bins.MutualInformation;
    }

    private void Differentiate(Span<double> gradient)
    {
        _bins.Differentiate();
        ForEachChunk(chunk =>
        {
            Array.Clear(_sums[chunk]);
            fixed (float* d = _bins.Derivative) _kernel.Differentiate(Part(chunk), d, _sums[chunk]);
        });
        Span<double> sums = stackalloc double[12];
        sums.Clear();
        foreach (var part in _sums)
            for (var i = 0; i < 12; i++) sums[i] += part[i];
        // From moving voxels to patient mm: the transpose of the linear part of patient -> voxel. Bins per value was left out of the loop.
        var scale = _kernel.BinsPerValue / Inside;
        var m = _patientToVoxel;
        for (var column = 0; column < 4; column++)
        {
            // Column 0 is the shift; 1 to 3 are those of the linear part, which lies by rows.
            int first = column == 0 ? 0 : 2 + column, step = column == 0 ? 1 : 3;
            double a = sums[first], b = sums[first + step], c = sums[first + 2 * step];
            gradient[first] = (m.M00 * a + m.M10 * b + m.M20 * c) * scale;
            gradient[first + step] = (m.M01 * a + m.M11 * b + m.M21 * c) * scale;
            gradient[first + 2 * step] = (m.M02 * a + m.M12 * b + m.M22 * c) * scale;
        }
    }

    private MetricKernel.Chunk Part(int chunk)
    {
        // In units of eight samples, so that no vector straddles two chunks.
        var groups = _samples.PaddedCount / 8;
        return new(_samples, (int)((long)groups * chunk / _chunks) * 8, (int)((long)groups * (chunk + 1) / _chunks) * 8, _place, _slot, _gx, _gy, _gz);
    }

    private void ForEachChunk(Action<int> work)
    {
        if (_threads == 1 || _chunks == 1)
            for (var chunk = 0; chunk < _chunks; chunk++) work(chunk);
        else
            Parallel.For(0, _chunks, new ParallelOptions { MaxDegreeOfParallelism = _threads }, work);
    }
}
