namespace PacsFusion.Node.Fuse;

/// <summary>How Fuse works.</summary>
internal sealed record FuseOptions
{
    /// <summary>Slices at work at once; 0 means one for each processor, fewer where memory is short. Default 0. The bytes of the result do not depend on it.</summary>
    public int Threads { get; init; }
}
