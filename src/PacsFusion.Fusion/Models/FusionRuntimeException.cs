namespace PacsFusion.Fusion;

/// <summary>The inference runtime failed while a loaded model was at work.</summary>
public class FusionRuntimeException : Exception
{
    /// <summary>Wraps the runtime's own error.</summary>
    public FusionRuntimeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}

/// <summary>A GPU has no memory left even for the smallest tile; the CPU can still do the work, as another result with UIDs of its own.</summary>
public sealed class FusionDeviceMemoryException : FusionRuntimeException
{
    /// <summary>Wraps the runtime's own error.</summary>
    public FusionDeviceMemoryException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
