namespace PacsFusion.Fusion;

/// <summary>The inference runtime failed while a loaded model was at work.</summary>
public sealed class FusionRuntimeException : Exception
{
    /// <summary>Wraps the runtime's own error.</summary>
    public FusionRuntimeException(string message, Exception inner)
        : base(message, inner)
    {
    }
}
