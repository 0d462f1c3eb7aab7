namespace PacsFusion.Fusion;

/// <summary>
/// Fuses two grey images into one. The seam of all three levels: pixel arithmetic, networks, decisions per region.
/// Implementations are safe to call from several threads at once and give the same bits however many call.
/// </summary>
public interface IFusionModel : IDisposable
{
    /// <summary>What this model is and what it runs on.</summary>
    public FusionModelInfo Info { get; }

    /// <summary>
    /// Fuses one slice. Where both inputs are 0 the result is 0; every result lies in 0..1.
    /// </summary>
    /// <exception cref="ArgumentException">The buffers do not match the slice's size.</exception>
    /// <exception cref="FusionRuntimeException">The runtime failed; the message names model and provider.</exception>
    public void Fuse(in FusionSlice input, in FusionOutput output, CancellationToken cancellationToken);

    /// <summary>About how many bytes one call takes beside its buffers; what decides how many may run at once where memory is short.</summary>
    public long WorkingBytes(int columns, int rows) => 100L * columns * rows;
}

/// <summary>Two images of the same grid, row-major, values 0..1.</summary>
public readonly ref struct FusionSlice
{
    /// <summary>Joins two images.</summary>
    /// <exception cref="ArgumentException">A length is not columns x rows.</exception>
    public FusionSlice(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int columns, int rows, int index = 0)
    {
        if (columns < 1 || rows < 1 || a.Length != columns * rows || b.Length != a.Length)
            throw new ArgumentException("Both images hold columns x rows values.");
        A = a;
        B = b;
        Columns = columns;
        Rows = rows;
        Index = index;
    }

    /// <summary>The fixed image.</summary>
    public ReadOnlySpan<float> A { get; }

    /// <summary>The moving image.</summary>
    public ReadOnlySpan<float> B { get; }

    /// <summary>Pixels across.</summary>
    public int Columns { get; }

    /// <summary>Pixels down.</summary>
    public int Rows { get; }

    /// <summary>Index of the slice in its series, from 0; 0 for an image alone.</summary>
    public int Index { get; }
}

/// <summary>Where a model writes: the fused luminance, and A's share of it.</summary>
public readonly ref struct FusionOutput
{
    /// <summary>Joins the buffers; <paramref name="weight"/> may be empty where nobody asks for it.</summary>
    /// <exception cref="ArgumentException">The buffers differ in length.</exception>
    public FusionOutput(Span<float> fused, Span<float> weight)
    {
        if (weight.Length != 0 && weight.Length != fused.Length)
            throw new ArgumentException("The weight map is empty or as long as the fused image.");
        Fused = fused;
        Weight = weight;
    }

    /// <summary>The fused luminance, 0..1.</summary>
    public Span<float> Fused { get; }

    /// <summary>The weight of A, 0..1 (B has the rest); estimated by least squares where a model has none. Empty when not asked for.</summary>
    public Span<float> Weight { get; }
}

/// <summary>The three levels at which images are fused.</summary>
public enum FusionLevel
{
    /// <summary>Arithmetic on pixels or on their pyramids.</summary>
    Pixel,

    /// <summary>Learnt features: networks.</summary>
    Feature,

    /// <summary>A choice per region.</summary>
    Decision,
}

/// <summary>What a loaded model is.</summary>
/// <param name="Name">As rules and catalogues know it.</param>
/// <param name="Version">Its own version.</param>
/// <param name="Sha256">Hash of the model file, 64 hex digits in lower case; of name and version for built-in arithmetic.</param>
/// <param name="Family">Kind of method: <c>arithmetic</c>, <c>pyramid</c>, <c>cnn</c>, …</param>
/// <param name="Level">Pixel, feature or decision.</param>
/// <param name="Provider">What computes: <c>managed</c>, <c>cpu</c>, <c>cuda</c>.</param>
public sealed record FusionModelInfo(string Name, string Version, string Sha256, string Family, FusionLevel Level, string Provider)
{
    /// <summary>True where the weights are not the model's own but estimated by least squares from what it gave.</summary>
    public bool EstimatesWeight { get; init; }

    /// <summary>Every provider that was considered in order, and what came of it.</summary>
    public IReadOnlyList<ProviderAttempt> Attempts { get; init; } = [];

    /// <summary>Why a better provider is not used, in one line: <c>cuda: this build of …</c>. Null where the first one is.</summary>
    public string? PassedOver => Attempts.Any(attempt => !attempt.Used) ? string.Join(" ", Attempts.Where(attempt => !attempt.Used).Select(attempt => $"{attempt.Provider}: {attempt.Statement}")) : null;
}

/// <summary>One provider that was considered for a model.</summary>
/// <param name="Provider"><c>cuda</c>, <c>cpu</c>, …</param>
/// <param name="Used">Whether the model runs on it.</param>
/// <param name="Statement">Why, in a sentence.</param>
public sealed record ProviderAttempt(string Provider, bool Used, string Statement);
