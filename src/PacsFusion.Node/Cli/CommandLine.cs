using System.CommandLine;
using System.Runtime.InteropServices;

namespace PacsFusion.Node.Cli;

/// <summary>What every verb is given: the common options and where to write.</summary>
internal sealed record CliContext(CliOutput Output, string? ConfigFile, string DataFolder, IReadOnlyList<string> Overrides, TimeProvider Time);

/// <summary>The command line: <c>pacsfusion VERB …</c>.</summary>
internal sealed class CommandLine
{
    private readonly Option<bool> _json = new("--json") { Description = "Put one JSON object on the last line of standard output", Recursive = true };
    private readonly Option<string?> _config = new("--config") { Description = "Configuration file (default: config/node.yaml where it exists, else built-in defaults)", Recursive = true };
    private readonly Option<string?> _data = new("--data") { Description = "Data folder (default: ./data)", Recursive = true };
    private readonly Option<string[]> _set = new("--set") { Description = "Override a setting: path.to.key=value (may be repeated)", Recursive = true };
    private readonly RootCommand _root;

    public CommandLine(IEnumerable<Func<CommandLine, Command>> verbs)
    {
        _root = new RootCommand("PacsFusion Node: fuses CT, MR, PET and NM series beside a PACS. For research use only.") { _json, _config, _data, _set };
        foreach (var verb in verbs) _root.Subcommands.Add(verb(this));
    }

    /// <summary>What a command line says, without running it; what is wrong with it is in its errors.</summary>
    public ParseResult Parse(IReadOnlyList<string> args) => _root.Parse(args);

    /// <summary>Runs one command line and returns its exit code. Never throws.</summary>
    public async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error)
    {
        using var stop = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }

        var parsed = Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await error.WriteLineAsync($"pacsfusion: {Complaint(parsed)} (see pacsfusion --help)").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, stop.Token).ConfigureAwait(false);
        }
        catch (CliException fault)
        {
            await error.WriteLineAsync($"pacsfusion: {fault.Message}").ConfigureAwait(false);
            return fault.Code;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await error.WriteLineAsync("pacsfusion: stopped").ConfigureAwait(false);
            return ExitCode.Failed;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync($"pacsfusion: {fault.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return ExitCode.Unreachable;
        }
        catch (Exception fault)
        {
            await error.WriteLineAsync($"pacsfusion: unexpected {fault.GetType().Name}: {fault.Message}").ConfigureAwait(false);
            await error.WriteLineAsync(fault.StackTrace).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    /// <summary>What is wrong with a command line, in a few words.</summary>
    private string Complaint(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count > 0 && parsed.UnmatchedTokens.FirstOrDefault(token => !token.StartsWith('-')) is { } word)
            return command == _root ? $"there is no verb '{word}'" : $"'{command.Name}' has no verb '{word}'";
        var message = parsed.Errors[0].Message.ReplaceLineEndings(" ");
        // The parser names the type of the program, which says nothing to a user.
        var type = message.IndexOf(" as expected type", StringComparison.Ordinal);
        return type < 0 ? message : message[..type] + ".";
    }

    /// <summary>A verb with its action.</summary>
    public Command Verb(string name, string description, IEnumerable<Symbol> symbols, Func<CliContext, ParseResult, CancellationToken, Task<int>> action)
    {
        var command = new Command(name, description);
        foreach (var symbol in symbols)
        {
            if (symbol is Option option) command.Options.Add(option);
            else if (symbol is Argument argument) command.Arguments.Add(argument);
            else if (symbol is Command sub) command.Subcommands.Add(sub);
        }
        command.SetAction((parsed, cancellationToken) => action(Context(parsed), parsed, cancellationToken));
        return command;
    }

    private CliContext Context(ParseResult parsed)
    {
        var output = new CliOutput(parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error, parsed.GetValue(_json));
        var config = parsed.GetValue(_config);
        if (config is null && File.Exists(DefaultConfig)) config = DefaultConfig;
        return new CliContext(output, config, Path.GetFullPath(parsed.GetValue(_data) ?? "data"), parsed.GetValue(_set) ?? [], TimeProvider.System);
    }

    private static readonly string DefaultConfig = Path.Combine("config", "node.yaml");
}
