using System.Net;
using PacsFusion.Node.Configuration;

namespace PacsFusion.Node.Receive;

/// <summary>Settings of the Receive stage.</summary>
internal sealed record ReceiveOptions
{
    /// <summary>Our AE title. Default PACSFUSION (<c>node.aeTitle</c>).</summary>
    public string AeTitle { get; init; } = "PACSFUSION";

    /// <summary>Address to listen on. Default 127.0.0.1 (<c>node.bind</c>).</summary>
    public IPAddress Bind { get; init; } = IPAddress.Loopback;

    /// <summary>TCP port; 0 takes a free one. Default 11112 (<c>node.dicomPort</c>).</summary>
    public int Port { get; init; } = 11112;

    /// <summary>Whether AE titles outside <see cref="Callers"/> may associate. Default true (<c>receive.acceptUnknownCallers</c>).</summary>
    public bool AcceptUnknownCallers { get; init; } = true;

    /// <summary>Peers known by name, each held to its network and to the AE titles it may call. Default none (<c>receive.callers</c>).</summary>
    public IReadOnlyList<CallerSettings> Callers { get; init; } = [];

    /// <summary>The issuer of patient IDs that a missing one stands for, by calling AE title. Default: empty for all.</summary>
    public Func<string, string> IssuerFor { get; init; } = _ => "";

    /// <summary>Associations open at once. Default 64.</summary>
    public int MaxAssociations { get; init; } = 64;

    /// <summary>Associations open at once per peer; null = no limit of its own. Default 32.</summary>
    public int? MaxAssociationsPerPeer { get; init; } = 32;

    /// <summary>Silence of a peer after which its association is aborted. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long open associations may go on when the node stops. Default 20 s, below the 30 s that a host waits.</summary>
    public TimeSpan DrainTime { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Limits of the spool.</summary>
    public SpoolOptions Spool { get; init; } = new();

    /// <summary>The settings of a node's configuration; what it does not name keeps its default.</summary>
    public static ReceiveOptions From(NodeConfiguration configuration) => new()
    {
        AeTitle = configuration.Node.AeTitle,
        Bind = configuration.Node.Bind,
        Port = configuration.Node.DicomPort,
        AcceptUnknownCallers = configuration.Receive.AcceptUnknownCallers,
        Callers = configuration.Receive.Callers,
        IssuerFor = configuration.Receive.IssuerFor,
        MaxAssociations = configuration.Receive.MaxAssociations,
        MaxAssociationsPerPeer = configuration.Receive.MaxAssociationsPerPeer,
        IdleTimeout = configuration.Receive.IdleTimeout,
        Spool = new SpoolOptions { MinFreeBytes = configuration.Retention.MinFreeSpace },
    };
}
