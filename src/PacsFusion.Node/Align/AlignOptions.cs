namespace PacsFusion.Node.Align;

/// <summary>How Align works.</summary>
internal sealed record AlignOptions
{
    /// <summary>Threads for reading and resampling. Default: one for each processor. The result does not depend on it.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Codecs for compressed pixel data. Default: null, such series are refused.</summary>
    public PacsFusion.Dicom.IFrameCodecs? Codecs { get; init; }
}
