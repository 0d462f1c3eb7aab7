using System.CommandLine;

namespace PacsFusion.Node.Cli;

/// <summary>Every verb, in the order of the help.</summary>
internal static class Verbs
{
    public static IReadOnlyList<Func<CommandLine, Command>> All { get; } =
    [
    ];
}
