namespace PacsFusion.Node.Align;

/// <summary>How Align works.</summary>
internal sealed record AlignOptions
{
    /// <summary>Threads for reading and resampling. Default: one for each processor. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
