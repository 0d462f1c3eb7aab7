using PacsFusion.Node.Ledger;

namespace PacsFusion.Node.Cli;

/// <summary>Where the ledger lies in a data folder, and how verbs open it.</summary>
internal static class LedgerFiles
{
    /// <summary>The ledger's database in a data folder.</summary>
    public static string PathIn(string dataFolder) => Path.Combine(dataFolder, "ledger", "ledger.db");

    /// <summary>Opens the ledger of a node that has run in the data folder.</summary>
    /// <exception cref="CliException">There is none, or it cannot be read.</exception>
    public static LedgerDatabase OpenExisting(CliContext context)
    {
        var path = PathIn(context.DataFolder);
        if (!File.Exists(path)) throw new CliException(ExitCode.Unreachable, $"There is no ledger in {context.DataFolder}: no node has run there yet (see --data).");
        try
        {
            return LedgerDatabase.Open(path);
        }
        catch (LedgerException fault)
        {
            throw new CliException(ExitCode.Unreachable, fault.Message);
        }
    }
}
