using System.CommandLine;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Cli;

/// <summary><c>demo</c>: the whole job on a made-up patient, against a sandbox PACS and EHR in the same process.</summary>
internal static class DemoVerb
{
    public static Command Create(CommandLine line)
    {
        var keep = new Option<TimeSpan>("--deadline") { Description = "Longest time for the whole job", DefaultValueFactory = _ => TimeSpan.FromMinutes(5) };
        return line.Verb("demo", "The whole job on a made-up PET/CT patient, with a table and three pictures at the end", [keep], async (context, parsed, cancellationToken) =>
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(parsed.GetValue(keep));
            try
            {
                var run = new DemoRun(context);
                await using (run.ConfigureAwait(false))
                    return await run.RunAsync(limit.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                throw new CliException(ExitCode.Failed, $"The demonstration did not end within {parsed.GetValue(keep)}.");
            }
            catch (Exception fault) when (fault is DataDirectoryException or LedgerException or ListenFailedException or WebPortException or IOException or UnauthorizedAccessException)
            {
                throw new CliException(ExitCode.Unreachable, fault.Message);
            }
        });
    }
}
