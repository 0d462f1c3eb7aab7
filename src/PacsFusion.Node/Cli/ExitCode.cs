namespace PacsFusion.Node.Cli;

/// <summary>Exit codes of every verb; scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Done.</summary>
    public const int Done = 0;

    /// <summary>The job failed.</summary>
    public const int Failed = 1;

    /// <summary>The command line is wrong.</summary>
    public const int Usage = 2;

    /// <summary>The configuration is wrong.</summary>
    public const int Configuration = 3;

    /// <summary>A peer or a file could not be reached.</summary>
    public const int Unreachable = 4;

    /// <summary>Refused, with a reason code.</summary>
    public const int Refused = 5;
}

/// <summary>Ends a verb with one clear line and an exit code.</summary>
internal sealed class CliException(int exitCode, string message) : Exception(message)
{
    public int Code { get; } = exitCode;
}
