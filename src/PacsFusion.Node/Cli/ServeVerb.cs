using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using PacsFusion.Dicom.Network;
using PacsFusion.Node.Hosting;
using PacsFusion.Node.Ledger;
using PacsFusion.Node.Receive;

namespace PacsFusion.Node.Cli;

/// <summary><c>serve</c>: the node, until it is stopped.</summary>
internal static class ServeVerb
{
    public static Command Create(CommandLine line) => line.Verb("serve", "Run the node until it is stopped (SIGTERM or Ctrl-C drains)", [], async (context, _, cancellationToken) =>
    {
        var configuration = ConfigurationGate.Load(context);
        NodeHost node;
        try
        {
            node = await NodeHost.StartAsync(configuration, context.DataFolder, context.Time, ToStandardError, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is DataDirectoryException or LedgerException or ListenFailedException or WebPortException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Unreachable, fault.Message);
        }
        await using (node.ConfigureAwait(false))
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var registration = cancellationToken.Register(stopped.SetResult);
            await stopped.Task.ConfigureAwait(false);
            await node.StopAsync().ConfigureAwait(false);
        }
        return ExitCode.Done;
    });

    /// <summary>One line per entry on standard error, UTC times.</summary>
    public static void ToStandardError(ILoggingBuilder logging)
    {
        logging.SetMinimumLevel(LogLevel.Information);
        // A start that fails is told once, by this verb, and not with a stack.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddFilter("Microsoft", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        logging.AddSimpleConsole(options =>
        {
            options.SingleLine = true;
            options.UseUtcTimestamp = true;
            options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            options.ColorBehavior = LoggerColorBehavior.Disabled;
        });
        logging.Services.Configure<ConsoleLoggerOptions>(options => options.LogToStandardErrorThreshold = LogLevel.Trace);
    }
}
