namespace PacsFusion.Imaging;

/// <summary>What is wrong with a <see cref="ResamplingException"/>.</summary>
public enum ResamplingFault
{
    /// <summary>The moving grid, the fixed grid or the map between the frames is singular, flat or not finite.</summary>
    SingularMap,

    /// <summary>The fixed grid is empty or holds more voxels than one buffer can (2^31 - 64).</summary>
    ImpossibleSize,
}

/// <summary>Nothing can be sampled: the grids or the map make no sense. Never carries patient data.</summary>
/// <param name="fault">What is wrong.</param>
/// <param name="message">One line with the figures.</param>
public sealed class ResamplingException(ResamplingFault fault, string message) : InvalidOperationException(message)
{
    /// <summary>What is wrong.</summary>
    public ResamplingFault Fault { get; } = fault;
}
