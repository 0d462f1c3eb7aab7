using System.CommandLine;

namespace PacsFusion.Node.Cli;

/// <summary>Every verb, in the order of the help.</summary>
internal static class Verbs
{
    public static IReadOnlyList<Func<CommandLine, Command>> All { get; } =
    [
        ServeVerb.Create,
        DemoVerb.Create,
        CheckVerb.Create,
        StatusVerb.Create,
        LedgerVerbs.Cases,
        ExplainVerb.Create,
        LedgerVerbs.Retry,
        LedgerVerbs.Cancel,
        LedgerVerbs.Release,
        LedgerVerbs.Rerun,
        FuseVerb.Create,
        SendVerb.Create,
        EchoVerb.Create,
        DumpVerb.Create,
        ConvertVerb.Create,
        PhantomVerb.Create,
        ModelsVerb.Create,
    ];
}
