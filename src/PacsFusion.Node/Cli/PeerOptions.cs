using System.CommandLine;
using PacsFusion.Dicom.Network;

namespace PacsFusion.Node.Cli;

/// <summary>The peer of a DICOM verb: <c>--host --port --called [--calling]</c>, or a destination's name.</summary>
internal sealed class PeerOptions
{
    private readonly Option<string?> _host = new("--host") { Description = "The peer's host" };
    private readonly Option<int?> _port = new("--port") { Description = "The peer's port" };
    private readonly Option<string?> _called = new("--called") { Description = "The peer's AE title" };
    private readonly Option<string?> _calling = new("--calling") { Description = "The AE title to call with (default: the node's)" };
    private readonly Option<string?> _to = new("--to") { Description = "A destination of the configuration, instead of host, port and called" };

    public IEnumerable<Symbol> Symbols => [_host, _port, _called, _calling, _to];

    /// <summary>The peer that the command line names.</summary>
    /// <param name="name">A destination's name given as an argument; null where there is none.</param>
    public DicomPeer Resolve(CliContext context, ParseResult parsed, string? name = null)
    {
        name ??= parsed.GetValue(_to);
        if (name is not null)
        {
            var configuration = ConfigurationGate.Load(context);
            var destination = configuration.Destinations.FirstOrDefault(destination => destination.Name == name)
                ?? throw new CliException(ExitCode.Usage, $"There is no destination '{name}' in the configuration.");
            return new DicomPeer(destination.Host, destination.Port, destination.AeTitle, parsed.GetValue(_calling) ?? destination.CallingAeTitle);
        }
        if (parsed.GetValue(_host) is not { } host || parsed.GetValue(_port) is not { } port || parsed.GetValue(_called) is not { } called)
            throw new CliException(ExitCode.Usage, "Give --host, --port and --called, or the name of a destination.");
        if (port is < 1 or > 65535) throw new CliException(ExitCode.Usage, $"--port {port} is not between 1 and 65535.");
        return new DicomPeer(host, port, called, parsed.GetValue(_calling) ?? "PACSFUSION");
    }
}
